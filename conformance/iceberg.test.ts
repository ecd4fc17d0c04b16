import { Glue } from "@aws-sdk/client-glue";
import { S3 } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { commitFiles, commitIceberg, loadIcebergTable, readManifests } from "../src/frame/iceberg-table.ts";
import { planFiles } from "../src/iceberg/plan-files.ts";
import { schemaOf, snapshotOf, withSchema } from "../src/iceberg/table-metadata.ts";
import { overHttp } from "./over-http.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const name = { DatabaseName: "lake", Name: "events" };

const preamble = `
import boto3, datetime, os, pyarrow as pa
from pyiceberg.catalog import load_catalog
ep = os.environ["AWS_ENDPOINT_URL"]
catalog = load_catalog("glue", **{"type": "glue", "glue.endpoint": ep, "s3.endpoint": ep})
day = lambda n: datetime.date(2026, 1, n)
def rows(ids, **more):
    return pa.table({"id": pa.array(ids, pa.int64()), "day": [day(n % 28 + 1) for n in ids], **more})
def ids(table, **scan):
    return sorted(row["id"] for row in table.scan(**scan).to_arrow().to_pylist())
`;

test("PyIceberg makes, reads, evolves and commits beside us, through the Data Catalog and S3", {
  timeout: 180_000,
}, async (context) => {
  const python = (program: string) => runPython(context, server, "data", preamble + program);
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  await s3.createBucket({ Bucket: "lake" });
  const made = await python(`
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import IdentityTransform
from pyiceberg.types import DateType, LongType, NestedField
catalog.create_namespace("lake")
schema = Schema(NestedField(1, "id", LongType(), required=False), NestedField(2, "day", DateType()))
spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "day"))
table = catalog.create_table("lake.events", schema, location="s3://lake/events", partition_spec=spec)
table.append(rows([1, 2, 3]))
with table.update_schema() as update:
    update.rename_column("id", "id")
    update.add_column("note", __import__("pyiceberg.types", fromlist=["StringType"]).StringType())
table.append(rows([4], note=["four"]))
print(ids(table))`);
  expect(made.trim()).toBe("[1, 2, 3, 4]");

  // We read what it wrote, and know which files a day needs.
  const us = overHttp(server);
  const { metadata } = await loadIcebergTable(us, name);
  const manifests = await readManifests(us, snapshotOf(metadata));
  const all = planFiles(metadata, schemaOf(metadata), manifests);
  expect(all).toHaveLength(4);
  const [one] = planFiles(metadata, schemaOf(metadata), manifests, { fieldId: 1, from: 4, to: 4 });
  expect(one?.file).toMatchObject({ recordCount: 1, format: "PARQUET" });

  // We commit a file beside, take another one away, and widen the schema.
  const copy = `${one!.file.path}-copy.parquet`;
  const keyOf = (path: string) => path.replace("s3://lake/", "");
  await s3.copyObject({ Bucket: "lake", Key: keyOf(copy), CopySource: `lake/${keyOf(one!.file.path)}` });
  await commitFiles(us, name, () => ({ operation: "append", added: [{ ...one!.file, path: copy }] }));
  const gone = all.find(({ file }) => file !== one!.file)!.file.path;
  await commitFiles(us, name, () => ({ operation: "overwrite", added: [], removed: new Set([gone]) }));
  await commitIceberg(us, name, ({ metadata }) => {
    const { fields } = schemaOf(metadata);
    const price = { id: metadata["last-column-id"] + 1, name: "price", required: false, type: "double" };
    return { metadata: withSchema(metadata, { type: "struct", fields: [...fields, price] }, Date.now()) };
  });

  const read = await python(`
table = catalog.load_table("lake.events")
left = ids(table)
print(len(left), left.count(4), [field.name for field in table.schema().fields])
table.append(rows([5], note=["five"], price=[1.5]))
table.delete("id = 4")
print(ids(table).count(4), ids(table, row_filter="price > 1"), len(table.history()))
summary = table.snapshots()[-1].summary
print(summary["total-records"], summary["total-data-files"])
catalog.rename_table("lake.events", "lake.moved")
print(catalog.list_tables("lake"))`);
  expect(read.trim().split("\n")).toEqual([
    "4 2 ['id', 'day', 'note', 'price']",
    "0 [5] 6",
    "3 3",
    "[('lake', 'moved')]",
  ]);
  const after = await loadIcebergTable(us, { ...name, Name: "moved" });
  expect(
    planFiles(after.metadata, schemaOf(after.metadata), await readManifests(us, snapshotOf(after.metadata))),
  ).toHaveLength(3);
});

test("CreateTable with an input of Iceberg writes metadata that PyIceberg reads and commits to", {
  timeout: 120_000,
}, async (context) => {
  const glue = new Glue(server.clientOptions);
  await new S3({ ...server.clientOptions, forcePathStyle: true }).createBucket({ Bucket: "made" });
  await glue.createDatabase({ DatabaseInput: { Name: "made" } });
  const Columns = [
    { Name: "id", Type: "bigint" },
    { Name: "tags", Type: "array<string>" },
  ];
  await glue.createTable({
    DatabaseName: "made",
    TableInput: { Name: "plain", StorageDescriptor: { Columns, Location: "s3://made/plain/" } },
    OpenTableFormatInput: { IcebergInput: { MetadataOperation: "CREATE", Version: "2" } },
  });
  await glue.createTable({
    DatabaseName: "made",
    Name: "described",
    OpenTableFormatInput: {
      IcebergInput: {
        ...{ MetadataOperation: "CREATE", Version: "2" },
        CreateIcebergTableInput: {
          Location: "s3://made/described",
          Schema: { Type: "struct", Fields: [{ Id: 1, Name: "id", Type: "long", Required: true }] },
          PartitionSpec: { Fields: [{ SourceId: 1, Transform: "bucket[4]", Name: "id_bucket" }] },
          Properties: { "write.format.default": "parquet" },
        },
      },
    },
  });
  const printed = await runPython(
    context,
    server,
    "data",
    `${preamble}
plain = catalog.load_table("made.plain")
plain.append(pa.table({"id": pa.array([1], pa.int64()), "tags": [["a", "b"]]}))
print(plain.scan().to_arrow().to_pylist())
described = catalog.load_table("made.described")
print(described.spec(), described.properties)`,
  );
  expect(printed).toContain("[{'id': 1, 'tags': ['a', 'b']}]");
  expect(printed).toContain("1000: id_bucket: bucket[4](1)");
  const { Table } = await glue.getTable({ DatabaseName: "made", Name: "plain" });
  expect(Table).toMatchObject({ TableType: "EXTERNAL_TABLE", Parameters: { table_type: "ICEBERG" } });
  expect(Table?.Parameters).toHaveProperty("previous_metadata_location");
});
