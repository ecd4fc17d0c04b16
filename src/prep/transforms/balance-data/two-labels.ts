import { type Column, text } from "../../column-type.ts";
import type { Json, Row } from "../../define-transform.ts";
import { as, call, column, type Expression, literal } from "../../sql/expression.ts";
import { aggregate, filter, limit, type Relation, sort } from "../../sql/relation.ts";
import { columnOf, StepFault } from "../../step-fault.ts";

/** The labels of a target that has two, as texts. */
export interface TwoLabels {
  readonly [name: string]: Json;
  readonly minority: string;
  readonly majority: string;
}

const labelOf = (input: Relation, target: string): Expression => as(column(columnOf(input, target)), text);

/** What finds the labels: rows without one do not count. */
export function askLabels(input: Relation, target: string): Readonly<Record<string, Relation>> {
  refuseVectors(input);
  const label = labelOf(input, target);
  const counts = aggregate(
    filter(input, call("isNotNull", label)),
    [{ name: "label", value: label }],
    [{ name: "rows", value: call("countRows") }],
  );
  const [name, rows] = counts.columns.map((one) => column(one));
  return { labels: limit(sort(counts, [{ by: rows!, descending: true }, { by: name! }]), 3) };
}

/** @throws StepFault unless there are two labels */
export function learnLabels({ labels = [] }: Readonly<Record<string, readonly Row[]>>, target: string): TwoLabels {
  const found = labels.map(({ label }) => String(label));
  if (found.length === 2) return { majority: found[0]!, minority: found[1]! };
  const words = found.length > 2 ? "more than two" : found.length === 1 ? "one" : "none";
  throw new StepFault(
    `The target ${JSON.stringify(target)} has ${words} of the two labels that balancing needs${found.length > 0 ? `: ${found.map((one) => JSON.stringify(one)).join(", ")}${found.length > 2 ? " ..." : ""}` : ""}. Choose a target with two labels, or filter the rows first.`,
  );
}

function refuseVectors({ columns }: Relation): void {
  const found: Column | undefined = columns.find(({ type }) => type.kind === "vector");
  if (found)
    throw new StepFault(
      `The column ${JSON.stringify(found.name)} is a vector, and data with vectors cannot be balanced. Balance it before the step that makes the vector, or drop the column.`,
    );
}

export const hasLabel = (input: Relation, target: string, label: string): Expression =>
  call("equals", labelOf(input, target), literal(label));
