import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { searchIndexContract } from "./search-index.contract.ts";
import { createSqliteSearchIndex } from "./sqlite.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-search-"));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;

searchIndexContract("SQLite", () => {
  const path = join(folder, `${++number}.sqlite`);
  return () => createSqliteSearchIndex({ path });
});

test("a damaged index is made anew", async () => {
  const path = join(folder, "damaged.sqlite");
  writeFileSync(path, "no database ".repeat(1000));
  const index = createSqliteSearchIndex({ path });
  expect(index.isWhole("test/thing", "1")).toBe(false);
  index.close();
});

test("on a full disk entries can be removed and the index cleared, and nothing is put into it", async () => {
  const path = join(folder, "full.sqlite");
  const full = { on: false };
  const reserve = { mayGrow: () => !full.on, giveBack: () => false, foundFull: () => {} };
  const index = createSqliteSearchIndex({ path, reserve });
  const space = { account: "1", region: "eu", kind: "test/thing" };
  const put = (name: string) =>
    index.put({ space, name, id: name, values: [{ path: "colour", text: "red", item: 0 }] });
  const names = () =>
    index.find(space, { where: { all: [] }, sort: { path: "colour", descending: false }, limit: 9 }).found.length;
  await put("a");
  await put("b");
  full.on = true;
  await expect(put("c")).rejects.toThrow(/is full/);
  await index.remove(space, "a");
  expect(names()).toBe(1);
  await index.clear();
  expect(existsSync(path)).toBe(false);
  expect(names()).toBe(0);
  index.close();
});
