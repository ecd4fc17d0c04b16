import { type HiveType, parseHiveType } from "../../engines/hive-type.ts";
import {
  binary,
  boolean,
  type ColumnType,
  date,
  double,
  listOf,
  long,
  structOf,
  text,
  timestamp,
} from "../../prep/column-type.ts";

const primitives: Readonly<Record<string, ColumnType>> = {
  boolean,
  tinyint: long,
  smallint: long,
  int: long,
  integer: long,
  bigint: long,
  float: double,
  double,
  decimal: double,
  date,
  timestamp,
  binary,
};

/** The type that a plan has for the values of a file's column; what it has no type for is text. */
export const planType = (type: string): ColumnType => ofHive(parseHiveType(type));

function ofHive(type: HiveType): ColumnType {
  if (type.kind === "primitive") return primitives[type.name] ?? text;
  if (type.kind === "array") return listOf(ofHive(type.element));
  if (type.kind === "struct")
    return structOf(type.fields.map((field) => ({ name: field.name, type: ofHive(field.type) })));
  return text;
}
