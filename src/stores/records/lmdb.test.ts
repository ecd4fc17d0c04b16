import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createLmdbRecordStore } from "./lmdb.ts";
import { recordStoreContract } from "./record-store.contract.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-lmdb-"));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;

recordStoreContract("LMDB", () => {
  const path = join(folder, `${++number}.lmdb`);
  return () => createLmdbRecordStore({ path });
});

test("another reader sees what is written, from a file that was not there when it was opened", async () => {
  const path = join(folder, "shared.lmdb");
  const reader = createLmdbRecordStore({ path, readOnly: true });
  expect(await reader.get("s", ["a"])).toEqual([undefined]);
  expect(await reader.spaces("", undefined, 9)).toEqual([]);
  const writer = createLmdbRecordStore({ path });
  for (const value of ["1", "2", "3"]) {
    await writer.write([{ space: "s", key: "a", value }]);
    expect(await reader.get("s", ["a"])).toEqual([value]);
  }
  await writer.close();
  await reader.close();
});

test("a key of 2 KB is kept, one that LMDB cannot take is refused", async () => {
  const store = createLmdbRecordStore({ path: join(folder, "long.lmdb") });
  const key = "k".repeat(2048);
  await store.write([{ space: "s", key, value: "v".repeat(400_000) }]);
  expect((await store.get("s", [key]))[0]).toHaveLength(400_000);
  await expect(store.write([{ space: "s", key: "k".repeat(4001), value: "" }])).rejects.toThrow(/4000 at most/);
  await store.close();
});

test("on a full disk records can be removed, and none is written", async () => {
  const full = { on: false };
  const reserve = { mayGrow: () => !full.on, giveBack: () => false, foundFull: () => {} };
  const store = createLmdbRecordStore({ path: join(folder, "full.lmdb"), reserve });
  await store.write([{ space: "s", key: "a", value: "1" }]);
  full.on = true;
  await expect(store.write([{ space: "s", key: "b", value: "1" }])).rejects.toThrow(/is full/);
  await store.write([{ space: "s", key: "a" }]);
  await store.close();
});
