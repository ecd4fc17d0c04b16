import { expect, test } from "vitest";
import { type FormatName, rowFormats, textLines } from "./row-formats.ts";
import { onOneLine, textWidth } from "./text-width.ts";

const columns = [
  { name: "id", type: "integer" },
  { name: "name", type: "varchar" },
  { name: "id", type: "double" },
];
const pages = [
  [
    ["1", "日本", "1.5"],
    ["22", undefined, "NaN"],
  ],
  [["333333", 'a "b"\n\u001b[31m', "1.0E10"]],
];

function shown(name: FormatName, width?: number, given: (string | undefined)[][][] = pages): string {
  const format = rowFormats[name](width);
  return format.begin(columns) + given.map((page) => format.page(page)).join("") + format.end();
}

test("a table is aligned, wide characters too, and grows with later pages", () => {
  expect(shown("table")).toBe(` id | name | id
----+------+-----
  1 | 日本 | 1.5
 22 | NULL | NaN
 333333 | a "b"\\n\\u001b[31m | 1.0E10
`);
  expect(shown("table", 0)).toBe(shown("table"));
  expect(shown("table", undefined, [])).toBe(" id | name | id\n----+------+----\n");
});

test("a table that is wider than the terminal has a line for each value", () => {
  expect(shown("table", 12, pages.slice(0, 1))).toBe(`-- row 1
 id   | 1
 name | 日本
 id   | 1.5
-- row 2
 id   | 22
 name | NULL
 id   | NaN
`);
});

test("CSV tells null from empty, and JSON has numbers with all their digits", () => {
  expect(shown("csv", undefined, [[["1", "", undefined]]])).toBe('"id","name","id"\n"1","",\n');
  expect(JSON.parse(shown("json"))).toEqual([
    { id: 1, name: "日本", id_2: 1.5 },
    { id: 22, name: null, id_2: "NaN" },
    { id: 333333, name: 'a "b"\n\u001b[31m', id_2: 1e10 },
  ]);
  expect(shown("json", undefined, [[["12345678901234567890", "", "-0.0"]]])).toContain('"id":12345678901234567890');
  expect(JSON.parse(shown("json", undefined, []))).toEqual([]);
});

test("lines of text have nothing that a terminal would obey", () => {
  expect(textLines.table([["a\tb\u001b[2J"]])).toBe("a\tb[2J\n");
  expect(JSON.parse(textLines.json([["a"], ["b"]]))).toEqual(["a", "b"]);
  expect(JSON.parse(textLines.json([]))).toEqual([]);
});

test.each<[string, number]>([
  ["plain", 5],
  ["日本語", 6],
  ["é", 1],
  ["e\u0301", 1],
  ["👩‍👩‍👧", 2],
  ["❤️", 2],
  ["한글", 4],
  ["a\u200bb", 2],
])("%s takes %i columns", (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test("a text that turns its direction is on one line as it is", () => {
  expect(onOneLine("a\u202eb\r")).toBe("a\\u202eb\\r");
});
