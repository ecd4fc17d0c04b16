import { expect, test } from "vitest";
import { varianceInflation } from "./variance-inflation.ts";

const matrix = (...rows: number[][]) => rows.map((row) => Float64Array.from(row));

test("columns at right angles have 1, two correlated ones 1 / (1 - r²)", () => {
  expect([...varianceInflation(matrix([1, 0], [0, 1]))]).toEqual([1, 1]);
  for (const factor of varianceInflation(matrix([1, 0.8], [0.8, 1]))) expect(factor).toBeCloseTo(1 / 0.36, 12);
  expect([...varianceInflation([])]).toEqual([]);
});

test("columns that are the same are infinite, a third that they tell nothing of is not", () => {
  expect([...varianceInflation(matrix([1, 1, 0.6], [1, 1, 0.6], [0.6, 0.6, 1]))]).toEqual([
    Infinity,
    Infinity,
    expect.closeTo(1 / 0.64, 12),
  ]);
});

test("of three columns of which one is the sum of two all are infinite", () => {
  const half = Math.SQRT1_2;
  const factors = varianceInflation(matrix([1, 0, half, 0], [0, 1, half, 0], [half, half, 1, 0], [0, 0, 0, 1]));
  expect([...factors]).toEqual([Infinity, Infinity, Infinity, 1]);
});

test("a column of one value has no factor and tells nothing of others", () => {
  const none = Number.NaN;
  expect([...varianceInflation(matrix([1, none, 0], [none, none, none], [0, none, 1]))]).toEqual([1, none, 1]);
});
