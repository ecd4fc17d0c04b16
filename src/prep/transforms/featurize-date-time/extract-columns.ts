import { boolean, choice } from "../../../base/params.ts";
import { columnsParam } from "../../column-param.ts";
import { double, long, type TypeKind } from "../../column-type.ts";
import { outputName } from "../../define-column-transform.ts";
import { defineTransform, type ExampleTable, type TransformExample } from "../../define-transform.ts";
import { doubles, longs, texts, timestamps, vectors } from "../../example-columns.ts";
import { as, call, choose, column as columnExpression, type Expression, literal } from "../../sql/expression.ts";
import type { FunctionName } from "../../sql/functions.ts";
import { type Named, named, onlyColumns, type Relation, select, unusedName, withColumns } from "../../sql/relation.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";
import { askFormat, type FoundFormat, learnFormat, readTime } from "./read-time.ts";

/** The fields of a time: the first value that each has, and how many it has (a year does not come again). */
const fields = {
  year: { function: "year", first: 0 },
  month: { function: "month", first: 1, period: 12 },
  day: { function: "dayOfMonth", first: 1, period: 31 },
  hour: { function: "hour", first: 0, period: 24 },
  minute: { function: "minute", first: 0, period: 60 },
  second: { function: "second", first: 0, period: 60 },
  week_of_year: { function: "week", first: 1, period: 53 },
  day_of_year: { function: "dayOfYear", first: 1, period: 366 },
  quarter: { function: "quarter", first: 1, period: 4 },
} as const satisfies Readonly<Record<string, { function: FunctionName; first: number; period?: number }>>;

type Field = keyof typeof fields;
const fieldNames = Object.keys(fields) as Field[];

const accepts: readonly TypeKind[] = ["text", "long", "double", "date", "timestamp"];
const chosen = boolean({ default: true });

const params = {
  input_column: columnsParam(...accepts),
  output_column: optionalFilledText,
  output_mode: choice(["Ordinal", "Cyclic"], { default: "Ordinal" }),
  output_format: choice(["Columns", "Vector"], { default: "Columns" }),
  infer_datetime_format: boolean({ default: true }),
  date_time_format: optionalFilledText,
  use_one_indexing: boolean({ default: false }),
  year: chosen,
  month: chosen,
  day: chosen,
  hour: chosen,
  minute: chosen,
  second: chosen,
  week_of_year: chosen,
  day_of_year: chosen,
  quarter: chosen,
};

interface Values extends Readonly<Record<Field, boolean>> {
  readonly output_mode: "Ordinal" | "Cyclic";
  readonly use_one_indexing: boolean;
}

/** The numbers of a time, by the ends of their names. */
function numbersOf(time: Expression, values: Values): readonly Named[] {
  const wanted = fieldNames.filter((name) => values[name]);
  if (wanted.length === 0)
    throw new StepFault(`No field of the time is chosen; choose at least one of ${fieldNames.join(", ")}.`);
  return wanted.flatMap((name): readonly Named[] => {
    const field = fields[name];
    const value = call(field.function, time);
    const fromZero = call("subtract", value, field.first);
    if (values.output_mode === "Ordinal" || !("period" in field)) {
      const shown = values.use_one_indexing || field.first === 0 ? value : fromZero;
      return [{ name, value: as(shown, long) }];
    }
    const angle = call("multiply", as(fromZero, double), literal((2 * Math.PI) / field.period, double));
    return [
      { name: `${name}_1`, value: call("sine", angle) },
      { name: `${name}_2`, value: call("cosine", angle) },
    ];
  });
}

const of = (
  operator: string,
  label: string,
  block: string | undefined,
  group: string,
  examples: readonly TransformExample[],
) =>
  defineTransform<typeof params, FoundFormat[]>({
    operator,
    variant: [{ name: "operator", is: label, ...(block && { block }) }],
    group,
    title: label,
    summary: "Makes numbers of the fields of a time: its year, month, day, hour and others.",
    params,
    fit: {
      asks: (input, values) =>
        Object.fromEntries(
          values.input_column.flatMap((name, index) => {
            const asked = askFormat(columnExpression(columnOf(input, name)), input, values);
            return Object.entries(asked).map(([key, query]) => [`${index}/${key}`, query]);
          }),
        ),
      learn: (answers, values) =>
        values.input_column.map((_, index) => learnFormat({ first: answers[`${index}/first`] ?? [] })),
    },
    relation({ input, values, learned }) {
      const { input_column: names, output_column: output, output_format: format } = values;
      const times = names.map((name, index): Named => {
        const found = columnOf(input, name);
        needType(found, accepts);
        const value = readTime(columnExpression(found), values, learned[index] ?? { format: null });
        return { name: unusedName(input.columns, `time${index}`), value };
      });
      const read = withColumns(input, times);
      const made = names.map((name, index) => {
        const time = columnExpression({ name: times[index]!.name, type: { kind: "timestamp" } });
        return {
          source: name,
          name: outputName(name, output, names.length, name),
          time,
          numbers: numbersOf(time, values),
        };
      });
      if (format === "Columns") return columnsOf(input, read, made);
      const vectors = made.map(({ name, time, numbers }): Named => {
        const vector = call("vectorOf", ...numbers.map(({ value }) => as(value, double)));
        return { name, value: choose([[call("isNotNull", time), vector]]) };
      });
      const kept = withColumns(read, vectors);
      return onlyColumns(
        kept,
        kept.columns.filter(({ name }) => !times.some((one) => one.name === name)),
      );
    },
    examples,
  });

