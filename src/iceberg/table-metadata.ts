import type { Whole } from "./avro-codec.ts";
import { readExactJson, writeExactJson } from "./exact-json.ts";

/** A type: the name of a plain one, such as "long" or "decimal(9, 2)", or a nested one. */
export type IcebergType = string | IcebergStruct | IcebergList | IcebergMap;
export interface IcebergField {
  readonly id: number;
  readonly name: string;
  readonly required: boolean;
  readonly type: IcebergType;
  readonly doc?: string;
}
export interface IcebergStruct {
  readonly type: "struct";
  readonly fields: readonly IcebergField[];
}
export interface IcebergList {
  readonly type: "list";
  readonly "element-id": number;
  readonly "element-required": boolean;
  readonly element: IcebergType;
}
export interface IcebergMap {
  readonly type: "map";
  readonly "key-id": number;
  readonly key: IcebergType;
  readonly "value-id": number;
  readonly "value-required": boolean;
  readonly value: IcebergType;
}
export interface IcebergSchema extends IcebergStruct {
  readonly "schema-id": number;
  readonly "identifier-field-ids"?: readonly number[];
}
export interface PartitionField {
  readonly "source-id": number;
  readonly "field-id": number;
  readonly name: string;
  /** Such as "identity", "day" or "bucket[16]". */
  readonly transform: string;
}
export interface PartitionSpec {
  readonly "spec-id": number;
  readonly fields: readonly PartitionField[];
}
export interface Snapshot {
  readonly "snapshot-id": Whole;
  readonly "parent-snapshot-id"?: Whole | undefined;
  readonly "sequence-number": Whole;
  readonly "timestamp-ms": number;
  readonly "manifest-list": string;
  readonly summary: Readonly<Record<string, string>>;
  readonly "schema-id"?: number;
}
interface Reference {
  readonly "snapshot-id": Whole;
  readonly type: "branch" | "tag";
  readonly "max-ref-age-ms"?: number;
  readonly "min-snapshots-to-keep"?: number;
  readonly "max-snapshot-age-ms"?: number;
}

/** The metadata file of a table in format version 2. Members that are not named here are kept as they came. */
export interface TableMetadata {
  readonly "format-version": number;
  readonly "table-uuid": string;
  readonly location: string;
  readonly "last-sequence-number": Whole;
  readonly "last-updated-ms": number;
  readonly "last-column-id": number;
  readonly "current-schema-id": number;
  readonly schemas: readonly IcebergSchema[];
  readonly "default-spec-id": number;
  readonly "partition-specs": readonly PartitionSpec[];
  readonly "last-partition-id": number;
  readonly properties: Readonly<Record<string, string>>;
  readonly "current-snapshot-id"?: Whole | undefined;
  readonly snapshots: readonly Snapshot[];
  readonly "snapshot-log": readonly { readonly "snapshot-id": Whole; readonly "timestamp-ms": number }[];
  readonly "metadata-log": readonly { readonly "metadata-file": string; readonly "timestamp-ms": number }[];
  readonly "sort-orders": readonly { readonly "order-id": number; readonly fields: readonly unknown[] }[];
  readonly "default-sort-order-id": number;
  readonly refs: Readonly<Record<string, Reference>>;
}

/** The identifiers of the fields of partitions begin behind it. */
const beforePartitionIds = 999;

/** @throws RangeError for a text that is no metadata, or of a format version that is not read */
export function readTableMetadata(text: string): TableMetadata {
  const metadata = readExactJson(text) as TableMetadata;
  const version = metadata?.["format-version"];
  if (version !== 2) throw new RangeError(`Iceberg: format version ${version} is not read; version 2 is`);
  checkMetadata(metadata);
  const snapshot = metadata["current-snapshot-id"];
  return {
    ...metadata,
    // Some writers say -1 of a table without a snapshot.
    "current-snapshot-id": snapshot === null || snapshot === -1 ? undefined : snapshot,
    ...{ properties: metadata.properties ?? {}, snapshots: metadata.snapshots ?? [], refs: metadata.refs ?? {} },
    ...{ "snapshot-log": metadata["snapshot-log"] ?? [], "metadata-log": metadata["metadata-log"] ?? [] },
  };
}

