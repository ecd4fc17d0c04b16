import { expect, it } from "vitest";
import { parsePython, pythonJson, pythonStr } from "./python-value.ts";

/** A text, and what Python 3.11 makes of it: str(json.loads(text)), and json.dumps of that with sorted keys. */
it.each<[string, string, string]>([
  ["1", "1", "1"],
  ["1.0", "1.0", "1.0"],
  ["-0", "0", "0"],
  ["1e5", "100000.0", "100000.0"],
  ["1E400", "inf", "Infinity"],
  ["  2 ", "2", "2"],
  ["123456789012345678901234567890", "123456789012345678901234567890", "123456789012345678901234567890"],
  ['[1, "a\'b", null, true]', `[1, "a'b", None, True]`, `[1,"a'b",null,true]`],
  [`{"b": "x\\"y'z", "a": 1e-7}`, `{'b': 'x"y\\'z', 'a': 1e-07}`, `{"a":1e-07,"b":"x\\"y'z"}`],
  ['"\\u65e5\\t\\u200b"', "日\t\u200b", '"\\u65e5\\t\\u200b"'],
  ['["\\ud83d\\ude00", "\\u007f"]', "['😀', '\\x7f']", '["\\ud83d\\ude00","\\u007f"]'],
  ["NaN", "nan", "NaN"],
])("reads and writes %j as Python does", (text, str, json) => {
  const value = parsePython(text)!;
  expect([pythonStr(value), pythonJson(value)]).toEqual([str, json]);
});

it("writes each item on a line of its own, as json.dumps does with an indent", () => {
  const value = parsePython(
    '{"b": [1, 1.0, [], {}], "a": Infinity, "\u65e5": {"10": NaN, "9": 123456789012345678901}}',
  )!;
  expect(pythonJson(value, 4)).toBe(`{
    "a": Infinity,
    "b": [
        1,
        1.0,
        [],
        {}
    ],
    "\\u65e5": {
        "10": NaN,
        "9": 123456789012345678901
    }
}`);
});

it("reads null as a value, and not what json.loads refuses", () => {
  expect(parsePython("null")).toBeNull();
  for (const text of ["01", "tru", "", "[1,]", '"a\nb"', "1 2", "{1: 2}", "'a'", `${"[".repeat(5000)}`])
    expect(parsePython(text)).toBeUndefined();
});
