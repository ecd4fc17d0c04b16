import { deflateRawSync, inflateRawSync } from "node:zlib";
import avro from "avsc";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AvroSchema, compileAvro } from "./avro-codec.ts";
import { readAvroFile, writeAvroFile } from "./avro-file.ts";
import { readExactJson, writeExactJson } from "./exact-json.ts";
import { hiveColumns, hiveType, schemaOfColumns } from "./hive-type.ts";
import { compareValues, type PlainValue, readValue, valueBytes } from "./iceberg-value.ts";
import { type DataFile, type ManifestEntry, readManifest } from "./manifest.ts";
import { type ManifestFile, readManifestList } from "./manifest-list.ts";
import { FileGone, metadataPath, newSnapshot } from "./new-snapshot.ts";
import { planFiles } from "./plan-files.ts";
import {
  newTableMetadata,
  readTableMetadata,
  schemaOf,
  snapshotAt,
  snapshotOf,
  specOf,
  type TableMetadata,
  withPrevious,
  withProperties,
  withSchema,
  withSpec,
  writeTableMetadata,
} from "./table-metadata.ts";
import { transformNamed } from "./transform.ts";

const zlib = {
  deflate: (bytes: Uint8Array) => new Uint8Array(deflateRawSync(bytes)),
  inflate: (bytes: Uint8Array) => new Uint8Array(inflateRawSync(bytes)),
};
const sync = new Uint8Array(16).fill(7);
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

test("JSON keeps numbers of 63 bits", () => {
  const text = '{"id":8442405530658902774,"small":5,"point":1.5,"list":[9007199254740993]}';
  expect(readExactJson(text)).toMatchObject({ id: 8442405530658902774n, small: 5, list: [9007199254740993n] });
  expect(writeExactJson(readExactJson(text))).toBe(text);
});

test("what is written is read by another reader of Avro, and the other way round", () => {
  const schema = {
    type: "record",
    name: "r",
    fields: [
      { name: "l", type: "long" },
      { name: "s", type: ["null", "string"], default: null },
      { name: "b", type: "bytes" },
      {
        name: "list",
        type: { type: "array", items: { type: "record", name: "kv", fields: [{ name: "k", type: "int" }] } },
      },
      { name: "d", type: "double" },
      { name: "m", type: { type: "map", values: "boolean" } },
      { name: "f", type: { type: "fixed", name: "two", size: 2 } },
    ],
  };
  const type = avro.Type.forSchema(schema as never);
  const codec = compileAvro(schema as AvroSchema);
  const record = fc.record({
    // The other reader loses bits of longer ones.
    l: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }),
    s: fc.option(fc.string(), { nil: undefined }),
    b: fc.uint8Array({ maxLength: 5 }),
    list: fc.array(fc.record({ k: fc.integer() }), { maxLength: 3 }),
    d: fc.double({ noNaN: true }),
    m: fc.dictionary(fc.string(), fc.boolean(), { noNullPrototype: true }),
    f: fc.uint8Array({ minLength: 2, maxLength: 2 }),
  });
  fc.assert(
    fc.property(record, (value) => {
      const theirs = { ...value, s: value.s ?? null, b: Buffer.from(value.b), f: Buffer.from(value.f) };
      const written: number[] = [];
      codec.write(value, written);
      expect(Buffer.from(written).equals(type.toBuffer(theirs))).toBe(true);
      const read = codec.read({ bytes: Uint8Array.from(type.toBuffer(theirs)), at: 0 });
      expect(read).toEqual(value);
    }),
    {
      examples: [
        [
          {
            l: 0,
            s: undefined,
            b: new Uint8Array(),
            list: [],
            d: 0,
            m: JSON.parse('{"__proto__": false}'),
            f: new Uint8Array(2),
          },
        ],
      ],
    },
  );
});

