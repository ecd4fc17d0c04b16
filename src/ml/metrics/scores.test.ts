import { expect, test } from "vitest";
import { classScores } from "./class-scores.ts";
import { rankingScores, rocAucOfClasses } from "./ranking-scores.ts";
import { regressionScores } from "./regression-scores.ts";

const numbers = (...values: number[]) => Float64Array.from(values);
const codes = (...values: number[]) => Int32Array.from(values);

// The expected figures are computed by hand.
test("values", () => {
  expect(regressionScores(numbers(1, 2, 3, 6), numbers(1, 3, 3, 3))).toEqual({
    r2: 1 - 10 / 14,
    meanSquaredError: 2.5,
    rootMeanSquaredError: Math.sqrt(2.5),
    meanAbsoluteError: 1,
    medianAbsoluteError: 0.5,
    maxError: 3,
  });
});

test("of values that are all the same R² is 1 where they are met, else 0; of one row there is none", () => {
  expect(regressionScores(numbers(2, 2), numbers(2, 2)).r2).toBe(1);
  expect(regressionScores(numbers(2, 2), numbers(2, 3)).r2).toBe(0);
  expect(regressionScores(numbers(2), numbers(2)).r2).toBeNaN();
});

test("classes: one that is neither there nor predicted counts nowhere", () => {
  const scores = classScores(codes(0, 0, 1, 1), codes(0, 1, 1, 1), 3);
  expect(scores).toMatchObject({
    accuracy: 0.75,
    balancedAccuracy: 0.75,
    confusion: [
      [1, 1, 0],
      [0, 2, 0],
      [0, 0, 0],
    ],
    macro: { precision: (1 + 2 / 3) / 2, recall: 0.75, f1: (2 / 3 + 4 / 5) / 2 },
    weighted: { precision: (1 + 2 / 3) / 2, recall: 0.75, f1: (2 / 3 + 4 / 5) / 2 },
  });
  expect(scores.classes[2]).toEqual({ precision: 0, recall: 0, f1: 0, rows: 0 });
});

test("ranks: equal scores are one step", () => {
  const { rocAuc, averagePrecision } = rankingScores(numbers(0, 1, 0, 1), numbers(0.1, 0.5, 0.5, 0.9));
  expect(rocAuc).toBe(3.5 / 4);
  expect(averagePrecision).toBeCloseTo((1 + 2 / 3) / 2, 15);
  expect(rankingScores(numbers(1, 1), numbers(0, 1))).toEqual({ rocAuc: Number.NaN, averagePrecision: 1 });
});

test("each class against all others", () => {
  const shares = numbers(0.8, 0.1, 0.1, 0.2, 0.7, 0.1, 0.3, 0.4, 0.3);
  expect(rocAucOfClasses(codes(0, 1, 2), shares, 3)).toBe(1);
  expect(rocAucOfClasses(codes(1, 1), numbers(0, 1, 0, 1), 2)).toBeNaN();
});
