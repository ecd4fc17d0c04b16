import type { IcebergType } from "../../../iceberg/table-metadata.ts";

const plain: Readonly<Record<string, string>> = {
  ...{ int: "integer", long: "bigint", float: "real", string: "varchar", binary: "varbinary", time: "time(6)" },
  ...{ timestamp: "timestamp(6)", timestamptz: "timestamp(6) with time zone" },
};

/** Returns the type that a column of Iceberg has in a query. */
export function trinoTypeOf(type: IcebergType): string {
  if (typeof type === "string")
    return type.startsWith("fixed") ? "varbinary" : (plain[type] ?? type.replaceAll(" ", ""));
  if (type.type === "list") return `array(${trinoTypeOf(type.element)})`;
  if (type.type === "map") return `map(${trinoTypeOf(type.key)}, ${trinoTypeOf(type.value)})`;
  const fields = type.fields.map(({ name, type: inner }) => `"${name.toLowerCase()}" ${trinoTypeOf(inner)}`);
  return `row(${fields.join(", ")})`;
}
