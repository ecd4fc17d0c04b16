import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { DamagedStore } from "../storage-fault.ts";
import { recordStoreContract } from "./record-store.contract.ts";
import { createSqliteRecordStore } from "./sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-records-"));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;

recordStoreContract("SQLite", () => {
  const path = join(folder, `${++number}.sqlite`);
  return () => createSqliteRecordStore({ path });
});

test("a damaged file is refused", () => {
  const path = join(folder, "damaged.sqlite");
  writeFileSync(path, "no database ".repeat(1000));
  expect(() => createSqliteRecordStore({ path })).toThrow(DamagedStore);
});

test("on a full disk records can be removed, and none is written", async () => {
  const full = { on: false };
  const reserve = { mayGrow: () => !full.on, giveBack: () => false, foundFull: () => {} };
  const store = createSqliteRecordStore({ path: join(folder, "full.sqlite"), reserve });
  await store.write([{ space: "s", key: "a", value: "1" }]);
  full.on = true;
  await expect(store.write([{ space: "s", key: "b", value: "1" }])).rejects.toThrow(/is full/);
  await store.write([{ space: "s", key: "a" }]);
  await store.drop("s");
  expect(await store.spaces("", undefined, 9)).toEqual([]);
  await store.close();
});
