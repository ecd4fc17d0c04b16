import { describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { type PowerTarget, predictionPower } from "./prediction-power.ts";
import { foldRows, splitRows } from "./split-rows.ts";

const rows = 2000;
const random = createRandom(11);
const noise = Float64Array.from({ length: rows }, () => random.next());
const twice = (values: Float64Array) => {
  const both = new Float32Array(2 * rows);
  for (const [row, value] of values.entries()) both.fill(value, 2 * row, 2 * row + 2);
  return { rows, columns: 2, values: both };
};
const column = (values: Float64Array) => ({ rows, columns: 1, values: Float32Array.from(values) });
const split = splitRows(rows, 0.8, 1);
const power = (values: Float64Array, target: PowerTarget) => predictionPower(column(values), target, split, 1);

const targets: Readonly<Record<string, PowerTarget>> = {
  values: { task: "regression", labels: noise.map((one) => 1e9 + Math.sin(one * 6)) },
  "two classes": { task: "binary", labels: noise.map((one) => (one > 0.3 && one < 0.6 ? 1 : 0)) },
  "four classes": { task: "multiclass", classes: 4, labels: noise.map((one) => Math.floor(one * 4)) },
};

describe("prediction power", () => {
  test.each(Object.entries(targets))(
    "%s: a feature that tells all has nearly 1, one that tells nothing nearly 0",
    async (_, target) => {
      expect((await power(noise, target))!.power).toBeGreaterThan(0.95);
      const other = createRandom(5);
      expect(
        (await power(
          noise.map(() => other.next()),
          target,
        ))!.power,
      ).toBeLessThan(0.1);
    },
  );

  test.each(Object.entries(targets))("%s: bins tell what their rows tell", async (_, target) => {
    const other = createRandom(6);
    const blurred = noise.map((one) => (other.next() < 0.1 ? Number.NaN : one + other.next() / 2));
    const byBins = await power(blurred, target);
    const byRows = await predictionPower(twice(blurred), target, split, 1);
    expect(byBins!.score).toBeCloseTo(byRows!.score, 2);
    expect(byBins).toEqual(await power(blurred, target));
  });

  test("a feature of one value, and one that is missing throughout, have none", async () => {
    for (const value of [1, Number.NaN]) {
      const found = await power(new Float64Array(rows).fill(value), targets["two classes"]!);
      expect(found).toEqual({ power: 0, score: 0.5, metric: "rocAuc", trivial: 0.5 });
    }
  });

  test("nothing is said of few rows, or of a target of one value", async () => {
    const few = { rows: 99, columns: 1, values: new Float32Array(99) };
    expect(
      await predictionPower(few, { task: "binary", labels: noise.slice(0, 99) }, splitRows(99, 0.8, 1), 1),
    ).toBeUndefined();
    expect(await power(noise, { task: "binary", labels: new Float64Array(rows) })).toBeUndefined();
  });
});

describe("rows for training and for validation", () => {
  test("each class is split by itself, and one of a single row trains", () => {
    const classes = Int32Array.from({ length: 101 }, (_, row) => (row === 100 ? 2 : row % 10 === 0 ? 1 : 0));
    const { train, validation } = splitRows(101, 0.8, 3, classes);
    expect([train.length, validation.length]).toEqual([81, 20]);
    expect(validation.filter((row) => classes[row] === 1)).toHaveLength(2);
    expect(train).toContain(100);
    expect(new Set([...train, ...validation]).size).toBe(101);
  });

  test("every row is in one fold, and folds of too few rows are none", () => {
    const folds = foldRows(
      10,
      3,
      1,
      Int32Array.from({ length: 10 }, (_, row) => row % 2),
    );
    expect(folds.flatMap(({ validation }) => [...validation]).sort((one, other) => one - other)).toEqual([
      ...Array(10).keys(),
    ]);
    for (const { train, validation } of folds) expect(train.length + validation.length).toBe(10);
    expect(foldRows(1, 3, 1)).toEqual([]);
    expect(splitRows(2, 0.99, 1)).toEqual({
      train: expect.objectContaining({ length: 1 }),
      validation: expect.objectContaining({ length: 1 }),
    });
  });
});