/** The columns of the numbers come last; a column whose place they take goes. */
function columnsOf(
  input: Relation,
  read: Relation,
  made: readonly { source: string; name: string; numbers: readonly Named[] }[],
): Relation {
  const added = made.flatMap(({ name, numbers }) =>
    numbers.map((one): Named => ({ name: `${name}_${one.name}`, value: one.value })),
  );
  const gone = new Set([...added, ...made.filter(({ name, source }) => name === source)].map(({ name }) => name));
  return select(read, [...named(input.columns.filter(({ name }) => !gone.has(name))), ...added]);
}

const off = Object.fromEntries(fieldNames.map((name) => [name, false]));
const ordinal: ExampleTable = { at: timestamps("2024-03-01 05:06:07", null), n: longs(1, 2) };

export const extractColumns = of("featurize_date_time", "Extract columns", undefined, "Featurize date/time", [
  {
    summary: "All fields, the first of each 0.",
    inputs: [ordinal],
    with: { input_column: "at", output_column: "t", output_mode: "Ordinal", output_format: "Columns" },
    gives: {
      ...ordinal,
      t_year: longs(2024, null),
      t_month: longs(2, null),
      t_day: longs(0, null),
      t_hour: longs(5, null),
      t_minute: longs(6, null),
      t_second: longs(7, null),
      t_week_of_year: longs(8, null),
      t_day_of_year: longs(60, null),
      t_quarter: longs(0, null),
    },
  },
  {
    summary: "The format of the first value is that of all; the numbers take the column's place.",
    inputs: [{ at: texts("31/12/2024", "01/02/2023", "2024-01-01", "", null) }],
    with: { ...off, input_column: "at", infer_datetime_format: true, month: true, day: true, use_one_indexing: true },
    gives: { at_month: longs(12, 2, null, null, null), at_day: longs(31, 1, null, null, null) },
  },
  {
    summary: "A given format.",
    inputs: [{ at: texts("2024.05.06", "6 May 2024") }],
    with: { ...off, input_column: "at", infer_datetime_format: false, date_time_format: "%Y.%m.%d", day: true },
    gives: { at_day: longs(5, null) },
  },
  {
    summary: "Each value in its own format.",
    inputs: [{ at: texts("2024-05-06", "05/07/2024 3:04 PM", "May 8, 2024", "soon") }],
    with: { ...off, input_column: "at", infer_datetime_format: false, date_time_format: "", day: true, hour: true },
    gives: { at_day: longs(5, 6, 7, null), at_hour: longs(0, 15, 0, null) },
  },
  {
    summary: "Numbers are of seconds, milliseconds, microseconds or nanoseconds, by their size.",
    inputs: [{ at: longs(1_700_000_000, 1_700_000_000_000, 1_700_000_000_000_000, null) }],
    with: { ...off, input_column: "at", year: true, second: true },
    gives: { at_year: longs(2023, 2023, 2023, null), at_second: longs(20, 20, 20, null) },
  },
  {
    summary: "Points on circles, as vectors.",
    inputs: [{ at: timestamps("2024-01-01 06:00:00", null) }],
    with: { ...off, input_column: "at", output_mode: "Cyclic", output_format: "Vector", month: true, hour: true },
    gives: { at: vectors([0, 1, 1, 6.123233995736766e-17], null) },
  },
  {
    summary: "Several columns.",
    inputs: [{ a: timestamps("2024-01-01 06:00:00"), b: doubles(0) }],
    with: { ...off, input_column: ["a", "b"], output_column: "t", hour: true },
    gives: { a: timestamps("2024-01-01 06:00:00"), b: doubles(0), t_a_hour: longs(6), t_b_hour: longs(0) },
  },
]);

export const featurizeDatetime = of(
  "time_series",
  "Featurize datetime",
  "Featurize datetime_parameters",
  "Time series",
  [
    {
      inputs: [ordinal],
      with: {
        ...off,
        input_column: "at",
        output_column: "date",
        output_format: "Columns",
        date_time_format: "",
        quarter: true,
      },
      gives: { ...ordinal, date_quarter: longs(0, null) },
    },
  ],
);
