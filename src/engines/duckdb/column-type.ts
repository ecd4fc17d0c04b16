import { type HiveType, parseHiveType } from "../hive-type.ts";
import { identifier } from "./quote.ts";

const primitives: Readonly<Record<string, string>> = {
  boolean: "BOOLEAN",
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  int: "INTEGER",
  integer: "INTEGER",
  bigint: "BIGINT",
  long: "BIGINT",
  float: "FLOAT",
  real: "FLOAT",
  double: "DOUBLE",
  string: "VARCHAR",
  varchar: "VARCHAR",
  char: "VARCHAR",
  json: "VARCHAR",
  binary: "BLOB",
  varbinary: "BLOB",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

/** Returns DuckDB's type for a type of Hive; undefined where there is none. */
export function columnType(type: HiveType): string | undefined {
  if (type.kind === "array") {
    const element = columnType(type.element);
    return element && `${element}[]`;
  }
  if (type.kind === "map") {
    const [key, value] = [columnType(type.key), columnType(type.value)];
    return key && value && `MAP(${key}, ${value})`;
  }
  if (type.kind === "struct") {
    const fields = type.fields.map((field) => [field.name, columnType(field.type)] as const);
    if (fields.some(([, field]) => field === undefined)) return undefined;
    return `STRUCT(${fields.map(([name, field]) => `${identifier(name)} ${field}`).join(", ")})`;
  }
  if (type.name === "decimal") {
    const [precision = 10, scale = 0] = type.numbers;
    return precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision
      ? `DECIMAL(${precision},${scale})`
      : undefined;
  }
  return primitives[type.name];
}

/** Returns the type of a column; undefined where DuckDB has none for it. */
export function columnTypeOf(text: string): string | undefined {
  try {
    return columnType(parseHiveType(text));
  } catch {
    return undefined;
  }
}
