import { leastSquares } from "../../kernels/least-squares.ts";
import { realRoots } from "../../kernels/polynomial-roots.ts";
import { dickeyFuller } from "../dickey-fuller.ts";
import { type Line, lineThrough } from "../line.ts";
import { differences, greatestOf, leastOf, meanOf, quantileOf, varianceOf } from "../statistics.ts";
import { type FeatureFamily, type SortedSeries, setting } from "./feature-family.ts";

const lineParts = ["pvalue", "rvalue", "intercept", "slope", "stderr"] as const;
const lags = Array.from({ length: 10 }, (_, lag) => lag);

/** The mean of products of values so far apart, from their mean on. */
function covariance(values: Float64Array, lag: number): number {
  const mean = meanOf(values);
  let sum = 0;
  for (let at = lag; at < values.length; at++) sum += (values[at]! - mean) * (values[at - lag]! - mean);
  return sum / (values.length - lag);
}

function autocorrelation({ values }: SortedSeries, lag: number): number {
  const variance = varianceOf(values);
  return values.length < lag || Math.abs(variance) <= 1e-8 ? Number.NaN : covariance(values, lag) / variance;
}

/** After Levinson and Durbin. */
function partialAutocorrelations(values: Float64Array): readonly number[] {
  const most = Math.min(9, 9 >= Math.floor(values.length / 2) ? Math.floor(values.length / 2) - 1 : 9);
  if (values.length <= 1 || most <= 0) return lags.map(() => Number.NaN);
  const own = Array.from({ length: most + 1 }, (_, lag) => covariance(values, lag));
  const partial = [1];
  let [weights, error] = [[] as number[], own[0]!];
  for (let order = 1; order <= most; order++) {
    const reflection =
      (own[order]! - weights.reduce((sum, weight, at) => sum + weight * own[order - 1 - at]!, 0)) / error;
    weights = [...weights.map((weight, at) => weight - reflection * weights[order - 2 - at]!), reflection];
    error *= 1 - reflection ** 2;
    partial.push(reflection);
  }
  return lags.map((lag) => partial[lag] ?? Number.NaN);
}

/** Each value by the ten before it and a constant. */
function autoregression(values: Float64Array): readonly number[] {
  const order = 10;
  const rows = values.length - order;
  // The last one is 0 where nothing can be fitted, as tsfresh has it.
  if (rows < order + 1) return Array.from({ length: order + 1 }, (_, at) => (at === order ? 0 : Number.NaN));
  const before = (lag: number) => values.subarray(order - lag, order - lag + rows);
  const columns = [new Float64Array(rows).fill(1), ...Array.from({ length: order }, (_, at) => before(at + 1))];
  return [...leastSquares(columns, values.subarray(order)).coefficients];
}

const chunkLengths = [5, 10, 50];
const chunkKinds: Readonly<Record<string, (chunk: Float64Array) => number>> = {
  max: greatestOf,
  min: leastOf,
  mean: meanOf,
  var: varianceOf,
};

function chunkLines(values: Float64Array): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>();
  for (const length of chunkLengths.filter((one) => one < values.length))
    for (const [kind, of] of Object.entries(chunkKinds)) {
      const chunks = Array.from({ length: Math.ceil(values.length / length) }, (_, at) =>
        of(values.subarray(at * length, (at + 1) * length)),
      );
      lines.set(`${length} ${kind}`, lineThrough(chunks));
    }
  return lines;
}

/**
 * The polynomial of degree 3 of the mean change at a value, by 30 classes of values that are as frequent (Friedrich and others 2000).
 * The greatest power first; undefined where the values do not make 30 classes.
 */
