import type { Statement } from "./statement.ts";
import type { Query, TableReference } from "./syntax.ts";

/** The tables and views that a statement reads, each once. What WITH names is none of them. */
export function tablesOf(statement: Statement): readonly TableReference[] {
  const found = new Map<string, TableReference>();
  visit(statement, new Set(), found);
  return [...found.values()];
}

function visit(node: unknown, named: ReadonlySet<string>, found: Map<string, TableReference>): void {
  if (Array.isArray(node)) for (const part of node) visit(part, named, found);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  const { kind, table, body } = node as { kind?: string; table?: TableReference; body?: unknown };
  if ((kind === "table" || kind === "table-rows") && table !== undefined) {
    const { catalog, database, name } = table;
    if (database !== undefined || !named.has(name))
      found.set(JSON.stringify([catalog, database, name, table.asOf]), table);
  } else if (body !== undefined && "with" in node) visitQuery(node as Query, named, found);
  else for (const part of Object.values(node)) visit(part, named, found);
}

/** A name of WITH is known to the queries behind it, and to itself when it is recursive. */
function visitQuery(query: Query, outer: ReadonlySet<string>, found: Map<string, TableReference>): void {
  let named = outer;
  for (const item of query.with) {
    const withItem = new Set(named).add(item.name);
    visit(item.query, query.recursive ? withItem : named, found);
    named = withItem;
  }
  for (const [key, part] of Object.entries(query)) if (key !== "with") visit(part, named, found);
}
