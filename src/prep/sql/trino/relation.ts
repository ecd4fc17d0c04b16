import { booleanText } from "./boolean-text.ts";
import { coerce } from "./cast.ts";
import { compare } from "./comparison.ts";
import { readType } from "./parse-type.ts";
import {
  type CompiledQuery,
  type Field,
  isNamed,
  namedIn,
  nearestWords,
  type Scope,
  type Translation,
} from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { SqlType } from "./sql-type.ts";
import type { Relation, TableReference } from "./syntax.ts";
import { tableKey, tableName } from "./table-key.ts";
import { commonType } from "./type-relations.ts";
import { type List, unnestLists, unnestText } from "./unnest.ts";
import { quoteName } from "./value.ts";

/** A relation of FROM: its text in DuckDB and the columns that it brings. */
export interface CompiledRelation {
  readonly sql: string;
  readonly fields: readonly Field[];
}

type Node<Kind extends Relation["kind"]> = Extract<Relation, { kind: Kind }>;

/** `scope` is that of the query, without the fields of FROM; `beside` has those that stand before, for LATERAL and UNNEST. */
export function compileRelation(
  node: Relation,
  scope: Scope,
  beside: readonly Field[],
  translation: Translation,
): CompiledRelation {
  switch (node.kind) {
    case "table":
      return compileTable(node.table, scope, translation);
    case "alias":
      return withAlias(node, compileRelation(node.relation, scope, beside, translation));
    case "sample":
      return compileSample(node, compileRelation(node.relation, scope, beside, translation), scope, translation);
    case "subquery": {
      const inner = node.lateral ? { ...scope, fields: beside } : scope;
      return fromQuery(translation.query(node.query, inner), node.lateral, [], translation);
    }
    case "unnest":
      return unnestText(node, unnestLists(node, { ...scope, fields: beside }, translation), translation);
    case "join":
      return compileJoin(node, scope, beside, translation);
  }
}

function fromQuery(
  { sql, columns }: CompiledQuery,
  lateral: boolean,
  qualifier: readonly string[],
  translation: Translation,
): CompiledRelation {
  const name = translation.fresh("r");
  return {
    sql: `${lateral ? "LATERAL " : ""}(${sql}) AS ${name}`,
    fields: columns.map((column, index) => ({ ...column, sql: `${name}.c${index}`, qualifier })),
  };
}

/** A query of WITH, a table or a view. */
export function compileTable(table: TableReference, scope: Scope, translation: Translation): CompiledRelation {
  const plain = table.database === undefined && table.catalog === undefined;
  const named = plain ? namedIn(scope, table.name) : undefined;
  const name = translation.fresh("r");
  if (named !== undefined)
    return {
      sql: `${named.relation} AS ${name}`,
      fields: named.columns.map((column, index) => ({ ...column, sql: `${name}.c${index}`, qualifier: [table.name] })),
    };
  const { session } = translation;
  const key = tableKey(table, session);
  const found = session.tables.get(key);
  if (found === undefined)
    throw new SqlFault(
      "TABLE_NOT_FOUND",
      `Table '${tableName(table, session)}' does not exist${nearestWords(
        table.name,
        [...session.tables.keys()].map((other) => other.split("@")[0]!.split(".").at(-1)!),
      )}`,
      table.at,
    );
  const qualifier = [table.name, table.database ?? session.database, table.catalog ?? session.catalog];
  if ("view" in found) return fromQuery(translation.view(found, table), false, qualifier, translation);
  const fieldOf = (column: (typeof found.columns)[number]): Field => ({
    name: column.name.toLowerCase(),
    type: typeOf(column, tableName(table, session), table.at),
    sql: `${name}.${quoteName(column.name)}`,
    qualifier,
  });
  const own = new Set(found.columns.map((column) => column.name.toLowerCase()));
  const hidden = (found.hidden ?? []).filter((column) => !own.has(column.name));
  const fields = [...found.columns.map(fieldOf), ...hidden.map((column) => ({ ...fieldOf(column), isHidden: true }))];
  return { sql: `${found.relation} AS ${name}`, fields };
}

function typeOf(column: { name: string; type: string }, table: string, at: Position): SqlType {
  try {
    return readType(column.type);
  } catch (error) {
    throw new SqlFault(
      "NOT_SUPPORTED",
      `Column '${column.name}' of '${table}' has the type '${column.type}', which is not supported: ${(error as Error).message}`,
      at,
    );
  }
}

function withAlias({ alias, columns, at }: Node<"alias">, { sql, fields }: CompiledRelation): CompiledRelation {
  const shown = fields.filter(({ isHidden }) => !isHidden);
  if (columns !== undefined && columns.length !== shown.length)
    throw new SqlFault(
      "MISMATCHED_COLUMN_ALIASES",
      `Column alias list has ${columns.length} entries but '${alias}' has ${shown.length} columns available`,
      at,
    );
  return {
    sql,
    fields: (columns === undefined ? fields : shown).map((field, index) => ({
      ...field,
      name: columns?.[index] ?? field.name,
      qualifier: [alias],
    })),
  };
}

