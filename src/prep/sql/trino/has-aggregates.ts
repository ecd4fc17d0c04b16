import { aggregateRows } from "./functions/functions.ts";

/** Whether an expression holds an aggregate of its own query: those in subqueries and with OVER are not. */
export function hasAggregates(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasAggregates);
  if (typeof node !== "object" || node === null) return false;
  const { kind, name, over } = node as { kind?: string; name?: string; over?: unknown };
  if (kind === "call" && over === undefined && name !== undefined && (aggregateRows.has(name) || name === "grouping"))
    return true;
  return Object.entries(node).some(([key, part]) => key !== "query" && key !== "at" && hasAggregates(part));
}
