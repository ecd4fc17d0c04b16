import type { Column } from "../../column-type.ts";
import { isObject } from "../../json-object.ts";
import type { Relation } from "../../sql/relation.ts";
import { type FlowNode, operatorName } from "../flow.ts";
import type { FlowSource } from "../flow-source.ts";
import type { UserCode } from "../user-code.ts";

/** A step of a flow as scripts say it: what it makes of the tables that earlier steps gave. */
export interface ExportStep {
  readonly node: FlowNode;
  /** "Left pad", or what people call the node. */
  readonly title: string;
  readonly does: StepWork;
}

export type StepWork =
  | {
      readonly kind: "source";
      readonly source: FlowSource;
      /** The files with its rows, in their order. */
      readonly paths: readonly string[];
      /** The columns that its files have. */
      readonly columns: readonly Column[];
      /** The rows over a table of these columns, whose name is that of no step. */
      readonly rows: Relation;
      readonly gives: string;
    }
  /** Each output is kept under a name of its own. */
  | { readonly kind: "relation"; readonly outputs: readonly { readonly gives: string; readonly rows: Relation }[] }
  | {
      readonly kind: "code";
      readonly code: UserCode;
      readonly input: Relation;
      readonly gives: string;
      readonly columns: readonly Column[];
    };

/** Rows that the script writes: "NODE.OUTPUT", and the table that has them. */
export interface ExportOutput {
  readonly name: string;
  readonly node: FlowNode;
  readonly rows: Relation;
}

/** A flow as scripts say it. Every step's learned values are in its relation. */
export interface ExportedFlow {
  /** What people call the flow: the name of its file. */
  readonly name: string;
  readonly steps: readonly ExportStep[];
  readonly outputs: readonly ExportOutput[];
}

/** What people call a step: the node's name, its variant ("Left pad"), or its operator. */
export function stepTitle({ name, operator, parameters, type }: FlowNode): string {
  if (name !== undefined) return name;
  if (type === "SOURCE" && isObject(parameters.dataset_definition))
    return String(parameters.dataset_definition.name ?? "source");
  const words = typeof parameters.operator === "string" ? parameters.operator : operatorName(operator);
  const plain = words.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** The name of an output's table, which is a name in SQL and in Python: "left_pad_3", "split_4_train". */
export function tableName(node: FlowNode, place: number, output: string): string {
  const own = `${slug(stepTitle(node)) || "step"}_${place}`;
  const names = node.outputs.map(({ name }) => name);
  if (names.length < 2 || !names.includes(output)) return own;
  const alike = names.filter((name) => slug(name) === slug(output));
  return alike.length > 1 || slug(output) === "" ? `${own}_${names.indexOf(output) + 1}` : `${own}_${slug(output)}`;
}

const slug = (words: string): string => {
  const plain = words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_|_$/g, "");
  return /^[0-9]/.test(plain) ? `t_${plain}` : plain;
};