test("numbers keep all their bits in Avro, and a file that is cut is refused", () => {
  fc.assert(
    fc.property(fc.array(long, { maxLength: 20 }), (longs) => {
      const bytes = writeAvroFile({ schema: "long", metadata: { a: "b" }, records: longs }, sync, zlib);
      const file = readAvroFile(bytes, zlib);
      expect(file.records.map((one) => BigInt(one as bigint))).toEqual(longs);
      expect(file.metadata.a).toBe("b");
      const cut = bytes.subarray(0, bytes.length - 1);
      expect(() => readAvroFile(cut, zlib)).toThrow(RangeError);
    }),
  );
});

test.each<[string, PlainValue]>([
  ["int", -5],
  ["long", 9007199254740993n],
  ["date", 19000],
  ["timestamp", 1_700_000_000_000_000],
  ["float", 1.5],
  ["double", -1e300],
  ["boolean", true],
  ["string", "é🌿"],
  ["decimal(20, 2)", -128],
  ["decimal(38, 0)", 2n ** 100n],
  ["binary", Uint8Array.from([0, 255])],
])("a bound of %s is read as it was written: %s", (type, value) => {
  expect(readValue(type, valueBytes(type, value))).toEqual(value);
});

test("decimals are as short as they can be", () => {
  fc.assert(
    fc.property(long, (value) => {
      const bytes = valueBytes("decimal(38, 0)", value);
      expect(BigInt(readValue("decimal(38, 0)", bytes) as bigint)).toBe(value);
      const shorter = bytes.length > 1 ? bytes.subarray(1) : undefined;
      if (shorter) expect(BigInt(readValue("decimal(38, 0)", shorter) as bigint)).not.toBe(value);
    }),
  );
});

/** From the appendix of Iceberg's specification. */
const hashed: readonly [string, PlainValue, number][] = [
  ["int", 34, 2017239379],
  ["long", 34, 2017239379],
  ["decimal(9, 2)", 1420, -500754589],
  ["date", 17486, -653330422],
  ["time", 81068000000, -662762989],
  ["timestamp", 1510871468000000, -2047944441],
  ["string", "iceberg", 1210000089],
  ["binary", Uint8Array.from([0, 1, 2, 3]), -188683207],
];
test.each(hashed)("%s %s goes into the bucket of the specification", (type, value, hash) => {
  expect(transformNamed("bucket[1000]").apply(value, type)).toBe((hash & 0x7fffffff) % 1000);
});

test.each<[string, string, PlainValue, PlainValue]>([
  ["year", "date", 17486, 47],
  ["month", "date", 17486, 574],
  ["day", "timestamp", 1510871468000000, 17486],
  ["hour", "timestamp", 1510871468000000, 419686],
  ["day", "timestamp", -1, -1],
  ["truncate[10]", "int", -1, -10],
  ["truncate[50]", "decimal(9, 2)", 1065, 1050],
  ["truncate[3]", "string", "iceberg", "ice"],
])("the transform %s of %s %s is %s", (name, type, value, expected) => {
  expect(transformNamed(name).apply(value, type)).toEqual(expected);
});

const schema = {
  type: "struct" as const,
  fields: [
    { id: 1, name: "id", required: true, type: "long" },
    { id: 2, name: "day", required: false, type: "date" },
  ],
};
const table = (partitionFields = [{ "source-id": 2, name: "day", transform: "identity" }]) =>
  newTableMetadata({ uuid: "u", location: "s3://b/t/", now: 1000, schema, partitionFields });
const file = (path: string, day: number | undefined, of: Partial<DataFile> = {}): DataFile => ({
  ...{ content: 0, path, format: "PARQUET", partition: [day], recordCount: 10, sizeBytes: 100 },
  lowerBounds: new Map([[1, valueBytes("long", (day ?? 0) * 100)]]),
  upperBounds: new Map([[1, valueBytes("long", (day ?? 0) * 100 + 9)]]),
  ...of,
});

