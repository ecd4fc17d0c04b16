import type { ColumnType } from "../../column-type.ts";
import type { Dialect } from "../dialect.ts";

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const names = {
  boolean: "BOOLEAN",
  long: "BIGINT",
  double: "DOUBLE",
  text: "VARCHAR",
  date: "DATE",
  timestamp: "TIMESTAMP",
  binary: "BLOB",
  vector: "DOUBLE[]",
} as const;

function typeName(type: ColumnType): string {
  if (type.kind === "list") return `${typeName(type.element)}[]`;
  if (type.kind === "struct")
    return `STRUCT(${type.fields.map((field) => `${quote(field.name)} ${typeName(field.type)}`).join(", ")})`;
  return names[type.kind];
}

/** Digits alone: the engine would read "1_000" and "0x1f" too. */
const wholeText = "^[+-]?[0-9]+$";
const numberText = "^[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?$|^[+-]?(?:[nN]a[nN]|[iI]nf(?:inity)?)$";

/** DuckDB's SQL. */
export const duckdb: Dialect = {
  name: "duckdb",
  quote,
  typeName,
  literal(value, type) {
    if (value === null) return `CAST(NULL AS ${typeName(type)})`;
    if (typeof value === "string")
      return type.kind === "text" ? text(value) : `CAST(${text(value)} AS ${typeName(type)})`;
    if (typeof value === "boolean") return String(value);
    // Of a number without quotes the engine makes a decimal first, which loses the last bit.
    if (type.kind === "double") return `CAST('${value}' AS DOUBLE)`;
    return `CAST(${value} AS BIGINT)`;
  },
  cast(sql, from, to) {
    if (from.kind === "text" && to.kind === "long")
      // A number with a fraction loses it.
      return `CASE WHEN regexp_full_match(trim(${sql}), '${wholeText}') THEN TRY_CAST(trim(${sql}) AS BIGINT) WHEN regexp_full_match(trim(${sql}), '${numberText}') THEN TRY_CAST(trunc(TRY_CAST(trim(${sql}) AS DOUBLE)) AS BIGINT) END`;
    if (from.kind === "text" && to.kind === "double")
      return `CASE WHEN regexp_full_match(trim(${sql}), '${numberText}') THEN TRY_CAST(trim(${sql}) AS DOUBLE) END`;
    if (from.kind === "text" && to.kind === "boolean")
      return `CASE lower(trim(${sql})) WHEN 'true' THEN true WHEN 't' THEN true WHEN 'yes' THEN true WHEN 'y' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN 'f' THEN false WHEN 'no' THEN false WHEN 'n' THEN false WHEN '0' THEN false END`;
    if (from.kind === "double" && to.kind === "long") return `TRY_CAST(trunc(${sql}) AS BIGINT)`;
    if (to.kind === "text" && from.kind === "boolean")
      return `CASE ${sql} WHEN true THEN 'true' WHEN false THEN 'false' END`;
    return `TRY_CAST(${sql} AS ${typeName(to)})`;
  },
  each: (list, element, value) => `list_transform(${list}, lambda ${element}: ${value})`,
  those: (list, element, condition) => `list_filter(${list}, lambda ${element}: ${condition})`,
  explode: (from, list, as) => `(SELECT *, unnest(${list}) AS ${as} FROM ${from})`,
};
