import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

test("a matrix of two rows", () => {
  const [first, second] = symmetricEigen([
    [2, 1],
    [1, 2],
  ]);
  expect(first!.value).toBeCloseTo(3, 12);
  expect(first!.vector.map((one) => Number(one.toFixed(12)))).toEqual(
    [Math.SQRT1_2, Math.SQRT1_2].map((one) => Number(one.toFixed(12))),
  );
  expect(second!.value).toBeCloseTo(1, 12);
});

test("a matrix times its vectors is its values times them, and they are at right angles", () => {
  const random = createRandom(1);
  const size = 40;
  const half = Array.from({ length: size }, () => Array.from({ length: size }, () => random.next() - 0.5));
  const matrix = half.map((row, i) =>
    row.map((_, j) => half[i]!.reduce((sum, value, k) => sum + value * half[j]![k]!, 0)),
  );
  const pairs = symmetricEigen(matrix);
  for (const [index, { value, vector }] of pairs.entries()) {
    for (const [i, row] of matrix.entries())
      expect(row.reduce((sum, one, j) => sum + one * vector[j]!, 0)).toBeCloseTo(value * vector[i]!, 9);
    for (const other of pairs.slice(index + 1))
      expect(vector.reduce((sum, one, i) => sum + one * other.vector[i]!, 0)).toBeCloseTo(0, 9);
    expect(value).toBeLessThanOrEqual(pairs[index - 1]?.value ?? Infinity);
  }
});

test("zeros and one row", () => {
  expect(symmetricEigen([[5]])).toEqual([{ value: 5, vector: [1] }]);
  expect(
    symmetricEigen([
      [0, 0],
      [0, 0],
    ]).map(({ value }) => value),
  ).toEqual([0, 0]);
});
