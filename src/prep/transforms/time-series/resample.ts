import { choice } from "../../../base/params.ts";
import { columnParam, optionalColumnParam } from "../../column-param.ts";
import { type Column, double, isNumeric, long, timestamp } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { dates, doubles, longs, texts, timestamps } from "../../example-columns.ts";
import { as, call, choose, column as columnExpression, type Expression, nullOf, over } from "../../sql/expression.ts";
import { withPosition } from "../../sql/random-number.ts";
import {
  aggregate,
  explode,
  filter,
  type Named,
  type Relation,
  select,
  sort,
  withColumns,
} from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { interpolated, interpolations } from "./fill.ts";
import { frequencyOf, frequencyParams, presentNumber } from "./frequency.ts";

const ofNumbers = {
  mean: (value) => call("mean", value),
  median: (value) => call("interpolatedQuantile", value, 0.5),
  sum: (value) => call("sum", value),
  min: (value) => call("minimum", value),
  max: (value) => call("maximum", value),
  std: (value) => call("standardDeviation", value),
  first: (value, place) => call("valueAtMinimum", value, choose([[call("isNotNull", value), place]])),
  last: (value, place) => call("valueAtMaximum", value, choose([[call("isNotNull", value), place]])),
} as const satisfies Readonly<Record<string, (value: Expression, place: Expression) => Expression>>;

const ofOthers = {
  "most common": (value) => call("mostCommon", value),
  first: ofNumbers.first,
  last: ofNumbers.last,
} as const satisfies Readonly<Record<string, (value: Expression, place: Expression) => Expression>>;

type NumberWay = keyof typeof ofNumbers;
type OtherWay = keyof typeof ofOthers;

/** Rows without a time belong to no step and go. Every series goes from its first step to its last. */
export const resample = defineTransform({
  operator: "time_series",
  variant: [{ name: "operator", is: "Resample", block: "Resample_parameters" }],
  group: "Time series",
  title: "Resample",
  summary: "Gives series rows at regular times: several in one step become one, and steps without any are filled.",
  params: {
    timestamp_column: columnParam("timestamp", "date"),
    id_column: optionalColumnParam(),
    ...frequencyParams,
    "downsample.numeric": choice(Object.keys(ofNumbers) as NumberWay[], { default: "mean" }),
    "downsample.non_numeric": choice(Object.keys(ofOthers) as OtherWay[], { default: "most common" }),
    "upsample.numeric": choice(interpolations, { default: "linear" }),
    "upsample.non_numeric": choice(["ffill", "pad", "bfill", "backfill", "nearest"], { default: "ffill" }),
  },
  relation({ input, values }) {
    const time = columnOf(input, values.timestamp_column);
    needType(time, ["timestamp", "date"]);
    const id = values.id_column === undefined ? undefined : columnOf(input, values.id_column);
    const frequency = frequencyOf(values);
    const others = input.columns.filter((one) => one !== time && one !== id);
    const { relation: placed, position } = withPosition(filter(input, call("isNotNull", columnExpression(time))));
    const steps = downsampled(
      placed,
      position,
      id,
      others,
      frequency.stepOf(as(columnExpression(time), timestamp)),
      values,
    );
    const rows = filled(steps, id, others);
    const series = {
      partition: id ? [columnExpression({ name: "id", type: id.type })] : [],
      order: [{ by: step }],
      place: as(step, double),
    };
    const made = new Map(
      others.map((one, index): [string, Expression] => {
        const value = columnExpression(rows.columns.find(({ name }) => name === `value${index}`)!);
        const how = isNumeric(one.type) ? values["upsample.numeric"] : values["upsample.non_numeric"];
        return [one.name, interpolated(value, how, series)];
      }),
    );
    const start = frequency.startOf(step);
    const keepsDate = time.type.kind === "date" && frequency.isOfDays;
    const shown = input.columns.map((one): Named => {
      if (one === id) return { name: one.name, value: columnExpression({ name: "id", type: one.type }) };
      if (one === time) return { name: one.name, value: keepsDate ? call("toDate", start) : start };
      return { name: one.name, value: made.get(one.name)! };
    });
    const result = select(rows, shown);
    const order = [...(id ? [id.name] : []), time.name].map((name) => ({
      by: columnExpression(result.columns.find((one) => one.name === name)!),
    }));
    return sort(result, order);
  },
  examples: [
    {
      summary: "Hours that are missing lie on the line between their neighbours.",
      inputs: [
        {
          at: timestamps("2024-01-01 00:10:00", "2024-01-01 00:50:00", "2024-01-01 03:00:00", null),
          n: longs(1, 3, 8, 9),
          t: texts("a", "b", "c", "d"),
        },
      ],
      with: {
        timestamp_column: "at",
        frequency: { quantity: 1, offset_description: "Hourly" },
        downsample: { numeric: "mean", non_numeric: "most common" },
        upsample: { numeric: "linear", non_numeric: "ffill" },
      },
      gives: {
        at: timestamps("2024-01-01 00:00:00", "2024-01-01 01:00:00", "2024-01-01 02:00:00", "2024-01-01 03:00:00"),
        n: doubles(2, 4, 6, 8),
        t: texts("a", "a", "a", "c"),
      },
    },
    {
      summary: "Each series by itself, in months.",
      inputs: [
        {
          id: texts("b", "a", "a", null),
          on: dates("2024-02-10", "2024-01-31", "2024-03-02", "2024-01-05"),
          x: doubles(1, 2, 6, Number.NaN),
        },
      ],
      with: {
        timestamp_column: "on",
        id_column: "id",
        frequency: { quantity: 1, offset_description: "Month" },
        downsample: { numeric: "sum" },
        upsample: { numeric: "bfill" },
      },
      gives: {
        id: texts("a", "a", "a", "b", null),
        on: dates("2024-01-01", "2024-02-01", "2024-03-01", "2024-02-01", "2024-01-01"),
        x: doubles(2, 6, 6, 1, null),
      },
    },
    {
      summary: "A weekend belongs to its Friday.",
      inputs: [{ on: dates("2024-01-04", "2024-01-06", "2024-01-09"), n: longs(1, 2, 4) }],
      with: {
        timestamp_column: "on",
        frequency: { quantity: 1, offset_description: "Business day" },
        downsample: { numeric: "max" },
        upsample: { numeric: "ffill" },
      },
      gives: { on: dates("2024-01-04", "2024-01-05", "2024-01-08", "2024-01-09"), n: doubles(1, 2, 2, 4) },
    },
  ],
});

