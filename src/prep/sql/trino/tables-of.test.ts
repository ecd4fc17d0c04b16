import { expect, test } from "vitest";
import { parseStatement } from "./parse-statement.ts";
import { tablesOf } from "./tables-of.ts";

const names = (text: string) =>
  tablesOf(parseStatement(text)).map(({ catalog, database, name }) =>
    [catalog, database, name].filter((part) => part !== undefined).join("."),
  );

test("a table is named once, wherever it is read", () => {
  expect(
    names("SELECT (SELECT max(x) FROM b.u) FROM T JOIN c.b.v ON EXISTS (TABLE t) WHERE a IN (SELECT 1 FROM w)"),
  ).toEqual(["b.u", "t", "c.b.v", "w"]);
});

test("the names of WITH are no tables, but a table with the database before its name is one", () => {
  expect(names("WITH q AS (SELECT * FROM t), p AS (SELECT * FROM q) SELECT * FROM p, q, d.q")).toEqual(["t", "d.q"]);
});

test("outside WITH RECURSIVE a query that reads its own name reads a table", () => {
  expect(names("WITH q AS (SELECT * FROM q) SELECT * FROM q")).toEqual(["q"]);
  expect(names("WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n FROM q) SELECT * FROM q")).toEqual([]);
});
