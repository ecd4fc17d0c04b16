import { expect, test } from "vitest";
import { placeIn, statementAt, statementsIn, tablesIn } from "./statements.ts";

const texts = (text: string) => statementsIn(text).map((one) => one.text);

test("statements end with a semicolon, but not inside of texts, names and comments", () => {
  expect(texts("SELECT 1; SELECT 2 ;")).toEqual(["SELECT 1", "SELECT 2"]);
  expect(texts(`SELECT 'a;b', "c;d" -- e;f\nFROM t; /* g;h */ SELECT ';''' `)).toEqual([
    `SELECT 'a;b', "c;d" -- e;f\nFROM t`,
    "/* g;h */ SELECT ';'''",
  ]);
  expect(texts("-- nothing\n;;\n /* and nothing */")).toEqual([]);
  expect(texts("SELECT 'not closed; it goes on")).toEqual(["SELECT 'not closed; it goes on"]);
});

test("a statement knows where it stands, and which one a place is in", () => {
  const text = "SELECT 1;\n\n  SELECT 2";
  expect(statementsIn(text)[1]).toEqual({ text: "SELECT 2", from: 13, to: 21 });
  expect(statementAt(text, 3)?.text).toBe("SELECT 1");
  expect(statementAt(text, 10)?.text).toBe("SELECT 1");
  expect(statementAt(text, 15)?.text).toBe("SELECT 2");
  expect(statementAt("  SELECT 3", 0)?.text).toBe("SELECT 3");
  expect(statementAt("-- none", 0)).toBeUndefined();
});

test("the place of a refusal is found in its statement", () => {
  const statement = "SELECT a,\n  nowhere\nFROM t";
  const place = placeIn(statement, "COLUMN_NOT_FOUND: line 2:3: Column 'nowhere' cannot be resolved");
  expect(statement.slice(place)).toBe("nowhere\nFROM t");
  expect(placeIn("SELECT", "line 1:90: mismatched input '<EOF>'")).toBe(6);
  expect(placeIn(statement, "Query exhausted resources")).toBeUndefined();
});

test("tables that a statement names are found, with their aliases", () => {
  expect(tablesIn(`SELECT * FROM orders o JOIN "Shop".items AS i ON o.id = i.id WHERE 1 = 1`)).toEqual([
    { table: "orders", database: undefined, alias: "o" },
    { table: "items", database: "shop", alias: "i" },
  ]);
  expect(tablesIn("INSERT INTO a.b.c SELECT 1")).toEqual([{ table: "c", database: "b", alias: undefined }]);
  expect(tablesIn("SELECT * FROM orders WHERE x = 1")).toEqual([
    { table: "orders", database: undefined, alias: undefined },
  ]);
});
