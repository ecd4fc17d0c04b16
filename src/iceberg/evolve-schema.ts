import {
  type IcebergField,
  type IcebergStruct,
  type IcebergType,
  schemaOf,
  specOf,
  type TableMetadata,
} from "./table-metadata.ts";

/** A change of a schema that is not possible, in words that a user sees. */
export class SchemaRefusal extends Error {
  constructor(words: string) {
    super(words);
    this.name = "SchemaRefusal";
  }
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Finds a column by its name. @throws SchemaRefusal */
function columnOf(metadata: TableMetadata, name: string): IcebergField {
  const { fields } = schemaOf(metadata);
  const found = fields.find((field) => same(field.name, name));
  if (!found)
    throw new SchemaRefusal(
      `Column '${name}' does not exist; there are ${fields.map((field) => field.name).join(", ")}`,
    );
  return found;
}

const struct = (fields: readonly IcebergField[]): IcebergStruct => ({ type: "struct", fields });

/** Adds columns behind those that are there. Their ids are new. */
export function withColumns(metadata: TableMetadata, added: readonly IcebergField[]): IcebergStruct {
  const { fields } = schemaOf(metadata);
  for (const [at, { name }] of added.entries()) {
    const others = [...fields, ...added.slice(0, at)];
    if (others.some((field) => same(field.name, name))) throw new SchemaRefusal(`Column '${name}' already exists`);
  }
  return struct([...fields, ...added]);
}

export function withoutColumn(metadata: TableMetadata, name: string): IcebergStruct {
  const { id } = columnOf(metadata, name);
  const schema = schemaOf(metadata);
  if (specOf(metadata).fields.some((field) => field["source-id"] === id && field.transform !== "void"))
    throw new SchemaRefusal(`Cannot drop partition field: ${name}`);
  if (schema["identifier-field-ids"]?.includes(id)) throw new SchemaRefusal(`Cannot drop identifier field: ${name}`);
  if (schema.fields.length === 1) throw new SchemaRefusal("Cannot drop the only column in a table");
  return struct(schema.fields.filter((field) => field.id !== id));
}

/** Renames a column, moves it, widens its type or changes its comment. What was inside keeps its ids. */
export function withChangedColumn(
  metadata: TableMetadata,
  name: string,
  to: { readonly name: string; readonly type: IcebergType; readonly doc?: string },
  position?: "first" | { readonly after: string },
): IcebergStruct {
  const old = columnOf(metadata, name);
  const { fields } = schemaOf(metadata);
  if (fields.some((field) => field !== old && same(field.name, to.name)))
    throw new SchemaRefusal(`Column '${to.name}' already exists`);
  const doc = to.doc ?? old.doc;
  const changed: IcebergField = {
    ...{ ...old, name: to.name, type: widened(old.type, to.type, name) },
    ...(doc !== undefined && { doc }),
  };
  if (position === undefined) return struct(fields.map((field) => (field === old ? changed : field)));
  const others = fields.filter((field) => field !== old);
  const at = position === "first" ? 0 : others.indexOf(columnOf(metadata, position.after)) + 1;
  return struct([...others.slice(0, at), changed, ...others.slice(at)]);
}

const wider: Readonly<Record<string, string>> = { int: "long", float: "double" };
const decimal = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/;

function widened(from: IcebergType, to: IcebergType, name: string): IcebergType {
  const refusal = () =>
    new SchemaRefusal(
      `Column '${name}' of ${shown(from)} cannot become one of ${shown(to)}: an int may become a long, a float a double, and a decimal may get more digits before its point`,
    );
  if (typeof from === "string" && typeof to === "string") {
    const [before, after] = [decimal.exec(from), decimal.exec(to)];
    if (before && after) {
      if (before[2] !== after[2] || Number(before[1]) > Number(after[1])) throw refusal();
      return to;
    }
    if (from === to || wider[from] === to) return to;
    // Hive's types have no zone and no time of the day.
    if (shown(from) === shown(to)) return from;
    throw refusal();
  }
  if (shown(from) !== shown(to)) throw refusal();
  return from;
}

/** A type without the ids inside it; those that Hive has one name for are one. */
function shown(type: IcebergType): string {
  if (typeof type === "string")
    return { timestamptz: "timestamp", time: "string", uuid: "string" }[type] ?? type.replace(/^fixed.*/, "binary");
  if (type.type === "list") return `list<${shown(type.element)}>`;
  if (type.type === "map") return `map<${shown(type.key)}, ${shown(type.value)}>`;
  return `struct<${type.fields.map((field) => `${field.name}: ${shown(field.type)}`).join(", ")}>`;
}