function compileSample(
  { method, percent }: Node<"sample">,
  { sql, fields }: CompiledRelation,
  scope: Scope,
  translation: Translation,
): CompiledRelation {
  const share =
    percent.kind === "number"
      ? Number(percent.text)
      : Number(/^CAST\('?([0-9.]+)'? AS/.exec(translation.expression(percent, scope).sql)?.[1] ?? Number.NaN);
  if (!(share >= 0 && share <= 100))
    throw new SqlFault(
      "INVALID_FUNCTION_ARGUMENT",
      "Sample percentage must be a constant between 0 and 100",
      percent.at,
    );
  return { sql: `${sql} TABLESAMPLE ${method} (${share} PERCENT)`, fields };
}

function compileJoin(
  node: Node<"join">,
  scope: Scope,
  beside: readonly Field[],
  translation: Translation,
): CompiledRelation {
  const before = compileRelation(node.left, scope, beside, translation);
  const hoisted = hoistLists(node.right, before, scope, beside, translation);
  const left = hoisted?.left ?? before;
  const right = hoisted?.right ?? compileRelation(node.right, scope, [...beside, ...left.fields], translation);
  const both = [...left.fields, ...right.fields];
  if (node.type === "CROSS") return { sql: `${left.sql} CROSS JOIN ${grouped(node.right, right.sql)}`, fields: both };
  const join = `${left.sql} ${node.type} JOIN ${grouped(node.right, right.sql)} ON `;
  if (node.using !== undefined) return usingJoin(node, join, left, right);
  const condition = translation.expression(node.on!, {
    ...scope,
    fields: [...both],
    noAggregates: "JOIN clause",
    noWindows: "JOIN clause",
  });
  return { sql: join + booleanText(condition, node.on!.at, "JOIN ON clause"), fields: both };
}

/**
 * DuckDB does not know the columns beside a relation within a lambda. The lists of UNNEST that have one are therefore made
 * as columns of what stands before.
 */
function hoistLists(
  node: Relation,
  before: CompiledRelation,
  scope: Scope,
  beside: readonly Field[],
  translation: Translation,
): { left: CompiledRelation; right: CompiledRelation } | undefined {
  const unnest = node.kind === "alias" ? node.relation : node;
  if (unnest.kind !== "unnest") return undefined;
  const lists = unnestLists(unnest, { ...scope, fields: [...beside, ...before.fields] }, translation);
  if (!lists.some(({ sql }) => /lambda|trino_/.test(sql))) return undefined;
  const name = translation.fresh("r");
  const columns = [
    ...before.fields.map((field, index) => `${field.sql} AS f${index}`),
    ...lists.map(({ sql }, index) => `${sql} AS u${index}`),
  ];
  const left: CompiledRelation = {
    sql: `(SELECT ${columns.join(", ")} FROM ${before.sql}) AS ${name}`,
    fields: before.fields.map((field, index) => ({ ...field, sql: `${name}.f${index}` })),
  };
  const moved: List[] = lists.map((list, index) => ({ ...list, sql: `${name}.u${index}` }));
  const right = unnestText(unnest, moved, translation);
  return { left, right: node.kind === "alias" ? withAlias(node, right) : right };
}

const grouped = (node: Relation, sql: string): string => (node.kind === "join" ? `(${sql})` : sql);

/** The columns of USING come first and once; what stood for them on either side is gone. */
function usingJoin(
  node: Node<"join">,
  join: string,
  left: CompiledRelation,
  right: CompiledRelation,
): CompiledRelation {
  const find = ({ fields }: CompiledRelation, name: string, side: string): Field => {
    const found = fields.filter((field) => isNamed(field, name));
    if (found.length === 1) return found[0]!;
    throw new SqlFault(
      found.length === 0 ? "COLUMN_NOT_FOUND" : "AMBIGUOUS_NAME",
      `Column '${name}' is ${found.length === 0 ? "missing from" : "ambiguous on"} ${side} side of join`,
      node.at,
    );
  };
  const pairs = node.using!.map((name) => ({
    name,
    left: find(left, name, "left"),
    right: find(right, name, "right"),
  }));
  const shared = pairs.map(({ name, left: a, right: b }): Field => {
    const type = commonType(a.type, b.type) ?? a.type;
    const [first, second] = [coerce(a, type)!.sql, coerce(b, type)!.sql];
    return {
      name,
      type,
      qualifier: [],
      sql: node.type === "FULL" ? `coalesce(${first}, ${second})` : node.type === "RIGHT" ? second : first,
    };
  });
  const conditions = pairs.map((pair) => compare("=", pair.left, pair.right, node.at).sql);
  const rest = [...left.fields, ...right.fields].filter(
    (field) => !pairs.some((pair) => pair.left === field || pair.right === field),
  );
  return { sql: join + conditions.join(" AND "), fields: [...shared, ...rest] };
}
