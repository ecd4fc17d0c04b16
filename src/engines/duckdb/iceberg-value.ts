import { type PlainValue, readValue } from "../../iceberg/iceberg-value.ts";
import type { IcebergType } from "../../iceberg/table-metadata.ts";
import { bytesOfHex } from "../../iceberg/value-text.ts";
import { elementOf, entryOf, type ParquetNode } from "./parquet-tree.ts";
import { identifier, literal } from "./quote.ts";

const plainTypes: Readonly<Record<string, string>> = {
  ...{ boolean: "BOOLEAN", int: "INTEGER", long: "BIGINT", float: "FLOAT", double: "DOUBLE", date: "DATE" },
  ...{ time: "TIME", timestamp: "TIMESTAMP", string: "VARCHAR", uuid: "UUID", binary: "BLOB" },
  // As Trino's values of that type are held: a moment and its zone.
  timestamptz: "STRUCT(i TIMESTAMP, z VARCHAR)",
};

const plainType = (type: string): string | undefined =>
  type.startsWith("fixed") ? "BLOB" : type.startsWith("decimal") ? type.toUpperCase() : plainTypes[type];

/** Names of fields are compared without case in Athena. */
export const shownName = (name: string): string => name.toLowerCase();

/** Returns the type in which a query has values of a type of Iceberg; undefined for one that is not known. */
export function queriedType(type: IcebergType): string | undefined {
  if (typeof type === "string") return plainType(type);
  if (type.type === "list") {
    const element = queriedType(type.element);
    return element && `${element}[]`;
  }
  if (type.type === "map") {
    const [key, value] = [queriedType(type.key), queriedType(type.value)];
    return key && value && `MAP(${key}, ${value})`;
  }
  const fields = type.fields.map((field) => [shownName(field.name), queriedType(field.type)] as const);
  if (fields.some(([, field]) => field === undefined)) return undefined;
  return `STRUCT(${fields.map(([name, field]) => `${identifier(name)} ${field}`).join(", ")})`;
}

/** A file has values of another type than its table, which do not become those. */
export class OtherType extends Error {
  constructor(name: string, type: string) {
    super(`the type ${type} of the column ${name}`);
  }
}

/** How the fields of a type are found in a file: undefined for one that is not there. */
export type FindNode = (nodes: readonly ParquetNode[], id: number, name: string) => ParquetNode | undefined;