/** Keeps what snapshots write, and reads it again. */
function store() {
  const kept = new Map<string, Uint8Array>();
  let [ids, now] = [2n ** 62n, 2000];
  const entriesOf = (manifest: ManifestFile) => readManifest(kept.get(manifest.path)!, manifest, zlib);
  const manifestsOf = (metadata: TableMetadata): ManifestFile[] => {
    const snapshot = snapshotOf(metadata);
    return snapshot ? readManifestList(kept.get(snapshot["manifest-list"])!, zlib) : [];
  };
  return {
    commit(metadata: TableMetadata, changes: Parameters<typeof newSnapshot>[2]): TableMetadata {
      const manifests = manifestsOf(metadata);
      const entries = new Map(manifests.map((one) => [one.path, entriesOf(one)]));
      const of = { snapshotId: ids++, uuid: `commit-${ids}`, now: now++, sync, deflate: zlib };
      const made = newSnapshot(metadata, { manifests, entries }, changes, of);
      for (const { path, bytes } of made.files) kept.set(path, bytes);
      return readTableMetadata(writeTableMetadata(made.metadata));
    },
    entries: (metadata: TableMetadata): (readonly [ManifestFile, ManifestEntry[]])[] =>
      manifestsOf(metadata).map((one) => [one, entriesOf(one)]),
  };
}

test("snapshots add and remove files, and count them", () => {
  const { commit, entries } = store();
  let metadata = commit(table(), { operation: "append", added: [file("a", 1), file("b", 2)] });
  const first = snapshotOf(metadata)!;
  metadata = commit(metadata, { operation: "append", added: [file("c", undefined)] });
  metadata = commit(metadata, { operation: "overwrite", added: [file("d", 1)], removed: new Set(["a"]) });
  const paths = (of: TableMetadata) => planFiles(of, schema, entries(of)).map((one) => one.file.path);
  expect(paths(metadata).toSorted()).toEqual(["b", "c", "d"]);
  expect(snapshotOf(metadata)!.summary).toMatchObject({
    ...{ operation: "overwrite", "added-records": "10", "deleted-records": "10" },
    ...{ "total-data-files": "3", "total-records": "30", "total-files-size": "300" },
  });
  expect(snapshotOf(metadata)!["snapshot-id"]).toBe(2n ** 62n + 2n);
  expect(metadata["last-sequence-number"]).toBe(3);
  expect(paths({ ...metadata, "current-snapshot-id": first["snapshot-id"] }).toSorted()).toEqual(["a", "b"]);
  expect(snapshotAt(metadata, 1999)).toBeUndefined();
  expect(snapshotAt(metadata, first["timestamp-ms"])).toEqual(first);
  const sequences = entries(metadata).flatMap(([, all]) => all.map((one) => [one.file.path, one.sequenceNumber]));
  expect(sequences).toContainEqual(["b", 1]);
  expect(() => commit(metadata, { operation: "delete", added: [], removed: new Set(["a"]) })).toThrow(FileGone);
  const summaries = entries(metadata).map(([one]) => one.partitions);
  expect(summaries).toContainEqual([expect.objectContaining({ containsNull: true })]);
});

test("files are left out by their partition and their bounds", () => {
  const { commit, entries } = store();
  const metadata = commit(table(), { operation: "append", added: [1, 2, 3].map((day) => file(String(day), day)) });
  const planned = (predicate: Parameters<typeof planFiles>[3]) =>
    planFiles(metadata, schema, entries(metadata), predicate).map((one) => one.file.path);
  expect(planned({ fieldId: 2, from: 2, to: 2 })).toEqual(["2"]);
  expect(planned({ fieldId: 1, from: 205 })).toEqual(["2", "3"]);
  expect(planned({ fieldId: 1, to: 99 })).toEqual([]);
  expect(
    planned({
      all: [
        { fieldId: 2, from: 2 },
        { fieldId: 1, to: 250 },
      ],
    }),
  ).toEqual(["2"]);
  expect(planned({ any: [{ fieldId: 2, to: 1 }, { all: [{ fieldId: 1, from: 300 }] }] })).toEqual(["1", "3"]);
  expect(planned({ fieldId: 2, isNull: true })).toEqual(["1", "2", "3"]);
});

