import { Athena, type QueryExecution } from "@aws-sdk/client-athena";
import { beforeAll, expect, test } from "vitest";
import { commitFiles, loadIcebergTable, readManifests } from "../src/frame/iceberg-table.ts";
import { snapshotOf } from "../src/iceberg/table-metadata.ts";
import { clientsOf } from "./clients.ts";
import { overHttp } from "./over-http.ts";
import { runPython } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const athena = () => new Athena(server.clientOptions);
const OutputLocation = "s3://lake/results/";
const Database = "ice";

async function run(QueryString: string): Promise<QueryExecution> {
  const { QueryExecutionId } = await athena().startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database }, ResultConfiguration: { OutputLocation } },
  });
  for (;;) {
    const { QueryExecution } = await athena().getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    if (!["QUEUED", "RUNNING"].includes(QueryExecution!.Status!.State!)) return QueryExecution!;
  }
}

/** The result of a statement: its rows, without the line of names. */
async function answer(statement: string) {
  const query = await run(statement);
  expect([statement, query.Status!.StateChangeReason, query.Status!.State]).toEqual([
    ...[statement, undefined, "SUCCEEDED"],
  ]);
  const result = await athena().getQueryResults({ QueryExecutionId: query.QueryExecutionId! });
  const rows = result.ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
  return { query, rows, updated: result.UpdateCount };
}
const rows = async (statement: string) => (await answer(statement)).rows.slice(1);
const reason = async (statement: string) => (await run(statement)).Status!.StateChangeReason;

const preamble = `
import boto3, os, pyarrow as pa
from decimal import Decimal
from pyiceberg.catalog import load_catalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import *
from pyiceberg.types import *
import datetime
ep = os.environ["AWS_ENDPOINT_URL"]
catalog = load_catalog("glue", **{"type": "glue", "glue.endpoint": ep, "s3.endpoint": ep})
def rows(name, **scan):
    return sorted(catalog.load_table(name).scan(**scan).to_arrow().to_pylist(), key=lambda row: str(row))
`;

beforeAll(async () => {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket: "lake" });
  await answer(`CREATE DATABASE ${Database}`);
}, 60_000);

