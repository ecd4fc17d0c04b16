import { expect, test } from "vitest";
import { givenTable, tableSource } from "./table-source.ts";

const rows = (word: string) => ({ kind: "query", sql: word });

test.for([
  ["shop.orders", { ...rows('SELECT * FROM "shop"."orders"'), table: { database: "shop", name: "orders" } }],
  ['shop.my"table', expect.objectContaining(rows('SELECT * FROM "shop"."my""table"'))],
  ["SELECT * FROM shop.orders", rows("SELECT * FROM shop.orders")],
  ["with a as (select 1) select * from a", rows("with a as (select 1) select * from a")],
  ["s3://lake/select this.csv", { kind: "file", uri: "s3://lake/select this.csv", format: "csv", delimiter: "," }],
  ["select.csv", expect.objectContaining({ kind: "file", format: "csv" })],
  ["here/shop.orders.tsv.gz", expect.objectContaining({ kind: "file", format: "csv", delimiter: "\t" })],
] as const)("%s is a file, a table or a query", ([word, table]) => {
  expect(tableSource(word, {})).toEqual(table);
});

test("a file that is there is no table, and neither is what has a format", () => {
  expect(() => tableSource("package.json", {})).not.toThrow();
  expect(tableSource("vitest.config", { format: "csv" })).toMatchObject({ kind: "file" });
  expect(() => tableSource("vitest.config.ts", {})).toThrow(/does not say how it is written; give --format csv/);
});

test("one table is looked at, and it is named", () => {
  expect(givenTable("report", undefined, { query: "SELECT 1", database: "shop", workgroup: "team" })).toEqual({
    ...rows("SELECT 1"),
    database: "shop",
    workGroup: "team",
  });
  expect(() => givenTable("report", undefined, {})).toThrow("report takes a TABLE");
  expect(() => givenTable("report", "a.csv", { query: "SELECT 1" })).toThrow("give a.csv or --query, and not both");
  expect(() => givenTable("report", undefined, { query: " " })).toThrow("The query is empty");
});
