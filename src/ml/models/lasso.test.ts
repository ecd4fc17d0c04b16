import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { type ColumnTable, lasso, lassoByCrossValidation, lassoPath, penaltiesOf } from "./lasso.ts";
import { lassoLogistic } from "./lasso-logistic.ts";

/** Columns of noise, and a target of the first two of them. */
function noise(rows: number, columns: number, seed: number) {
  const random = createRandom(seed);
  const values = Float64Array.from({ length: rows * columns }, () => random.next() * 2 - 1);
  const target = Float64Array.from(
    { length: rows },
    (_, r) => 3 * values[r]! - 2 * values[rows + r]! + random.next() / 10,
  );
  return { table: { rows, columns, values } satisfies ColumnTable, target };
}

test("one column at right angles loses exactly the penalty", () => {
  const table = { rows: 4, columns: 1, values: Float64Array.of(-1, 1, -1, 1) };
  const fit = lasso(table, Float64Array.of(3, 7, 3, 7), 0.5);
  expect([fit.coefficients[0], fit.intercept]).toEqual([1.5, 5]);
  expect(lasso(table, Float64Array.of(3, 7, 3, 7), 2).coefficients[0]).toBe(0);
});

test("where a coefficient is not 0 its slope is the penalty, elsewhere it is less", () => {
  const { table, target } = noise(200, 8, 1);
  const { coefficients, intercept } = lasso(table, target, 0.1);
  for (let c = 0; c < table.columns; c++) {
    let slope = 0;
    for (let r = 0; r < table.rows; r++) {
      let error = target[r]! - intercept;
      for (let k = 0; k < table.columns; k++) error -= coefficients[k]! * table.values[k * table.rows + r]!;
      slope += (error * table.values[c * table.rows + r]!) / table.rows;
    }
    if (coefficients[c] !== 0) expect(slope).toBeCloseTo(0.1 * Math.sign(coefficients[c]!), 8);
    else expect(Math.abs(slope)).toBeLessThanOrEqual(0.1);
  }
  expect([...coefficients].map((one) => one !== 0)).toEqual([true, true, ...Array(6).fill(false)]);
});

test("a path begins where all coefficients are 0 and lets them in; the penalty that predicts best keeps the two true ones", () => {
  const { table, target } = noise(200, 8, 2);
  const penalties = penaltiesOf(table, target, 20);
  const used = lassoPath(table, target, penalties).map(
    ({ coefficients }) => coefficients.filter((one) => one !== 0).length,
  );
  expect(used[0]).toBe(0);
  expect(used.at(-1)).toBeGreaterThan(2);
  const { fit, errors } = lassoByCrossValidation(table, target, 5, 20);
  expect(fit.coefficients[0]).toBeCloseTo(3, 1);
  expect(fit.coefficients[1]).toBeCloseTo(-2, 1);
  expect(errors).toHaveLength(20);
});

test("columns and targets of one value", () => {
  const table = { rows: 3, columns: 2, values: Float64Array.of(1, 1, 1, 1, 2, 3) };
  expect([...lasso(table, Float64Array.of(2, 4, 6), 0).coefficients]).toEqual([0, expect.closeTo(2, 9)]);
  expect(penaltiesOf(table, Float64Array.of(5, 5, 5))).toEqual([]);
  expect(lassoByCrossValidation(table, Float64Array.of(5, 5, 5), 3).fit).toEqual({
    coefficients: Float64Array.of(0, 0),
    intercept: 5,
  });
});

test("the logistic one finds the columns that tell the class, and holds when they tell it wholly", () => {
  const { table, target } = noise(300, 6, 3);
  const isOfClass = target.map((value) => (value > 0 ? 1 : 0));
  const { coefficients } = lassoLogistic(table, isOfClass, 10);
  expect([...coefficients].map((one) => Math.sign(one))).toEqual([1, -1, 0, 0, 0, 0]);
  const whole = lassoLogistic(table, isOfClass, 1e-4).coefficients;
  expect(whole.every(Number.isFinite)).toBe(true);
});

test("of two rows apart the logistic one's slope is the penalty", () => {
  const { coefficients, intercept } = lassoLogistic(
    { rows: 2, columns: 1, values: Float64Array.of(-1, 1) },
    Float64Array.of(0, 1),
    0.5,
  );
  // The loss is 2 log(1 + exp(-w)), its slope -2 / (1 + exp(w)): 0.5 at w = log 3.
  expect(coefficients[0]).toBeCloseTo(Math.log(3), 9);
  expect(intercept).toBeCloseTo(0, 12);
});
