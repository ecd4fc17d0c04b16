import { MathError } from "./metric-math-syntax.ts";

/** Values by time, milliseconds since 1970, in its order. */
export type Series = ReadonlyMap<number, number>;
export type Value = number | string | Series | readonly Series[];

/** What an expression is evaluated over. */
export interface Span {
  /** The beginnings of the periods, in order. */
  readonly times: readonly number[];
  readonly periodSeconds: number;
  /** The periods in seconds of metrics that have another one. */
  readonly periods?: ReadonlyMap<Series, number>;
}

export type MathFunction = (given: readonly Value[], span: Span) => Value;

export const isSeries = (value: Value | undefined): value is Series => value instanceof Map;
const isList = (value: Value | undefined): value is readonly Series[] => Array.isArray(value);

const mapped = (series: Series, change: (value: number, time: number) => number): Series =>
  finite([...series].map(([time, value]) => [time, change(value, time)]));
const finite = (entries: readonly (readonly [number, number])[]): Series =>
  new Map(entries.filter(([, value]) => Number.isFinite(value)));

/** Applies an operator to two values; two series meet where both have a value. */
function combine(left: Value, right: Value, operator: (a: number, b: number) => number): Value {
  if (isList(left))
    return left.map((one, index) => combine(one, isList(right) ? right[index]! : right, operator) as Series);
  if (isList(right)) return right.map((one) => combine(left, one, operator) as Series);
  if (typeof left === "string" || typeof right === "string") throw new MathError("a text is no number");
  if (typeof left === "number" && typeof right === "number") return operator(left, right);
  if (typeof left === "number") return mapped(right as Series, (value) => operator(left, value));
  if (typeof right === "number") return mapped(left, (value) => operator(value, right));
  const there = right;
  return finite(
    [...left].flatMap(([time, value]) => (there.has(time) ? [[time, operator(value, there.get(time)!)] as const] : [])),
  );
}

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "^": (a, b) => a ** b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => total(values) / values.length;
/** What makes one number of a series, or one series of several. */
const summaries: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: total,
  AVG: mean,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  STDDEV: (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))),
};

/** What changes each value by itself. */
const singles: Readonly<Record<string, (value: number, time: number) => number>> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
  EPOCH: (_, time) => time / 1000,
  MINUTE: (_, time) => new Date(time).getUTCMinutes(),
  HOUR: (_, time) => new Date(time).getUTCHours(),
  DAY: (_, time) => new Date(time).getUTCDay() || 7,
  DATE: (_, time) => new Date(time).getUTCDate(),
  MONTH: (_, time) => new Date(time).getUTCMonth() + 1,
  YEAR: (_, time) => new Date(time).getUTCFullYear(),
};

/** What compares each value of a series with the one before it; `seconds` lie between them. */
const steps: Readonly<Record<string, (value: number, before: number, seconds: number) => number>> = {
  DIFF: (value, before) => value - before,
  DIFF_TIME: (_value, _before, seconds) => seconds,
  RATE: (value, before, seconds) => (value - before) / seconds,
};

function seriesOf(value: Value | undefined, name: string): Series {
  if (!isSeries(value)) throw new MathError(`${name} needs one metric`);
  return value;
}
const listOf = (value: Value | undefined, name: string): readonly Series[] => {
  if (!isList(value)) throw new MathError(`${name} needs several metrics, such as METRICS() or [m1, m2]`);
  return value;
};

function stepped(series: Series, change: (value: number, before: number, seconds: number) => number): Series {
  const points = [...series];
  return finite(
    points.slice(1).map(([time, value], index) => {
      const [earlier, before] = points[index]!;
      return [time, change(value, before, (time - earlier) / 1000)];
    }),
  );
}