/** Returns a column of a file as a value of a query. @throws OtherType */
export function readColumn(type: IcebergType, node: ParquetNode, sql: string, find: FindNode, depth = 0): string {
  const target = queriedType(type)!;
  const variable = `v${depth}`;
  const inside = (part: IcebergType, of: ParquetNode | undefined, value: string) =>
    of ? readColumn(part, of, value, find, depth + 1) : `CAST(NULL AS ${queriedType(part)})`;
  if (typeof type === "string") return readPlain(type, node, sql, target);
  if (type.type === "list") {
    const element = inside(type.element, elementOf(node), variable);
    return element === variable ? sql : `list_transform(${sql}, lambda ${variable}: ${element})`;
  }
  if (type.type === "map") {
    const [keyNode, valueNode] = entryOf(node);
    const [keyIn, valueIn] = [`${variable}.key`, `${variable}.value`];
    const [key, value] = [inside(type.key, keyNode, keyIn), inside(type.value, valueNode, valueIn)];
    if (key === keyIn && value === valueIn) return sql;
    return `map_from_entries(list_transform(map_entries(${sql}), lambda ${variable}: {key: ${key}, value: ${value}}))`;
  }
  let isSame = type.fields.length === node.children.length;
  const fields = type.fields.map((field, at) => {
    const own = find(node.children, field.id, field.name);
    const value = own && `struct_extract(${sql}, ${literal(own.name)})`;
    const read = inside(field.type, own, value ?? "");
    isSame &&= own === node.children[at] && read === value && own?.name === shownName(field.name);
    return `${identifier(shownName(field.name))} := ${read}`;
  });
  return isSame ? sql : `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
}

/** Which of DuckDB's types of a file become which types of Iceberg. */
const allowed: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^U?(TINYINT|SMALLINT|INTEGER|BIGINT)$/, /^(int|long)$/],
  [/^(FLOAT|DOUBLE)$/, /^(float|double)$/],
  [/^(DECIMAL|U?(TINYINT|SMALLINT|INTEGER|BIGINT)$)/, /^decimal/],
  [/^(VARCHAR|BLOB|JSON|ENUM)/, /^(string|binary|fixed|uuid)/],
  [/^UUID$/, /^(uuid|string|fixed)/],
  [/^(TIMESTAMP|DATE)/, /^timestamp/],
  [/^(DATE|INTEGER)$/, /^date$/],
  [/^TIME\b/, /^time$/],
  [/^BOOLEAN$/, /^boolean$/],
];

function readPlain(type: string, node: ParquetNode, sql: string, target: string): string {
  const from = node.type;
  if (from === undefined || !allowed.some(([file, table]) => file.test(from) && table.test(type)))
    throw new OtherType(node.name, from ?? "of several values");
  if (from === target) return sql;
  const inUtc = from === "TIMESTAMP WITH TIME ZONE" ? `(${sql} AT TIME ZONE 'UTC')` : `CAST(${sql} AS TIMESTAMP)`;
  if (type === "timestamp") return inUtc;
  if (type === "timestamptz") return `CASE WHEN ${sql} IS NOT NULL THEN {i: ${inUtc}, z: 'UTC'} END`;
  if (from === "BLOB" && type === "string") return `decode(${sql})`;
  if (from === "BLOB" && type === "uuid") return `CAST(lower(hex(${sql})) AS UUID)`;
  if (from === "VARCHAR" && target === "BLOB") return `encode(${sql})`;
  return `CAST(${sql} AS ${target})`;
}

/** Returns the value of a query as files of Iceberg hold it. */
export function writtenColumn(type: IcebergType, sql: string, depth = 0): string {
  const variable = `v${depth}`;
  if (typeof type === "string") return type === "timestamptz" ? `timezone('UTC', struct_extract(${sql}, 'i'))` : sql;
  if (type.type === "list") {
    const element = writtenColumn(type.element, variable, depth + 1);
    return element === variable ? sql : `list_transform(${sql}, lambda ${variable}: ${element})`;
  }
  if (type.type === "map") {
    const [keyIn, valueIn] = [`${variable}.key`, `${variable}.value`];
    const [key, value] = [writtenColumn(type.key, keyIn, depth + 1), writtenColumn(type.value, valueIn, depth + 1)];
    if (key === keyIn && value === valueIn) return sql;
    return `map_from_entries(list_transform(map_entries(${sql}), lambda ${variable}: {key: ${key}, value: ${value}}))`;
  }
  const fields = type.fields.map(({ name, type: inner }) => {
    const value = writtenColumn(inner, `struct_extract(${sql}, ${literal(shownName(name))})`, depth + 1);
    return `${identifier(name)} := ${value}`;
  });
  return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(${fields.join(", ")}) END`;
}

/** Returns a constant, which is given in hex, as a value of a query. */
export function constantColumn(type: string, hex: string): string {
  const value = readValue(type, bytesOfHex(hex));
  const target = queriedType(type)!;
  const micros = (of: PlainValue) => `make_timestamp(CAST(${of} AS BIGINT))`;
  switch (type) {
    case "date":
      return `(DATE '1970-01-01' + CAST(${value} AS INTEGER))`;
    case "timestamp":
      return micros(value);
    case "timestamptz":
      return `{i: ${micros(value)}, z: 'UTC'}`;
    case "time":
      return `(TIME '00:00:00' + to_microseconds(CAST(${value} AS BIGINT)))`;
    case "uuid":
      return `CAST(${literal(hex)} AS UUID)`;
  }
  if (value instanceof Uint8Array) return `unhex(${literal(hex)})`;
  const scale = /^decimal\(\s*\d+\s*,\s*(\d+)/.exec(type)?.[1];
  if (scale !== undefined) {
    const digits = String(value)
      .replace("-", "")
      .padStart(Number(scale) + 1, "0");
    const cut = digits.length - Number(scale);
    return `CAST('${String(value).startsWith("-") ? "-" : ""}${digits.slice(0, cut)}.${digits.slice(cut)}' AS ${target})`;
  }
  return `CAST(${literal(String(value))} AS ${target})`;
}
