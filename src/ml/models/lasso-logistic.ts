import { type ColumnTable, type LinearFit, shrink } from "./lasso.ts";

/** Newton's steps end when the objective falls by less than this share of it. */
const tolerance = 1e-15;
const mostSteps = 200;
const mostSweeps = 1000;

/**
 * Logistic regression with an L1 penalty: the coefficients w and the intercept b that minimise
 * Σ log(1 + exp(-s (Xw + b))) + l1 Σ|w|, s being 1 for rows of the class and -1 for others. The objective of scikit-learn's
 * `LogisticRegression(l1_ratio=1, C=1/l1)`, whose solver saga leaves the intercept without a penalty too.
 *
 * Each of Newton's steps is a Lasso with weights on the products of the columns, by coordinate descent, shortened until the
 * objective falls (Yuan, Ho and Lin, An Improved GLMNET for L1-regularized Logistic Regression, 2012).
 *
 * @param isOfClass 1 or 0 by row; both occur
 * @param l1 above 0
 */
export function lassoLogistic(table: ColumnTable, isOfClass: Float64Array, l1: number): LinearFit {
  const { rows, columns, values } = table;
  const size = columns + 1;
  /** The coefficients, and last the intercept. */
  const w = new Float64Array(size);
  const share = isOfClass.reduce((sum, one) => sum + one, 0) / rows;
  w[columns] = Math.log(share / (1 - share));
  const margins = new Float64Array(rows).fill(w[columns]!);
  const moves = new Float64Array(rows);
  const columnOf = (c: number) => values.subarray(c * rows, (c + 1) * rows);
  const penaltyOf = (at: Float64Array) => at.subarray(0, columns).reduce((sum, one) => sum + Math.abs(one), 0) * l1;
  let objective = lossOf(margins, isOfClass) + penaltyOf(w);

  for (let step = 0; step < mostSteps; step++) {
    const { gradient, curvature } = derivatives(table, margins, isOfClass);
    const direction = newtonDirection(gradient, curvature, w, l1);
    moves.fill(direction[columns]!);
    for (let c = 0; c < columns; c++) {
      if (direction[c] === 0) continue;
      const own = columnOf(c);
      for (let r = 0; r < rows; r++) moves[r]! += direction[c]! * own[r]!;
    }
    let expected = -penaltyOf(w);
    for (let c = 0; c < size; c++) expected += gradient[c]! * direction[c]!;
    expected += penaltyOf(w.map((one, c) => one + direction[c]!));
    if (-expected <= tolerance * objective) break;

    let length = 1;
    for (; length > 1e-10; length /= 2) {
      const tried = w.map((one, c) => one + length * direction[c]!);
      const found =
        lossOf(
          margins.map((one, r) => one + length * moves[r]!),
          isOfClass,
        ) + penaltyOf(tried);
      if (found > objective + 0.01 * length * expected) continue;
      w.set(tried);
      for (let r = 0; r < rows; r++) margins[r]! += length * moves[r]!;
      objective = found;
      break;
    }
    if (length <= 1e-10) break;
  }
  return { coefficients: w.slice(0, columns), intercept: w[columns]! };
}

function lossOf(margins: Float64Array, isOfClass: Float64Array): number {
  let sum = 0;
  for (let r = 0; r < margins.length; r++) {
    const against = isOfClass[r] === 1 ? -margins[r]! : margins[r]!;
    sum += against > 0 ? against + Math.log1p(Math.exp(-against)) : Math.log1p(Math.exp(against));
  }
  return sum;
}

/** The loss's first derivatives by each coefficient, the intercept last, and its second ones, row by row. */
function derivatives({ rows, columns, values }: ColumnTable, margins: Float64Array, isOfClass: Float64Array) {
  const size = columns + 1;
  const errors = new Float64Array(rows);
  const weights = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const probability = 1 / (1 + Math.exp(-margins[r]!));
    errors[r] = probability - isOfClass[r]!;
    weights[r] = Math.max(probability * (1 - probability), 1e-12);
  }
  const gradient = new Float64Array(size);
  const curvature = new Float64Array(size * size);
  const weighted = new Float64Array(rows);
  for (let i = 0; i < size; i++) {
    for (let r = 0; r < rows; r++) {
      const x = i === columns ? 1 : values[i * rows + r]!;
      weighted[r] = weights[r]! * x;
      gradient[i]! += errors[r]! * x;
    }
    for (let j = i; j < size; j++) {
      let sum = 0;
      if (j === columns) for (let r = 0; r < rows; r++) sum += weighted[r]!;
      else for (let r = 0, at = j * rows; r < rows; r++, at++) sum += weighted[r]! * values[at]!;
      curvature[i * size + j] = sum;
      curvature[j * size + i] = sum;
    }
  }
  return { gradient, curvature };
}

/** Minimises gradient · d + d · curvature · d / 2 + l1 Σ|w + d|. */
function newtonDirection(gradient: Float64Array, curvature: Float64Array, w: Float64Array, l1: number): Float64Array {
  const size = w.length;
  const direction = new Float64Array(size);
  const slope = gradient.slice();
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let farthest = 0;
    for (let c = 0; c < size; c++) {
      const bend = curvature[c * size + c]!;
      if (bend < 1e-12) continue;
      const at = w[c]! + direction[c]!;
      const wanted = shrink(at - slope[c]! / bend, c === size - 1 ? 0 : l1 / bend);
      const by = wanted - at;
      if (by === 0) continue;
      direction[c]! += by;
      for (let k = 0, from = c * size; k < size; k++) slope[k]! += by * curvature[from + k]!;
      farthest = Math.max(farthest, Math.abs(by) * Math.sqrt(bend));
    }
    if (farthest < 1e-10) break;
  }
  return direction;
}
