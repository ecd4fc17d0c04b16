import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { killWriter } from "../killed-writer.ts";
import { DamagedStore } from "../storage-fault.ts";
import { createFileJournalStore } from "./files.ts";
import { journalStoreContract } from "./journal-store.contract.ts";
import { folderMark, type JournalStore } from "./port.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-journals-"));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;
const newFolder = () => join(folder, String(++number));

journalStoreContract("files", (clock) => createFileJournalStore({ folder: newFolder(), clock }));

const clock = { now: () => 1_000 };
const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ time: from + i, data: `${from + i} `.padEnd(100, "é") }));

test("a grown stream lies in segment files, reads the same after opening anew, and gives its space back", async () => {
  const path = newFolder();
  let store = createFileJournalStore({ folder: path, clock });
  for (let i = 0; i < 20; i++) await store.append("big", lines(i * 1_000, 1_000));
  for (let i = 0; i < 2_100; i++) void store.append("points", [{ time: i, data: "1" }]);
  await store.append("points", [{ time: 0, data: "last" }]);
  await store.close();
  const files = readdirSync(join(path, "segments"));
  expect(files.length).toBeGreaterThanOrEqual(2);

  store = createFileJournalStore({ folder: path, clock });
  const entries = await store.read("big", 0, 100_000);
  expect(entries.map(({ time, data }) => ({ time, data }))).toEqual(lines(0, 20_000));
  expect(await store.read("points", 2_099, 5)).toMatchObject([{ data: "1" }, { data: "last" }]);
  expect(await store.summary("big")).toMatchObject({ first: 0, next: 20_000, firstTime: 0, lastTime: 19_999 });

  await store.trim("big", 19_000);
  const { first } = (await store.summary("big"))!;
  expect(first).toBeGreaterThan(15_000);
  expect((await store.read("big", 0, 1))[0]!.position).toBe(first);
  await store.trim("big", Number.POSITIVE_INFINITY);
  await store.trim("points", Number.POSITIVE_INFINITY);
  expect(readdirSync(join(path, "segments"))).toEqual([]);
  await store.close();
});

test("what a trim leaves stays, also when it comes between the reading of a tail and its move to a file", async () => {
  const path = newFolder();
  const store = createFileJournalStore({ folder: path, clock });
  for (let i = 0; i < 2_000; i++) void store.append("s", [{ time: i, data: String(i) }]);
  await store.append("s", [{ time: 2_000, data: "2000" }]);
  // The tail has reached its length, so it is being written to a file.
  await store.trim("s", 500);
  await store.close();
  const opened = createFileJournalStore({ folder: path, clock });
  const entries = await opened.read("s", 0, 5_000);
  expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 1_501 }, (_, i) => 500 + i));
  await opened.close();
});

test("reads go on while a stream grows, is moved to files and trimmed", async () => {
  const store = createFileJournalStore({ folder: newFolder(), clock });
  let reads = 0;
  let done = false;
  const reader = (async () => {
    while (!done) {
      await new Promise((resolve) => setImmediate(resolve));
      const { first, next } = (await store.summary("s")) ?? { first: 0, next: 0 };
      const entries = await store.read("s", first, 3_000);
      // Asked once a read: millions of entries are read.
      const wrong = entries.find(({ position, data }, place) => {
        const follows = place === 0 || position === entries[place - 1]!.position + 1;
        return !follows || !data.startsWith(`${position} `);
      });
      expect(wrong).toBeUndefined();
      if (next > 0) reads++;
    }
  })();
  for (let i = 0; i < 60; i++) {
    await store.append("s", lines(i * 1_000, 1_000));
    if (i % 10 === 9) await store.trim("s", (i - 5) * 1_000);
  }
  done = true;
  await reader;
  expect(reads).toBeGreaterThan(10);
  await store.close();
}, 120_000);

test("killed 20 times while it writes and moves, it has everything it acknowledged, once and in order", async () => {
  const path = newFolder();
  const random = createRandom(21);
  const acknowledged = new Map<string, number>();
  for (let round = 0; round < 20; round++)
    for (const line of await killWriter(new URL("files.writer.ts", import.meta.url), path, 1 + random.below(240))) {
      const [stream, next] = line.split(" ");
      acknowledged.set(stream!, Number(next));
    }
  expect(readdirSync(join(path, "segments")).length).toBeGreaterThan(0);
  const store = createFileJournalStore({ folder: path, clock });
  expect(await store.streams("", undefined, 10)).toHaveLength(8);
  for (const [stream, next] of acknowledged) {
    const entries = await store.read(stream, 0, 1_000_000);
    expect(entries.length).toBeGreaterThanOrEqual(next);
    expect(await store.summary(stream)).toMatchObject({ first: 0, next: entries.length });
    expect(entries.every(({ position, data }, i) => position === i && data.startsWith(`${i} `))).toBe(true);
  }
  await expectFolder(store, "writers");
  await store.close();
}, 120_000);

/** Expects of a folder what its streams come to one by one. */
async function expectFolder(store: JournalStore, folder: string): Promise<void> {
  const names = await store.streams(folder + folderMark, undefined, 1_000);
  const summaries = await Promise.all(names.map(async (name) => ({ name, ...(await store.summary(name))! })));
  expect(await store.folder(folder)).toEqual({
    streams: names.length,
    sizeBytes: summaries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  });
  summaries.sort((a, b) => (a.lastTime ?? -1) - (b.lastTime ?? -1) || (a.name < b.name ? -1 : 1));
  expect((await store.byTime(folder, { limit: 1_000 })).streams).toEqual(summaries.map(({ name }) => name));
}

test("a folder is the same after opening anew, with streams in segment files, empty ones and trimmed ones", async () => {
  const path = newFolder();
  let store = createFileJournalStore({ folder: path, clock });
  for (const name of ["empty", "trimmed"]) await store.make(`f\u001f${name}`);
  for (let i = 0; i < 12; i++) await store.append("f\u001fbig", lines(i * 1_000, 1_000));
  for (let i = 0; i < 3; i++) await store.append("f\u001ftrimmed", lines(i, 1));
  await store.trim("f\u001fbig", 9_000);
  await store.trim("f\u001ftrimmed", 3);
  const before = await store.folder("f");
  const { next } = await store.byTime("f", { limit: 2 });
  await store.close();
  store = createFileJournalStore({ folder: path, clock });
  expect(await store.folder("f")).toEqual(before);
  expect(before).toMatchObject({ streams: 3, sizeBytes: expect.any(Number) });
  await expectFolder(store, "f");
  expect(await store.byTime("f", { limit: 2, after: next })).toEqual({ streams: ["f\u001fbig"], next: undefined });
  await store.close();
});

test("a segment file that is not what was written is named", async () => {
  const path = newFolder();
  const store = createFileJournalStore({ folder: path, clock });
  for (let i = 0; i < 12; i++) await store.append("big", lines(i * 1_000, 1_000));
  await store.close();
  for (const file of readdirSync(join(path, "segments")))
    writeFileSync(join(path, "segments", file), "x".repeat(9_000_000));
  const again = createFileJournalStore({ folder: path, clock });
  await expect(again.read("big", 0, 1)).rejects.toThrow(DamagedStore);
  await again.close();
});
