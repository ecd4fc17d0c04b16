import type { Analysis } from "../define-analysis.ts";
import { type ReportNodeValues, type ReportOptions, reportNode, reportOptions } from "../insights/report-params.ts";
import { objectOf } from "../json-object.ts";
import { readUnit } from "../read-step.ts";
import { StepFault } from "../step-fault.ts";
import { type FlowNode, operatorName } from "./flow.ts";

/** What an analysis of a flow asks for. */
export type FlowAnalysis = { readonly notes: readonly string[] } & (
  | {
      readonly kind: "analysis";
      readonly analysis: Analysis;
      readonly values: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "report"; readonly options: ReportOptions }
  /** Python of the user's that draws with Altair, and leaves its picture in `chart`. */
  | { readonly kind: "code"; readonly code: string; readonly name?: string }
);

/** No public file has one; these are the names that the others' suggest. */
const codeOperators = ["custom", "custom_visualization", "custom_code", "custom_pandas", "custom_pyspark"];

/** Whether a node is Python of the user's that draws. */
export const drawsByCode = ({ operator, type }: FlowNode): boolean =>
  type === "VISUALIZATION" && codeOperators.includes(operatorName(operator));

/** Returns what a VISUALIZATION node asks for. @throws StepFault */
export function flowAnalysis({ operator, parameters }: FlowNode, analyses: readonly Analysis[]): FlowAnalysis {
  const name = operatorName(operator);
  if (codeOperators.includes(name)) {
    const blocks = [parameters, ...Object.values(parameters).map(objectOf)];
    const code = blocks.map((block) => block.code).find((one) => typeof one === "string" && one.trim() !== "");
    if (typeof code !== "string")
      throw new StepFault('The analysis has no "code"; write Python that leaves a chart of Altair in "chart".');
    const called = typeof parameters.name === "string" && parameters.name !== "" ? { name: parameters.name } : {};
    return { kind: "code", code, ...called, notes: [] };
  }
  if (name === reportNode.operator) {
    const { notes, values } = readUnit(name, parameters, [reportNode]);
    return { kind: "report", options: reportOptions(values as ReportNodeValues), notes };
  }
  const { notes, unit, values } = readUnit(name, parameters, [...analyses]);
  return { kind: "analysis", analysis: unit, values, notes };
}