function friedrich(values: Float64Array): Float64Array | undefined {
  const [states, changes] = [values.subarray(0, -1), differences(values)];
  const sorted = states.toSorted();
  const edges = Array.from({ length: 31 }, (_, at) => quantileOf(sorted, at / 30));
  if (sorted.length === 0 || edges.some((edge, at) => at > 0 && edge === edges[at - 1])) return undefined;
  const classes = Array.from({ length: 30 }, () => ({ count: 0, state: 0, change: 0 }));
  for (const [at, state] of states.entries()) {
    const own = classes[Math.max(0, edges.findIndex((edge) => state <= edge) - 1)]!;
    own.count++;
    own.state += state;
    own.change += changes[at]!;
  }
  const filled = classes.filter(({ count }) => count > 0);
  const means = filled.map(({ count, state }) => state / count);
  const powers = [3, 2, 1, 0].map((power) => Float64Array.from(means, (mean) => mean ** power));
  const sizes = powers.map((column) => Math.sqrt(column.reduce((sum, one) => sum + one * one, 0)));
  const columns = powers.map((column, at) => column.map((one) => one / sizes[at]!));
  const { coefficients } = leastSquares(
    columns,
    Float64Array.from(filled, ({ change, count }) => change / count),
  );
  return coefficients.map((one, at) => one / sizes[at]!);
}

/** Features of models that are fitted to a series. */
export const regressionFeatures: readonly FeatureFamily[] = [
  setting("autocorrelation", "lag", lags, autocorrelation),
  {
    name: "agg_autocorrelation",
    parts: ["mean", "median", "var"].map((kind) => `f_agg_"${kind}"__maxlag_40`),
    values({ values }) {
      const variance = varianceOf(values);
      const most = Math.min(40, values.length - 1);
      const all =
        variance < 1e-10 || values.length === 1
          ? new Float64Array(Math.min(40, values.length))
          : Float64Array.from({ length: most }, (_, at) => covariance(values, at + 1) / variance);
      return [meanOf(all), quantileOf(all.toSorted(), 0.5), varianceOf(all)];
    },
  },
  {
    name: "partial_autocorrelation",
    parts: lags.map((lag) => `lag_${lag}`),
    values: ({ values }) => partialAutocorrelations(values),
  },
  {
    name: "ar_coefficient",
    parts: [...lags, 10].map((at) => `coeff_${at}__k_10`),
    values: ({ values }) => autoregression(values),
  },
  {
    name: "friedrich_coefficients",
    parts: [0, 1, 2, 3].map((at) => `coeff_${at}__m_3__r_30`),
    values: ({ values }) => friedrich(values) ?? [0, 1, 2, 3].map(() => Number.NaN),
  },
  {
    name: "max_langevin_fixed_point",
    parts: ["m_3__r_30"],
    values({ values }) {
      const found = friedrich(values);
      return [found === undefined ? Number.NaN : greatestOf(realRoots(found))];
    },
  },
  {
    name: "linear_trend",
    parts: lineParts.map((part) => `attr_"${part}"`),
    values({ values }) {
      const line = lineThrough(values);
      return lineParts.map((part) => line[part]);
    },
  },
  {
    name: "agg_linear_trend",
    parts: lineParts
      .slice(1)
      .flatMap((part) =>
        chunkLengths.flatMap((length) =>
          Object.keys(chunkKinds).map((kind) => `attr_"${part}"__chunk_len_${length}__f_agg_"${kind}"`),
        ),
      ),
    values({ values }) {
      const lines = chunkLines(values);
      return lineParts
        .slice(1)
        .flatMap((part) =>
          chunkLengths.flatMap((length) =>
            Object.keys(chunkKinds).map((kind) => lines.get(`${length} ${kind}`)?.[part] ?? Number.NaN),
          ),
        );
    },
  },
  {
    name: "augmented_dickey_fuller",
    parts: ["teststat", "pvalue", "usedlag"].map((part) => `attr_"${part}"__autolag_"AIC"`),
    values({ values }) {
      const found = dickeyFuller(values);
      return found ? [found.statistic, found.pvalue, found.lags] : [Number.NaN, Number.NaN, Number.NaN];
    },
  },
];