test("deletes concern the files that were there before them, of their partition", () => {
  const { commit, entries } = store();
  let metadata = commit(table(), { operation: "append", added: [file("a", 1), file("b", 2)] });
  const deletes = [file("position", 1, { content: 1 }), file("equality", 2, { content: 2, equalityIds: [1] })];
  metadata = commit(metadata, { operation: "delete", added: deletes });
  metadata = commit(metadata, { operation: "append", added: [file("later", 1), file("later2", 2)] });
  const planned = planFiles(metadata, schema, entries(metadata));
  const shown = planned.map((one) => [one.file.path, ...one.deletes.map(({ path }) => path)]).toSorted();
  expect(shown).toEqual([["a", "position"], ["b", "equality"], ["later"], ["later2"]]);
  expect(snapshotOf(metadata)!.summary).toMatchObject({ "total-delete-files": "2", "total-position-deletes": "10" });
});

test("schemas and partition specs evolve, and keep their ids", () => {
  const { commit, entries } = store();
  let metadata = commit(table(), { operation: "append", added: [file("a", 1)] });
  const wider = { ...schema, fields: [...schema.fields, { id: 3, name: "price", required: false, type: "double" }] };
  metadata = withSchema(metadata, wider, 3000);
  metadata = withSpec(metadata, [{ "source-id": 1, name: "id_bucket", transform: "bucket[4]" }], 3001);
  expect(metadata).toMatchObject({ "last-column-id": 3, "current-schema-id": 1, "default-spec-id": 1 });
  expect(specOf(metadata).fields[0]!["field-id"]).toBe(1001);
  metadata = commit(metadata, { operation: "append", added: [file("b", 3)] });
  const planned = planFiles(metadata, schemaOf(metadata), entries(metadata), { fieldId: 1, from: 0, to: 0 });
  expect(planned.map((one) => [one.file.path, one.specId])).toEqual([]);
  expect(
    planFiles(metadata, wider, entries(metadata))
      .map((one) => one.specId)
      .toSorted(),
  ).toEqual([0, 1]);
  metadata = withSpec(metadata, [{ "source-id": 2, name: "day", transform: "identity" }], 3002);
  expect(metadata["default-spec-id"]).toBe(0);
  expect(withSchema(metadata, schema, 3003)["current-schema-id"]).toBe(0);
  metadata = withProperties(metadata, { a: "1", "write.metadata.previous-versions-max": "2" }, 3004);
  metadata = withProperties(metadata, { a: undefined }, 3005);
  for (const name of ["1", "2", "3"]) metadata = withPrevious(metadata, name, 1);
  expect(metadata["metadata-log"].map((one) => one["metadata-file"])).toEqual(["2", "3"]);
  expect(metadata.properties).not.toHaveProperty("a");
  expect(metadataPath(metadata, "s3://b/t/metadata/00009-x.metadata.json", "u")).toBe(
    "s3://b/t/metadata/00010-u.metadata.json",
  );
});

test("types are written as columns of the Data Catalog, and read from them", () => {
  const columns = [
    { Name: "a", Type: "bigint" },
    { Name: "b", Type: "array<struct<x:decimal(9,2),y:map<string,array<int>>>>", Comment: "nested" },
    { Name: "c", Type: "VARCHAR(10)" },
  ];
  const read = schemaOfColumns(columns);
  expect(read.fields.map(({ id, type }) => [id, hiveType(type)])).toEqual([
    [1, "bigint"],
    [2, columns[1]!.Type],
    [3, "string"],
  ]);
  expect(hiveColumns(read)[1]).toMatchObject({ Comment: "nested", Parameters: { "iceberg.field.id": "2" } });
  for (const Type of ["money", "array<", "struct<a>", "map<string>", "array<int>>"])
    expect(() => schemaOfColumns([{ Name: "x", Type }]), Type).toThrow(RangeError);
});

test("values are compared as their types are ordered", () => {
  expect(compareValues("\uFFFD", "🌿")).toBeLessThan(0);
  expect(compareValues(2n ** 60n, 5)).toBeGreaterThan(0);
  expect(compareValues(Uint8Array.from([1]), Uint8Array.from([1, 0]))).toBeLessThan(0);
});

test("a format version that is not read is refused", () => {
  expect(() => readTableMetadata('{"format-version":3}')).toThrow("format version 3 is not read");
});