const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === "string",
  "a number": (value) => typeof value === "number" || typeof value === "bigint",
  "a list of structs": (value) =>
    Array.isArray(value) && value.every((one) => Array.isArray((one as { fields?: unknown } | null)?.fields)),
  "a list": (value) => value === undefined || Array.isArray(value),
};

/** What must stand in metadata. */
const members: readonly (readonly [keyof TableMetadata, string])[] = [
  ...([
    ["table-uuid", "text"],
    ["location", "text"],
  ] as const),
  ...([
    ["last-updated-ms", "a number"],
    ["last-column-id", "a number"],
    ["last-sequence-number", "a number"],
  ] as const),
  ...([
    ["current-schema-id", "a number"],
    ["default-spec-id", "a number"],
  ] as const),
  ...([
    ["schemas", "a list of structs"],
    ["partition-specs", "a list of structs"],
    ["snapshots", "a list"],
  ] as const),
];

function checkMetadata(metadata: TableMetadata): void {
  for (const [name, kind] of members)
    if (!kinds[kind]!(metadata[name])) throw new RangeError(`Iceberg: ${name} is not ${kind}`);
  schemaOf(metadata);
  specOf(metadata);
}

export const writeTableMetadata = (metadata: TableMetadata): string => writeExactJson(metadata);

/** The first metadata of a table. The fields of the schema have their ids. */
export function newTableMetadata(of: {
  readonly uuid: string;
  readonly location: string;
  readonly now: number;
  readonly schema: Omit<IcebergSchema, "schema-id">;
  readonly partitionFields?: readonly Omit<PartitionField, "field-id">[];
  readonly sortOrder?: TableMetadata["sort-orders"][number];
  readonly properties?: Readonly<Record<string, string>>;
}): TableMetadata {
  const fields = (of.partitionFields ?? []).map((field, at) => ({ ...field, "field-id": beforePartitionIds + 1 + at }));
  const order = of.sortOrder ?? { "order-id": 0, fields: [] };
  return {
    "format-version": 2,
    "table-uuid": of.uuid,
    location: of.location.replace(/\/+$/, ""),
    ...{ "last-sequence-number": 0, "last-updated-ms": of.now, "last-column-id": lastFieldId(of.schema) },
    ...{ "current-schema-id": 0, schemas: [{ ...of.schema, "schema-id": 0 }] },
    ...{ "default-spec-id": 0, "partition-specs": [{ "spec-id": 0, fields }] },
    "last-partition-id": beforePartitionIds + fields.length,
    properties: of.properties ?? {},
    ...{ snapshots: [], "snapshot-log": [], "metadata-log": [], refs: {} },
    ...{ "sort-orders": [order], "default-sort-order-id": order["order-id"] },
  };
}

export const schemaOf = (metadata: TableMetadata, id = metadata["current-schema-id"]): IcebergSchema =>
  found(
    metadata.schemas.find((schema) => schema["schema-id"] === id),
    `schema ${id}`,
  );

export const specOf = (metadata: TableMetadata, id = metadata["default-spec-id"]): PartitionSpec =>
  found(
    metadata["partition-specs"].find((spec) => spec["spec-id"] === id),
    `partition spec ${id}`,
  );

/** Returns the snapshot of that id; the current one without; undefined for a table that has none yet. */
export function snapshotOf(metadata: TableMetadata, id = metadata["current-snapshot-id"]): Snapshot | undefined {
  if (id === undefined) return undefined;
  return found(
    metadata.snapshots.find((one) => one["snapshot-id"] === id),
    `snapshot ${id}`,
  );
}

/** Returns the snapshot that was current at a time; undefined when there was none yet. */
export function snapshotAt(metadata: TableMetadata, time: number): Snapshot | undefined {
  const entry = metadata["snapshot-log"].findLast((one) => one["timestamp-ms"] <= time);
  return entry && snapshotOf(metadata, entry["snapshot-id"]);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RangeError(`Iceberg: the metadata has no ${what}`);
  return value;
}