test("Athena reads what PyIceberg writes: types, evolution, partitions, moments and versions", {
  timeout: 180_000,
}, async (context) => {
  const python = (program: string) => runPython(context, server, "v3", preamble + program);
  const printed = await python(`
schema = Schema(
    NestedField(1, "id", LongType()), NestedField(2, "Name", StringType()), NestedField(3, "price", DecimalType(9, 2)),
    NestedField(4, "day", DateType()), NestedField(5, "at", TimestamptzType()), NestedField(6, "tags", ListType(20, StringType())),
    NestedField(7, "who", StructType(NestedField(21, "first", StringType()), NestedField(22, "age", IntegerType()))),
    NestedField(8, "counts", MapType(23, StringType(), 24, IntegerType())), NestedField(9, "code", UUIDType()), NestedField(10, "small", IntegerType()))
spec = PartitionSpec(PartitionField(4, 1000, IdentityTransform(), "day"))
table = catalog.create_table("ice.things", schema, location="s3://lake/things", partition_spec=spec)
def some(ids):
    return pa.Table.from_pylist([{"id": n, "Name": f"n{n}", "price": Decimal(n) / 4, "day": datetime.date(2026, 1 + n % 3, 5),
        "at": datetime.datetime(2026, 1, 1, n, tzinfo=datetime.timezone.utc), "tags": ["a", str(n)], "who": {"first": "f", "age": n},
        "counts": {"k": n}, "code": b"0123456789abcde" + bytes([48 + n]), "small": n} for n in ids], schema=table.schema().as_arrow())
table.append(some([1, 2, 3]))
first = table.current_snapshot().snapshot_id
table.manage_snapshots().create_tag(first, "before").commit()
with table.update_schema() as update:
    update.rename_column("Name", "title")
    update.add_column("note", StringType())
    update.update_column("small", LongType())
    update.delete_column("price")
    update.add_column(("who", "email"), StringType())
    update.rename_column("who.first", "given")
    update.move_first("day")
table = catalog.load_table("ice.things")
table.append(pa.Table.from_pylist([{"id": 4, "title": "four", "day": datetime.date(2026, 3, 1), "at": None, "note": "new",
    "tags": None, "who": {"given": "g", "age": 4, "email": "e"}, "counts": None, "code": None, "small": 2**40}], schema=table.schema().as_arrow()))
table.delete("id = 2")
print(first)`);
  const first = printed.trim();
  expect(await rows("SELECT * FROM things ORDER BY id")).toEqual([
    ...[1, 3].map((n) => [
      ...[`2026-0${1 + (n % 3)}-05`, `${n}`, `n${n}`, `2026-01-01 0${n}:00:00.000000 UTC`, `[a, ${n}]`],
      ...[`{given=f, age=${n}, email=null}`, `{k=${n}}`, `30313233-3435-3637-3839-61626364653${n}`, `${n}`, undefined],
    ]),
    [
      "2026-03-01",
      "4",
      "four",
      undefined,
      undefined,
      "{given=g, age=4, email=e}",
      undefined,
      undefined,
      `${2 ** 40}`,
      "new",
    ],
  ]);
  const { query } = await answer("SELECT id FROM things WHERE id = 4");
  const whole = await answer("SELECT count(*) FROM things");
  expect(query.Statistics!.DataScannedInBytes).toBeLessThanOrEqual(whole.query.Statistics!.DataScannedInBytes!);

  // As it was, with the columns of that time.
  const old = [
    ["1", "n1", "0.25"],
    ["2", "n2", "0.50"],
    ["3", "n3", "0.75"],
  ];
  expect(await rows(`SELECT id, name, price FROM things FOR VERSION AS OF ${first} ORDER BY id`)).toEqual(old);
  expect(await rows("SELECT id, name, price FROM things FOR VERSION AS OF 'before' ORDER BY id")).toEqual(old);
  const [[moment] = []] = await rows(`SELECT max(committed_at) FROM "things$snapshots" WHERE snapshot_id = ${first}`);
  expect(await rows(`SELECT count(*) FROM things FOR TIMESTAMP AS OF TIMESTAMP '${moment}'`)).toEqual([["3"]]);
  expect(await rows("SELECT count(*) FROM things FOR TIMESTAMP AS OF (current_timestamp + interval '1' day)")).toEqual([
    ["3"],
  ]);
  expect(await reason("SELECT 1 FROM things FOR TIMESTAMP AS OF TIMESTAMP '2001-01-01 00:00:00 UTC'")).toMatch(
    "No version history table",
  );
  expect(await reason("SELECT 1 FROM things FOR VERSION AS OF 7")).toBe(
    "INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 7",
  );
  expect(await rows(`SELECT count(*), (SELECT count(*) FROM things FOR VERSION AS OF ${first}) FROM things`)).toEqual([
    ["3", "3"],
  ]);

  // The tables behind it.
  expect(
    await rows("SELECT operation, summary['total-records'] FROM \"things$snapshots\" ORDER BY committed_at"),
  ).toEqual([
    ["append", "3"],
    ["append", "4"],
    ["delete", "3"],
  ]);
  expect(await rows('SELECT content, file_format, sum(record_count) FROM "things$files" GROUP BY 1, 2')).toEqual([
    ["0", "PARQUET", "3"],
  ]);
  expect(await rows('SELECT partition.day, sum(record_count) FROM "things$partitions" GROUP BY 1 ORDER BY 1')).toEqual(
    [
      ["2026-01-05", "1"],
      ["2026-02-05", "1"],
      ["2026-03-01", "1"],
    ].map(([month, count]) => [month, count]),
  );
  expect(await rows('SELECT count(*) FROM "things$history" WHERE is_current_ancestor')).toEqual([["3"]]);
  expect((await rows('SELECT name, type, snapshot_id FROM "things$refs" ORDER BY name'))[0]).toEqual([
    "before",
    "TAG",
    first,
  ]);
  expect(await rows('SELECT sum(added_rows_count) > 0 FROM "things$manifests"')).toEqual([["true"]]);
});

