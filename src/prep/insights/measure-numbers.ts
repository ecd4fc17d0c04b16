import { long } from "../column-type.ts";
import type { AnalysisEngine } from "../do-analysis.ts";
import { call, choose, column, type Expression, literal } from "../sql/expression.ts";
import { aggregate, filter, type Named, type Relation, select } from "../sql/relation.ts";
import { membersOf } from "./count-columns.ts";

/** What is known of the numbers of a column; missing and infinite ones do not count. What there is not is NaN. */
export interface NumberMeasures {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of a sample: the divisor is count - 1. */
  readonly stddev: number;
  /** Of the moments about the mean, with the divisor count: 0 for what is symmetric. */
  readonly skew: number;
  /** Pearson's: 3 for a normal distribution. */
  readonly kurtosis: number;
  /** Between values, linearly. */
  readonly quantiles: { readonly [fraction in `${(typeof fractions)[number]}`]: number };
  /** The standard deviation after values are clipped to the 5th and 95th percentile. */
  readonly robustStddev: number;
  /** Values outside the median and 5 robust standard deviations of either side. */
  readonly outliers: number;
  /** Rows of equal parts of a range, which leaves outliers out: these are counted in the parts at its ends. */
  readonly histogram: { readonly edges: readonly number[]; readonly counts: readonly number[] };
}

export const fractions = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;
const histogramParts = 20;
const robustDeviations = 5;
/** Quantiles need the values of their columns at once: so many columns are measured together. */
const columnsOfQuery = 4;
const double = { kind: "double" } as const;

/** Measures numbers of rows, each given as a value that is null where there is none. */
export async function measureNumbers(
  input: Relation,
  numbers: readonly Expression[],
  engine: AnalysisEngine,
): Promise<readonly NumberMeasures[]> {
  const measures: NumberMeasures[] = [];
  for (let from = 0; from < numbers.length; from += columnsOfQuery)
    measures.push(...(await measureSome(input, numbers.slice(from, from + columnsOfQuery), engine)));
  return measures;
}

async function measureSome(
  input: Relation,
  numbers: readonly Expression[],
  { ask }: AnalysisEngine,
): Promise<readonly NumberMeasures[]> {
  // A text becomes a number once for all that is asked of it.
  const rows = select(
    input,
    numbers.map((value, index) => ({ name: `n${index}`, value })),
  );
  const columns = rows.columns.map(column);
  const [first] = await ask(aggregate(rows, [], columns.flatMap(firstQuestions)));
  const starts = columns.map((_, index) => readStart(first!, index));
  const second = await askEach(rows, columns, starts, meanSums, ask);
  const means = starts.map((start, index) => withMeans(start, second[index]!));
  const third = await askEach(rows, columns, means, momentSums, ask);
  const middles = means.map((start, index) => ({ ...start, ...moments(start, third[index]!) }));
  const measured: NumberMeasures[] = [];
  for (const [index, { low: _low, half: _half, span: _span, ...one }] of middles.entries()) {
    if (one.count === 0) {
      measured.push({ ...one, outliers: 0, histogram: { edges: [], counts: [] } });
      continue;
    }
    const bounds = outlierBounds(one);
    measured.push({ ...one, ...(await countParts(rows, columns[index]!, one, bounds, ask)) });
  }
  return measured;
}

const firstQuestions = (value: Expression, index: number): readonly Named[] => [
  { name: `${index}/count`, value: call("count", value) },
  { name: `${index}/min`, value: call("minimum", value) },
  { name: `${index}/max`, value: call("maximum", value) },
  {
    name: `${index}/quantiles`,
    value: call("interpolatedQuantiles", value, ...fractions.map((one) => literal(one, double))),
  },
];

/** Values are taken as places of their range, from -1 to 1, so that their sums are exact (`exactSum`). */
interface Start {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly quantiles: NumberMeasures["quantiles"];
  readonly low: number;
  readonly half: number;
}

function readStart(row: Readonly<Record<string, unknown>>, index: number): Start {
  const count = Number(row[`${index}/count`]);
  const numberAt = (name: string) => (count === 0 ? Number.NaN : Number(row[`${index}/${name}`]));
  const [min, max] = [numberAt("min"), numberAt("max")];
  const found = (row[`${index}/quantiles`] ?? []) as readonly unknown[];
  const quantiles = Object.fromEntries(
    fractions.map((fraction, at) => [fraction, count === 0 ? Number.NaN : Number(found[at])]),
  ) as NumberMeasures["quantiles"];
  // Halves first: the sum and the difference of great numbers would be infinite.
  return { count, min, max, quantiles, low: min / 2 + max / 2, half: max / 2 - min / 2 };
}

/** Asks of all columns at once, and returns each one's answers by their names. */
async function askEach<Known>(
  rows: Relation,
  columns: readonly Expression[],
  known: readonly Known[],
  sums: (value: Expression, known: Known) => Readonly<Record<string, Expression>>,
  ask: AnalysisEngine["ask"],
): Promise<readonly Readonly<Record<string, number>>[]> {
  const values = columns.flatMap((value, index): Named[] =>
    Object.entries(sums(value, known[index]!)).map(([name, of]) => ({
      name: `${index}/${name}`,
      value: call("exactSum", of),
    })),
  );
  if (values.length === 0) return columns.map(() => ({}));
  const [row] = await ask(aggregate(rows, [], values));
  return columns.map((_, index) => membersOf(row!, index));
}

