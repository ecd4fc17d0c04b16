import { boolean, integer } from "../../base/params.ts";
import { columnParam } from "../column-param.ts";
import { defineAnalysis, type Findings, type Picture } from "../define-analysis.ts";
import { dates, doubles } from "../example-columns.ts";
import { columnOf, needType } from "../step-fault.ts";
import { sampleColumn } from "../table-sample.ts";
import { type GroupedValues, numberLabel } from "./grouped-values.ts";
import { decompose, seriesOf } from "./series-of.ts";

/** As many points of each line are drawn. */
const mostPoints = 2000;
/** A part that is less beside the greatest value is rounding, and 0. */
const roundingShare = 1e-12;

interface Data {
  /** How many values a season has; null where there are fewer than two seasons. */
  readonly period: number | null;
  readonly times: readonly GroupedValues["labels"][number][];
  /** Each value is the sum of its trend, season and remainder. */
  readonly values: readonly number[];
  readonly trend: readonly number[];
  readonly seasonal: readonly number[];
  readonly remainder: readonly number[];
}

const timeTypes = ["date", "timestamp"] as const;
const numberTypes = ["long", "double"] as const;

/** The times of the example. */
const days = ["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06"];

export const seasonalTrendDecomposition = defineAnalysis({
  // No flow that has this analysis is known: the names of the operator and of its parameters are ours.
  operator: "seasonal_trend_decomposition",
  title: "Seasonal-trend decomposition",
  summary: "Divides the values of a time series into trend, season and remainder by loess (STL).",
  params: {
    timestamp_column: columnParam(...timeTypes),
    value_column: columnParam(...numberTypes),
    /** Absent: by the time between values. */
    period: integer({ min: 2 }),
    /** Whether values that are far off count less. */
    robust: boolean({ default: false }),
  },
  takes(input, { timestamp_column, value_column }) {
    needType(columnOf(input, timestamp_column), timeTypes);
    needType(columnOf(input, value_column), numberTypes);
    return [timestamp_column, value_column];
  },

  compute({ sample, values: { timestamp_column, value_column, period, robust } }): Findings<Data> {
    const notes: string[] = [];
    const series = seriesOf(sample, timestamp_column, value_column, period, notes);
    if (series === undefined)
      return { data: { period: null, times: [], values: [], trend: [], seasonal: [], remainder: [] }, notes };
    const { kind } = sampleColumn(sample, timestamp_column).type;
    const parts = decompose(series, robust, notes);
    const greatest = series.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const told = (part: Float64Array) =>
      Array.from(part, (one) => (Math.abs(one) <= roundingShare * greatest ? 0 : one));
    return {
      data: {
        period: series.period,
        times: Array.from(series.times, (time) => numberLabel(time, kind)),
        values: [...series.values],
        trend: told(parts.trend),
        seasonal: told(parts.seasonal),
        remainder: told(parts.remainder),
      },
      notes,
    };
  },

  picture: ({ times, values, trend, seasonal, remainder }, { value_column }): Picture => {
    const lines = { [value_column]: values, trend, season: seasonal, remainder };
    const every = Math.max(1, Math.ceil(times.length / mostPoints));
    const shown = times.map((_, at) => at).filter((at) => at % every === 0);
    return {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      title: `${value_column}: trend, season and remainder`,
      data: {
        values: Object.entries(lines).flatMap(([part, line]) =>
          shown.map((at) => ({ time: times[at]!, part, value: line[at]! })),
        ),
      },
      mark: { type: "line", tooltip: true },
      encoding: {
        x: { field: "time", type: "temporal", title: null },
        y: { field: "value", type: "quantitative", title: null, scale: { zero: false } },
        row: { field: "part", type: "nominal", sort: Object.keys(lines), title: null },
      },
      resolve: { scale: { y: "independent" } },
    };
  },

  examples: [
    {
      summary: "Values with a season of two days: nothing remains.",
      table: { day: dates(...days), sold: doubles(2, 4, 2, 4, 2, 4) },
      with: { timestamp_column: "day", value_column: "sold", period: 2 },
      gives: {
        period: 2,
        times: days,
        values: [2, 4, 2, 4, 2, 4],
        trend: [3, 3, 3, 3, 3, 3],
        seasonal: [-1, 1, -1, 1, -1, 1],
        remainder: [0, 0, 0, 0, 0, 0],
      },
    },
    {
      summary: "Too few values for two weeks.",
      table: { day: dates("2024-01-01", "2024-01-02", "2024-01-03"), sold: doubles(1, 2, 3) },
      with: { timestamp_column: "day", value_column: "sold" },
      gives: { period: null, times: [], values: [], trend: [], seasonal: [], remainder: [] },
      notes: ["3 values are fewer than two seasons of 7: there is nothing to tell seasons by. Give a shorter period."],
    },
  ],
});
