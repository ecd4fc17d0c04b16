import { afterAll, beforeAll, expect, test } from "vitest";
import type { ExampleTable, Json } from "../define-transform.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { doubles, longLists, longs, texts, vectors } from "../example-columns.ts";
import { learnStep } from "../learn-step.ts";
import { readStep } from "../read-step.ts";
import type { Relation } from "../sql/relation.ts";
import { transforms } from "./transforms.gen.ts";

/** What a step says when it cannot be done: the value, what is allowed, and what to do. */

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

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
    { operator: "SQL (PySpark SQL)", sql_parameters: { code: "SELECT * FROM df JOIN x ON df.a = x.a" } },
    two,
    'The query reads "x"; the table that a step of SQL has is called df',
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
    "features that nobody names",
    "time_series",
    {
      operator: "Rolling window features",
      "Rolling window features_parameters": {
        sequence_column: "a",
        timestamp_column: "a",
        window_size: 2,
        strategy: "Manual subset",
      },
    },
    two,
    "The manual subset is empty; name features in",
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
    "hashing to columns",
    "featurize_text",
    {
      operator: "Vectorize",
      vectorize_parameters: { input_column: "t", vectorizer: "Hashing", output_format: "Flattened" },
    },
    two,
    "output_format",
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
});
