/** Rows of standardised columns, column by column: the value of row r and column c at `values[c * rows + r]`; none missing. */
export interface ColumnTable {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

export interface LinearFit {
  readonly coefficients: Float64Array;
  readonly intercept: number;
}

/** A fit ends when its duality gap is below this share of the target's variance, or after so many sweeps over the columns. */
const tolerance = 1e-14;
const mostSweeps = 10_000;

/**
 * Lasso: the coefficients w and the intercept b that minimise |y - Xw - b|² / (2 rows) + l1 Σ|w|, by cyclic coordinate
 * descent on the products of the columns (Friedman, Hastie and Tibshirani, Regularization Paths for Generalized Linear
 * Models via Coordinate Descent, 2010), ended by the duality gap (Kim et al., An Interior-Point Method for Large-Scale
 * l1-Regularized Least Squares, 2007). The same objective as scikit-learn's `Lasso(alpha=l1)`.
 *
 * @param l1 0 or more
 */
export function lasso(table: ColumnTable, target: Float64Array, l1: number): LinearFit {
  return lassoPath(table, target, [l1])[0]!;
}

/** The same for several penalties, each starting from the fit before: give them from the greatest to the least. */
export function lassoPath(table: ColumnTable, target: Float64Array, penalties: readonly number[]): LinearFit[] {
  const products = productsOf(table, target);
  const coefficients = new Float64Array(table.columns);
  return penalties.map((l1) => {
    descend(products, coefficients, l1);
    let intercept = products.meanOfTarget;
    for (let c = 0; c < table.columns; c++) intercept -= coefficients[c]! * products.means[c]!;
    return { coefficients: coefficients.slice(), intercept };
  });
}

/**
 * The penalties of a path: `count` of them from the least one that leaves every coefficient at 0 down to `share` of it, in
 * equal steps of their logarithm. Those of scikit-learn's `lasso_path`.
 */
export function penaltiesOf(table: ColumnTable, target: Float64Array, count = 100, share = 1e-3): number[] {
  const { withTarget } = productsOf(table, target);
  const most = withTarget.reduce((sum, one) => Math.max(sum, Math.abs(one)), 0);
  if (most === 0) return [];
  return Array.from({ length: count }, (_, at) => most * share ** (count === 1 ? 0 : at / (count - 1)));
}

/**
 * Chooses the penalty of a path whose fits predict best what they have not seen: the least mean of the squared errors of
 * `folds` parts of the rows, each a stretch of them in order, predicted from all others. Of equal ones the greatest.
 *
 * @returns the fit of all rows with it, and the mean squared error of each penalty
 */
export function lassoByCrossValidation(table: ColumnTable, target: Float64Array, folds = 5, count = 100) {
  const penalties = penaltiesOf(table, target, count);
  const errors = new Float64Array(penalties.length);
  for (let fold = 0, from = 0; fold < folds; fold++) {
    const to = from + Math.floor(table.rows / folds) + (fold < table.rows % folds ? 1 : 0);
    const fits = lassoPath(withoutRows(table, from, to), without(target, from, to), penalties);
    for (const [at, fit] of fits.entries())
      errors[at]! += squaredError(table, target, fit, from, to) / (to - from) / folds;
    from = to;
  }
  let best = 0;
  for (let at = 1; at < errors.length; at++) if (errors[at]! < errors[best]!) best = at;
  const l1 = penalties[best] ?? 0;
  return { l1, fit: lasso(table, target, l1), penalties, errors };
}

/** What the descent needs of the rows: sums of products of centred columns, divided by the rows. */
interface Products {
  readonly columns: number;
  readonly means: Float64Array;
  readonly meanOfTarget: number;
  /** Of column i with column j at `i * columns + j`. */
  readonly ofColumns: Float64Array;
  readonly withTarget: Float64Array;
  readonly ofTarget: number;
}

function productsOf({ rows, columns, values }: ColumnTable, target: Float64Array): Products {
  const means = new Float64Array(columns);
  const centred = new Float64Array(values.length);
  for (let c = 0; c < columns; c++) {
    const own = values.subarray(c * rows, (c + 1) * rows);
    means[c] = own.reduce((sum, value) => sum + value, 0) / rows;
    for (let r = 0; r < rows; r++) centred[c * rows + r] = own[r]! - means[c]!;
  }
  const meanOfTarget = target.reduce((sum, value) => sum + value, 0) / rows;
  const centredTarget = target.map((value) => value - meanOfTarget);
  const ofColumns = new Float64Array(columns * columns);
  const withTarget = new Float64Array(columns);
  for (let i = 0; i < columns; i++) {
    const own = centred.subarray(i * rows, (i + 1) * rows);
    withTarget[i] = product(own, centredTarget) / rows;
    for (let j = i; j < columns; j++) {
      const value = product(own, centred.subarray(j * rows, (j + 1) * rows)) / rows;
      ofColumns[i * columns + j] = value;
      ofColumns[j * columns + i] = value;
    }
  }
  return {
    columns,
    means,
    meanOfTarget,
    ofColumns,
    withTarget,
    ofTarget: product(centredTarget, centredTarget) / rows,
  };
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += x[at]! * y[at]!;
  return sum;
}

/** Brings the coefficients to those of a penalty. */
function descend({ columns, ofColumns, withTarget, ofTarget }: Products, w: Float64Array, l1: number): void {
  // What the residual's product with each column is: withTarget - ofColumns · w.
  const left = withTarget.slice();
  for (let c = 0; c < columns; c++) if (w[c] !== 0) move(left, ofColumns, c, w[c]!);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    for (let c = 0; c < columns; c++) {
      const square = ofColumns[c * columns + c]!;
      if (square === 0) continue;
      const wanted = shrink(left[c]! + square * w[c]!, l1) / square;
      if (wanted === w[c]) continue;
      move(left, ofColumns, c, wanted - w[c]!);
      w[c] = wanted;
    }
    if (dualityGap(w, left, withTarget, ofTarget, l1) <= tolerance * ofTarget) return;
  }
}