/** Where a value is between two others, from -1 to 1. */
const placeOf = (value: Expression, middle: number, half: number): Expression =>
  call("divide", call("subtract", value, literal(middle, double)), literal(half, double));

const meanSums = (value: Expression, start: Start): Readonly<Record<string, Expression>> =>
  start.half > 0 ? { mean: placeOf(value, start.low, start.half) } : {};

interface Means extends Start {
  readonly mean: number;
  /** The distance of the farthest value from the mean. */
  readonly span: number;
}

function withMeans(start: Start, sums: Readonly<Record<string, number>>): Means {
  const { count, half, low, max, min } = start;
  if (!(half > 0)) return { ...start, mean: low, span: 0 };
  const mean = low + half * (sums.mean! / count);
  return { ...start, mean, span: Math.max(max - mean, mean - min) };
}

function momentSums(value: Expression, start: Means): Readonly<Record<string, Expression>> {
  if (!(start.span > 0)) return {};
  const from = placeOf(value, start.mean, start.span);
  const square = call("multiply", from, from);
  const clipped = clippedPlace(value, start);
  return {
    first: from,
    second: square,
    third: call("multiply", square, from),
    fourth: call("multiply", square, square),
    ...(clipped && { clippedFirst: clipped, clippedSecond: call("multiply", clipped, clipped) }),
  };
}

/** Where a value is between the 5th percentile and the 95th, from -1 to 1; those outside are at the ends. */
function clippedPlace(value: Expression, { quantiles }: Start): Expression | undefined {
  const [low, high] = [quantiles[0.05], quantiles[0.95]];
  if (!(high > low)) return undefined;
  const inside = call("least", call("greatest", value, literal(low, double)), literal(high, double));
  // Engines take the greatest of those that are there: a missing value is none.
  const clipped = choose([[call("isNotNull", value), inside]]);
  return placeOf(clipped, low / 2 + high / 2, high / 2 - low / 2);
}

function moments({ count, quantiles, span }: Means, sums: Readonly<Record<string, number>>) {
  const none = Number.NaN;
  if (count === 0) return { stddev: none, skew: none, kurtosis: none, robustStddev: none };
  if (!(span > 0)) return { stddev: count > 1 ? 0 : none, skew: none, kurtosis: none, robustStddev: 0 };
  // What the mean was rounded by is taken away from the moments about it.
  const [d, m2, m3, m4] = ["first", "second", "third", "fourth"].map((name) => sums[name]! / count) as [
    number,
    number,
    number,
    number,
  ];
  const variance = Math.max(0, m2 - d * d);
  const third = m3 - 3 * d * m2 + 2 * d ** 3;
  const fourth = m4 - 4 * d * m3 + 6 * d * d * m2 - 3 * d ** 4;
  const clippedMean = (sums.clippedFirst ?? 0) / count;
  const clipped = Math.max(0, (sums.clippedSecond ?? 0) / count - clippedMean * clippedMean);
  return {
    stddev: span * Math.sqrt((variance * count) / (count - 1)),
    skew: variance > 0 ? third / variance ** 1.5 : none,
    kurtosis: variance > 0 ? fourth / variance ** 2 : none,
    robustStddev: (quantiles[0.95] / 2 - quantiles[0.05] / 2) * Math.sqrt(clipped),
  };
}

type Bounds = readonly [low: number, high: number];

function outlierBounds({ quantiles, robustStddev }: { quantiles: NumberMeasures["quantiles"]; robustStddev: number }) {
  const median = quantiles[0.5];
  return [median - robustDeviations * robustStddev, median + robustDeviations * robustStddev] as const;
}

/** Counts the outliers and the rows of each part of the range without them, in one query of few rows. */
async function countParts(
  rows: Relation,
  value: Expression,
  { max, min }: { readonly min: number; readonly max: number },
  [low, high]: Bounds,
  ask: AnalysisEngine["ask"],
): Promise<Pick<NumberMeasures, "histogram" | "outliers">> {
  // Where most values are the same, the range is that of all.
  const [from, to] = high > low ? [Math.max(min, low), Math.min(max, high)] : [min, max];
  const parts = to > from ? histogramParts : 1;
  // Halves, since the difference of great numbers would be infinite.
  const halfWidth = (to / 2 - from / 2) / parts;
  const half = call("subtract", call("divide", value, literal(2, double)), literal(from / 2, double));
  const place = parts === 1 ? literal(0, long) : call("floor", call("divide", half, literal(halfWidth, double)));
  const part = call("least", call("greatest", place, literal(0, long)), literal(parts - 1, long));
  const isOutlier = call(
    "or",
    call("less", value, literal(low, double)),
    call("greater", value, literal(high, double)),
  );
  const counted = await ask(
    aggregate(
      filter(rows, call("isNotNull", value)),
      [{ name: "part", value: part }],
      [
        { name: "rows", value: call("countRows") },
        { name: "outliers", value: call("countWhere", isOutlier) },
      ],
    ),
  );
  const counts = new Array<number>(parts).fill(0);
  let outliers = 0;
  for (const row of counted) {
    counts[Number(row.part)]! += Number(row.rows);
    outliers += Number(row.outliers);
  }
  const edges = Array.from({ length: parts + 1 }, (_, at) => (at === parts ? to : from + 2 * halfWidth * at));
  return { outliers, histogram: { edges, counts } };
}
