import { expect, test } from "vitest";
import { givenTable, tableSource } from "./table-source.ts";

const given = (options: Readonly<Record<string, string>> = {}, ...switches: string[]) => ({
  options,
  switches: new Set(switches),
});
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
  expect(tableSource(word, given())).toEqual(table);
});

test("a file that is there is no table, and neither is what has a format", () => {
  expect(() => tableSource("package.json", given())).not.toThrow();
  expect(tableSource("vitest.config", given({ format: "csv" }))).toMatchObject({ kind: "file" });
  expect(() => tableSource("vitest.config.ts", given())).toThrow(/does not say how it is written; give --format csv/);
});

test("one table is looked at, and it is named", () => {
  expect(givenTable("report", undefined, given({ query: "SELECT 1", database: "shop", workgroup: "team" }))).toEqual({
    ...rows("SELECT 1"),
    database: "shop",
    workGroup: "team",
  });
  expect(() => givenTable("report", undefined, given({}))).toThrow("report takes a TABLE");
  expect(() => givenTable("report", "a.csv", given({ query: "SELECT 1" }))).toThrow(
    "give a.csv or --query, and not both",
  );
  expect(() => givenTable("report", undefined, given({ query: " " }))).toThrow("The query is empty");
});

test("how a file of CSV is written is told by its name and by options", () => {
  const file = { kind: "file", format: "csv" };
  expect(tableSource("rows.csv.zst", given())).toMatchObject({ ...file, delimiter: "," });
  expect(tableSource("rows.ndjson.gz", given())).toMatchObject({ kind: "file", format: "jsonl" });
  const told = given({ delimiter: "\\t", encoding: "iso-8859-1" }, "no-header");
  expect(tableSource("rows.csv", told)).toEqual({
    ...file,
    ...{ uri: "rows.csv", delimiter: "\t", encoding: "iso-8859-1", hasHeader: false },
  });
});

test("a folder of this machine is written as its files are", () => {
  expect(tableSource("examples/data", given({ format: "csv" }))).toMatchObject({ kind: "file", isFolder: true });
  expect(tableSource("docs/reference", given({ format: "json" }))).toMatchObject({ isFolder: true });
  expect(() => tableSource("docs/guide", given())).toThrow(/guide does not say how it is written/);
  expect(tableSource("s3://lake/rows/", given({ format: "csv" }))).toMatchObject({ isFolder: true });
});
