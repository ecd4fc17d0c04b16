import { expect, test } from "vitest";
import { averageRanks } from "./average-ranks.ts";
import { cramersV, meansOfCategories, pearson, spearman } from "./correlation.ts";

const numbers = (...values: number[]) => Float64Array.from(values);
const codes = (...values: number[]) => Int32Array.from(values);

test("equal numbers share the mean of their ranks", () => {
  expect([...averageRanks(numbers(3, 1, 3, 2, 3))]).toEqual([4, 1, 4, 2, 4]);
  expect([...averageRanks(numbers())]).toEqual([]);
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

test("categories become the mean of a column", () => {
  const means = meansOfCategories(codes(0, 0, 1, -1, 1), 2, numbers(1, 3, 5, 7, Number.NaN));
  expect([...means]).toEqual([2, 2, 5, Number.NaN, Number.NaN]);
});

test("Cramér's V is 1 where one column says the other, 0 where it says nothing, and nothing of one category", () => {
  expect(cramersV(codes(0, 1, 2, 0), 3, codes(2, 0, 1, 2), 3)).toBe(1);
  expect(cramersV(codes(0, 0, 1, 1), 2, codes(0, 1, 0, 1), 2)).toBe(0);
  expect(cramersV(codes(0, 1, -1), 2, codes(0, 0, 1), 2)).toBeNaN();
});
