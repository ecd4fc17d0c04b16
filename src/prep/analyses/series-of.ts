import { counted } from "../../base/counted.ts";
import { seasonalTrend } from "../../ml/series/seasonal-trend.ts";
import { StepFault } from "../step-fault.ts";
import { type NumericColumn, sampleColumn, type TableSample } from "../table-sample.ts";

/** A column of numbers in the order of another of times, a value for each time. */
export interface Series {
  /** Seconds since 1970. */
  readonly times: Float64Array;
  /** None is missing. */
  readonly values: Float64Array;
  /** How many values a season has. */
  readonly period: number;
}

/**
 * Reads a series: rows of one time are its mean, and a missing value lies on the line between its neighbours.
 *
 * @param period absent: that of the time between values (`periodOf`)
 * @returns undefined, with a note, where there are fewer values than two seasons
 * @throws StepFault where no period is known
 */
export function seriesOf(
  sample: TableSample,
  timeColumn: string,
  valueColumn: string,
  period: number | undefined,
  notes: string[],
): Series | undefined {
  const all = (sampleColumn(sample, timeColumn) as NumericColumn).values;
  const given = (sampleColumn(sample, valueColumn) as NumericColumn).values;
  const rows = Uint32Array.from(all.keys()).filter((row) => Number.isFinite(all[row]!));
  if (rows.length < all.length)
    notes.push(
      `${counted(all.length - rows.length, "row has", "rows have")} no time in the column ${JSON.stringify(timeColumn)}, and ${all.length - rows.length === 1 ? "is" : "are"} left out.`,
    );
  rows.sort((one, other) => all[one]! - all[other]! || one - other);
  const times: number[] = [];
  const values: number[] = [];
  for (let from = 0, to = 0; from < rows.length; from = to) {
    let [sum, count] = [0, 0];
    for (to = from; to < rows.length && all[rows[to]!] === all[rows[from]!]; to++) {
      const value = given[rows[to]!]!;
      if (!Number.isFinite(value)) continue;
      sum += value;
      count++;
    }
    times.push(all[rows[from]!]!);
    values.push(sum / count);
  }
  if (times.length < rows.length)
    notes.push(
      `${rows.length} rows have ${counted(times.length, "different time")}; the mean stands for the rows of one time.`,
    );
  const known = interpolate(times, values);
  if (known.missing > 0)
    notes.push(
      `${known.missing} of ${counted(times.length, "value")} ${known.missing === 1 ? "is missing; it lies on the line between its" : "are missing; they lie on the line between their"} neighbours.`,
    );
  const steps = stepsOf(times);
  if (steps.odd > 0)
    notes.push(
      `${steps.odd} of ${counted(times.length - 1, "step")} between times ${steps.odd === 1 ? "is" : "are"} not the usual ${lengthWords(steps.usual)}; each value counts as one step.`,
    );
  const season = times.length < 2 ? (period ?? 2) : (period ?? periodOf(steps.usual));
  if (season === undefined)
    throw new StepFault(
      `Values ${lengthWords(steps.usual)} apart have no usual season: give period, the number of values of a season (2 or more).`,
    );
  if (known.values.length === 0 || times.length < 2 * season) {
    notes.push(
      known.values.length === 0
        ? `The column ${JSON.stringify(valueColumn)} has no number with a time.`
        : `${counted(times.length, "value is", "values are")} fewer than two seasons of ${season}: there is nothing to tell seasons by. Give a shorter period.`,
    );
    return undefined;
  }
  return { times: Float64Array.from(times), values: known.values, period: season };
}

/** With more values times values of a season the smoothers of trend and level stop at every so many places alone. */
const mostProducts = 2e6;

/**
 * Divides a series into trend, season and remainder. In a very long one the smoothers work out a tenth of their width apart,
 * and lines lie between: R's rule for `stl`. A note says so.
 */
export function decompose({ values, period }: Series, robust: boolean, notes: string[]) {
  if (values.length * period <= mostProducts) return seasonalTrend(values, { period, robust });
  notes.push("The series is long: trend and level are worked out at every few values, with lines between.");
  const jump = Math.ceil(period / 10);
  return seasonalTrend(values, { period, robust, trendJump: jump, lowPassJump: jump });
}

/** Fills what is missing; at the ends with the nearest value. No values when none is known. */
function interpolate(times: readonly number[], given: readonly number[]) {
  const values = Float64Array.from(given);
  const known = [...values.keys()].filter((at) => !Number.isNaN(values[at]!));
  if (known.length === 0) return { values: new Float64Array(0), missing: 0 };
  values.fill(values[known[0]!]!, 0, known[0]!);
  values.fill(values[known.at(-1)!]!, known.at(-1)! + 1);
  for (const [index, from] of known.slice(0, -1).entries()) {
    const to = known[index + 1]!;
    for (let at = from + 1; at < to; at++) {
      const share = (times[at]! - times[from]!) / (times[to]! - times[from]!);
      values[at] = values[from]! + share * (values[to]! - values[from]!);
    }
  }
  return { values, missing: values.length - known.length };
}

/** The middle one of the times between values, and how many are none like it: months are as long as they are. */
function stepsOf(times: readonly number[]): { readonly usual: number; readonly odd: number } {
  const steps = Float64Array.from(times.slice(1), (time, at) => time - times[at]!);
  const usual = steps.toSorted()[Math.floor(steps.length / 2)] ?? 0;
  const near = usual >= 27 * day ? 0.12 : 1e-6;
  return { usual, odd: steps.filter((step) => Math.abs(step - usual) > near * usual).length };
}

const [second, minute, hour, day] = [1, 60, 3600, 86_400];

/**
 * How many values a season has, by the seconds between them: Data Wrangler's rule for what is shorter than an hour (a day of
 * minutes, an hour of seconds, a second of milliseconds), and that of statsmodels for what is longer. Undefined where there is
 * none: years, and steps longer than a season.
 */
export function periodOf(step: number): number | undefined {
  const values = seasonSeconds(step) / step;
  return Number.isFinite(values) && Math.round(values) >= 2 ? Math.round(values) : undefined;
}

function seasonSeconds(step: number): number {
  if (step < second) return second;
  if (step < minute) return hour;
  if (step < day) return day;
  // A year of months or weeks is 12 or 52 of them; 5 weeks of a month would not be a season of weeks.
  if (step >= 300 * day) return Number.NaN;
  if (step >= 80 * day) return 4 * step;
  if (step >= 27 * day) return 12 * step;
  return step >= 7 * day ? (52 * step * 7 * day) / step : 7 * day;
}

function lengthWords(seconds: number): string {
  for (const [unit, word] of [
    [day, "day"],
    [hour, "hour"],
    [minute, "minute"],
    [second, "second"],
  ] as const)
    if (seconds >= unit) return counted(Number((seconds / unit).toPrecision(4)), word);
  return counted(Number((seconds * 1000).toPrecision(4)), "millisecond");
}
