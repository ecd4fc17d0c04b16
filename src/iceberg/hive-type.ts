import type { IcebergField, IcebergStruct, IcebergType } from "./table-metadata.ts";

const toHive: Readonly<Record<string, string>> = {
  ...{ long: "bigint", time: "string", timestamptz: "timestamp", uuid: "string" },
};
const fromHive: Readonly<Record<string, string>> = {
  ...{ bigint: "long", tinyint: "int", smallint: "int", integer: "int", varchar: "string", char: "string" },
};
const plain = new Set(["boolean", "int", "long", "float", "double", "date", "timestamp", "string", "binary"]);

/** Returns a type as the Data Catalog writes it. */
export function hiveType(type: IcebergType): string {
  if (typeof type === "string") {
    if (type.startsWith("fixed")) return "binary";
    return toHive[type] ?? type.replaceAll(" ", "");
  }
  if (type.type === "list") return `array<${hiveType(type.element)}>`;
  if (type.type === "map") return `map<${hiveType(type.key)},${hiveType(type.value)}>`;
  return `struct<${type.fields.map(({ name, type }) => `${name}:${hiveType(type)}`).join(",")}>`;
}

/** The columns of a schema as PyIceberg and Spark write them into the Data Catalog. */
export const hiveColumns = ({ fields }: IcebergStruct, isCurrent = true) =>
  fields.map(({ id, name, type, required, doc }) => ({
    ...{ Name: name, Type: hiveType(type), ...(doc !== undefined && { Comment: doc }) },
    Parameters: {
      "iceberg.field.id": String(id),
      "iceberg.field.optional": String(!required),
      "iceberg.field.current": String(isCurrent),
    },
  }));

/**
 * Gives the columns of a table ids, behind those that were used before, and makes a schema of them.
 * @throws RangeError for a type that Iceberg has not
 */
export function schemaOfColumns(
  columns: readonly {
    readonly Name: string;
    readonly Type?: string | undefined;
    readonly Comment?: string | undefined;
  }[],
  lastId = 0,
): IcebergStruct {
  let last = lastId + columns.length;
  const nextId = () => ++last;
  const fields = columns.map(
    ({ Name, Type = "string", Comment }, at): IcebergField => ({
      ...{ id: lastId + at + 1, name: Name, required: false, type: readHiveType(Type, nextId) },
      ...(Comment !== undefined && { doc: Comment }),
    }),
  );
  return { type: "struct", fields };
}

function readHiveType(text: string, nextId: () => number): IcebergType {
  const parts = text.trim().match(/[<>,:]|[^<>,:()]+(\([^)]*\))?/g) ?? [];
  let at = 0;
  const unknown = () => new RangeError(`Iceberg has no type ${text}`);
  const take = (sign: string) => {
    if (parts[at++] !== sign) throw unknown();
  };
  const read = (depth: number): IcebergType => {
    if (depth > 50) throw unknown();
    const word = (parts[at++] ?? "").trim().toLowerCase();
    if (parts[at] !== "<") return plainType(word, unknown);
    take("<");
    const type = nested(word, depth);
    take(">");
    return type;
  };
  const nested = (word: string, depth: number): IcebergType => {
    if (word === "array")
      return { type: "list", "element-id": nextId(), "element-required": false, element: read(depth + 1) };
    if (word === "map") {
      const [keyId, valueId] = [nextId(), nextId()];
      const key = read(depth + 1);
      take(",");
      return {
        type: "map",
        "key-id": keyId,
        key,
        "value-id": valueId,
        "value-required": false,
        value: read(depth + 1),
      };
    }
    if (word !== "struct") throw unknown();
    const fields: IcebergField[] = [];
    do {
      if (parts[at] === ",") at++;
      const name = (parts[at++] ?? "").trim();
      take(":");
      fields.push({ id: nextId(), name, required: false, type: read(depth + 1) });
    } while (parts[at] === ",");
    return { type: "struct", fields };
  };
  const type = read(0);
  if (at < parts.length) throw unknown();
  return type;
}

function plainType(word: string, unknown: () => Error): string {
  const decimal = /^decimal(?:\((\d+)(?:,\s*(\d+))?\))?$/.exec(word);
  if (decimal) return `decimal(${decimal[1] ?? 10}, ${decimal[2] ?? 0})`;
  const name = word.replace(/\(.*\)$/, "");
  const type = fromHive[name] ?? name;
  if (!plain.has(type)) throw unknown();
  return type;
}
