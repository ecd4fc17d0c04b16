<<<<<<< HEAD
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleTable, Json } from "../define-transform.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { doubles, longLists, longs, texts, vectors } from "../example-columns.ts";
import { learnStep } from "../learn-step.ts";
import { readStep } from "../read-step.ts";
import type { Relation } from "../sql/relation.ts";
import { transforms } from "./transforms.gen.ts";

/** What a step says when it cannot be done: the value, what is allowed, and what to do. */

=======
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExampleTable, Json } from "../define-transform.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { doubles, longs, texts } from "../example-columns.ts";
import { learnStep } from "../learn-step.ts";
import { readStep } from "../read-step.ts";
import { transforms } from "./transforms.gen.ts";

>>>>>>> prepa
let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

<<<<<<< HEAD
async function run(operator: string, parameters: Record<string, Json>, tables: readonly ExampleTable[]): Promise<void> {
  const inputs: Relation[] = [];
  for (const [index, table] of tables.entries()) inputs.push(await engine.tableOf(`refused ${index}`, table));
  const { transform, values } = readStep(operator, parameters, transforms);
  const learned = await learnStep(transform, inputs[0]!, values, engine.ask);
  const made = transform.relation({ input: inputs[0]!, inputs, values, learned });
  for (const one of "outputs" in made ? Object.values(made.outputs) : [made]) await engine.ask(one);
}

const two = [{ a: longs(1, 2), t: texts("x", "y") }];
const split = (splits: Json, more: Record<string, Json> = {}): Record<string, Json> => ({
  operator: "Randomized split",
  randomized_split_parameters: { splits, ...more },
});
const balance = (operator: string): Record<string, Json> => ({ operator, target_column: "t", ratio: 1 });

