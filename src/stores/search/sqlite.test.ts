import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