const step = columnExpression({ name: "step", type: long });

/** One row for each step of a series that has rows. */
function downsampled(
  placed: Relation,
  position: Expression,
  id: Column | undefined,
  others: readonly Column[],
  stepOf: Expression,
  values: { "downsample.numeric": NumberWay; "downsample.non_numeric": OtherWay },
): Relation {
  const made = others.map((one, index): Named => {
    const value = columnExpression(one);
    return {
      name: `value${index}`,
      value: isNumeric(one.type)
        ? ofNumbers[values["downsample.numeric"]](presentNumber(value), position)
        : ofOthers[values["downsample.non_numeric"]](value, position),
    };
  });
  const keys = [...(id ? [{ name: "id", value: columnExpression(id) }] : []), { name: "step", value: stepOf }];
  return aggregate(placed, keys, made);
}

/** A row more for each step up to the next one that has rows; of the others, nothing is known yet. */
function filled(steps: Relation, id: Column | undefined, others: readonly Column[]): Relation {
  const partition = id ? [columnExpression({ name: "id", type: id.type })] : [];
  const next = over(call("lead", step, 1), { partition, order: [{ by: step }] });
  const ended = withColumns(steps, [{ name: "last", value: call("coalesce", call("subtract", next, 1), step) }]);
  const list = call("numbers", step, columnExpression({ name: "last", type: long }));
  const each = explode(ended, list, "each");
  const at = columnExpression({ name: "each", type: long });
  const isFirst = call("equals", at, step);
  const values = others.map((_, index): Named => {
    const found = each.columns.find(({ name }) => name === `value${index}`)!;
    return { name: found.name, value: choose([[isFirst, columnExpression(found)]], nullOf(found.type)) };
  });
  return select(each, [
    ...(id ? [{ name: "id", value: columnExpression({ name: "id", type: id.type }) }] : []),
    { name: "step", value: at },
    ...values,
  ]);
}
