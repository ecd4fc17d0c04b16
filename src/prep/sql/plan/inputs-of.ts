import type { Predicate } from "../trino/predicate.ts";
import type { PlanNode } from "./read-plan.ts";

/** A table of a statement: `catalog.database.name`, its columns, and what is asked of its rows by constants. */
export interface PlanInput {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly predicate?: Predicate;
}

type Range = { readonly low: object; readonly high: object };

const exactly = (value: string): Range => {
  const end = { value, bound: "EXACTLY" };
  return { low: end, high: end };
};
const open = { low: { bound: "ABOVE" }, high: { bound: "BELOW" } };

/** The ranges of values that a test lets through; undefined for a test that is none of a range. */
function rangesOf(test: Exclude<Predicate, { readonly all: unknown } | { readonly any: unknown }>) {
  switch (test.is) {
    case "=":
      return [exactly(test.value.text)];
    case "<":
      return [{ ...open, high: { value: test.value.text, bound: "BELOW" } }];
    case "<=":
      return [{ ...open, high: { value: test.value.text, bound: "EXACTLY" } }];
    case ">":
      return [{ ...open, low: { value: test.value.text, bound: "ABOVE" } }];
    case ">=":
      return [{ ...open, low: { value: test.value.text, bound: "EXACTLY" } }];
    case "in":
      return test.values.map(({ text }) => exactly(text));
    default:
      return undefined;
  }
}

/** What is asked of single columns: of a column with several tests each of them. */
function constraintsOf(predicate: Predicate, columns: PlanInput["columns"]): object[] {
  if ("all" in predicate) return predicate.all.flatMap((part) => constraintsOf(part, columns));
  if ("any" in predicate) return [];
  const ranges = rangesOf(predicate);
  const isNull = predicate.is === "null";
  if (ranges === undefined && !isNull && predicate.is !== "not null") return [];
  const type = columns.find(({ name }) => name === predicate.column)?.type;
  const domain = { nullsAllowed: isNull, ranges: ranges ?? (isNull ? [] : [open]) };
  return [{ columnName: predicate.column, type, domain }];
}

const scansOf = (node: PlanNode): readonly PlanNode[] =>
  node.name === "TableScan" ? [node] : node.children.flatMap(scansOf);

const tableJson = (name: string) => {
  const [catalog, schema, table] = name.split(".");
  return { catalog, schemaTable: { schema, table } };
};

const estimate = (rows: number | undefined) => ({
  ...{ outputRowCount: rows ?? "NaN", outputSizeInBytes: "NaN", cpuCost: "NaN", maxMemory: "NaN", networkCost: "NaN" },
});

/** What EXPLAIN (TYPE IO) says: the tables that are read, what of them, and the table that is written. */
export function inputsJson(plan: PlanNode, inputs: readonly PlanInput[], output?: string): string {
  const scans = scansOf(plan);
  const inputTableColumnInfos = inputs.map(({ columns, name, predicate }) => ({
    table: tableJson(name),
    constraint: { none: false, columnConstraints: predicate ? constraintsOf(predicate, columns) : [] },
    estimate: estimate(scans.find(({ details }) => details.table === name)?.estimatedRows),
  }));
  const outputTable = output === undefined ? {} : { outputTable: tableJson(output) };
  return JSON.stringify(
    { inputTableColumnInfos, ...outputTable, estimate: estimate(plan.estimatedRows) },
    undefined,
    2,
  );
}
