import { afterAll, beforeAll, expect, test } from "vitest";
import { type ExampleEngine, openExampleEngine } from "../../duckdb.fixture.ts";
import { longs, texts } from "../../example-columns.ts";
import type { Relation } from "../relation.ts";
import { parseQuery } from "./parse-query.ts";
import { translateQuery } from "./translate-query.ts";

let engine: ExampleEngine;
let df: Relation;
beforeAll(async () => {
  engine = await openExampleEngine();
  df = await engine.tableOf("df", { k: texts("a", "b", "a", null), n: longs(1, 2, 3, null) });
});
afterAll(() => engine.close());

const rowsOf = async (sql: string) =>
  (await engine.ask(translateQuery(parseQuery(sql), new Map([["df", df]])))).map((row) =>
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
  ["SELECT a.n, b.k FROM df a JOIN df b ON a.n = b.n + 1 ORDER BY a.n", ["n=2 k=a", "n=3 k=b"]],
  [
    "SELECT a.k, count(b.n) c FROM df a LEFT JOIN df b ON a.k = b.k AND b.n > 1 GROUP BY a.k ORDER BY 1",
    ["k=null c=0", "k=a c=2", "k=b c=1"],
  ],
  [
    "SELECT * FROM df JOIN (SELECT k, max(n) AS most FROM df GROUP BY k) AS m USING (k) WHERE n = most ORDER BY k",
    ["k=a n=3 most=3", "k=b n=2 most=2"],
  ],
  [
    "SELECT * FROM (SELECT k FROM df WHERE n > 2) x FULL JOIN (SELECT 'z' AS k FROM df LIMIT 1) y USING (k) ORDER BY k",
    ["k=a", "k=z"],
  ],
  ["SELECT a.n FROM df a LEFT SEMI JOIN df b ON a.n = b.n AND b.k = 'a' ORDER BY n", ["n=1", "n=3"]],
  ["SELECT a.n FROM df a LEFT ANTI JOIN df b ON a.n = b.n AND b.k = 'a' ORDER BY n NULLS LAST", ["n=2", "n=null"]],
  ["SELECT a.n AS x, b.n AS y FROM df a, df b WHERE a.n < b.n ORDER BY x, y", ["x=1 y=2", "x=1 y=3", "x=2 y=3"]],
  ["SELECT a.* FROM df a JOIN df b ON a.n = b.n AND a.n <> 2 ORDER BY n", ["k=a n=1", "k=a n=3"]],
  ["SELECT k FROM df UNION SELECT upper(k) FROM df ORDER BY k", ["k=null", "k=A", "k=B", "k=a", "k=b"]],
  ["SELECT n FROM df WHERE n > 2 UNION ALL SELECT n * 1.5 FROM df WHERE n = 2 ORDER BY 1 DESC LIMIT 1", ["n=3"]],
  ["SELECT k FROM df EXCEPT SELECT 'a' FROM df ORDER BY k", ["k=null", "k=b"]],
  ["(SELECT k FROM df) INTERSECT (SELECT k FROM df WHERE n IS NULL OR n = 2) ORDER BY k", ["k=null", "k=b"]],
  ["WITH big AS (SELECT * FROM df WHERE n > 1), two AS (SELECT * FROM big) SELECT count(*) AS c FROM two", ["c=2"]],
  ["SELECT n FROM df WHERE n IN (SELECT max(n) FROM df GROUP BY k) ORDER BY n", ["n=2", "n=3"]],
  ["SELECT n FROM df WHERE NOT n IN (SELECT n FROM df WHERE k = 'a') ORDER BY n", ["n=2"]],
  ["SELECT n - (SELECT min(n) FROM df) AS d FROM df WHERE EXISTS (SELECT 1 FROM df WHERE n = 3) AND n = 2", ["d=1"]],
  [
    "SELECT count_if(n > 1) AS c, bool_and(n > 0) AS e, bool_or(n > 2) AS s, max_by(k, n) AS m, percentile(n, 0.5) AS p FROM df",
    ["c=2 e=true s=true m=a p=2"],
  ],
  [
    "SELECT n, ntile(2) OVER (ORDER BY n) t, percent_rank() OVER (ORDER BY n) p FROM df WHERE n IS NOT NULL ORDER BY n",
    ["n=1 t=1 p=0", "n=2 t=1 p=0.5", "n=3 t=2 p=1"],
  ],
])("%s", async (sql, rows) => {
  expect(await rowsOf(sql)).toEqual(rows);
});

test.each([
  ["SELECT * FROM other", 'reads "other"; the table that a step of SQL has is called df'],
  ["SELECT * FROM df JOIN df", "Two tables of FROM are called df"],
  ["SELECT * FROM df LATERAL VIEW explode(x) t", "has LATERAL, which is not taken"],
  ["SELECT n FROM df a JOIN df b ON a.n = b.n", '"n" is a column of a and b; write the table before it: a.n'],
  ["SELECT a.n FROM df a LEFT JOIN df b ON a.n < b.n", "filter a table first"],
  ["SELECT n FROM df UNION SELECT n, k FROM df", "UNION has 1 value on its left and 2 on its right"],
  ["SELECT n FROM df WHERE n = (SELECT n, k FROM df)", "selects 2 values; one is needed"],
  ["SELECT c.n FROM df", "There is no column"],
  ["SELECT n, sum(n) FROM df", "add it to GROUP BY"],
  ["SELECT m FROM df", 'There is no column "m"'],
  ["SELECT n, n FROM df", 'two columns the name "n"'],
  ["DELETE FROM df", "needs SELECT"],
])("%s is refused", async (sql, words) => {
  await expect(rowsOf(sql)).rejects.toThrow(words);
});
