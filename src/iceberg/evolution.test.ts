import { expect, test } from "vitest";
import { compileAvro, writeLong } from "./avro-codec.ts";
import { SchemaRefusal, withChangedColumn, withColumns, withoutColumn } from "./evolve-schema.ts";
import { expireSnapshots } from "./expire-snapshots.ts";
import { packFiles, unusedDeletes } from "./pack-files.ts";
import { onlyPath, type PlannedFile } from "./plan-files.ts";
import { newTableMetadata, type Snapshot, type TableMetadata, withSchema } from "./table-metadata.ts";
import { boundOf, hexOf, valueOfText } from "./value-text.ts";

const column = (id: number, name: string, type: string) => ({ id, name, type, required: false });
const made = newTableMetadata({
  ...{ uuid: "u", location: "s3://lake/t", now: 1000 },
  schema: {
    type: "struct",
    fields: [column(1, "id", "int"), column(2, "day", "date"), column(3, "price", "decimal(9, 2)")],
  },
  partitionFields: [{ "source-id": 2, name: "day", transform: "identity" }],
});
const names = (metadata: TableMetadata) =>
  metadata.schemas.at(-1)!.fields.map(({ id, name, type }) => `${id} ${name} ${type}`);

test("columns are added, renamed, moved, widened and dropped, and keep their ids", () => {
  let metadata = withSchema(made, withColumns(made, [column(4, "note", "string")]), 2000);
  metadata = withSchema(
    metadata,
    withChangedColumn(metadata, "id", { name: "number", type: "long" }, { after: "day" }),
    3000,
  );
  metadata = withSchema(
    metadata,
    withChangedColumn(metadata, "price", { name: "price", type: "decimal(12, 2)" }, "first"),
    4000,
  );
  metadata = withSchema(metadata, withoutColumn(metadata, "NOTE"), 5000);
  expect(names(metadata)).toEqual(["3 price decimal(12, 2)", "2 day date", "1 number long"]);
  expect(metadata["last-column-id"]).toBe(4);
});

test.for([
  ["a column that is there", () => withColumns(made, [column(4, "ID", "int")]), "Column 'ID' already exists"],
  ["a column of the partition", () => withoutColumn(made, "day"), "Cannot drop partition field: day"],
  ["a column that is not there", () => withoutColumn(made, "x"), "Column 'x' does not exist; there are id, day, price"],
  [
    "a narrower type",
    () => withChangedColumn(made, "price", { name: "price", type: "decimal(8, 2)" }),
    "cannot become",
  ],
  ["another scale", () => withChangedColumn(made, "price", { name: "price", type: "decimal(9, 3)" }), "cannot become"],
  ["another type", () => withChangedColumn(made, "id", { name: "id", type: "string" }), "cannot become"],
  ["a name that is taken", () => withChangedColumn(made, "id", { name: "day", type: "int" }), "already exists"],
] as const)("%s is refused", ([, change, words]) => {
  expect(change).toThrow(SchemaRefusal);
  expect(change).toThrow(words);
});

test("old snapshots go, but for the newest, those of tags, and the young", () => {
  const snapshot = (id: number): Snapshot => ({
    ...{
      "snapshot-id": id,
      "sequence-number": id,
      "timestamp-ms": id * 1000,
      "manifest-list": `list${id}`,
      summary: {},
    },
    ...(id > 1 && { "parent-snapshot-id": id - 1 }),
  });
  const all = [1, 2, 3, 4, 5].map(snapshot);
  const metadata: TableMetadata = {
    ...made,
    ...{ snapshots: all, "current-snapshot-id": 5 },
    "snapshot-log": all.map((one) => ({ "snapshot-id": one["snapshot-id"], "timestamp-ms": one["timestamp-ms"] })),
    "metadata-log": [1, 2, 3].map((number) => ({ "metadata-file": `m${number}`, "timestamp-ms": number })),
    refs: { main: { "snapshot-id": 5, type: "branch" }, kept: { "snapshot-id": 2, type: "tag" } },
  };
  const retention = { maxAgeMilliseconds: 1500, minSnapshots: 1, maxMetadataFiles: 2 };
  const expired = expireSnapshots(metadata, retention, 5500);
  expect(expired.metadata.snapshots.map((one) => one["snapshot-id"])).toEqual([2, 5]);
  expect(expired.metadata["snapshot-log"].map((one) => one["snapshot-id"])).toEqual([2, 5]);
  expect(expired.snapshots.map((one) => one["snapshot-id"])).toEqual([1, 3, 4]);
  expect(expired.metadataFiles).toEqual(["m1"]);
  expect(expireSnapshots(metadata, { ...retention, minSnapshots: 3 }, 5500).snapshots).toHaveLength(1);
  expect(expireSnapshots(metadata, { ...retention, maxAgeMilliseconds: 1e6, maxMetadataFiles: 5 }, 5500).metadata).toBe(
    metadata,
  );
});

