import { boolean, integer, number } from "../../base/params.ts";
import { columnParam } from "../column-param.ts";
import { defineAnalysis, type Findings, type Picture } from "../define-analysis.ts";
import { dates, doubles } from "../example-columns.ts";
import { columnOf, needType } from "../step-fault.ts";
import { sampleColumn } from "../table-sample.ts";
import { type GroupedValues, numberLabel } from "./grouped-values.ts";
import { decompose, seriesOf } from "./series-of.ts";

/** As many points of the line are drawn, besides the anomalies. */
const mostPoints = 2000;
/** A remainder that is next to nothing beside the values is rounding. */
const leastDeviation = 1e-9;

interface Data {
  /** How many values a season has; null where there are fewer than two seasons. */
  readonly period: number | null;
  /** The standard deviation of the remainders, of the population. */
  readonly deviation: number | null;
  /** In the order of time. */
  readonly anomalies: readonly {
    readonly time: GroupedValues["labels"][number];
    readonly value: number;
    /** Trend and season. */
    readonly expected: number;
    /** By how many standard deviations the remainder is off their mean. */
    readonly deviations: number;
  }[];
  readonly times: readonly GroupedValues["labels"][number][];
  readonly values: readonly number[];
  readonly expected: readonly number[];
}

const timeTypes = ["date", "timestamp"] as const;
const numberTypes = ["long", "double"] as const;

/** The values of the example. */
const days = Array.from({ length: 12 }, (_, day) => `2024-01-${String(day + 1).padStart(2, "0")}`);
const sold = days.map((_, day) => (day === 5 ? 110 : 10));
const spread = Math.sqrt(100 ** 2 / 12 - (100 / 12) ** 2);

export const anomalyDetection = defineAnalysis({
  // No flow that has this analysis is known: the names of the operator and of its parameters are ours.
  operator: "anomaly_detection",
  title: "Anomaly detection",
  summary:
    "The values of a time series that are farther from trend and season (STL) than so many standard deviations of all remainders.",
  params: {
    timestamp_column: columnParam(...timeTypes),
    value_column: columnParam(...numberTypes),
    /** Standard deviations. */
    threshold: number({ default: 3, above: 0 }),
    /** Absent: by the time between values. */
    period: integer({ min: 2 }),
    /** Whether values that are far off count less for trend and season. */
    robust: boolean({ default: true }),
  },
  takes(input, { timestamp_column, value_column }) {
    needType(columnOf(input, timestamp_column), timeTypes);
    needType(columnOf(input, value_column), numberTypes);
    return [timestamp_column, value_column];
  },

  compute({ sample, values: { timestamp_column, value_column, threshold, period, robust } }): Findings<Data> {
    const notes: string[] = [];
    const series = seriesOf(sample, timestamp_column, value_column, period, notes);
    if (series === undefined)
      return { data: { period: null, deviation: null, anomalies: [], times: [], values: [], expected: [] }, notes };
    const { kind } = sampleColumn(sample, timestamp_column).type;
    const { remainder } = decompose(series, robust, notes);
    const count = remainder.length;
    const mean = remainder.reduce((sum, one) => sum + one, 0) / count;
    const deviation = Math.sqrt(remainder.reduce((sum, one) => sum + (one - mean) ** 2, 0) / count);
    const greatest = series.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const times = Array.from(series.times, (time) => numberLabel(time, kind));
    const isExact = deviation <= leastDeviation * greatest;
    const anomalies = times.flatMap((time, at) => {
      const deviations = (remainder[at]! - mean) / deviation;
      if (isExact || Math.abs(deviations) <= threshold) return [];
      const value = series.values[at]!;
      return [{ time, value, expected: value - remainder[at]!, deviations }];
    });
    return {
      data: {
        period: series.period,
        deviation: isExact ? 0 : deviation,
        anomalies,
        times,
        values: [...series.values],
        expected: Array.from(series.values, (value, at) => value - remainder[at]!),
      },
      notes,
    };
  },

  picture({ times, values, anomalies }, { value_column }): Picture {
    const every = Math.max(1, Math.ceil(times.length / mostPoints));
    const line = times.flatMap((time, at) => (at % every === 0 ? [{ time, value: values[at]! }] : []));
    const x = { field: "time", type: "temporal", title: null };
    const y = { field: "value", type: "quantitative", title: value_column, scale: { zero: false } };
    return {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      title: `${value_column}: ${anomalies.length} ${anomalies.length === 1 ? "anomaly" : "anomalies"}`,
      layer: [
        { data: { values: line }, mark: { type: "line" }, encoding: { x, y } },
        {
          data: { values: anomalies.map((one) => ({ ...one })) },
          mark: { type: "point", filled: true, color: "#d13212", size: 60, tooltip: true },
          encoding: { x, y },
        },
      ],
    };
  },

  examples: [
    {
      summary: "A value far above all others.",
      table: { day: dates(...days), sold: doubles(...sold) },
      with: { timestamp_column: "day", value_column: "sold", period: 2 },
      gives: {
        period: 2,
        deviation: spread,
        anomalies: [{ time: "2024-01-06", value: 110, expected: 10, deviations: (100 - 100 / 12) / spread }],
        times: days,
        values: sold,
        expected: days.map(() => 10),
      },
    },
  ],
});
