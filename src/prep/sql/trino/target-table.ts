import { coerce } from "./cast.ts";
import { readType } from "./parse-type.ts";
import { type Field, nearestWords, type Translation } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { type SqlType, typeText } from "./sql-type.ts";
import type { ObjectName } from "./statement.ts";
import { guarded, physicalType, quoteName, quoteText, type Value } from "./value.ts";

/** A table whose rows a statement writes. Its rows have "$file" and "$pos", which say where a row is. */
export interface TargetTable {
  /** DuckDB's name, quoted. */
  readonly relation: string;
  readonly columns: readonly TargetColumn[];
}

export interface TargetColumn {
  readonly name: string;
  /** As Trino writes it. */
  readonly type: string;
  readonly required?: boolean;
}

/** The table with its columns as expressions name them. */
export interface CompiledTarget {
  readonly sql: string;
  readonly fields: readonly Field[];
  readonly file: string;
  readonly pos: string;
}

export function compileTarget(
  { columns, relation }: TargetTable,
  table: ObjectName,
  alias: string | undefined,
  { fresh, session }: Translation,
): CompiledTarget {
  const name = fresh("r");
  const qualifier =
    alias === undefined ? [table.name, table.database ?? session.database, table.catalog ?? session.catalog] : [alias];
  const fields = columns.map((column) => ({
    ...{ name: column.name, type: readType(column.type), sql: `${name}.${quoteName(column.name)}`, qualifier },
  }));
  return { sql: `${relation} AS ${name}`, fields, file: `${name}."$file"`, pos: `${name}."$pos"` };
}

/** Finds the columns that a statement names. @throws SqlFault for one that is not there, or is named twice */
export function columnIndexes(
  names: readonly string[],
  { columns }: TargetTable,
  what: string,
  at: Position,
): number[] {
  return names.map((name, place) => {
    const index = columns.findIndex((column) => column.name === name);
    if (index === -1)
      throw new SqlFault(
        "COLUMN_NOT_FOUND",
        `${what} column '${name}' does not exist${nearestWords(
          name,
          columns.map((column) => column.name),
        )}`,
        at,
      );
    if (names.indexOf(name) !== place)
      throw new SqlFault("DUPLICATE_COLUMN_NAME", `${what} column '${name}' is specified more than once`, at);
    return index;
  });
}

/** The values that are put into columns, as the columns have them. @throws SqlFault where a type does not become another */
export function putInto(
  values: readonly { readonly value: Value; readonly column: TargetColumn }[],
  words: string,
  at: Position,
): string[] {
  const types = values.map(({ column }) => readType(column.type));
  const put = values.map(({ column, value }, index) => {
    const typed = coerce(value, types[index]!);
    return typed && withValue(column, typed.sql);
  });
  if (put.includes(undefined)) {
    const texts = (all: readonly SqlType[]) => `[${all.map(typeText).join(", ")}]`;
    throw new SqlFault(
      "TYPE_MISMATCH",
      `${words}: Table: ${texts(types)}, Query: ${texts(values.map(({ value }) => value.type))}`,
      at,
    );
  }
  return put as string[];
}

/** A value that may not be null. */
const withValue = ({ name, required }: TargetColumn, sql: string): string =>
  required
    ? guarded(
        `${sql} IS NULL`,
        "CONSTRAINT_VIOLATION",
        quoteText(`NULL value not allowed for NOT NULL column: ${name}`),
        sql,
      )
    : sql;

/** The value of a column that a statement gives none. */
export const nullOf = (column: TargetColumn): string =>
  withValue(column, `CAST(NULL AS ${physicalType(readType(column.type))})`);

/** Of rows that go away there are no values. */
export const noValue = ({ type }: TargetColumn): string => `CAST(NULL AS ${physicalType(readType(type))})`;
