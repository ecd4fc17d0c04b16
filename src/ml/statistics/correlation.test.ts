import { expect, test } from "vitest";
import { cramersV, meansOfCategories, pearson } from "./correlation.ts";
import { rankColumn, spearman as spearmanOf, spearmanOfCategories } from "./rank-correlation.ts";

const numbers = (...values: number[]) => Float64Array.from(values);
const spearman = (x: Float64Array, y: Float64Array) => spearmanOf(rankColumn(x), rankColumn(y));
const codes = (...values: number[]) => Int32Array.from(values);

test("equal numbers share the mean of their ranks", () => {
  expect([...rankColumn(numbers(3, 1, 3, Number.NaN, 2, 3)).ranks]).toEqual([4, 1, 4, Number.NaN, 2, 4]);
  expect([...rankColumn(numbers()).ranks]).toEqual([]);
});

test("Pearson's correlation leaves out rows in which a value is missing", () => {
  expect(pearson(numbers(1, 2, 3, Number.NaN), numbers(2, 4, 6, 100))).toBeCloseTo(1, 15);
  expect(pearson(numbers(1, 2, 3), numbers(3, 2, 1))).toBeCloseTo(-1, 15);
  // By hand: the sums of squares are 2 and 14/3, that of products 3.
  expect(pearson(numbers(1, 2, 3), numbers(1, 2, 4))).toBeCloseTo(3 / Math.sqrt(2 * (14 / 3)), 15);
});

test("a column of one value is correlated with nothing, whatever rounding makes of its mean", () => {
  expect(pearson(numbers(0.1, 0.1, 0.1), numbers(1, 2, 3))).toBeNaN();
  expect(pearson(numbers(1), numbers(1))).toBeNaN();
  expect(spearman(numbers(), numbers())).toBeNaN();
});

test("Spearman's correlation sees order alone, and ranks among the rows that have both values", () => {
  expect(spearman(numbers(1, 2, 3, 4), numbers(1, 8, 27, 64))).toBeCloseTo(1, 15);
  expect(spearman(numbers(1, 5, Number.NaN, 9), numbers(30, 20, 100, 10))).toBeCloseTo(-1, 15);
});

test("categories become the mean of a column, and are ranked by it with all their rows", () => {
  const who = codes(0, 0, 1, -1, 1, 2);
  const column = numbers(1, 3, 5, 7, Number.NaN, 0);
  const means = meansOfCategories(who, 4, column);
  expect([...means]).toEqual([2, 5, 0, Number.NaN]);
  const ranks = spearman(numbers(2, 2, 5, Number.NaN, Number.NaN, 0), column);
  expect(spearmanOfCategories(who, means, rankColumn(column))).toBe(ranks);
});

test("Cramér's V is 1 where one column says the other, 0 where it says nothing, and nothing of one category", () => {
  expect(cramersV(codes(0, 1, 2, 0), 3, codes(2, 0, 1, 2), 3)).toBe(1);
  expect(cramersV(codes(0, 0, 1, 1), 2, codes(0, 1, 0, 1), 2)).toBe(0);
  expect(cramersV(codes(0, 1, -1), 2, codes(0, 0, 1), 2)).toBeNaN();
});
