import { choice, text } from "../../../base/params.ts";
import { columnsParam } from "../../column-param.ts";
import { type DataType, dataTypes } from "../../data-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { booleans, dates, doubles, longs, texts, timestamps } from "../../example-columns.ts";
import { convert } from "../../sql/convert.ts";
import { allOf, call, choose, column, type Expression, literal } from "../../sql/expression.ts";
import { filter, type Named, named, select } from "../../sql/relation.ts";
import { textOf } from "../../sql/text-of.ts";
import { readTimeFormat } from "../../sql/time-format.ts";
import { writtenValue } from "../../sql/written-value.ts";
import { columnOf } from "../../step-fault.ts";

const methods = [
  "replace_null",
  "replace_null_with_new_col",
  "replace_value",
  "replace_value_with_new_col",
  "drop",
] as const;

/** A value that is missing is none of any type: it is replaced or dropped as well. */
export const castSingleDataType = defineTransform({
  operator: "cast_single_data_type",
  group: "Parse value as type",
  title: "Parse column as type",
  summary: "Makes values of another type of the values of columns; what to do with those that are none is said.",
  params: {
    column: columnsParam(),
    original_data_type: text(),
    data_type: choice(Object.keys(dataTypes) as DataType[], { required: true }),
    non_castable_data_handling_method: choice(methods, { default: "replace_null" }),
    replace_value: text(),
    date_formatting: text(),
    datetime_formatting: text(),
  },
  relation({ input, values }) {
    const { data_type: to, non_castable_data_handling_method: method } = values;
    const formats = {
      ...(values.date_formatting && { date: readTimeFormat(values.date_formatting) }),
      ...(values.datetime_formatting && { datetime: readTimeFormat(values.datetime_formatting) }),
    };
    const made = new Map<string, readonly Named[]>();
    const kept: Expression[] = [];
    for (const name of values.column) {
      const given = column(columnOf(input, name));
      const value = convert(given, to, formats);
      if (method === "drop") kept.push(call("isNotNull", value));
      const isReplaced = method.startsWith("replace_value") && values.replace_value !== undefined;
      const instead = isReplaced
        ? convert(writtenFor(values.replace_value, name, to, formats), to, formats)
        : undefined;
      const failed = choose([[call("isNotNull", value), ""]], textOf(given));
      made.set(name, [
        { name, value: instead ? call("coalesce", value, instead) : value },
        ...(method.endsWith("_with_new_col") ? [{ name: `${name}_typecast_error`, value: failed }] : []),
      ]);
    }
    const added = new Set([...made.values()].flatMap((all) => all.slice(1).map(({ name }) => name)));
    const stay = input.columns.filter(({ name }) => made.has(name) || !added.has(name));
    const rows = method === "drop" ? filter(input, allOf(kept)) : input;
    return select(
      rows,
      named(stay).flatMap((one) => made.get(one.name) ?? [one]),
    );
  },
  examples: [
    {
      inputs: [{ n: texts("1", " 2 ", "2.9", "1e3", "x", "1_000", "", null), b: longs(1, 2, 3, 4, 5, 6, 7, 8) }],
      with: { column: "n", original_data_type: "String", data_type: "long" },
      gives: { n: longs(1, 2, 2, 1000, null, null, null, null), b: longs(1, 2, 3, 4, 5, 6, 7, 8) },
    },
    {
      inputs: [{ n: texts("1", "foo", null), b: longs(1, 2, 3) }],
      with: { column: "n", data_type: "float", non_castable_data_handling_method: "replace_null_with_new_col" },
      gives: { n: doubles(1, null, null), n_typecast_error: texts("", "foo", null), b: longs(1, 2, 3) },
    },
    {
      inputs: [{ n: texts("1", "foo", null) }],
      with: { column: "n", data_type: "long", non_castable_data_handling_method: "replace_value", replace_value: "0" },
      gives: { n: longs(1, 0, 0) },
    },
    {
      inputs: [{ n: texts("true", "é") }],
      with: {
        column: "n",
        data_type: "bool",
        non_castable_data_handling_method: "replace_value_with_new_col",
        replace_value: false,
      },
      gives: { n: booleans(true, false), n_typecast_error: texts("", "é") },
    },
    {
      inputs: [{ n: texts("1", "foo", null), m: texts("2", "3", "4") }],
      with: { column: ["n", "m"], data_type: "long", non_castable_data_handling_method: "drop" },
      gives: { n: longs(1), m: longs(2) },
    },
    {
      inputs: [{ n: doubles(1.9, -1.9, Number.NaN, null) }],
      with: { column: "n", data_type: "long" },
      gives: { n: longs(1, -1, null, null) },
    },
    {
      summary: "Dates are day, month and year, or as ISO 8601 has them, unless a format says otherwise.",
      inputs: [{ d: texts("31-01-2024", "2024-01-31", "01/31/2024", "31-02-2024") }],
      with: { column: "d", data_type: "date" },
      gives: { d: dates("2024-01-31", "2024-01-31", null, null) },
    },
    {
      inputs: [{ d: texts("01/31/2024", "1.2.2024"), e: texts("12/24/2023", null) }],
      with: { column: ["d", "e"], data_type: "date", date_formatting: "MM/dd/yyyy" },
      gives: { d: dates("2024-01-31", null), e: dates("2023-12-24", null) },
    },
    {
      inputs: [
        { t: texts("2024-01-31T10:00:00", "2024-01-31 10:00:00+02:00", "01/31/2024 3:04 PM", "20240131", "soon") },
      ],
      with: { column: "t", data_type: "datetime" },
      gives: {
        t: timestamps("2024-01-31 10:00:00", "2024-01-31 08:00:00", "2024-01-31 15:04:00", "2024-01-31 00:00:00", null),
      },
    },
    {
      inputs: [{ t: texts("31.01.2024 10h", "x") }],
      with: { column: "t", data_type: "datetime", datetime_formatting: "%d.%m.%Y %Hh" },
      gives: { t: timestamps("2024-01-31 10:00:00", null) },
    },
    {
      summary: "A number is a time in seconds, or by its size in thousandths or millionths of them.",
      inputs: [{ t: longs(1_706_695_200, 1_706_695_200_000, 1_706_695_200_000_000, null) }],
      with: { column: "t", data_type: "datetime" },
      gives: { t: timestamps("2024-01-31 10:00:00", "2024-01-31 10:00:00", "2024-01-31 10:00:00", null) },
    },
    {
      inputs: [{ n: longs(12, null), t: timestamps("2024-01-31 10:00:00", null) }],
      with: { column: ["n", "t"], data_type: "string" },
      gives: { n: texts("12", null), t: texts("2024-01-31 10:00:00", null) },
    },
    {
      inputs: [{ n: longs(0, 2, null) }],
      with: { column: "n", data_type: "bool" },
      gives: { n: booleans(false, true, null) },
    },
  ],
});

/** What takes the place of a value, as it is written in the step: of a date, in the format of the column. */
function writtenFor(given: string | undefined, name: string, to: DataType, formats: object): Expression {
  const isWritten = to === "date" || to === "datetime" ? Object.keys(formats).length === 0 : true;
  return isWritten ? writtenValue(given ?? "", { name, type: dataTypes[to] }) : literal(given ?? "");
}
