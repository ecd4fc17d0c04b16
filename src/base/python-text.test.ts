import { expect, it } from "vitest";
import { pythonFloat, pythonJsonFloat } from "./python-text.ts";

it.each<[number, string]>([
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [-2.5, "-2.5"],
  [0.1, "0.1"],
  [Math.fround(0.1), "0.10000000149011612"],
  [1e-4, "0.0001"],
  [9.999e-5, "9.999e-05"],
  [1e-5, "1e-05"],
  [1.5e-7, "1.5e-07"],
  [9999999999999998, "9999999999999998.0"],
  [1e16, "1e+16"],
  [123456789012345680, "1.2345678901234568e+17"],
  [1e22, "1e+22"],
  [5e-324, "5e-324"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
])("%d is written %s", (value, text) => {
  expect(pythonFloat(value)).toBe(text);
  expect(pythonJsonFloat(value)).toBe(text);
});

it("writes what is no number as Python does, in JSON too", () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  expect(values.map(pythonFloat)).toEqual(["nan", "inf", "-inf"]);
  expect(values.map(pythonJsonFloat)).toEqual(["NaN", "Infinity", "-Infinity"]);
});
