import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { momentsOf } from "../../ml/kernels/moments.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { doubles } from "../example-columns.ts";
import { column } from "../sql/expression.ts";
import { measureNumbers } from "./measure-numbers.ts";

/** The engine's measures beside those of the same numbers in memory, which sums in another way. */

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

const { next } = createRandom(7);
const many = Array.from({ length: 500 }, () => next());
const tables: readonly (readonly [string, readonly (number | null)[]])[] = [
  ["even numbers", many],
  ["far from zero", many.map((value) => 1e9 + value)],
  ["a far outlier", [...many, 1e12]],
  ["both signs, some missing", many.map((value, at) => (at % 7 === 0 ? null : value - 0.5))],
  ["heavy tails", many.map((value) => Math.tan((value - 0.5) * 3))],
  ["the greatest numbers", [1.7e308, -1.7e308, 0]],
  ["two values", [1, 2]],
];

const measured = async (values: readonly (number | null)[]) => {
  const input = await engine.tableOf("numbers", { n: doubles(...values) });
  const [found] = await measureNumbers(input, [column(input.columns[0]!)], engine.forAnalyses);
  return found!;
};

test.each(tables)("measures %s", async (_, values) => {
  const found = await measured(values);
  const known = values.filter((value) => value !== null);
  const { mean, variance, skewness, kurtosis, ...rest } = momentsOf(Float64Array.from(known));
  expect(found).toMatchObject({ count: rest.count, min: rest.min, max: rest.max });
  const sorted = [...known].sort((a, b) => a - b);
  const quantile = (share: number) => {
    const at = (sorted.length - 1) * share;
    const low = sorted[Math.floor(at)]!;
    return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at));
  };
  if (Number.isFinite(variance)) {
    const scale = Math.max(Math.abs(rest.min), Math.abs(rest.max));
    expect(Math.abs(found.mean - mean) / scale).toBeLessThan(1e-14);
    expect(found.stddev / Math.sqrt(variance)).toBeCloseTo(1, 9);
    expect(found.skew).toBeCloseTo(skewness, 6);
    expect(found.kurtosis / kurtosis).toBeCloseTo(1, 9);
    const [low, high] = [quantile(0.05), quantile(0.95)];
    const clipped = momentsOf(Float64Array.from(known, (value) => Math.min(high, Math.max(low, value))));
    const robust = Math.sqrt((clipped.variance * (clipped.count - 1)) / clipped.count);
    expect(found.robustStddev / robust).toBeCloseTo(1, 6);
    const far = known.filter((value) => Math.abs(value - quantile(0.5)) > 5 * robust);
    expect(found.outliers).toBe(far.length);
  }
  expect(found.quantiles[0.5]).toBeCloseTo(quantile(0.5), 9);
  expect(found.histogram.counts.reduce((sum, rows) => sum + rows, 0)).toBe(known.length);
});

test("says what there is not", async () => {
  expect(await measured([null, null])).toMatchObject({ count: 0, mean: Number.NaN, outliers: 0 });
  expect(await measured([5])).toMatchObject({ count: 1, mean: 5, stddev: Number.NaN, histogram: { counts: [1] } });
  expect(await measured([5, 5])).toMatchObject({ mean: 5, stddev: 0, skew: Number.NaN, outliers: 0 });
});