function move(left: Float64Array, ofColumns: Float64Array, column: number, by: number): void {
  const from = column * left.length;
  for (let c = 0; c < left.length; c++) left[c]! -= by * ofColumns[from + c]!;
}

/** By how much the objective may still fall: it less that of the residual, scaled until it is a point of the dual. */
function dualityGap(
  w: Float64Array,
  left: Float64Array,
  withTarget: Float64Array,
  ofTarget: number,
  l1: number,
): number {
  let [sum, steepest, fitted, withLeft] = [0, 0, 0, 0];
  for (let c = 0; c < w.length; c++) {
    sum += Math.abs(w[c]!);
    steepest = Math.max(steepest, Math.abs(left[c]!));
    fitted += w[c]! * withTarget[c]!;
    withLeft += w[c]! * left[c]!;
  }
  const residual = ofTarget - fitted - withLeft;
  const scale = steepest > l1 ? l1 / steepest : 1;
  const residualWithTarget = ofTarget - fitted;
  return residual / 2 + l1 * sum - scale * residualWithTarget + (scale * scale * residual) / 2;
}

export const shrink = (value: number, by: number): number => (value > by ? value - by : value < -by ? value + by : 0);

function squaredError(
  { rows, columns, values }: ColumnTable,
  target: Float64Array,
  fit: LinearFit,
  from: number,
  to: number,
) {
  let sum = 0;
  for (let r = from; r < to; r++) {
    let error = target[r]! - fit.intercept;
    for (let c = 0; c < columns; c++) error -= fit.coefficients[c]! * values[c * rows + r]!;
    sum += error * error;
  }
  return sum;
}

function without(column: Float64Array, from: number, to: number): Float64Array {
  const rest = new Float64Array(column.length - (to - from));
  rest.set(column.subarray(0, from));
  rest.set(column.subarray(to), from);
  return rest;
}

function withoutRows({ rows, columns, values }: ColumnTable, from: number, to: number): ColumnTable {
  const left = rows - (to - from);
  const rest = new Float64Array(left * columns);
  for (let c = 0; c < columns; c++) rest.set(without(values.subarray(c * rows, (c + 1) * rows), from, to), c * left);
  return { rows: left, columns, values: rest };
}
