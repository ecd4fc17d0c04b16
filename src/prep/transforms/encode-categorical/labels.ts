import { long } from "../../column-type.ts";
import type { Row } from "../../define-transform.ts";
import { call, type Expression, nullOf } from "../../sql/expression.ts";
import { aggregate, type Relation } from "../../sql/relation.ts";
import { textOf } from "../../sql/text-of.ts";

/** Counts the values of a column as texts; null is one of them. A filter here would be asked of each row. */
export const labelCounts = (input: Relation, column: Expression): Relation =>
  aggregate(input, [{ name: "label", value: textOf(column) }], [{ name: "count", value: call("countRows") }]);

/**
 * As Spark ML's StringIndexer: the most frequent label is first; of labels that are as frequent, the one that sorts first.
 * What is missing is no label, nor is `except`.
 */
export const orderedLabels = (rows: readonly Row[] = [], except?: string): readonly string[] =>
  rows
    .filter(({ label }) => label !== null && label !== except)
    .map(({ label, count }) => ({ label: String(label), count: Number(count) }))
    .sort((one, other) => other.count - one.count || (one.label < other.label ? -1 : 1))
    .map(({ label }) => label);

/** The place of a value among labels, the first of which is 0; null where it is none of them. */
export const placeAmong = (column: Expression, labels: readonly string[]): Expression =>
  labels.length === 0 ? nullOf(long) : call("subtract", call("placeIn", call("listOf", ...labels), textOf(column)), 1);

/** Fails the query with the value that is none of the labels. */
export const failing = (column: Expression): Expression => {
  const name = column.kind === "column" ? column.name : "";
  const value = call("coalesce", call("concat", call("concat", '"', textOf(column)), '"'), "a value that is missing");
  const before = `The column "${name}" has `;
  const after =
    ", which was not there when its labels were learned; choose another invalid_handling_strategy (Keep, Skip), or replace the value first.";
  return call("fail", call("concat", call("concat", before, value), after));
};
