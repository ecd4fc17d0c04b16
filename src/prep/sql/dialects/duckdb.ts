import type { ColumnType } from "../../column-type.ts";
import type { Dialect } from "../dialect.ts";
import { literalOf } from "./literal-of.ts";

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

/** Digits alone: the engine would read "0x1f" too, and round "1.5". */
const wholeText = "\\s*[+-]?[0-9]+\\s*";

/** The engine would read "1_000" and "NaN(1)" too. A pattern takes four times as long as two searches. */
const number = (sql: string): string =>
  `CASE WHEN NOT contains(${sql}, '_') AND NOT contains(${sql}, '(') THEN TRY_CAST(${sql} AS DOUBLE) END`;

/** The text of a double that Java writes with a power of ten, of the engine's own text of it. */
const withPower = (text: string): string => {
  const mantissa = (digits: string) =>
    `regexp_replace(regexp_replace(${digits}, '^(-?[0-9])([0-9]*)$', '\\1.\\2'), '\\.$', '.0')`;
  const power = `regexp_replace(regexp_replace(${text}, '^(-?[0-9])e', '\\1.0e'), 'e\\+?(-?)0*([0-9]+)$', 'E\\1\\2')`;
  const small = mantissa(`regexp_replace(${text}, '0\\.0+', '')`);
  const large = mantissa(`regexp_replace(replace(${text}, '.', ''), '0+$', '')`);
  return `CASE WHEN ${text} = 'nan' THEN 'NaN' WHEN ${text} IN ('inf', '-inf') THEN replace(${text}, 'inf', 'Infinity') WHEN contains(${text}, 'e') THEN ${power} WHEN regexp_matches(${text}, '^-?0') THEN ${small} || 'E-4' ELSE ${large} || 'E' || (length(regexp_extract(${text}, '[0-9]+')) - 1) END`;
};

/** DuckDB's SQL. */
export const duckdb: Dialect = {
  name: "duckdb",
  quote,
  typeName,
  literal: (value, type) => literalOf(value, type, text, typeName),
  cast(sql, from, to) {
    if (from.kind === "text" && to.kind === "long")
      // A number with a fraction loses it.
      return `CASE WHEN regexp_full_match(${sql}, '${wholeText}') THEN TRY_CAST(${sql} AS BIGINT) ELSE TRY_CAST(trunc(${number(sql)}) AS BIGINT) END`;
    if (from.kind === "text" && to.kind === "double") return number(sql);
    if (from.kind === "text" && to.kind === "boolean") return `TRY_CAST(trim(${sql}) AS BOOLEAN)`;
    if (from.kind === "double" && to.kind === "long") return `TRY_CAST(trunc(${sql}) AS BIGINT)`;
    // As Spark: "1.0E7", "NaN".
    if (from.kind === "double" && to.kind === "text")
      return `CASE WHEN ${sql} = 0 OR (abs(${sql}) >= 1e-3 AND abs(${sql}) < 1e7) THEN CAST(${sql} AS VARCHAR) ELSE list_transform([CAST(${sql} AS VARCHAR)], lambda __text: ${withPower("__text")})[1] END`;
    if (to.kind === "text" && from.kind === "boolean")
      return `CASE ${sql} WHEN true THEN 'true' WHEN false THEN 'false' END`;
    return `TRY_CAST(${sql} AS ${typeName(to)})`;
  },
  each: (list, element, value) => `list_transform(${list}, lambda ${element}: ${value})`,
  those: (list, element, condition) => `list_filter(${list}, lambda ${element}: ${condition})`,
  inOrder: "",
  explode: (from, list, as) => `(SELECT *, unnest(${list}) AS ${as} FROM ${from})`,
};
