import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExampleEngine, openExampleEngine } from "../../duckdb.fixture.ts";
import { longs, texts } from "../../example-columns.ts";
import type { Relation } from "../relation.ts";
import { parseSelect } from "./parse-select.ts";
import { translateSelect } from "./translate-select.ts";

let engine: ExampleEngine;
let df: Relation;
beforeAll(async () => {
  engine = await openExampleEngine();
  df = await engine.tableOf("df", { k: texts("a", "b", "a", null), n: longs(1, 2, 3, null) });
});
afterAll(() => engine.close());

const rowsOf = async (sql: string) =>
  (await engine.ask(translateSelect(parseSelect(sql), df))).map((row) =>
    Object.entries(row)
      .map(([key, value]) => `${key}=${value}`)
      .join(" "),
  );

test.each<[string, string[]]>([
  ["SELECT * FROM df LIMIT 2", ["k=a n=1", "k=b n=2"]],
  ["select n * 2 as twice, k from df where n > 1 order by n desc;", ["twice=6 k=a", "twice=4 k=b"]],
  [
    "SELECT k, sum(n) AS total, count(*) c FROM df GROUP BY k ORDER BY k",
    ["k=null total=null c=1", "k=a total=4 c=2", "k=b total=2 c=1"],
  ],
  ["SELECT sum(n) / count(n) AS mean FROM df", ["mean=2"]],
  ["SELECT upper(k) AS u, max(n) FROM df GROUP BY upper(k) HAVING max(n) > 2", ["u=A max(n)=3"]],
  ["SELECT n % 2 AS odd, count(*) AS c FROM df WHERE n IS NOT NULL GROUP BY 1 ORDER BY 2", ["odd=0 c=1", "odd=1 c=2"]],
  ["SELECT DISTINCT k FROM df ORDER BY k NULLS LAST", ["k=a", "k=b", "k=null"]],
  [
    "SELECT df.k, row_number() OVER (PARTITION BY k ORDER BY n) r FROM df ORDER BY k, r LIMIT 3",
    ["k=null r=1", "k=a r=1", "k=a r=2"],
  ],
])("%s", async (sql, rows) => {
  expect(await rowsOf(sql)).toEqual(rows);
});

test.each([
  ["SELECT * FROM other", 'reads "other"; the table that a step of SQL has is called df'],
  ["SELECT * FROM df JOIN df", "this one has JOIN"],
  ["WITH a AS (SELECT 1) SELECT * FROM a", "this one has WITH"],
  ["SELECT * FROM (SELECT 1)", "a query in FROM"],
  ["SELECT n, sum(n) FROM df", "add it to GROUP BY"],
  ["SELECT m FROM df", 'There is no column "m"'],
  ["SELECT n, n FROM df", 'two columns the name "n"'],
  ["DELETE FROM df", "needs SELECT"],
])("%s is refused", async (sql, words) => {
  await expect(rowsOf(sql)).rejects.toThrow(words);
});
