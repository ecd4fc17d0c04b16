import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExampleTable, Json } from "../define-transform.ts";
import { doAnalysis } from "../do-analysis.ts";
import { type ExampleEngine, openExampleEngine } from "../duckdb.fixture.ts";
import { doubles, texts, timestamps } from "../example-columns.ts";
import { readUnit } from "../read-step.ts";
import { StepFault } from "../step-fault.ts";
import { analyses } from "./analyses.gen.ts";

/** Tables of which little can be told: each analysis gives a result of what there is, or says what is wrong. */

let engine: ExampleEngine;
beforeAll(async () => {
  engine = await openExampleEngine();
});
afterAll(() => engine.close());

type Node = readonly [operator: string, parameters: Readonly<Record<string, Json>>];

/** Each analysis, as flows ask for it, of columns that all tables here have. */
const nodes: readonly Node[] = [
  ["anomaly_detection", { timestamp_column: "t", value_column: "n" }],
  ["seasonal_trend_decomposition", { timestamp_column: "t", value_column: "n" }],
  ["bias_report", { label_name: "y", label_values: "yes", facet_name: "c", group_name: "c" }],
  ["duplicate_rows", {}],
  ["feature_correlation", {}],
  ["feature_correlation", { correlation_type: "non-linear" }],
  ["histogram", { x_axis: "n", color_by: "y", facet_by: "c" }],
  ["histogram", { x_axis: "y" }],
  ["scatterplot", { x_axis: "n", y_axis: "m", color_by: "y", facet_by: "c" }],
  ["multicolinearity", { analysis: "Lasso feature selection", lasso_parameters: { label: "y" } }],
  ["multicolinearity", { analysis: "Principal component analysis" }],
  ["multicolinearity", { analysis: "Variance inflation factors" }],
  ["quick_model", { label: "y" }],
  ["describe", {}],
  ["target_leakage", { target: "y" }],
];

const each = <Value>(rows: number, of: (row: number) => Value): Value[] =>
  Array.from({ length: rows }, (_, row) => of(row));

function tableOf(rows: number, own: ExampleTable = {}): ExampleTable {
  const start = Date.UTC(2024, 0, 1);
  return {
    n: doubles(...each(rows, (row) => (row * 37) % 101)),
    m: doubles(...each(rows, (row) => ((row * 53) % 97) / 7)),
    c: texts(...each(rows, (row) => "abc"[row % 3]!)),
    y: texts(...each(rows, (row) => ((row * 37) % 101 > 50 ? "yes" : "no"))),
    t: timestamps(
      ...each(rows, (row) => new Date(start + row * 86_400_000).toISOString().slice(0, 19).replace("T", " ")),
    ),
    ...own,
  };
}

const same = <Value>(rows: number, value: Value) => each(rows, () => value);
/** Letters: a text of digits would be a number. */
const megabytes = texts(...each(6, (row) => "abcde"[row % 5]!.repeat(1_000_000)));
const many = 2_500;

const tables: Readonly<Record<string, ExampleTable>> = {
  "no rows": tableOf(0),
  "3 rows": tableOf(3),
  "a label of one value": tableOf(120, { y: texts(...same(120, "yes")) }),
  "a label of no value": tableOf(120, { y: texts(...same(120, null)) }),
  "a label of as many values as rows": tableOf(many, { y: texts(...each(many, (row) => `class ${row}`)) }),
  "a label of floats": tableOf(120, { y: doubles(...each(120, (row) => row % 2)) }),
  "constant columns": tableOf(120, { n: doubles(...same(120, 7)), c: texts(...same(120, "a")) }),
  "empty columns": tableOf(120, { n: doubles(...same(120, null)), c: texts(...same(120, null)) }),
  "as many categories as rows": tableOf(many, { c: texts(...each(many, (row) => `category ${row}`)) }),
  "texts of 1 MB": tableOf(6, { c: megabytes }),
  "rows of 1 MB that are equal": tableOf(6, { n: doubles(...same(6, 1)), m: doubles(...same(6, 1)), c: megabytes }),
  "no finite number": tableOf(120, { n: doubles(...each(120, (row) => (row % 2 ? Infinity : -Infinity))) }),
};

/** What is found is read by pages and programs: it stays small, however many values a column has and however long they are. */
const mostCharacters = 1_000_000;

describe.each(Object.keys(tables))("%s", (name) => {
  test.each(nodes)("%s %j", async (operator, parameters) => {
    const input = await engine.tableOf("input", tables[name]!);
    const { unit, values } = readUnit(operator, parameters, analyses);
    const result = await doAnalysis(unit, input, values, engine.forAnalyses).catch((error: Error) => {
      // What cannot be asked of the table is said in words for its owner.
      expect(error, error.stack).toBeInstanceOf(StepFault);
      expect(error.message).toMatch(/[.?]$/);
    });
    if (!result) return;
    const text = JSON.stringify(result);
    expect(text.length).toBeLessThan(mostCharacters);
    // What is no number would be another value in JSON.
    expect(JSON.parse(text)).toEqual(result);
    const { score } = result.data as { readonly score?: number | null };
    if (score === null || isWithoutPoints(result.data)) expect(result.notes.length).toBeGreaterThan(0);
  });
});

test.each(nodes.filter(([, parameters]) => JSON.stringify(parameters).includes('"y"')))(
  "%s says of a column that is not there which was meant",
  async (operator, parameters) => {
    const input = await engine.tableOf("input", tables["3 rows"]!);
    const wrong = JSON.parse(JSON.stringify(parameters).replace('"y"', '"Y "')) as typeof parameters;
    const { unit, values } = readUnit(operator, wrong, analyses);
    await expect(doAnalysis(unit, input, values, engine.forAnalyses)).rejects.toThrow(/There is no column "Y ".*"y"/);
  },
);

/** Whether a picture would have nothing to show. */
const isWithoutPoints = (data: Json): boolean =>
  ["x", "values", "features"].some((name) => (data as { readonly [name: string]: Json })[name]?.toString() === "");