test.each<[string, string, Record<string, Json>, readonly ExampleTable[], string]>([
  [
    "a join of types",
    "join_tables",
    { left_column: "a", right_column: "t", join_type: "inner" },
    [two[0]!, two[0]!],
    '"a" of the left, which is of type long, with "t" of the right, which is of type text. Parse one',
  ],
  [
    "a join's typo",
    "join_tables",
    { left_column: "aa", right_column: "a", join_type: "inner" },
    [two[0]!, two[0]!],
    'There is no column "aa"',
  ],
  [
    "a join's kind",
    "join_tables",
    { left_column: "a", right_column: "a", join_type: "sideways" },
    [two[0]!, two[0]!],
    'join_type is "sideways"; give one of inner, leftouter',
  ],
  ["a join with one input", "join_tables", { left_column: "a", right_column: "a" }, two, "connect the second one"],
  ["a join without columns", "join_tables", { join_type: "inner" }, [two[0]!, two[0]!], "needs a column of each side"],
  [
    "a join's name that is taken",
    "join_tables",
    { left_column: "a", right_column: "a" },
    [{ a: longs(1), a_0: longs(2) }, { a: longs(1) }],
    'would be called "a_0"',
  ],
  [
    "eleven keys",
    "join_multi_keys",
    { join_keys: Array.from({ length: 11 }, () => ({ left: "a", right: "a" })), join_type: "inner" },
    [two[0]!, two[0]!],
    "a list of 1 to 10 objects with left (a text that is not empty)",
  ],
  [
    "a concatenation of types",
    "concatenate",
    {},
    [{ a: longs(1) }, { a: texts("x") }],
    '"a" is of type long in one table and of type text in another',
  ],
  [
    "shares that are no whole",
    "split",
    split([
      { name: "a", percentage: 0.7 },
      { name: "b", percentage: 0.2 },
    ]),
    two,
    "0.7 + 0.2 = 0.9; they must be 1 together",
  ],
  [
    "two splits of one name",
    "split",
    split([
      { name: "a", percentage: 0.5 },
      { name: "a", percentage: 0.5 },
    ]),
    two,
    'Two splits are called "a"',
  ],
  ["one split", "split", split([{ name: "a", percentage: 0.5 }]), two, "a list of 2 to 10 objects"],
  ["an unknown split", "split", { operator: "Magic split" }, two, "give one of"],
  [
    "too many strata",
    "split",
    {
      operator: "Stratified split",
      stratified_split_parameters: {
        splits: [
          { name: "a", percentage: 0.5 },
          { name: "b", percentage: 0.5 },
        ],
        input_column: "n",
      },
    },
    [{ n: longs(...Array.from({ length: 101 }, (_, index) => index)) }],
    "more than 100 values",
  ],
  [
    "an order of texts",
    "split",
    {
      operator: "Ordered split",
      ordered_split_parameters: {
        splits: [
          { name: "a", percentage: 0.5 },
          { name: "b", percentage: 0.5 },
        ],
        input_column: "t",
      },
    },
    two,
    '"t" is of type text; this step takes long or double',
  ],
  [
    "three labels",
    "balance_data",
    balance("Random oversample"),
    [{ t: texts("a", "b", "c") }],
    'more than two of the two labels that balancing needs: "a", "b", "c"',
  ],
  [
    "one label",
    "balance_data",
    balance("Random undersample"),
    [{ t: texts("a", "a") }],
    'has one of the two labels that balancing needs: "a"',
  ],
  [
    "vectors to balance",
    "balance_data",
    balance("SMOTE"),
    [{ t: texts("a", "b"), v: vectors([1], [2]) }],
    "data with vectors cannot be balanced",
  ],
  [
    "SMOTE of one row",
    "balance_data",
    balance("SMOTE"),
    [{ t: texts("a", "b", "b"), x: doubles(1, 2, 3) }],
    "SMOTE needs two",
  ],
  [
    "SMOTE without numbers",
    "balance_data",
    balance("SMOTE"),
    [{ t: texts("a", "b", "b", "a") }],
    "needs a column of numbers",
  ],
  [
    "a group's typo",
    "group_by",
    { group_by_columns: "a", aggregations: [{ column: "t", aggregate: "mean" }] },
    two,
    '"t" is of type text; this step takes long or double',
  ],
  ["a formula's typo", "custom_formula", { output_column: "o", formula: "aa + 1" }, two, 'There is no column "aa"'],
  ["no formula", "custom_formula", { output_column: "o", formula: "" }, two, "give a text that is not empty"],
  [
    "SQL of two tables",
    "custom_code",
    { operator: "SQL (PySpark SQL)", sql_parameters: { code: "SELECT * FROM df JOIN x" } },
    two,
    "this one has JOIN",
  ],
  [
    "no field of a time",
    "featurize_date_time",
    {
      operator: "Extract columns",
      extract_columns_parameters: {
        input_column: "a",
        year: false,
        month: false,
        day: false,
        hour: false,
        minute: false,
        second: false,
        week_of_year: false,
        day_of_year: false,
        quarter: false,
      },
    },
    two,
    "No field of the time is chosen",
  ],
  [
    "a time's unknown format",
    "featurize_date_time",
    { operator: "Extract columns", extract_columns_parameters: { input_column: "t", infer_datetime_format: true } },
    two,
    'The first value, "x", is in no format',
  ],
  [
    "a frequency",
    "time_series",
    {
      operator: "Datetime range",
      "Datetime range_parameters": {
        start_timestamp: "2024-01-01",
        output_column: "o",
        frequency: { offset_description: "Fortnight" },
      },
    },
    two,
    'The frequency "Fortnight" is not known; give one of microsecond',
  ],
  [
    "a wrong time",
    "time_series",
    { operator: "Validate timestamps", "Validate timestamps_parameters": { timestamp_column: "t", policy: "error" } },
    two,
    "missing or in no known format: x",
  ],
  [
    "features that are not built",
    "time_series",
    {
      operator: "Rolling window features",
      "Rolling window features_parameters": {
        sequence_column: "a",
        timestamp_column: "a",
        window_size: 2,
        strategy: "All features",
      },
    },
    two,
    'strategy "All features"; give "Minimal subset"',
  ],
  [
    "a constant of another type",
    "time_series",
    {
      operator: "Handle missing",
      "Handle missing_parameters": {
        hm_input_type: "Along column",
        "hm_input_type_Along column_parameters": {
          hmac_strategy: "Constant Value",
          hmac_sequence_column: "a",
          hmac_timestamp_column: "a",
          "hmac_strategy_Constant Value_parameters": { hmac_custom_value: "x" },
        },
      },
    },
    two,
    '"x" that fills is not of the column\'s type, long',
  ],
  [
    "hashing",
    "featurize_text",
    { operator: "Vectorize", vectorize_parameters: { input_column: "t", vectorizer: "Hashing" } },
    two,
    'vectorizer "Hashing"; give "Count Vectorizer"',
  ],
  [
    "an empty vocabulary",
    "featurize_text",
    {
      operator: "Vectorize",
      vectorize_parameters: {
        input_column: "t",
        vectorizer_count_vectorizer_parameters: { minimum_document_frequency: 9 },
      },
    },
    two,
    "No word of the column",
  ],
  [
    "a vector of texts",
    "manage_vectors",
    { operator: "Assemble", assemble_parameters: { input_column: ["t"], output_column: "v" } },
    two,
    '"t" is of type text',
  ],
  [
    "what is no list",
    "explode_array",
    { input_column: "a" },
    two,
    '"a" is of type long; this step takes list or vector',
  ],
  [
    "a name that is taken",
    "explode_array",
    { input_column: "l", output_column: "a" },
    [{ a: longs(1), l: longLists([1]) }],
    'There is a column "a" already',
  ],
  [
    "two ways to count components",
    "pca",
    { input_columns: ["a"], number_of_components: 1, variance_threshold_percentage: 90 },
    two,
    "give one of them",
  ],
])("%s is refused", async (_, operator, parameters, tables, words) => {
  await expect(run(operator, parameters, tables)).rejects.toThrow(words);
=======
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
>>>>>>> prepa
});
