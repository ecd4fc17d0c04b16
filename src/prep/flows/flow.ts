import type { JsonObject } from "../json-object.ts";

/** A flow of Data Wrangler: a graph of nodes in which a node names those it reads. */
export interface Flow {
  /** The file as it was read, every member kept. */
  readonly file: Readonly<Record<string, unknown>>;
  /** In an order in which every node comes after those it reads. */
  readonly nodes: readonly FlowNode[];
  readonly parameters: readonly FlowParameter[];
}

export interface FlowNode {
  readonly id: string;
  readonly type: NodeType;
  /** As in the file: "sagemaker.spark.format_string_0.1". */
  readonly operator: string;
  /** What people call it, where the file says so. */
  readonly name?: string;
  readonly parameters: JsonObject;
  readonly trained: JsonObject;
  readonly inputs: readonly { readonly node: string; readonly output: string }[];
  readonly outputs: readonly { readonly name: string; readonly sampling?: Sampling }[];
}

export type NodeType = "SOURCE" | "TRANSFORM" | "VISUALIZATION" | "DESTINATION" | "DATASET";

/** Which rows of a source fits learn from: the first ones, about so many or so large a share by chance, or such a share of each value. */
export type Sampling =
  | { readonly method: "limit"; readonly rows: number }
  | { readonly method: "ratio"; readonly ratio: number; readonly seed: number }
  | { readonly method: "random"; readonly rows: number; readonly seed: number }
  | { readonly method: "stratified"; readonly rows: number; readonly seed: number; readonly column: string };

/** A name for a value that a run may replace: `{{name}}` in a path or a number. */
export interface FlowParameter {
  readonly name: string;
  readonly type: "String" | "Number" | "Pattern" | "Datetime";
  /** Of a pattern: a regular expression; of a datetime: the range of times ("24 hours", "2026-01-01/2026-02-01"). */
  readonly value?: string;
  /** Of a datetime: how a time is written in the path, such as "yyyy-MM-dd". */
  readonly format?: string;
}

/** A flow that cannot be read or run. Each problem names its node and says what to do. */
export class FlowFault extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "FlowFault";
    this.problems = problems;
  }
}

/** "sagemaker.spark.format_string_0.1" is "format_string", "sagemaker.visualizations.describe_0.1" is "describe". */
export const operatorName = (operator: string): string =>
  operator.replace(/^sagemaker\.(?:(?:spark|visualizations)\.)?/, "").replace(/_\d+\.\d+$/, "");

/** A node in the words of messages. */
export const nodeWords = ({ id, name, operator, parameters }: FlowNode): string => {
  const variant = typeof parameters.operator === "string" ? ` (${parameters.operator})` : "";
  return `node ${id}${name ? ` "${name}"` : ""}, ${operatorName(operator)}${variant}`;
};