test("Athena makes, fills, changes and describes tables that PyIceberg reads, and writes beside it", {
  timeout: 240_000,
}, async (context) => {
  const python = (program: string) => runPython(context, server, "v3", preamble + program);
  await answer(`CREATE TABLE orders (id bigint, item string COMMENT 'what', price double, seen timestamp, tags array<string>, who struct<first:string,age:int>)
    PARTITIONED BY (bucket(4, id), month(seen)) LOCATION 's3://lake/orders/' TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'snappy')`);
  expect(
    await reason("CREATE TABLE other (id bigint) LOCATION 's3://lake/orders' TBLPROPERTIES ('table_type' = 'ICEBERG')"),
  ).toMatch("non-empty location");
  expect(await rows("SELECT * FROM orders")).toEqual([]);
  const inserted = await answer(`INSERT INTO orders VALUES
    (1, 'pen', 1.5, TIMESTAMP '2026-01-05 10:00:00', ARRAY['a'], ROW('x', 1)), (2, 'ink', 20, TIMESTAMP '2026-02-05 10:00:00', NULL, NULL),
    (3, 'cap', NULL, NULL, ARRAY[], ROW(NULL, 3)), (4, 'box', 4, TIMESTAMP '2026-02-06 10:00:00', NULL, NULL)`);
  expect([inserted.updated, inserted.query.SubstatementType]).toEqual([4, "INSERT"]);
  await answer("INSERT INTO orders (item, id) SELECT 'late', 5");
  const deleted = await answer("DELETE FROM orders WHERE item = 'box'");
  expect([deleted.updated, deleted.query.StatementType, deleted.query.SubstatementType]).toEqual([1, "DML", "DELETE"]);
  expect(
    (
      await answer(
        "UPDATE orders SET price = price * 2, tags = ARRAY['u'] WHERE id IN (SELECT id FROM orders WHERE id < 3)",
      )
    ).updated,
  ).toBe(2);
  const merged =
    await answer(`MERGE INTO orders AS t USING (VALUES (1, 'pens'), (3, 'gone'), (9, 'new'), (10, 'never')) AS s(id, item) ON t.id = s.id
    WHEN MATCHED AND s.item = 'gone' THEN DELETE WHEN MATCHED THEN UPDATE SET item = s.item, price = 7
    WHEN NOT MATCHED AND s.id < 10 THEN INSERT (id, item) VALUES (s.id, upper(s.item))`);
  expect(merged.updated).toBe(3);
  const now = [
    ["1", "pens", "7.0", "2026-01-05 10:00:00.000000", "[u]", "{first=x, age=1}"],
    ["2", "ink", "40.0", "2026-02-05 10:00:00.000000", "[u]", undefined],
    ["5", "late", undefined, undefined, undefined, undefined],
    ["9", "NEW", undefined, undefined, undefined, undefined],
  ];
  expect(await rows("SELECT * FROM orders ORDER BY id")).toEqual(now);
  expect(await reason("MERGE INTO orders t USING (VALUES 1, 1) AS s(id) ON t.id = s.id WHEN MATCHED THEN DELETE")).toBe(
    "MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row",
  );
  expect(await reason("INSERT INTO orders (id, item) VALUES ('x', 1)")).toMatch(
    /^TYPE_MISMATCH: line 1:13: Insert query has mismatched column types: Table: \[bigint, varchar\]/,
  );
  expect(await reason("UPDATE orders SET prize = 1")).toMatch(/Did you mean 'price'\?/);
  expect(await reason("DELETE FROM nothing")).toMatch(/^TABLE_NOT_FOUND/);

  const seen = await python(`
print(rows("ice.orders", selected_fields=("id", "item", "price", "tags", "who")))
print(rows("ice.orders", row_filter="id = 9 or price > 30", selected_fields=("id",)))
table = catalog.load_table("ice.orders")
print([snapshot.summary.operation.value for snapshot in table.snapshots()], table.spec())
table.delete("id = 2")
with table.update_schema() as update:
    update.add_column("more", LongType())`);
  expect(seen.split("\n").slice(0, 3)).toEqual([
    "[{'id': 1, 'item': 'pens', 'price': 7.0, 'tags': ['u'], 'who': {'first': 'x', 'age': 1}}, {'id': 2, 'item': 'ink', 'price': 40.0, 'tags': ['u'], 'who': None}, {'id': 5, 'item': 'late', 'price': None, 'tags': None, 'who': None}, {'id': 9, 'item': 'NEW', 'price': None, 'tags': None, 'who': None}]",
    "[{'id': 2}, {'id': 9}]",
    "['append', 'append', 'delete', 'overwrite', 'overwrite'] [",
  ]);
  expect(await rows("SELECT id, more FROM orders ORDER BY id")).toEqual([
    ["1", undefined],
    ["5", undefined],
    ["9", undefined],
  ]);

  await answer(`CREATE TABLE copied WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/copied/', partitioning = ARRAY['truncate(item, 1)'])
    AS SELECT id, item, CAST(id AS smallint) AS small, current_timestamp AS at, map(ARRAY['a'], ARRAY[id]) AS m FROM orders`);
  expect(await rows("SELECT id, item, small, m FROM copied ORDER BY id")).toEqual([
    ["1", "pens", "1", "{a=1}"],
    ["5", "late", "5", "{a=5}"],
    ["9", "NEW", "9", "{a=9}"],
  ]);
  expect(await rows('SELECT partition.item_trunc, record_count FROM "copied$partitions" ORDER BY 1')).toEqual([
    ["N", "1"],
    ["l", "1"],
    ["p", "1"],
  ]);
  expect(await python(`print([row["m"] for row in rows("ice.copied", row_filter="item == 'pens'")])`)).toBe(
    "[[('a', 1)]]\n",
  );
});

