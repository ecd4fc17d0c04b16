import { expect, test } from "vitest";
import { indentedJson, jsonText } from "./json-text.ts";

test("JSON is put in lines as JSON.stringify does", () => {
  const value = { a: [], b: {}, c: [1, [true, null]], "d:,[": { e: 'x"\\{\n' }, f: "" };
  for (const given of [value, [], {}, [[]], 1, "a", null])
    expect(indentedJson(JSON.stringify(given))).toBe(JSON.stringify(given, undefined, 2));
  expect(indentedJson(JSON.stringify(value, undefined, 7))).toBe(JSON.stringify(value, undefined, 2));
});

test("numbers, texts and names stay as they are written", () => {
  const text = '{"id": 9007199254740993, "p": 0.1234567890123456789, "e": 1.0E+2, "t": "\\u00e9", "id": 1e999}';
  expect(indentedJson(text)).toBe(
    '{\n  "id": 9007199254740993,\n  "p": 0.1234567890123456789,\n  "e": 1.0E+2,\n  "t": "\\u00e9",\n  "id": 1e999\n}',
  );
});

test("what is no JSON is not put in lines", () => {
  for (const text of ["", "{", "{a: 1}", "[1,]", "01"]) expect(indentedJson(text)).toBeUndefined();
});

test("a client's value is written whole", () => {
  const value = {
    whole: 9_007_199_254_740_993n,
    decimal: { type: "bigDecimal", string: "0.1234567890123456789" },
    none: undefined,
    time: new Date(0),
    bytes: new TextEncoder().encode("abc"),
    missing: Number.NaN,
    list: [undefined, "é"],
  };
  expect(jsonText(value)).toBe(
    '{"whole":9007199254740993,"decimal":0.1234567890123456789,"time":"1970-01-01T00:00:00.000Z","bytes":"YWJj","missing":"NaN","list":[null,"é"]}',
  );
});
