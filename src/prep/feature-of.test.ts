import { expect, test } from "vitest";
import { double, text, vector } from "./column-type.ts";
import { featureOf, featuresOf, matrixOf } from "./feature-of.ts";
import { createTableSample, type SampleColumn } from "./table-sample.ts";

function columnOf(values: readonly unknown[], type = text): SampleColumn {
  const maker = createTableSample([{ name: "c", type }], values.length);
  maker.add(values.length, [values]);
  return maker.finish().columns[0]!;
}

test("numbers are numeric, infinite ones missing; texts that are mostly numbers too", () => {
  expect(featureOf(columnOf([1, null, Infinity], double))).toMatchObject({
    kind: "numeric",
    values: Float64Array.of(1, Number.NaN, Number.NaN),
  });
  expect(featureOf(columnOf(["1", "2.5", "-3e2", "?", "5", null]))).toMatchObject({
    kind: "numeric",
    values: Float64Array.of(1, 2.5, -300, Number.NaN, 5, Number.NaN),
  });
});

test("few texts are categories, the most frequent first; blank ones are missing", () => {
  expect(featureOf(columnOf(["b", "a", "b", " ", null, "c", "a", "b"]))).toEqual({
    name: "c",
    kind: "categorical",
    codes: Int32Array.of(0, 1, 0, -1, -1, 2, 1, 0),
    labels: ["b", "a", "c"],
  });
});

test("a text for nearly each row, no value at all, and vectors are no features; each is said", () => {
  const many = Array.from({ length: 100 }, (_, row) => `text ${row}`);
  expect(featureOf(columnOf(many))).toMatchObject({
    kind: "none",
    because: "is text: 100 rows have 100 different values",
  });
  expect(featureOf(columnOf([null, ""]))).toMatchObject({ kind: "none", because: "has no value" });
  expect(featureOf(columnOf([null], double))).toMatchObject({ kind: "none", because: "has no value" });
  expect(featuresOf({ rows: 1, columns: [columnOf([[1]], vector)] }).notes).toEqual([
    'The column "c" is vector; it is left out.',
  ]);
});

test("models get the place of a category, and rows in the order that is asked", () => {
  const features = [columnOf([1, 2, 3, 4], double), columnOf(["x", "y", "x", null])].map(featureOf);
  const matrix = matrixOf(
    features.filter((one) => one.kind !== "none"),
    [3, 0, 1],
  );
  expect(matrix).toEqual({ rows: 3, columns: 2, values: Float32Array.of(4, Number.NaN, 1, 0, 2, 1) });
});