function filled(value: Value | undefined, by: Value | undefined, { times }: Span): Value {
  if (isList(value)) return value.map((one) => filled(one, by, { times, periodSeconds: 0 }) as Series);
  const series = seriesOf(value, "FILL");
  const points = [...series];
  const between = (time: number): number | undefined => {
    if (typeof by === "number") return by;
    const before = points.findLast(([at]) => at < time);
    if (by === "REPEAT") return before?.[1];
    const after = points.find(([at]) => at > time);
    if (!before || !after) return undefined;
    return before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0]);
  };
  if (typeof by !== "number" && by !== "REPEAT" && by !== "LINEAR")
    throw new MathError("FILL fills with a number, REPEAT or LINEAR");
  const found = times.flatMap((time) => {
    const filling = series.get(time) ?? between(time);
    return filling === undefined ? [] : [[time, filling] as const];
  });
  return new Map(found);
}

function chosen([condition, yes, no]: readonly Value[]): Value {
  if (typeof condition === "number") {
    const value = condition !== 0 ? yes : no;
    if (value === undefined) throw new MathError("IF with a number needs both values");
    return value;
  }
  const at = (value: Value | undefined, time: number) =>
    isSeries(value) ? value.get(time) : (value as number | undefined);
  const found = [...seriesOf(condition, "IF")].flatMap(([time, holds]) => {
    const value = at(holds !== 0 ? yes : no, time);
    return value === undefined ? [] : [[time, value] as const];
  });
  return new Map(found);
}

const merged = (list: readonly Series[]): Map<number, number[]> => {
  const all = new Map<number, number[]>();
  for (const series of list) for (const [time, value] of series) all.set(time, [...(all.get(time) ?? []), value]);
  return new Map([...all].sort(([a], [b]) => a - b));
};

const overall =
  (summary: (values: readonly number[]) => number): MathFunction =>
  ([value]) => {
    if (isList(value)) return finite([...merged(value)].map(([time, values]) => [time, summary(values)]));
    return summary([...seriesOf(value, "The function").values()]);
  };

const each = <Given>(table: Readonly<Record<string, Given>>, make: (one: Given) => MathFunction) =>
  Object.fromEntries(Object.entries(table).map(([name, one]) => [name, make(one)]));

/** How many values each function takes, where it is not one. */
const counts: Readonly<Record<string, readonly [number, number]>> = { FILL: [2, 2], IF: [2, 3] };
export const countsOf = (name: string): readonly [number, number] =>
  counts[name] ?? (operators[name] ? [2, 2] : [1, 1]);

/** The functions of metric math that work on values; METRICS, which finds queries, is not among them. */
export const mathFunctions: Readonly<Record<string, MathFunction>> = {
  ...each(
    operators,
    (operator) =>
      ([left, right]) =>
        combine(left!, right!, operator),
  ),
  ...each(summaries, overall),
  ...each(
    singles,
    (change) =>
      ([value]) =>
        isList(value)
          ? value.map((one) => mapped(one, change))
          : typeof value === "number"
            ? change(value, 0)
            : mapped(seriesOf(value, "The function"), change),
  ),
  ...each(
    steps,
    (change) =>
      ([value]) =>
        isList(value) ? value.map((one) => stepped(one, change)) : stepped(seriesOf(value, "The function"), change),
  ),
  FILL: ([value, by], span) => filled(value, by, span),
  IF: (given) => chosen(given),
  PERIOD: ([value], { periodSeconds, periods }) => periods?.get(seriesOf(value, "PERIOD")) ?? periodSeconds,
  DATAPOINT_COUNT: ([value]) => seriesOf(value, "DATAPOINT_COUNT").size,
  METRIC_COUNT: ([value]) => listOf(value, "METRIC_COUNT").length,
  FIRST: ([value]) => listOf(value, "FIRST")[0] ?? new Map(),
  LAST: ([value]) => listOf(value, "LAST").at(-1) ?? new Map(),
  TIME_SERIES: ([value], { times }) => {
    if (typeof value !== "number") throw new MathError("TIME_SERIES needs a number");
    return new Map(times.map((time) => [time, value]));
  },
  RUNNING_SUM: ([value]) => {
    let sum = 0;
    return mapped(seriesOf(value, "RUNNING_SUM"), (one) => {
      sum += one;
      return sum;
    });
  },
};
