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
  date,
  timestamp,
  binary,
};

/** Whole numbers of so many digits are longs; as doubles, decimals of so many are written with the same digits. */
const [digitsOfLong, digitsOfDouble] = [18, 15];

/**
 * The type that a plan has for the values of a file's column; what it has no type for is text. So are decimals of more digits
 * than its numbers hold (`exact-columns.ts` looks at the values).
 */
export const planType = (type: string): ColumnType => ofHive(parseHiveType(type));

function ofHive(type: HiveType): ColumnType {
  if (type.kind === "primitive" && type.name === "decimal") return ofDecimal(type.numbers);
  if (type.kind === "primitive") return primitives[type.name] ?? text;
  if (type.kind === "array") return listOf(ofHive(type.element));
  if (type.kind === "struct")
    return structOf(type.fields.map((field) => ({ name: field.name, type: ofHive(field.type) })));
  return text;
}

function ofDecimal([precision = 10, scale = 0]: readonly number[]): ColumnType {
  if (scale === 0) return precision <= digitsOfLong ? long : text;
  return precision <= digitsOfDouble ? double : text;
}
