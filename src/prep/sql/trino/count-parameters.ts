import { SqlFault } from "./sql-fault.ts";
import type { Statement } from "./statement.ts";

/** How many `?` a statement has. */
export function countParameters(node: unknown): number {
  if (Array.isArray(node)) return node.reduce<number>((sum, part) => sum + countParameters(part), 0);
  if (typeof node !== "object" || node === null) return 0;
  return (node as { kind?: string }).kind === "parameter" ? 1 : countParameters(Object.values(node));
}

/** @throws SqlFault when a statement is given more or fewer values than it has parameters */
export function checkParameters(statement: Statement, given: number): void {
  const expected = countParameters(statement);
  if (expected !== given)
    throw new SqlFault(
      "INVALID_PARAMETER_USAGE",
      `Incorrect number of parameters: expected ${expected} but found ${given}`,
      { line: 1, column: 1 },
    );
}
