import { parseTrinoType, type TrinoType } from "../../../prep/sql/result-type.ts";

const names: Readonly<Record<string, string>> = {
  integer: "int",
  real: "float",
  varbinary: "binary",
  json: "string",
  uuid: "string",
};

/** Returns the type that a table's column has for values of a type of Trino's; undefined where no table can hold them. */
export function hiveTypeOf(text: string): string | undefined {
  return hive(parseTrinoType(text));
}

const plain = ["boolean", "tinyint", "smallint", "bigint", "double", "date", "timestamp"];

function hive({ name, numbers, parts }: TrinoType): string | undefined {
  if (name === "varchar") return numbers[0] === undefined ? "string" : `varchar(${numbers[0]})`;
  if (name === "char") return `char(${numbers[0] ?? 1})`;
  if (name === "decimal") return `decimal(${numbers[0] ?? 38},${numbers[1] ?? 0})`;
  if (name === "unknown") return "string";
  const inside = parts.map(({ type }) => hive(type));
  if (inside.includes(undefined)) return undefined;
  if (name === "array") return `array<${inside[0]}>`;
  if (name === "map") return `map<${inside[0]},${inside[1]}>`;
  if (name === "row")
    return `struct<${parts.map((part, index) => `${part.name ?? `field${index}`}:${inside[index]}`).join(",")}>`;
  return plain.includes(name) ? name : names[name];
}
