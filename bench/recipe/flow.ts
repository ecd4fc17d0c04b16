/** The recipe of the benchmark: twenty steps after the types, as a flow of Data Wrangler. */
const steps: readonly (readonly [operator: string, parameters: object])[] = [
  ["infer_and_cast_type", {}],
  ["manage_columns", labelled("Drop column", { column_to_drop: ["note", "junk"] })],
  ["manage_rows", labelled("Drop duplicates", {})],
  ["handle_missing", labelled("Drop missing", { input_column: ["quantity"] })],
  ["manage_rows", { operator: "Filter", filter_parameters: { column: "quantity", condition: ">", value: "0" } }],
  ["handle_missing", impute("Numeric", { strategy: "Mean", input_column: ["price", "weight"] })],
  ["handle_missing", impute("Numeric", { strategy: "Approximate Median", input_column: ["age"] })],
  ["handle_missing", impute("Categorical", { input_column: ["colour"] })],
  ["handle_missing", labelled("Fill missing", { input_column: ["city"], fill_value: "unknown" })],
  [
    "handle_outliers",
    labelled("Standard deviation numeric outliers", { input_column: ["price"], standard_deviations: 3 }),
  ],
  ["handle_outliers", labelled("Quantile numeric outliers", { input_column: ["income"] })],
  ["format_string", labelled("Lower case", { input_column: ["colour"] })],
  ["format_string", labelled("Strip left and right", { input_column: ["city"], characters_to_remove: " " })],
  [
    "search_and_edit",
    labelled("Find and replace substring", { input_column: ["code"], pattern: "-", replacement: "_" }),
  ],
  [
    "search_and_edit",
    labelled("Extract using regex", { input_column: ["code"], pattern: "([0-9]+)", output_column: "number" }),
  ],
  ["custom_formula", { output_column: "ratio", formula: "income / (age + 1)" }],
  [
    "featurize_date_time",
    labelled("Extract columns", {
      input_column: ["bought"],
      output_column: "bought",
      output_mode: "Ordinal",
      output_format: "Columns",
      use_one_indexing: true,
      ...{ minute: false, second: false, week_of_year: false, day_of_year: false, quarter: false },
    }),
  ],
  ["process_numeric", scale("Standard scaler", { input_column: ["price", "weight"], center: true })],
  ["process_numeric", scale("Min-max scaler", { input_column: ["age", "income"] })],
  [
    "encode_categorical",
    labelled("One-hot encode", {
      input_column: ["colour"],
      invalid_handling_strategy: "Keep",
      drop_last: false,
      output_style: "Columns",
    }),
  ],
  [
    "encode_categorical",
    labelled("Ordinal encode", {
      input_column: ["city"],
      output_column: "city_code",
      invalid_handling_strategy: "Keep",
    }),
  ],
];

export const lastNode = `step${steps.length - 1}`;

/** The flow over a file of this content type. */
export const recipeFlow = (type: "csv" | "parquet"): object => ({
  metadata: { version: 1, disable_limits: false },
  nodes: [
    {
      node_id: "source",
      type: "SOURCE",
      operator: "sagemaker.s3_source_0.1",
      parameters: {
        dataset_definition: {
          name: "rows",
          s3ExecutionContext: { s3Uri: `s3://bucket/rows.${type}`, s3ContentType: type, s3HasHeader: true },
        },
      },
      inputs: [],
      outputs: [{ name: "default" }],
    },
    ...steps.map(([operator, parameters], index) => ({
      node_id: `step${index}`,
      type: "TRANSFORM",
      operator: `sagemaker.spark.${operator}_0.1`,
      parameters,
      inputs: [{ name: "df", node_id: index === 0 ? "source" : `step${index - 1}`, output_name: "default" }],
      outputs: [{ name: "default" }],
    })),
  ],
});

function snake(label: string): string {
  return label.toLowerCase().replace(/[^a-z0-9]+/g, "_");
}

function labelled(operator: string, parameters: object): object {
  return { operator, [`${snake(operator)}_parameters`]: parameters };
}

function impute(kind: "Numeric" | "Categorical", parameters: object): object {
  return labelled("Impute", { column_type: kind, [`${snake(kind)}_parameters`]: parameters });
}

function scale(scaler: string, parameters: object): object {
  return labelled("Scale values", { scaler, [`${snake(scaler)}_parameters`]: parameters });
}
