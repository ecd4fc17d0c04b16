import { normalCdf } from "../kernels/distributions.ts";
import { leastSquares } from "../kernels/least-squares.ts";
import { differences } from "./statistics.ts";

export interface DickeyFuller {
  readonly statistic: number;
  readonly pvalue: number;
  readonly lags: number;
}

/** MacKinnon's (1994, 2010) surface for one series with a constant. */
const [least, star, most] = [-18.83, -1.61, 2.74];
const small = [2.1659, 1.4412, 0.038269];
const large = [1.7339, 0.93202, -0.12745, -0.010368];

function pvalueOf(statistic: number): number {
  if (statistic > most) return 1;
  if (statistic < least) return 0;
  const terms = statistic <= star ? small : large;
  return normalCdf(terms.reduce((sum, term, power) => sum + term * statistic ** power, 0));
}

/** The regression of each change on the value before it, so many changes before it, and a constant. */
function regression(values: Float64Array, lags: number, from: number) {
  const changes = differences(values);
  const rows = changes.length - from;
  const column = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row + from));
  const columns = [
    column((row) => values[row]!),
    ...Array.from({ length: lags }, (_, lag) => column((row) => changes[row - lag - 1]!)),
    column(() => 1),
  ];
  return {
    fit: leastSquares(
      columns,
      column((row) => changes[row]!),
    ),
    rows,
  };
}

/**
 * The augmented Dickey-Fuller test for a unit root, with a constant and as many lags as Akaike's criterion chooses: statsmodels'
 * `adfuller` with its defaults. Undefined for a series that is too short or does not change.
 */
export function dickeyFuller(values: Float64Array): DickeyFuller | undefined {
  const count = values.length;
  const mostLags = Math.min(Math.floor(count / 2) - 2, Math.ceil(12 * (count / 100) ** 0.25));
  if (mostLags < 0 || values.every((one) => one === values[0])) return undefined;
  let [lags, criterion] = [0, Number.POSITIVE_INFINITY];
  for (let tried = 0; tried <= mostLags; tried++) {
    const { fit, rows } = regression(values, tried, mostLags);
    const own = rows * Math.log(fit.residual / rows) + 2 * fit.rank;
    if (own < criterion) [lags, criterion] = [tried, own];
  }
  const { fit, rows } = regression(values, lags, lags);
  const variance = fit.residual / (rows - fit.rank);
  const statistic = fit.coefficients[0]! / Math.sqrt(variance * fit.inverse[0]![0]!);
  return { statistic, pvalue: pvalueOf(statistic), lags };
}
