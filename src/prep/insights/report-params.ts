import { boolean, choice, integer, type ParamValues } from "../../base/params.ts";
import { optionalColumnParam } from "../column-param.ts";
import { sharedParams } from "../define-analysis.ts";
import type { JsonObject } from "../json-object.ts";
import { optionalFilledText } from "../text-param.ts";

/** Of a report that is not of the entire data set, so many rows are looked at: the first. */
export const firstRows = 50_000;

/** The parameters of the node of a flow that makes a Data Quality and Insights Report. */
export const reportNode = {
  operator: "data_insights_report",
  params: {
    name: sharedParams.name,
    /** The section that Studio shows. A run makes all. */
    report_content: optionalFilledText,
    "insights_report_parameters.target_column": optionalColumnParam(),
    /** Absent: inferred from the target's values. */
    "insights_report_parameters.problem_type": choice(["Classification", "Regression"]),
    "insights_report_parameters.dataset_type": optionalFilledText,
    /** Whether all rows are looked at, not the first 50,000. */
    full_data: boolean({ default: false }),
    /** Whether texts are looked at as what they say, as long as no value is lost. */
    infer_types: boolean({ default: false }),
    seed: sharedParams.seed,
    /** Models learn from at most so many rows. */
    model_rows: integer({ default: 100_000, min: 10, max: 1_000_000 }),
    instance_type: optionalFilledText,
    number_of_instances: optionalFilledText,
    "output_config.output_path": optionalFilledText,
    "output_config.output_content_type": optionalFilledText,
  },
} as const;

export type ReportNodeValues = ParamValues<typeof reportNode.params>;

/** What a report is made of. */
export interface ReportOptions {
  readonly name?: string;
  readonly target?: string;
  readonly problem?: "classification" | "regression";
  readonly entire: boolean;
  /** Whether texts are looked at as what they say; false unless given. */
  readonly inferTypes?: boolean;
  readonly seed: number;
  readonly modelRows: number;
}

/** Writes such a node's parameters, as flows have them, of a table whose texts may be numbers and times. */
export const reportParameters = ({
  entire,
  problem,
  seed,
  target,
}: Pick<ReportOptions, "entire" | "problem" | "target"> & { readonly seed?: string }): JsonObject => ({
  full_data: String(entire),
  infer_types: "true",
  ...(seed !== undefined && { seed }),
  insights_report_parameters: {
    ...(target !== undefined && { target_column: target }),
    ...(problem !== undefined && { problem_type: problem === "classification" ? "Classification" : "Regression" }),
  },
});

export const problemTypes = ["classification", "regression"] as const;

export function reportOptions(values: ReportNodeValues): ReportOptions {
  const target = values["insights_report_parameters.target_column"];
  const problem = values["insights_report_parameters.problem_type"];
  return {
    ...(values.name !== undefined && { name: values.name }),
    ...(target !== undefined && { target }),
    ...(problem !== undefined && { problem: problem === "Classification" ? "classification" : "regression" }),
    entire: values.full_data,
    inferTypes: values.infer_types,
    seed: values.seed,
    modelRows: values.model_rows,
  };
}