test("small files of a partition are put together, and files with deletes are written anew", () => {
  const bounds = new Map([[2147483546, new TextEncoder().encode("a")]]);
  const deletes = { content: 1, path: "d", format: "PARQUET", partition: [1], recordCount: 1, sizeBytes: 1 };
  const planned = (path: string, day: number, sizeBytes: number, of: PlannedFile["deletes"] = []): PlannedFile => ({
    file: { content: 0, path, format: "PARQUET", partition: [day], recordCount: 1, sizeBytes },
    ...{ specId: 0, deletes: of },
  });
  const files = [
    planned("a", 1, 10),
    planned("b", 1, 10),
    planned("c", 1, 60),
    planned("e", 2, 10),
    planned("f", 3, 60, [deletes]),
  ];
  const options = { minBytes: 50, maxBytes: 100, minFiles: 2, minDeletes: 1 };
  const packed = packFiles(files, options, 0).map((some) => some.map(({ file }) => file.path));
  expect(packed).toEqual([["a", "b"], ["f"]]);
  expect(packFiles(files, options, 1).flat()).toHaveLength(5);
  expect([...unusedDeletes(files, new Set(["f"]))]).toEqual(["d"]);
  expect([...unusedDeletes([...files, planned("g", 3, 60, [deletes])], new Set(["f"]))]).toEqual([]);
  expect(onlyPath({ ...deletes, lowerBounds: bounds, upperBounds: bounds })).toBe("a");
  expect(onlyPath(deletes)).toBeUndefined();
});

test("values are read from their texts, and bounds of long texts are cut", () => {
  expect(valueOfText("timestamp", "1969-12-31 23:59:59.999999")).toBe(-1);
  expect(valueOfText("timestamptz", "2024-01-01 00:00:00+00")).toBe(Date.UTC(2024, 0, 1) * 1000);
  expect(valueOfText("date", "0001-01-01")).toBe(-719162);
  expect(valueOfText("decimal(9, 2)", "-1.5")).toBe(-150);
  expect(valueOfText("decimal(9, 2)", "1.005")).toBeUndefined();
  expect(valueOfText("long", "9007199254740993")).toBe(9007199254740993n);
  expect(valueOfText("int", "1.0")).toBeUndefined();
  const text = (hex: string | undefined) => hex && Buffer.from(hex, "hex").toString();
  expect(text(boundOf("string", "abcdefghijklmnopqrs", false))).toBe("abcdefghijklmnop");
  expect(text(boundOf("string", "abcdefghijklmnopqrs", true))).toBe("abcdefghijklmnoq");
  expect(boundOf("string", "\u{10ffff}".repeat(20), true)).toBeUndefined();
  expect(boundOf("double", "NaN", true)).toBeUndefined();
  expect(hexOf(Uint8Array.from([1, 255]))).toBe("01ff");
});

test("a list that says to have more items than bytes is not read", () => {
  const bytes: number[] = [];
  writeLong(2 ** 40, bytes);
  const read = () => compileAvro({ type: "array", items: "null" }).read({ bytes: Uint8Array.from(bytes), at: 0 });
  expect(read).toThrow("Avro: 1099511627776 items are said to be in 0 bytes");
});
