import { asTypes } from "./as-types.ts";
import type { CompiledQuery, NamedColumns, Scope, Translation } from "./scope.ts";
import { SqlFault } from "./sql-fault.ts";
import { type SqlType, typeText } from "./sql-type.ts";
import type { NamedQuery, Query, QueryBody } from "./syntax.ts";
import { mayBecome } from "./type-relations.ts";
import { quoteText, raised } from "./value.ts";

/** Trino goes so many steps from the beginning, and fails when there is one more. */
const mostSteps = 10;

/** A query of WITH RECURSIVE that reads itself, step by step, as Trino does. Undefined for one that does not. */
export function compileRecursive(item: NamedQuery, scope: Scope, translation: Translation): CompiledQuery | undefined {
  if (!readsTable(item.query, item.name)) return undefined;
  const { body } = item.query;
  const isPlain =
    item.query.with.length === 0 &&
    item.query.orderBy.length === 0 &&
    item.query.limit === undefined &&
    item.query.offset === undefined;
  if (!isPlain || body.kind !== "set" || body.operator !== "UNION" || body.terms.length !== 2)
    throw new SqlFault(
      "INVALID_RECURSIVE_REFERENCE",
      "recursive reference outside the second part of a UNION",
      item.at,
    );
  const [anchor, step] = body.terms as [QueryBody, QueryBody];
  if (readsTable(anchor, item.name))
    throw new SqlFault(
      "INVALID_RECURSIVE_REFERENCE",
      "WITH table name is referenced in the base relation of recursion",
      item.at,
    );
  if (item.columns === undefined)
    throw new SqlFault("MISSING_COLUMN_ALIASES", "missing column aliases in recursive WITH query", item.at);
  if (hasRecursion(step))
    throw new SqlFault("NESTED_RECURSIVE", "nested recursive WITH query is not supported", item.at);
  const queryOf = (part: QueryBody): Query => ({
    ...{ recursive: false, with: [], body: part, orderBy: [], withTies: false, at: part.at },
  });
  const base = translation.query(queryOf(anchor), scope);
  const types = base.columns.map(({ type }) => type);
  const named = (relation: string): NamedColumns => ({
    relation,
    columns: types.map((type, index) => ({ type, name: item.columns?.[index] })),
  });
  let last = translation.fresh("w");
  const tables = [`${last} AS MATERIALIZED (${base.sql})`];
  const names = [last];
  for (let count = 0; count <= mostSteps; count++) {
    const inner = { ...scope, named: new Map(scope.named).set(item.name, named(last)) };
    const compiled = translation.query(queryOf(step), inner);
    checkTypes(compiled, types, item);
    last = translation.fresh("w");
    tables.push(`${last} AS MATERIALIZED (${asTypes(compiled, types, translation)})`);
    names.push(last);
  }
  // random() keeps DuckDB from computing the error before there is a row.
  const words = `${raised}NOT_SUPPORTED: Recursion depth limit exceeded (${mostSteps}). Use fewer steps, or a query without WITH RECURSIVE`;
  const over = names.pop();
  const raise = `CAST(${quoteText(words)} || left(CAST(random() AS VARCHAR), 0) AS BOOLEAN)`;
  const tooFar = `SELECT * FROM ${over} WHERE CASE WHEN (SELECT count(*) FROM ${over}) > 0 THEN ${raise} ELSE false END`;
  const rows = [...names.map((name) => `SELECT * FROM ${name}`), tooFar].join(" UNION ALL ");
  const sql = body.all ? rows : `SELECT DISTINCT * FROM (${rows}) AS ${translation.fresh("s")}`;
  return { sql: `WITH ${tables.join(", ")} ${sql}`, columns: base.columns };
}

function checkTypes({ columns }: CompiledQuery, types: readonly SqlType[], { at }: NamedQuery): void {
  if (columns.length !== types.length)
    throw new SqlFault(
      "TYPE_MISMATCH",
      `base and step relations of recursion have different number of fields: ${types.length}, ${columns.length}`,
      at,
    );
  for (const [index, { type }] of columns.entries())
    if (!mayBecome(type, types[index]!))
      throw new SqlFault(
        "TYPE_MISMATCH",
        `recursion step relation output type (${typeText(type)}) is not coercible to recursion base relation output type (${typeText(types[index]!)}) at column ${index + 1}`,
        at,
      );
}

function readsTable(node: unknown, name: string): boolean {
  if (Array.isArray(node)) return node.some((part) => readsTable(part, name));
  if (typeof node !== "object" || node === null) return false;
  const { table } = node as { table?: { name?: string; database?: string } };
  if (table?.name === name && table.database === undefined) return true;
  return Object.values(node).some((part) => readsTable(part, name));
}

function hasRecursion(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasRecursion);
  if (typeof node !== "object" || node === null) return false;
  if ("recursive" in node && node.recursive === true) return true;
  return Object.values(node).some(hasRecursion);
}
