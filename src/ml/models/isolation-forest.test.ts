import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { growIsolationForest } from "./isolation-forest.ts";

const cloud = (rows: number, columns: number, seed: number) => {
  const random = createRandom(seed);
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, () => random.next() + random.next()) };
};

test("rows far from all others are the least usual, and below 0", () => {
  const features = cloud(2000, 3, 1);
  for (const row of [5, 700]) features.values.fill(row, row * 3, row * 3 + 3);
  const scores = growIsolationForest(features, { seed: 1 }).score(features);
  const order = [...scores.keys()].sort((one, other) => scores[one]! - scores[other]!);
  expect(order.slice(0, 2).sort((one, other) => one - other)).toEqual([5, 700]);
  expect(scores[5]).toBeLessThan(0);
  expect(scores.filter((score) => score < 0).length).toBeLessThan(1000);
});

test("the same seed gives the same scores, another others", () => {
  const features = cloud(300, 2, 2);
  features.values[7] = Number.NaN;
  const scores = (seed: number) => growIsolationForest(features, { seed, trees: 20 }).score(features);
  expect(scores(1)).toEqual(scores(1));
  expect(scores(1)).not.toEqual(scores(2));
  expect(scores(1).every(Number.isFinite)).toBe(true);
});

test("rows that are all alike, one row and no column", () => {
  const alike = { rows: 4, columns: 1, values: new Float32Array(4) };
  expect(new Set(growIsolationForest(alike, { seed: 1 }).score(alike)).size).toBe(1);
  const one = { rows: 1, columns: 1, values: new Float32Array(1) };
  expect([...growIsolationForest(one, { seed: 1 }).score(one)]).toEqual([0]);
  const none = { rows: 3, columns: 0, values: new Float32Array(0) };
  expect([...growIsolationForest(none, { seed: 1 }).score(none)]).toEqual([0, 0, 0].map(() => expect.closeTo(0, 12)));
});
