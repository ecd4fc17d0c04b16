import type { CompiledQuery, Scope, Translation } from "./scope.ts";
import { SqlFault } from "./sql-fault.ts";
import type { NamedQuery } from "./syntax.ts";

/** A query of WITH RECURSIVE that reads itself. Undefined for one that does not. */
export function compileRecursive(
  item: NamedQuery,
  _relation: string,
  _scope: Scope,
  _translation: Translation,
): CompiledQuery | undefined {
  if (!readsTable(item.query, item.name)) return undefined;
  throw new SqlFault("NOT_SUPPORTED", "A recursive query is not supported", item.at);
}

function readsTable(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((part) => readsTable(part, name));
  if (typeof node !== "object" || node === null) return false;
  const { table } = node as { table?: { name?: string; database?: string } };
  if (table?.name === name && table.database === undefined) return true;
  return Object.values(node).some((part) => readsTable(part, name));
}
