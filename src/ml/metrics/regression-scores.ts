/** How well values are predicted, in their own units where a name does not say otherwise. */
export interface RegressionScores {
  /** The share of the variance that the predictions explain; below 0 where the mean would be nearer. NaN of fewer than 2 rows. */
  readonly r2: number;
  readonly meanSquaredError: number;
  readonly rootMeanSquaredError: number;
  readonly meanAbsoluteError: number;
  readonly medianAbsoluteError: number;
  readonly maxError: number;
}

/** Scores predictions as scikit-learn's metrics of these names do: of values that are all the same R² is 1 or 0. */
export function regressionScores(actual: Float64Array, predicted: Float64Array): RegressionScores {
  const count = actual.length;
  const errors = actual.map((value, row) => Math.abs(value - predicted[row]!)).sort();
  const mean = actual.reduce((sum, value) => sum + value, 0) / count;
  const squares = errors.reduce((sum, error) => sum + error * error, 0);
  const spread = actual.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const middle = Math.floor(count / 2);
  return {
    r2: count < 2 ? Number.NaN : spread > 0 ? 1 - squares / spread : squares === 0 ? 1 : 0,
    meanSquaredError: squares / count,
    rootMeanSquaredError: Math.sqrt(squares / count),
    meanAbsoluteError: errors.reduce((sum, error) => sum + error, 0) / count,
    medianAbsoluteError: count % 2 === 1 ? errors[middle]! : (errors[middle - 1]! + errors[middle]!) / 2,
    maxError: count === 0 ? Number.NaN : errors[count - 1]!,
  };
}
