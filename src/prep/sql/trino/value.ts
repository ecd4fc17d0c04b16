import { SqlFault } from "./sql-fault.ts";
import type { SqlType } from "./sql-type.ts";

/** An expression that was translated: DuckDB's text for it, with the type that it has in Trino. */
export interface Value {
  readonly sql: string;
  readonly type: SqlType;
  /** The text of a string literal: patterns and formats are read when the statement is translated. */
  readonly text?: string;
  /** A number literal other than zero, which needs no guard as a divisor. */
  readonly nonzero?: boolean;
  /** A decimal of many digits as one of 18: null where a value does not fit, or is null. */
  readonly short?: string;
  /** The fields of a row that is written out. */
  readonly items?: readonly Value[];
}

/** DuckDB takes no statement with the character U+0000. */
export function quoteText(text: string): string {
  if (text.includes("\0")) throw new SqlFault("NOT_SUPPORTED", "A text with the character U+0000 is not supported");
  return `'${text.replaceAll("'", "''")}'`;
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** DuckDB's type that holds the values of a type. */
export function physicalType(type: SqlType): string {
  switch (type.name) {
    case "decimal":
      return `DECIMAL(${type.precision},${type.scale})`;
    case "varchar":
    case "char":
    case "json":
      return "VARCHAR";
    case "real":
      return "FLOAT";
    case "varbinary":
      return "BLOB";
    case "time":
      return "TIME";
    case "timestamp":
      return "TIMESTAMP";
    case "timestamp with time zone":
      return "STRUCT(i TIMESTAMP, z VARCHAR)";
    case "interval day to second":
    case "interval year to month":
      return "BIGINT";
    case "array":
      return `${physicalType(type.element)}[]`;
    case "map":
      return `MAP(${physicalType(type.key)}, ${physicalType(type.value)})`;
    case "row":
      return `STRUCT(${type.fields.map((field, index) => `${fieldName(field.name, index)} ${physicalType(field.type)}`).join(", ")})`;
    case "unknown":
      return "INTEGER";
    default:
      return type.name.toUpperCase();
  }
}

/** The name that a field has in DuckDB; one without a name is called by its place. */
export const fieldName = (name: string | undefined, index: number): string => quoteName(name ?? `f${index}`);

/**
 * Begins the text of an error that a running query raises. DuckDB's own error() may not stand inside TRY, so a guard casts
 * the text to what it cannot become, and the words of that error hold it.
 */
export const raised = "!trino ";

/** `value` where `bad` does not hold, else the error. `words` is DuckDB's text of an expression. */
export const guarded = (bad: string, code: string, words: string, value: string): string =>
  `CASE WHEN CASE WHEN ${bad} THEN CAST(${quoteText(`${raised}${code}: `)} || ${words} AS BOOLEAN) ELSE true END THEN ${value} END`;
