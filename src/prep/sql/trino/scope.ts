import { nearest } from "../../../base/nearest.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { SqlType } from "./sql-type.ts";
import type { Call, Expression, Query, TableReference, WindowSpecification } from "./syntax.ts";
import { fieldName, quoteText, type Value } from "./value.ts";

/** A column that a query can name. */
export interface Field {
  readonly name?: string;
  readonly type: SqlType;
  readonly sql: string;
  /** The names of its relation, from the innermost: table, database, catalog. */
  readonly qualifier: readonly string[];
  /** An item of SELECT, as ORDER BY names it. */
  readonly isOutput?: boolean;
  /** Of no star: it is there when it is named. */
  readonly isHidden?: boolean;
}

/** A query of WITH that was translated: its name in DuckDB and its columns. */
export interface NamedColumns {
  readonly relation: string;
  readonly columns: readonly { readonly name?: string; readonly type: SqlType }[];
}

/** What is grouped: DuckDB's texts of the keys, and the columns that were named outside them. */
export interface Grouping {
  readonly keys: ReadonlySet<string>;
  readonly open: { name: string; at: Position }[];
}

/** Where an expression stands: which names it can use, and whether aggregates and windows are allowed. */
export interface Scope {
  readonly parent?: Scope;
  readonly fields: readonly Field[];
  readonly named: ReadonlyMap<string, NamedColumns>;
  readonly windows: ReadonlyMap<string, WindowSpecification>;
  /** The names that a lambda gives its arguments. */
  readonly variables?: ReadonlyMap<string, Value>;
  /** In how many lambdas the expression stands. */
  readonly lambdas?: number;
  readonly grouping?: Grouping;
  /** Undefined where aggregates are allowed, else the name of the place that cannot have them. */
  readonly noAggregates?: string;
  readonly noWindows?: string;
  /** Whether the expression is looked at for some rows alone, as what follows THEN is. */
  readonly isConditional?: boolean;
}

export const emptyScope: Scope = { fields: [], named: new Map(), windows: new Map() };

/** The query of WITH that a name stands for here. */
export function namedIn(scope: Scope | undefined, name: string): NamedColumns | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    const found = at.named.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds what `a`, `t.a` or `t.row.field` means, from the innermost query outwards. */
export function resolveName(scope: Scope, parts: readonly string[], at: Position): Value {
  const variable = scope.variables?.get(parts[0]!);
  if (variable !== undefined) return fieldsOf(variable, parts.slice(1), at);
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = inLevel(level, parts, at);
    if (found === undefined) continue;
    if (level !== scope && scope.lambdas !== undefined && !scope.fields.some((field) => field.isOutput))
      throw new SqlFault(
        "NOT_SUPPORTED",
        `Column '${parts.join(".")}' of an outer query in a lambda is not supported`,
        at,
      );
    return found;
  }
  throw columnNotFound(scope, parts, at);
}

function inLevel(scope: Scope, parts: readonly string[], at: Position): Value | undefined {
  const variable = scope.variables?.get(parts[0]!);
  if (variable !== undefined) return fieldsOf(variable, parts.slice(1), at);
  for (let length = Math.min(parts.length, 4); length >= 1; length--) {
    const name = parts[length - 1]!;
    const qualifier = parts.slice(0, length - 1).reverse();
    const found = scope.fields.filter(
      (field) => isNamed(field, name) && qualifier.every((part, index) => field.qualifier[index] === part),
    );
    if (found.length > 1)
      throw new SqlFault("AMBIGUOUS_NAME", `Column '${parts.slice(0, length).join(".")}' is ambiguous`, at);
    const field = found[0];
    if (field === undefined) continue;
    if (scope.grouping !== undefined && !field.isOutput && !scope.grouping.keys.has(field.sql))
      scope.grouping.open.push({ name: parts.slice(0, length).join("."), at });
    return fieldsOf({ sql: field.sql, type: field.type }, parts.slice(length), at);
  }
  return undefined;
}

/** Whether a column has a name, which is in lower case: the column of a query keeps the case in which it was written. */
export const isNamed = ({ name: own }: Pick<Field, "name">, name: string): boolean =>
  own === name || (own?.length === name.length && own.toLowerCase() === name);

function fieldsOf(value: Value, names: readonly string[], at: Position): Value {
  return names.reduce((base, name) => fieldOf(base, name, at), value);
}

/** `base.name` of a row. */
export function fieldOf(base: Value, name: string, at: Position): Value {
  if (base.type.name !== "row") throw new SqlFault("TYPE_MISMATCH", `Expression ${name} is not of type ROW`, at);
  const index = base.type.fields.findIndex((field) => field.name === name);
  if (index === -1)
    throw new SqlFault(
      "INVALID_COLUMN_REFERENCE",
      `Field '${name}' cannot be resolved${nearestWords(
        name,
        base.type.fields.map((field) => field.name ?? ""),
      )}`,
      at,
    );
  return rowField(base, index);
}

export function rowField(base: Value, index: number): Value {
  const field = (base.type as { fields: readonly { name?: string; type: SqlType }[] }).fields[index]!;
  return {
    sql: `struct_extract(${base.sql}, ${quoteText(fieldName(field.name, index).slice(1, -1).replaceAll('""', '"'))})`,
    type: field.type,
  };
}

function columnNotFound(scope: Scope, parts: readonly string[], at: Position): SqlFault {
  const names: string[] = [];
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent)
    names.push(...level.fields.map((field) => (field.isHidden ? "" : (field.name ?? ""))));
  return new SqlFault(
    "COLUMN_NOT_FOUND",
    `Column '${parts.join(".")}' cannot be resolved${nearestWords(parts.at(-1)!, names)}`,
    at,
  );
}

/** Names what was perhaps meant. */
export function nearestWords(name: string, names: readonly string[]): string {
  const found = nearest(
    name,
    names.filter((other) => other !== ""),
  );
  return found === undefined ? "" : `. Did you mean '${found}'?`;
}

/** What the translation of expressions and of queries ask of each other. */
export interface Translation {
  /** A name that nothing else in the statement has. */
  fresh(prefix: string): string;
  expression(node: Expression, scope: Scope): Value;
  query(node: Query, scope: Scope | undefined): CompiledQuery;
  /** A view of the catalog, with the names that its text was written with. */
  view(view: Extract<SessionTable, { view: string }>, table: TableReference): CompiledQuery;
  readonly session: Session;
}

/** A query's text in DuckDB, whose columns are called c0, c1 ... there. */
export interface CompiledQuery {
  readonly sql: string;
  readonly columns: readonly { readonly name?: string; readonly type: SqlType }[];
}

interface SessionColumn {
  readonly name: string;
  readonly type: string;
}

/** A table that a statement reads, as the catalog resolved it. */
export type SessionTable =
  /** DuckDB's name, quoted, of what gives the rows; the types as Trino or Hive write them. */
  | {
      readonly relation: string;
      readonly columns: readonly SessionColumn[];
      /** Columns of no star, as "$path". */
      readonly hidden?: readonly SessionColumn[];
    }
  /** A view: the text of its query, and where the names in it are looked up. */
  | { readonly view: string; readonly catalog?: string; readonly database?: string };

/** What a statement is translated for. */
export interface Session {
  readonly catalog: string;
  readonly database: string;
  /** By `tableKey`. */
  readonly tables: ReadonlyMap<string, SessionTable>;
  /** The values of `?`, as texts of SQL. */
  readonly parameters?: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly user: string;
}

/** A function whose result cannot be written as a line of a table. */
export type SpecialFunction = (node: Call, scope: Scope, translation: Translation) => Value;
