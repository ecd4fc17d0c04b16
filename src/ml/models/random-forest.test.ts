import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { growClassForest, growValueForest } from "./random-forest.ts";

/** Columns of noise; the class is a square of the first two, the value their sum. */
function noise(rows: number, columns: number, seed: number, missing = 0) {
  const random = createRandom(seed);
  const values = Float32Array.from({ length: rows * columns }, () =>
    random.next() < missing ? Number.NaN : random.next(),
  );
  const at = (row: number, column: number) => values[row * columns + column]!;
  const labels = Int32Array.from({ length: rows }, (_, row) => (at(row, 0) > 0.5 === at(row, 1) > 0.5 ? 1 : 0));
  const targets = Float64Array.from({ length: rows }, (_, row) => 1000 + (at(row, 0) || 0) * 4 + (at(row, 1) || 0));
  return { features: { rows, columns, values }, labels, targets };
}

const accuracy = (predictions: Float64Array, labels: Int32Array): number =>
  labels.reduce((sum, label, row) => sum + (predictions[row * 2 + 1]! > 0.5 === (label === 1) ? 1 : 0), 0) /
  labels.length;

describe("a forest of classes", () => {
  const options = { trees: 40, maxDepth: 8, columnsOfNode: 3, seed: 7 };

  test("tells rows that it has not seen, and out of its bag about as well", () => {
    const { features, labels } = noise(3000, 5, 1);
    const other = noise(2000, 5, 2);
    const forest = growClassForest(features, labels, 2, options);
    const [unseen, outOfBag] = [
      accuracy(forest.predict(other.features), other.labels),
      accuracy(forest.outOfBag, labels),
    ];
    expect(unseen).toBeGreaterThan(0.95);
    expect(outOfBag).toBeCloseTo(unseen, 1);
  });

  test("finds the columns that matter; the importances sum to 1", () => {
    const { features, labels } = noise(3000, 5, 3);
    const { importances } = growClassForest(features, labels, 2, options);
    expect(importances[0]! + importances[1]!).toBeGreaterThan(0.8);
    expect(importances.reduce((sum, one) => sum + one)).toBeCloseTo(1, 12);
  });

  test("is the same for a seed and another for another", () => {
    const { features, labels } = noise(500, 5, 4, 0.1);
    const grow = (seed: number) => growClassForest(features, labels, 2, { ...options, seed }).predict(features);
    expect(grow(1)).toEqual(grow(1));
    expect(grow(1)).not.toEqual(grow(2));
  });

  test("a missing value tells as another does", () => {
    const random = createRandom(5);
    const labels = Int32Array.from({ length: 400 }, () => random.below(2));
    const values = Float32Array.from(labels, (label) => (label === 1 ? Number.NaN : random.next()));
    const forest = growClassForest({ rows: 400, columns: 1, values }, labels, 2, options);
    expect(accuracy(forest.predict({ rows: 400, columns: 1, values }), labels)).toBe(1);
  });
});

describe("a forest of values", () => {
  test("is near them", () => {
    const { features, targets } = noise(3000, 3, 6, 0.02);
    const forest = growValueForest(features, targets, {
      trees: 30,
      maxDepth: 0,
      columnsOfNode: 2,
      maxBins: 256,
      minLeafRows: 3,
      seed: 1,
    });
    let sum = 0;
    for (const [row, value] of targets.entries()) sum += (forest.outOfBag[row]! - value) ** 2;
    expect(Math.sqrt(sum / targets.length)).toBeLessThan(0.2);
    expect(forest.importances[0]).toBeGreaterThan(forest.importances[1]!);
    expect(forest.importances[1]).toBeGreaterThan(forest.importances[2]!);
  });

  test("a value that all rows have is the answer, without a test of any column", () => {
    const { features } = noise(50, 3, 7);
    const forest = growValueForest(features, new Float64Array(50).fill(0.1), { seed: 1 });
    expect([...forest.predict(features)].every((value) => Math.abs(value - 0.1) < 1e-15)).toBe(true);
    expect([...forest.importances]).toEqual([0, 0, 0]);
  });

  test("one row, and no column", () => {
    const one = { rows: 1, columns: 1, values: Float32Array.of(1) };
    expect([...growValueForest(one, Float64Array.of(5), { seed: 1 }).predict(one)]).toEqual([5]);
    const none = { rows: 4, columns: 0, values: new Float32Array(0) };
    expect([...growValueForest(none, Float64Array.of(1, 2, 3, 4), { seed: 1 }).predict(none)]).toHaveLength(4);
  });
});
