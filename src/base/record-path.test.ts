import { expect, test } from "vitest";
import { readRecordPath } from "./record-path.ts";

const read = (text: string) => {
  const path = readRecordPath(text);
  if (typeof path === "string") throw new Error(path);
  return path;
};

const record = { id: 7, features: [1, 2, 3, 4, 5], nested: { a: { b: 1 }, c: { b: 2 } }, "a.b": true, "[x]": 0 };

test.each([
  ["$", record],
  ["", record],
  ["$.id", 7],
  ["$['id']", 7],
  ['$["a.b"]', true],
  ["$['[x]']", 0],
  ["$.features", [1, 2, 3, 4, 5]],
  ["$.features[0]", 1],
  ["$.features[-1]", 5],
  ["$.features[0,-1]", [1, 5]],
  ["$.features[1:2]", [2, 3]],
  ["$.features[:1]", [1, 2]],
  ["$.features[3:]", [4, 5]],
  ["$.features[-2:]", [4, 5]],
  ["$.features[0,3:]", [1, 4, 5]],
  ["$.features[*]", [1, 2, 3, 4, 5]],
  ["$.features.*", [1, 2, 3, 4, 5]],
  ["$.nested.*.b", [1, 2]],
  ["$.nested.a.['b']", 1],
  ["$['id','features']", { id: 7, features: [1, 2, 3, 4, 5] }],
  ["$['id','absent']", { id: 7 }],
  ["$.absent", undefined],
  ["$.features[5]", undefined],
  ["$.features[0,9]", undefined],
  ["$.features[7:]", undefined],
  ["$.id.name", undefined],
  ["$['absent','gone']", undefined],
])("%s", (text, found) => {
  expect(read(text).select(record)).toEqual(found);
});

test.each([
  ["$[1:]", [1, 2, 3]],
  ["$[0,-1]", [0, 3]],
  ["$[1:2]", [1, 2]],
  ["$[2,0,2]", [2, 0, 2]],
  ["$[*]", [0, 1, 2, 3]],
  ["$[4]", undefined],
  ["$[-5]", undefined],
  ["$[4:]", undefined],
])("columns of %s", (text, columns) => {
  expect(read(text).columns(4)).toEqual(columns);
});

test("what names columns, and what names attributes", () => {
  expect(["$", "$[1:]", "$[*]", "$.id", "$[0][1]", "$['id']"].map((text) => read(text).isOfColumns)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test.each([
  ["id", "begins with $"],
  ["$.", "a name is missing"],
  ["$..id", "a name is missing"],
  ["$id", "begins neither a name nor a bracket"],
  ["$[0", "is not closed"],
  ["$[]", "holds neither names"],
  ["$[a]", "holds neither names"],
  ["$[1:2:3]", "holds neither names"],
  ["$[-]", "holds neither names"],
  ["$[?(@.a)]", "holds neither names"],
])("%s is no path", (text, why) => {
  expect(readRecordPath(text)).toContain(why);
});
