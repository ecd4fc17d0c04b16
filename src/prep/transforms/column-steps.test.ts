import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExampleTable, Json } from "../define-transform.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { doubles, longs, texts } from "../example-columns.ts";
import { learnStep } from "../learn-step.ts";
import { readStep } from "../read-step.ts";
import { transforms } from "./transforms.gen.ts";

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

type Parameters = { readonly [name: string]: Json };

/** Does a step on a table, as a flow says it. */
async function done(operator: string, parameters: Parameters, given: ExampleTable, trained?: Json) {
  const input = await engine.tableOf("input", given);
  const { transform, values } = readStep(operator, parameters, transforms);
  const learned = await learnStep(transform, input, values, engine.ask, trained);
  const made = transform.relation({ input, inputs: [input], values, learned });
  return "outputs" in made ? [] : engine.ask(made);
}

const table = { name: texts("a", "b"), n: longs(1, 2), x: doubles(1.5, 2.5) };
const edit = (label: string, block: string, more: Parameters): Parameters => ({
  operator: label,
  [block]: { input_column: "name", ...more },
});

describe("what cannot be done is refused with what to do", () => {
  it.each<[string, Parameters, RegExp]>([
    ["format_string", { operator: "Lower" }, /operator is "Lower"; give one of .*Lower case/],
    [
      "format_string",
      edit("Left pad", "left_pad_parameters", { width: 5, fill_character: "ab" }),
      /give one character/,
    ],
    ["format_string", edit("Lower case", "lower_case_parameters", { input_column: "nam" }), /was "name" meant/],
    ["search_and_edit", edit("Matches", "matches_parameters", { pattern: "(?<=a)b" }), /look-around/],
    [
      "search_and_edit",
      edit("Extract using regex", "extract_using_regex_parameters", { pattern: "(a)", index: 2 }),
      /index is 2, and the pattern "\(a\)" has 1 groups; give 0 for the whole match or up to 1/,
    ],
    [
      "manage_columns",
      { operator: "Rename column", rename_column_parameters: { input_column: "n", new_name: "x" } },
      /Two columns would have the name "x"; give another name/,
    ],
    [
      "manage_columns",
      {
        operator: "Move column",
        move_column_parameters: {
          move_type: "Move to index",
          move_to_index_parameters: { column_to_move: "n", index: 5 },
        },
      },
      /index is 5; the table has 3 columns, give 0 to 2/,
    ],
    [
      "manage_rows",
      { operator: "Filter", filter_parameters: { column: "n", condition: "=", value: "two" } },
      /value "two" is none of the column "n"; give a number/,
    ],
    ["manage_rows", { operator: "Sort", sort_parameters: {} }, /No column is named; give sort_by/],
    [
      "handle_missing",
      { operator: "Fill missing", fill_missing_parameters: { input_column: "n", fill_value: "1.5" } },
      /has whole numbers, and fill_value is 1.5; give a whole number/,
    ],
    [
      "process_numeric",
      {
        operator: "Scale values",
        scale_values_parameters: {
          scaler: "Min-max scaler",
          min_max_scaler_parameters: { input_column: "x", min: 2, max: 1 },
        },
      },
      /min is 2 and max is 1; give a min that is less/,
    ],
    [
      "handle_outliers",
      {
        operator: "Min-max numeric outliers",
        min_max_numeric_outliers_parameters: { input_column: "name", lower_threshold: 0, upper_threshold: 1 },
      },
      /column "name" is of type text; this step takes long or double/,
    ],
    [
      "cast_single_data_type",
      { column: "x", data_type: "datetime", datetime_formatting: "%Q" },
      /"%Q", which is no field/,
    ],
    ["cast_single_data_type", { column: "x", data_type: "int" }, /data_type is "int"; give one of bool, date/],
  ])("%s %j", async (operator, parameters, message) => {
    await expect(done(operator, parameters, table)).rejects.toThrow(message);
  });

  it("a column without a value has nothing to be filled with", async () => {
    const parameters = {
      operator: "Impute",
      impute_parameters: { column_type: "Numeric", numeric_parameters: { input_column: ["x", "n"], strategy: "Mean" } },
    };
    const given = { x: doubles(1, null), n: longs(null, null) };
    await expect(done("handle_missing", parameters, given)).rejects.toThrow(
      'The column "n": It has no value to learn from; fill it with a value that you choose, or drop it.',
    );
  });

  it.each(["Ordinal encode", "One-hot encode"])("%s fails on a value that was not there", async (label) => {
    const block = `${label.toLowerCase().replaceAll(/[^a-z]+/g, "_")}_parameters`;
    const parameters = { operator: label, [block]: { input_column: "name", drop_last: false } };
    const trained = { [block]: { string_indexer_model: { labels: [["a"]] } } };
    await expect(done("encode_categorical", parameters, table, trained)).rejects.toThrow(
      /The column "name" has "b", which was not there when its labels were learned; choose another/,
    );
    await expect(done("encode_categorical", parameters, { name: texts("a", null) }, trained)).rejects.toThrow(
      /has a value that is missing, which was not there/,
    );
    expect(await done("encode_categorical", parameters, { name: texts("a") }, trained)).toHaveLength(1);
  });
});

describe("what a flow says a step was trained to is kept", () => {
  const outliers = (names: Json): Parameters => ({
    operator: "Standard deviation numeric outliers",
    standard_deviation_numeric_outliers_parameters: { input_column: names, fix_method: "Clip" },
  });
  const bounds = (column: string | undefined, upper: number) => ({
    _hash: "1",
    lower_threshold: 0,
    upper_threshold: upper,
    ...(column !== undefined && { input_column: column }),
  });

  it("of several columns, each by its name", async () => {
    const trained = { standard_deviation_numeric_outliers_parameters: [bounds("n", 1.5), bounds("x", 2)] };
    const rows = await done("handle_outliers", outliers(["x", "n"]), table, trained);
    expect(rows.map(({ x, n }) => [x, n])).toEqual([
      [1.5, 1],
      [2, 1.5],
    ]);
  });

  it("of one column, and anew where it is of another", async () => {
    const of = (column: string | undefined) => ({
      standard_deviation_numeric_outliers_parameters: bounds(column, 2),
    });
    const x = async (trained: Json) =>
      (await done("handle_outliers", outliers("x"), table, trained)).map((row) => row.x);
    expect(await x(of(undefined))).toEqual([1.5, 2]);
    expect(await x(of("x"))).toEqual([1.5, 2]);
    expect(await x(of("n"))).toEqual([1.5, 2.5]);
  });

  it("of the types of columns, in their order", async () => {
    const given = { b: texts("1.5"), a: texts("2") };
    const [row] = await done("infer_and_cast_type", {}, given, { schema: { a: "long", b: "string" } });
    expect(Object.entries(row!)).toEqual([
      ["a", 2],
      ["b", "1.5"],
    ]);
    await expect(done("infer_and_cast_type", {}, given, { schema: { c: "long" } })).rejects.toThrow(/no column "c"/);
  });
});
