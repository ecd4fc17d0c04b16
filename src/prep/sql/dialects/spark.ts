import type { ColumnType } from "../../column-type.ts";
import type { Dialect } from "../dialect.ts";
import { literalOf } from "./literal-of.ts";

const text = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const quote = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

const names = {
  boolean: "BOOLEAN",
  long: "BIGINT",
  double: "DOUBLE",
  text: "STRING",
  date: "DATE",
  timestamp: "TIMESTAMP_NTZ",
  binary: "BINARY",
  vector: "ARRAY<DOUBLE>",
} as const;

function typeName(type: ColumnType): string {
  if (type.kind === "list") return `ARRAY<${typeName(type.element)}>`;
  if (type.kind === "struct")
    return `STRUCT<${type.fields.map((field) => `${quote(field.name)}: ${typeName(field.type)}`).join(", ")}>`;
  return names[type.kind];
}

const wholeText = "^[+-]?[0-9]+$";
const numberText = "^[+-]?(?:[0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)(?:[eE][+-]?[0-9]+)?$";

/** Spark's SQL, from 3.5 on. Its session's zone is UTC. */
export const spark: Dialect = {
  name: "spark",
  quote,
  typeName,
  literal: (value, type) => literalOf(value, type, text, typeName),
  cast(sql, from, to) {
    if (from.kind === "text" && to.kind === "long")
      return `CASE WHEN trim(${sql}) RLIKE '${wholeText}' THEN try_cast(trim(${sql}) AS BIGINT) WHEN trim(${sql}) RLIKE '${numberText}' THEN try_cast(try_cast(trim(${sql}) AS DOUBLE) AS BIGINT) END`;
    if (from.kind === "text" && to.kind === "double")
      return `CASE WHEN trim(${sql}) RLIKE '${numberText}' OR lower(trim(${sql})) RLIKE '^[+-]?(?:nan|inf(?:inity)?)$' THEN try_cast(trim(${sql}) AS DOUBLE) END`;
    if (from.kind === "text" && to.kind === "boolean")
      return `CASE lower(trim(${sql})) WHEN 'true' THEN true WHEN 't' THEN true WHEN 'yes' THEN true WHEN 'y' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN 'f' THEN false WHEN 'no' THEN false WHEN 'n' THEN false WHEN '0' THEN false END`;
    return `try_cast(${sql} AS ${typeName(to)})`;
  },
  each: (list, element, value) => `transform(${list}, ${element} -> ${value})`,
  those: (list, element, condition) => `filter(${list}, ${element} -> ${condition})`,
  inOrder: " ORDER BY monotonically_increasing_id()",
  explode: (from, list, as) => `(SELECT *, explode(${list}) AS ${as} FROM ${from})`,
};