test("hidden columns of a table and the plan of a change", { timeout: 120_000 }, async () => {
  await answer(`CREATE TABLE hid (filename string, at timestamp, n int) PARTITIONED BY (filename, month(at))
    LOCATION 's3://lake/hid' TBLPROPERTIES ('table_type' = 'ICEBERG')`);
  await answer(
    "INSERT INTO hid VALUES ('a b/c', TIMESTAMP '2024-03-05 10:00:00', 1), (NULL, TIMESTAMP '1969-12-31 10:00:00', 2)",
  );
  const found = await rows(`SELECT n, "$partition", "$path", "$file_modified_time" FROM hid ORDER BY n`);
  expect(found.map(([, partition]) => partition)).toEqual([
    "filename=a+b%2Fc/at_month=2024-03",
    "filename=null/at_month=1969-12",
  ]);
  for (const [, , path, moment] of found) {
    expect(path).toMatch(/^s3:\/\/lake\/hid\/data\/.*\.parquet$/);
    expect(Math.abs(Date.parse(moment!.replace(" UTC", "Z")) - Date.now())).toBeLessThan(60_000);
  }
  expect(await rows("SELECT n FROM hid WHERE filename IS NULL")).toEqual([["2"]]);
  expect(await reason(`SELECT "$file_size" FROM hid`)).toMatch(/^COLUMN_NOT_FOUND/);
  expect((await answer("EXPLAIN DELETE FROM hid WHERE n = 1")).rows.join("\n")).toMatch(
    /TableDelete\[table = awsdatacatalog.ice.hid\][\s\S]*TableScan\[table = awsdatacatalog.ice.hid/,
  );
  expect(await rows("SELECT count(*) AS c FROM hid")).toEqual([["2"]]);
});

test("OPTIMIZE packs the files of the days that a condition on a moment allows", { timeout: 120_000 }, async () => {
  await answer(`CREATE TABLE paced (at timestamp, n int) PARTITIONED BY (day(at)) LOCATION 's3://lake/paced'
    TBLPROPERTIES ('table_type' = 'ICEBERG', 'optimize_rewrite_data_file_threshold' = '2')`);
  for (const [n, day] of ["05", "05", "06", "06"].entries())
    await answer(`INSERT INTO paced VALUES (TIMESTAMP '2024-03-${day} 10:00:00', ${n})`);
  const files = () => rows('SELECT count(*) FROM "paced$files"');
  const pack = "OPTIMIZE paced REWRITE DATA USING BIN_PACK WHERE";
  await answer(`${pack} at >= TIMESTAMP '2024-03-06 00:00:00'`);
  expect(await files()).toEqual([["3"]]);
  expect(await reason(`${pack} n > 1`)).toMatch(/^COLUMN_NOT_FOUND: .*'n'/);
  expect(await reason(`${pack} length(CAST(at AS varchar)) > 1`)).toMatch(/^NOT_SUPPORTED: .*compare the columns/);
  await answer(`${pack} at BETWEEN TIMESTAMP '2024-03-05 00:00:00' AND TIMESTAMP '2024-03-05 23:59:59'`);
  expect(await files()).toEqual([["2"]]);
  expect(await rows("SELECT n FROM paced ORDER BY n")).toEqual([["0"], ["1"], ["2"], ["3"]]);
});

test("a table gets another name, in another database, with its versions", { timeout: 240_000 }, async (context) => {
  const python = (program: string) => runPython(context, server, "v3", preamble + program);
  await answer("CREATE TABLE early (id int) LOCATION 's3://lake/early' TBLPROPERTIES ('table_type' = 'ICEBERG')");
  await answer("INSERT INTO early VALUES (1), (2)");
  await answer("CREATE DATABASE elsewhere");
  await answer("ALTER TABLE early RENAME TO elsewhere.late");
  expect(await reason("SELECT * FROM early")).toMatch(/^TABLE_NOT_FOUND/);
  await answer("INSERT INTO elsewhere.late VALUES (3)");
  expect((await answer("SELECT count(*) AS c, max(id) AS m FROM elsewhere.late")).rows).toEqual([
    ["c", "m"],
    ["3", "3"],
  ]);
  expect(await python(`print([sorted(row["id"] for row in rows("elsewhere.late"))])`)).toBe("[[1, 2, 3]]\n");
  await answer("CREATE TABLE early (id int) LOCATION 's3://lake/again' TBLPROPERTIES ('table_type' = 'ICEBERG')");
  expect(await reason("ALTER TABLE early RENAME TO elsewhere.late")).toMatch(/^TABLE_ALREADY_EXISTS/);
  expect(await reason("ALTER TABLE early RENAME TO nowhere.late")).toMatch("EntityNotFoundException");
  expect(await reason("ALTER TABLE nothing RENAME TO late")).toMatch("Table not found");
  await answer("INSERT INTO early VALUES (1)");
});

test("tables change, are described, get small again and go away with their files", { timeout: 240_000 }, async () => {
  const { s3 } = clientsOf(server);
  const keys = async (Prefix: string) =>
    ((await s3.listObjectsV2({ Bucket: "lake", Prefix })).Contents ?? []).map(({ Key }) => Key!);
  await answer(`CREATE TABLE small (id int, day date, note string) PARTITIONED BY (day) LOCATION 's3://lake/small'
    TBLPROPERTIES ('table_type' = 'ICEBERG', 'vacuum_max_snapshot_age_seconds' = '0', 'optimize_rewrite_delete_file_threshold' = '1')`);
  await answer("ALTER TABLE small ADD COLUMNS (more struct<a:bigint>, extra string)");
  await answer("ALTER TABLE small CHANGE COLUMN id number bigint COMMENT 'which' AFTER note");
  await answer("ALTER TABLE small DROP COLUMN extra");
  await answer("ALTER TABLE small SET TBLPROPERTIES ('write_compression' = 'gzip')");
  expect(await reason("ALTER TABLE small DROP COLUMN day")).toMatch("Cannot drop partition field: day");
  expect(await reason("ALTER TABLE small CHANGE COLUMN number number string")).toMatch("cannot become");
  expect(await reason("ALTER TABLE small SET TBLPROPERTIES ('what' = '1')")).toMatch(
    "Unsupported table property key: what",
  );
  expect((await answer("DESCRIBE small")).rows.map(([line]) => line!.split("\t").map((cell) => cell.trim()))).toEqual([
    ["day", "date", ""],
    ["note", "string", ""],
    ["number", "bigint", "which"],
    ["more", "struct<a:bigint>", ""],
    ["", "", ""],
    ["# Partition spec:", "", ""],
    ["# field_name", "field_transform", "column_name"],
    ["day", "identity", "day"],
  ]);
  const shown = (await answer("SHOW CREATE TABLE small")).rows.map(([line]) => line);
  expect(shown).toContain("PARTITIONED BY (`day`)");
  expect(shown).toContain("  'write_compression'='gzip',");
  for (let number = 1; number <= 6; number++)
    await answer(`INSERT INTO small (number, day, note) VALUES (${number}, DATE '2026-01-0${1 + (number % 2)}', 'n')`);
  await answer("DELETE FROM small WHERE number = 6");
  await answer("UPDATE small SET more = ROW(number) WHERE number < 3");
  const content = await rows("SELECT number, more FROM small ORDER BY number");
  expect(content).toEqual([
    ["1", "{a=1}"],
    ["2", "{a=2}"],
    ["3", undefined],
    ["4", undefined],
    ["5", undefined],
  ]);
  const files = () => rows('SELECT content, count(*) FROM "small$files" GROUP BY 1 ORDER BY 1');
  expect(await files()).toEqual([["0", "5"]]);
  expect(await reason("OPTIMIZE small REWRITE DATA USING BIN_PACK WHERE note = 'n'")).toMatch("note");
  await answer("ALTER TABLE small SET TBLPROPERTIES ('optimize_rewrite_data_file_threshold' = '2')");
  await answer("OPTIMIZE small REWRITE DATA USING BIN_PACK WHERE day = DATE '2026-01-02'");
  expect(await files()).toEqual([["0", "3"]]);
  await answer("OPTIMIZE small REWRITE DATA USING BIN_PACK");
  expect(await files()).toEqual([["0", "2"]]);
  expect(await rows("SELECT number, more FROM small ORDER BY number")).toEqual(content);
  await answer("DELETE FROM small WHERE number = 1");
  expect(await files()).toEqual([
    ["0", "2"],
    ["1", "1"],
  ]);
  await answer("OPTIMIZE small REWRITE DATA USING BIN_PACK");
  expect(await files()).toEqual([["0", "2"]]);
  expect(await rows("SELECT count(*), sum(number) FROM small")).toEqual([["4", "14"]]);
  const before = await keys("small/");
  await answer("VACUUM small");
  const after = await keys("small/");
  expect(await rows('SELECT count(*) FROM "small$snapshots"')).toEqual([["1"]]);
  expect(after.filter((key) => key.startsWith("small/data/"))).toHaveLength(2);
  expect(after.length).toBeLessThan(before.length);
  expect(await rows("SELECT count(*), sum(number) FROM small")).toEqual([["4", "14"]]);
  expect(await rows("SELECT count(*) FROM small WHERE day = DATE '2026-01-02' AND number > 3")).toEqual([["1"]]);
  await answer("DROP TABLE small");
  expect(await keys("small/")).toEqual([]);
  expect(await reason("SELECT * FROM small")).toMatch(/^TABLE_NOT_FOUND/);
});

test("deletes by values are read, and what is broken is named", { timeout: 120_000 }, async () => {
  const { s3 } = clientsOf(server);
  const us = overHttp(server);
  const name = { DatabaseName: Database, Name: "broken" };
  await answer(
    "CREATE TABLE broken WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/broken') AS SELECT n AS id, 'w' || CAST(n % 3 AS varchar) AS word FROM UNNEST(sequence(1, 9)) AS t(n)",
  );
  await answer(
    "CREATE TABLE words WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/words') AS SELECT 'x' AS word, 'w1' AS other",
  );
  // A file whose fields are those of the table: `other` there has the id of `word` here.
  const other = await loadIcebergTable(us, { DatabaseName: Database, Name: "words" });
  const [[, [found] = []] = []] = await readManifests(us, snapshotOf(other.metadata));
  await commitFiles(us, name, () => ({
    operation: "delete",
    added: [{ ...found!.file, content: 2, equalityIds: [2] }],
  }));
  expect(await rows("SELECT word, count(*) FROM broken GROUP BY word ORDER BY word")).toEqual([
    ["w0", "3"],
    ["w2", "3"],
  ]);
  expect((await answer("DELETE FROM broken WHERE word = 'w0'")).updated).toBe(3);
  expect(await rows("SELECT count(*) FROM broken")).toEqual([["3"]]);

  const { location, metadata } = await loadIcebergTable(us, name);
  const spoil = async (path: string, Body: string | undefined, statement = "SELECT * FROM broken") => {
    const Key = path.replace("s3://lake/", "");
    const { Body: held } = await s3.getObject({ Bucket: "lake", Key });
    const bytes = await held!.transformToByteArray();
    await (Body === undefined ? s3.deleteObject({ Bucket: "lake", Key }) : s3.putObject({ Bucket: "lake", Key, Body }));
    const words = await reason(statement);
    await s3.putObject({ Bucket: "lake", Key, Body: bytes });
    return words;
  };
  const list = snapshotOf(metadata)!["manifest-list"];
  const manifests = await readManifests(us, snapshotOf(metadata));
  const data = manifests
    .flatMap(([, entries]) => entries)
    .find(({ file, status }) => file.content === 0 && status !== 2)!.file.path;
  expect(await spoil(location, "{}")).toBe(
    `ICEBERG_INVALID_METADATA: ${location} is no metadata of a table: Iceberg: format version undefined is not read; version 2 is`,
  );
  expect(await spoil(location, '{"format-version": 2}')).toMatch("table-uuid is not text");
  expect(await spoil(location, "no JSON")).toMatch(`${location} is no metadata of a table: `);
  expect(await spoil(location, undefined)).toBe(`ICEBERG_MISSING_METADATA: ${location} does not exist`);
  expect(await spoil(list, "Obj")).toBe(
    `ICEBERG_INVALID_METADATA: ${list} is no list of manifests: Avro: this is no Avro file`,
  );
  expect(await spoil(manifests[0]![0].path, undefined)).toBe(
    `ICEBERG_MISSING_METADATA: ${manifests[0]![0].path} does not exist`,
  );
  expect(await spoil(data, "no Parquet, and long enough to be looked at")).toMatch(
    new RegExp(`BAD_DATA: .*${data}`, "s"),
  );
  expect(await spoil(data, undefined)).toMatch(data);
  expect(await rows("SELECT count(*) FROM broken")).toEqual([["3"]]);
});

test("statements at the same time each count once, also as prepared ones", { timeout: 120_000 }, async () => {
  await answer(
    "CREATE TABLE counted (id int, n int) LOCATION 's3://lake/counted' TBLPROPERTIES ('table_type' = 'ICEBERG')",
  );
  await answer("INSERT INTO counted VALUES (1, 0), (2, 0)");
  await answer("PREPARE up FROM UPDATE counted SET n = n + ? WHERE id = ?");
  const [first, second] = [Array.from({ length: 4 }), Array.from({ length: 3 })];
  await Promise.all([
    ...first.map(() => answer("UPDATE counted SET n = n + 1 WHERE id = 1")),
    ...second.map(() => answer("EXECUTE up USING 10, 2")),
    ...second.map((_, at) => answer(`INSERT INTO counted VALUES (${at + 10}, 0)`)),
    answer("MERGE INTO counted c USING (VALUES 1) AS s(id) ON c.id = s.id WHEN MATCHED THEN UPDATE SET n = c.n + 100"),
  ]);
  expect(await rows("SELECT id, n FROM counted ORDER BY id")).toEqual([
    ["1", "104"],
    ["2", "30"],
    ["10", "0"],
    ["11", "0"],
    ["12", "0"],
  ]);
  // A condition on a column that is not there, a constant that is wider, nulls: files are left out only where none can match.
  expect(await rows("SELECT count(*) FROM counted WHERE n > 1.5")).toEqual([["2"]]);
  expect(await rows("SELECT count(*) FROM counted WHERE n IS NULL OR id IN (2, 11)")).toEqual([["2"]]);
  const [none, all] = [await answer("SELECT * FROM counted WHERE id = 99"), await answer("SELECT * FROM counted")];
  expect(none.query.Statistics!.DataScannedInBytes).toBe(0);
  expect(all.query.Statistics!.DataScannedInBytes).toBeGreaterThan(0);
});
