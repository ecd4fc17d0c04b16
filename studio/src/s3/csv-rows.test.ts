import { expect, test } from "vitest";
import { csvRows } from "./csv-rows.ts";

test("quotes hold separators, line ends and quotes", () => {
  expect(csvRows('a,"b,""c""\n",d\r\n1,2,3\n', ",", 10, true)).toEqual([
    ["a", 'b,"c"\n', "d"],
    ["1", "2", "3"],
  ]);
});

test("a last row without a line end is whole or may be cut", () => {
  expect(csvRows("1;2\n3;4", ";", 10, true)).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
  expect(csvRows("1;2\n3;4", ";", 10, false)).toEqual([["1", "2"]]);
  expect(csvRows("1;2", ";", 10, false)).toEqual([["1", "2"]]);
});

test("no more rows are read than asked for", () => {
  expect(csvRows("1\n2\n3\n", ",", 2, true)).toEqual([["1"], ["2"]]);
});