/** Makes a schema the current one. Fields keep their ids; new ones have ids that were never used. */
export function withSchema(metadata: TableMetadata, schema: IcebergStruct, now: number): TableMetadata {
  const same = metadata.schemas.find((one) => JSON.stringify(one.fields) === JSON.stringify(schema.fields));
  const id = same?.["schema-id"] ?? Math.max(...metadata.schemas.map((one) => one["schema-id"])) + 1;
  const identifiers = schemaOf(metadata)["identifier-field-ids"];
  return {
    ...metadata,
    "last-updated-ms": now,
    "last-column-id": Math.max(metadata["last-column-id"], lastFieldId(schema)),
    "current-schema-id": id,
    schemas: same
      ? metadata.schemas
      : [
          ...metadata.schemas,
          { ...schema, "schema-id": id, ...(identifiers && { "identifier-field-ids": identifiers }) },
        ],
  };
}

/** Makes a partition spec the default for what is written from now on. */
export function withSpec(
  metadata: TableMetadata,
  fields: readonly Omit<PartitionField, "field-id">[],
  now: number,
): TableMetadata {
  let last = metadata["last-partition-id"];
  const known = metadata["partition-specs"].flatMap((spec) => spec.fields);
  const whole = fields.map((field) => {
    const same = known.find((one) => one["source-id"] === field["source-id"] && one.transform === field.transform);
    return { ...field, "field-id": same?.["field-id"] ?? ++last };
  });
  const equal = metadata["partition-specs"].find((spec) => JSON.stringify(spec.fields) === JSON.stringify(whole));
  const id = equal?.["spec-id"] ?? Math.max(...metadata["partition-specs"].map((spec) => spec["spec-id"])) + 1;
  return {
    ...metadata,
    ...{ "last-updated-ms": now, "last-partition-id": last, "default-spec-id": id },
    "partition-specs": equal
      ? metadata["partition-specs"]
      : [...metadata["partition-specs"], { "spec-id": id, fields: whole }],
  };
}

/** Sets properties, and removes those that are undefined. */
export function withProperties(
  metadata: TableMetadata,
  changes: Readonly<Record<string, string | undefined>>,
  now: number,
): TableMetadata {
  const all = Object.entries({ ...metadata.properties, ...changes });
  const properties = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
  return { ...metadata, "last-updated-ms": now, properties };
}

/** Makes a snapshot the current one of the branch main. */
export function withSnapshot(metadata: TableMetadata, snapshot: Snapshot): TableMetadata {
  const id = snapshot["snapshot-id"];
  const now = Math.max(snapshot["timestamp-ms"], metadata["last-updated-ms"]);
  return {
    ...metadata,
    ...{ "last-updated-ms": now, "last-sequence-number": snapshot["sequence-number"], "current-snapshot-id": id },
    snapshots: [...metadata.snapshots, { ...snapshot, "timestamp-ms": now }],
    "snapshot-log": [...metadata["snapshot-log"], { "snapshot-id": id, "timestamp-ms": now }],
    refs: { ...metadata.refs, main: { ...metadata.refs.main, "snapshot-id": id, type: "branch" } },
  };
}

const mostLogged = 100;

/** Remembers the metadata file that is replaced, as far as the table's properties say. */
export function withPrevious(metadata: TableMetadata, file: string, time: number): TableMetadata {
  const most = Number(metadata.properties["write.metadata.previous-versions-max"] ?? mostLogged);
  const log = [...metadata["metadata-log"], { "metadata-file": file, "timestamp-ms": time }];
  return { ...metadata, "metadata-log": log.slice(-Math.max(1, most)) };
}

/** The greatest id of a field in a type, those inside of fields included. */
export function lastFieldId(type: IcebergType): number {
  if (typeof type === "string") return 0;
  switch (type.type) {
    case "struct":
      return Math.max(0, ...type.fields.flatMap((field) => [field.id, lastFieldId(field.type)]));
    case "list":
      return Math.max(type["element-id"], lastFieldId(type.element));
    default:
      return Math.max(type["key-id"], type["value-id"], lastFieldId(type.key), lastFieldId(type.value));
  }
}

/** Finds a field by its id, also inside of others. */
export function fieldOf(struct: IcebergStruct, id: number): IcebergField | undefined {
  for (const field of struct.fields) {
    if (field.id === id) return field;
    const inside = typeof field.type !== "string" && field.type.type === "struct" ? fieldOf(field.type, id) : undefined;
    if (inside) return inside;
  }
  return undefined;
}
