import { expect, it } from "vitest";
import { analyses } from "../analyses/analyses.gen.ts";
import { transforms } from "../transforms/transforms.gen.ts";
import { checkFlow } from "./check-flow.ts";
import { readFlow } from "./read-flow.ts";

const step = (id: string, operator: string, parameters: object, type = "TRANSFORM") => ({
  node_id: id,
  type,
  operator: `sagemaker.${operator}_0.1`,
  parameters,
  inputs: type === "SOURCE" ? [] : [{ name: "df", node_id: "source", output_name: "default" }],
  outputs: [{ name: "default" }],
});
const source = (context: object) =>
  step(
    "source",
    "s3_source",
    { dataset_definition: { name: "x", s3ExecutionContext: { s3Uri: "s3://b/x.csv", ...context } } },
    "SOURCE",
  );
const checked = (...nodes: readonly object[]) =>
  checkFlow(readFlow(JSON.stringify({ nodes })), transforms, analyses).at(-1)!;

it("says what each step does", () => {
  const padded = { operator: "Left pad", left_pad_parameters: { input_column: "a", width: "7", fill: "x" } };
  expect(checked(source({}))).toMatchObject({ how: "reads csv from s3://b/x.csv" });
  expect(checked(source({}), step("a", "spark.format_string", padded))).toMatchObject({
    how: "Left pad",
    notes: ['The parameter "fill" means nothing to this step.'],
  });
  expect(checked(source({}), step("a", "spark.custom_pandas", { code: "df = df" }))).toMatchObject({
    how: "runs code of Python, with pandas",
  });
});

it.each([
  ["an operator", [source({}), step("a", "spark.make_gold", {})], 'The operator "make_gold" is not known here.'],
  [
    "a variant",
    [source({}), step("a", "spark.format_string", { operator: "Lef pad" })],
    /operator is "Lef pad"; give one of .*Left pad/,
  ],
  [
    "a missing parameter",
    [source({}), step("a", "spark.format_string", { operator: "Left pad" })],
    /input_column is required; give the names of columns.* width is required/,
  ],
  [
    "code",
    [source({}), step("a", "spark.custom_pandas", { code: " " })],
    'The step has no "code"; write the code that it is to run.',
  ],
  ["a source without a place", [source({ s3Uri: "" })], /The source has no "s3Uri"/],
  ["a content type", [source({ s3ContentType: "xls" })], /"xls" is not read; give one of csv, parquet/],
  ["a delimiter", [source({ s3FieldDelimiter: "ab" })], /"ab" is not one character/],
  ["an encoding", [source({ s3CsvEncodingType: "EBCDIC" })], /"EBCDIC" is not read; give one of UTF_8/],
  [
    "a destination",
    [source({}), step("a", "spark.s3_destination", { output_config: { output_content_type: "XLS" } }, "DESTINATION")],
    /"XLS"; give CSV, PARQUET, JSON or IMAGE/,
  ],
])("says what is wrong with %s", (_, nodes, problem) => {
  expect(checked(...nodes).problem).toMatch(problem);
});
