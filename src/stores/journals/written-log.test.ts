import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createFileJournalStore } from "./files.ts";
import { openWrittenLog } from "./written-log.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-written-"));
afterAll(() => rmSync(folder, { recursive: true }));
const newFolder = () => mkdtempSync(join(folder, "log-"));
const clock = { now: () => 1_000 };
const files = (path: string) => readdirSync(path).filter((name) => name.startsWith("written-"));

test("an append that was torn, or is not what was written, ends what is read; the next one comes after it", () => {
  for (const spoil of [
    (whole: Buffer) => whole.subarray(0, -3),
    (whole: Buffer) => Buffer.from(whole.toString().replace("third", "thirt")),
    (whole: Buffer) => Buffer.concat([whole.subarray(0, -30), Buffer.alloc(30)]),
  ]) {
    const path = newFolder();
    const { log, left } = openWrittenLog(path, 0);
    expect(left).toEqual([]);
    const ends = ["first é", "second\n", "third"].map((data) =>
      log.write("a\u001f\ud800", JSON.stringify([1, 2, data])),
    );
    const [file] = files(path);
    const whole = readFileSync(join(path, file!));
    expect(ends.at(-1)).toBe(whole.length);
    writeFileSync(join(path, file!), spoil(whole));
    const again = openWrittenLog(path, ends[0]!);
    expect(again.left).toEqual([{ end: ends[1], stream: "a\u001f\ud800", text: '[1,2,"second\\n"]' }]);
    const next = again.log.write("b", "[1,2,3]");
    expect(openWrittenLog(path, ends[1]!).left).toEqual([{ end: next, stream: "b", text: "[1,2,3]" }]);
  }
});

test("a long log goes on in another file, and what the index has is removed", async () => {
  const path = newFolder();
  const { log } = openWrittenLog(path, 0);
  const text = JSON.stringify([1, 2, "x".repeat(1 << 20)]);
  for (let i = 0; i < 15; i++) log.write("a", text);
  expect(log.turnOver()).toEqual([]);
  for (let i = 0; i < 2; i++) log.write("a", text);
  const former = log.turnOver();
  const end = log.write("a", "[1,2,3]");
  expect(files(path)).toHaveLength(2);
  expect(openWrittenLog(path, 0).left).toHaveLength(18);
  await log.remove(former);
  expect(openWrittenLog(path, end - 10).left).toEqual([{ end, stream: "a", text: "[1,2,3]" }]);
  await log.close();
  expect(files(path)).toEqual([]);
});

test("what a killed store has written is in the index once, whether it was put there or not", async () => {
  const path = newFolder();
  const store = createFileJournalStore({ folder: path, clock });
  for (let i = 0; i < 10; i++) await store.append("a", [{ time: i, data: `${i}` }], { sync: false });
  const [file] = files(path);
  const written = readFileSync(join(path, file!));
  // A read puts them into the index.
  expect(await store.read("a", 0, 100)).toHaveLength(10);
  await store.append("a", [{ time: 10, data: "10" }], { sync: false });
  await store.close();
  expect(files(path)).toEqual([]);
  // As a kill leaves it.
  writeFileSync(join(path, file!), written);
  appendFileSync(join(path, file!), readFileSync(join(path, file!)).subarray(0, 4));
  const again = createFileJournalStore({ folder: path, clock });
  expect(await again.append("a", [{ time: 11, data: "11" }], { sync: false })).toBe(11);
  expect((await again.read("a", 0, 100)).map(({ data }) => Number(data))).toEqual(
    Array.from({ length: 12 }, (_, i) => i),
  );
  expect(await again.summary("a")).toMatchObject({ next: 12, firstTime: 0, lastTime: 11, ordered: true });
  await again.close();
  expect(files(path)).toEqual([]);
});
