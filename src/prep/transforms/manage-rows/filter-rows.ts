import { choice, type Param, text } from "../../../base/params.ts";
import { optionalColumnParam } from "../../column-param.ts";
import { defineTransform } from "../../define-transform.ts";
import { booleans, dates, doubles, longs, texts } from "../../example-columns.ts";
import { optionalRecordsParam } from "../../record-param.ts";
import { allOf, call, column, type Expression } from "../../sql/expression.ts";
import type { FunctionName } from "../../sql/functions.ts";
import { filter } from "../../sql/relation.ts";
import { writtenValue } from "../../sql/written-value.ts";
import { columnOf, StepFault } from "../../step-fault.ts";

const comparisons = {
  "=": "equals",
  "==": "equals",
  "!=": "differs",
  ">": "greater",
  ">=": "greaterOrEqual",
  "<": "less",
  "<=": "lessOrEqual",
} as const satisfies Readonly<Record<string, FunctionName>>;

type Comparison = keyof typeof comparisons;
const condition = choice(Object.keys(comparisons) as Comparison[]);
const neededCondition: Param<Comparison> = { ...(condition as Param<Comparison>), required: true };
const filters = optionalRecordsParam(
  {
    column: text({ required: true }),
    condition: neededCondition,
    value: text({ default: "" }),
  },
  { min: 0, max: 1_000 },
);

/** As in SQL, a value that is missing meets no condition. */
export const filterRows = defineTransform({
  operator: "manage_rows",
  variant: [{ name: "operator", is: "Filter", also: ["Filter data"] }],
  group: "Manage rows",
  title: "Filter",
  summary: "Leaves the rows that meet every condition.",
  params: { column: optionalColumnParam(), condition, value: text(), conditions: filters, filters },
  relation({ input, values }) {
    const one =
      values.column !== undefined && values.condition !== undefined
        ? [{ column: values.column, condition: values.condition, value: values.value ?? "" }]
        : [];
    const all = [...one, ...(values.conditions ?? []), ...(values.filters ?? [])];
    if (all.length === 0)
      throw new StepFault("There is no condition; give column, condition and value, or a list of them in conditions.");
    return filter(
      input,
      allOf(
        all.map((given): Expression => {
          const found = columnOf(input, given.column);
          return call(comparisons[given.condition], column(found), writtenValue(given.value, found));
        }),
      ),
    );
  },
  examples: [
    {
      inputs: [{ a: longs(1, 2, null, 3), b: texts("x", "é", "é", "x") }],
      with: { column: "a", condition: ">=", value: "2" },
      gives: { a: longs(2, 3), b: texts("é", "x") },
    },
    {
      inputs: [{ a: doubles(1.5, 2, 3), b: texts("x", "é", "é") }],
      with: {
        conditions: [
          { column: "a", condition: "<", value: 2.5 },
          { column: "b", condition: "=", value: "é" },
        ],
      },
      gives: { a: doubles(2), b: texts("é") },
    },
    {
      inputs: [{ d: dates("2024-01-31", "2024-02-01"), ok: booleans(true, false) }],
      with: {
        filters: [
          { column: "d", condition: ">", value: "2024-01-31" },
          { column: "ok", condition: "!=", value: true },
        ],
      },
      gives: { d: dates("2024-02-01"), ok: booleans(false) },
    },
  ],
});
