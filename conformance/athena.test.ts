import { Athena, type QueryExecution } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { STS } from "@aws-sdk/client-sts";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const athena = () => new Athena(server.clientOptions);
const OutputLocation = "s3://lake/results/";
const Database = "shop";

/** Numbers from 0 to 9999. */
const digits = "WITH d(n) AS (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)";
const thousands = "SELECT a.n * 1000 + b.n * 100 + c.n * 10 + e.n AS n FROM d a, d b, d c, d e";

async function run(QueryString: string, more: object = {}): Promise<QueryExecution> {
  const { QueryExecutionId } = await athena().startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database }, ResultConfiguration: { OutputLocation } },
    ...more,
  });
  return ended(QueryExecutionId!);
}
async function ended(QueryExecutionId: string): Promise<QueryExecution> {
  for (;;) {
    const { QueryExecution } = await athena().getQueryExecution({ QueryExecutionId });
    if (!["QUEUED", "RUNNING"].includes(QueryExecution!.Status!.State!)) return QueryExecution!;
  }
}
async function rows(statement: string, more: object = {}): Promise<(string | undefined)[][]> {
  const query = await run(statement, more);
  expect([statement, query.Status!.StateChangeReason, query.Status!.State]).toEqual([
    statement,
    undefined,
    "SUCCEEDED",
  ]);
  const { ResultSet } = await athena().getQueryResults({ QueryExecutionId: query.QueryExecutionId! });
  return ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
}
const reason = async (statement: string, more: object = {}) => (await run(statement, more)).Status!.StateChangeReason;

beforeAll(async () => {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket: "lake" });
  const Body = 'id,item,price\n1,"pen, blue",1.50\n2,ink,\n3,"a ""b""",20\n';
  await s3.putObject({ Bucket: "lake", Key: "orders/a.csv", Body });
  expect(await rows(`CREATE DATABASE IF NOT EXISTS ${Database}`)).toEqual([]);
  await rows(`CREATE EXTERNAL TABLE orders (id int, item string COMMENT 'what', price double)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar' = ',')
    LOCATION 's3://lake/orders/' TBLPROPERTIES ('skip.header.line.count' = '1')`);
}, 60_000);

test("a query over a table of the catalog: its rows, types, statistics and files", async () => {
  const query = await run("SELECT id, item, price * 2 AS twice FROM orders WHERE id < 10 ORDER BY id");
  expect(query).toMatchObject({
    ...{ StatementType: "DML", WorkGroup: "primary", QueryExecutionContext: { Database } },
    Status: { State: "SUCCEEDED" },
    Statistics: { DataScannedInBytes: 55, ResultReuseInformation: { ReusedPreviousResult: false } },
    ResultConfiguration: { OutputLocation: `${OutputLocation}${query.QueryExecutionId}.csv` },
  });
  const QueryExecutionId = query.QueryExecutionId!;
  const { ResultSet } = await athena().getQueryResults({ QueryExecutionId });
  expect(ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue))).toEqual([
    ["id", "item", "twice"],
    ["1", "pen, blue", "3.0"],
    ["2", "ink", undefined],
    ["3", 'a "b"', "40.0"],
  ]);
  expect(ResultSet!.ResultSetMetadata!.ColumnInfo!.map(({ Name, Type }) => [Name, Type])).toEqual([
    ["id", "integer"],
    ["item", "varchar"],
    ["twice", "double"],
  ]);
  const { s3 } = clientsOf(server);
  const { Body } = await s3.getObject({ Bucket: "lake", Key: `results/${QueryExecutionId}.csv` });
  expect(await Body!.transformToString()).toBe(
    '"id","item","twice"\n"1","pen, blue","3.0"\n"2","ink",\n"3","a ""b""","40.0"\n',
  );
  const { QueryRuntimeStatistics } = await athena().getQueryRuntimeStatistics({ QueryExecutionId });
  expect(QueryRuntimeStatistics!.Rows).toMatchObject({ OutputRows: 3, InputBytes: 55 });
  expect(QueryRuntimeStatistics!.Timeline!.TotalExecutionTimeInMillis).toBeGreaterThan(0);
});

test("pages of a result, a list of queries, and the same request again", async () => {
  const request = {
    ...{
      QueryString: `${digits} SELECT n FROM (${thousands}) WHERE n BETWEEN 1 AND 2500 ORDER BY n`,
      ResultConfiguration: { OutputLocation },
    },
    ClientRequestToken: "the same request, which is sent again and again",
  };
  const { QueryExecutionId } = await athena().startQueryExecution(request);
  expect((await athena().startQueryExecution(request)).QueryExecutionId).toBe(QueryExecutionId);
  await expect(athena().startQueryExecution({ ...request, QueryString: "SELECT 1" })).rejects.toMatchObject({
    name: "InvalidRequestException",
    message: expect.stringContaining("Idempotent parameters do not match"),
  });
  expect((await ended(QueryExecutionId!)).Status!.State).toBe("SUCCEEDED");
  const found: (string | undefined)[] = [];
  const sizes: number[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await athena().getQueryResults({
      QueryExecutionId: QueryExecutionId!,
      ...(NextToken && { NextToken }),
    });
    sizes.push(page.ResultSet!.Rows!.length);
    found.push(...page.ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue));
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
  }
  expect(sizes).toEqual([1000, 1000, 501]);
  expect(found).toEqual(["n", ...Array.from({ length: 2500 }, (_, index) => String(index + 1))]);
  const { QueryExecutionIds } = await athena().listQueryExecutions({ WorkGroup: "primary" });
  expect(QueryExecutionIds![0]).toBe(QueryExecutionId);
  const missing = "00000000-0000-4000-8000-000000000000";
  const batch = await athena().batchGetQueryExecution({ QueryExecutionIds: [QueryExecutionId!, missing] });
  expect(batch.QueryExecutions!.map((one) => one.QueryExecutionId)).toEqual([QueryExecutionId]);
  expect(batch.UnprocessedQueryExecutionIds![0]!.QueryExecutionId).toBe(missing);
});

test("definitions: tables with partitions, views, descriptions", async () => {
  const { s3 } = clientsOf(server);
  for (const [Key, Body] of Object.entries({
    "day=2024-01-01/a": '{"n": 1}\n',
    "day=2024-01-02/a": '{"n": 2}\n{"n": 3}\n',
  }))
    await s3.putObject({ Bucket: "lake", Key: `events/${Key}`, Body });
  await rows(`CREATE EXTERNAL TABLE events (n bigint) PARTITIONED BY (day date)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/events/'`);
  expect(await rows("SELECT count(*) AS c FROM events")).toEqual([["c"], ["0"]]);
  expect((await rows("MSCK REPAIR TABLE events"))[0]![0]).toBe(
    "Partitions not in metastore:\tevents:day=2024-01-01\tevents:day=2024-01-02",
  );
  expect(await rows("SHOW PARTITIONS events")).toEqual([["day=2024-01-01"], ["day=2024-01-02"]]);
  expect(await rows("SELECT day, sum(n) AS s FROM events GROUP BY day ORDER BY day")).toEqual([
    ["day", "s"],
    ["2024-01-01", "1"],
    ["2024-01-02", "5"],
  ]);
  const scanned = async (statement: string) => (await run(statement)).Statistics!.DataScannedInBytes;
  expect(await scanned("SELECT n FROM events")).toBe(27);
  expect(await scanned("SELECT n FROM events WHERE day > DATE '2024-01-01'")).toBe(18);
  expect(await scanned("SELECT n FROM events WHERE day IN (DATE '2024-01-01', DATE '2030-01-01')")).toBe(9);
  expect(await scanned("SELECT n FROM events WHERE day IS NULL OR day < DATE '2024-01-01'")).toBe(0);
  await rows("ALTER TABLE events DROP PARTITION (day = '2024-01-02')");
  expect(await rows("SELECT n FROM events")).toEqual([["n"], ["1"]]);
  await rows(
    "ALTER TABLE events ADD IF NOT EXISTS PARTITION (day = '2024-01-02') LOCATION 's3://lake/events/day=2024-01-02/'",
  );
  await rows("CREATE VIEW totals AS SELECT day, sum(n) AS s FROM events GROUP BY day");
  expect(await rows("SELECT max(s) AS most FROM totals")).toEqual([["most"], ["5"]]);
  expect(await rows("SHOW TABLES")).toEqual([["events"], ["orders"], ["totals"]]);
  expect(await rows("SHOW VIEWS")).toEqual([["totals"]]);
  for (const like of ["o*", "or.*", "ord.rs.*", "%ders", "nothing|ORDERS"])
    expect(await rows(`SHOW TABLES '${like}'`)).toEqual([["orders"]]);
  expect(await rows("SHOW VIEWS LIKE 'tot.*'")).toEqual([["totals"]]);
  expect((await rows("DESCRIBE orders")).map(([line]) => line!.split("\t").map((cell) => cell.trim()))).toEqual([
    ["id", "int", ""],
    ["item", "string", "what"],
    ["price", "double", ""],
  ]);
  expect((await rows("SHOW CREATE TABLE orders"))[0]).toEqual(["CREATE EXTERNAL TABLE `orders`("]);
  await rows("DROP VIEW totals");
  await rows("DROP TABLE IF EXISTS events");
  expect(await rows("SHOW DATABASES")).toEqual([["default"], ["shop"]]);
});

test("definitions are kept as Athena keeps them", async () => {
  const about = { CatalogName: "AwsDataCatalog", DatabaseName: Database };
  const shown = async (TableName: string) =>
    (await athena().getTableMetadata({ ...about, TableName })).TableMetadata!.Parameters!;
  await rows(`CREATE EXTERNAL TABLE told (n int) COMMENT 'what it''s for' LOCATION 's3://lake/told/'`);
  expect(await shown("told")).toMatchObject({ comment: "what it's for", location: "s3://lake/told" });
  const { s3 } = clientsOf(server);
  await s3.putObject({ Bucket: "lake", Key: "told/a", Body: "1\n\n3\n" });
  await s3.putObject({ Bucket: "lake", Key: "told-not/a", Body: "4\n" });
  expect(await rows("SELECT n FROM told ORDER BY n")).toEqual([["n"], ["1"], ["3"], [undefined]]);
  const definition = (await rows("SHOW CREATE TABLE told")).flat();
  expect(definition).toContain("COMMENT 'what it\\'s for'");
  expect(definition.join("\n")).not.toContain("'comment'=");
  expect(definition.join("\n")).not.toContain("SERDEPROPERTIES");
  await rows(`CREATE EXTERNAL TABLE objects (n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
    LOCATION 's3://lake/objects/'`);
  expect((await shown("objects")).outputformat).toBe("org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat");
  await rows(
    `CREATE TABLE ice (n int) COMMENT 'of ice' LOCATION 's3://lake/ice/' TBLPROPERTIES ('table_type' = 'ICEBERG')`,
  );
  expect((await shown("ice")).comment).toBe("of ice");
  await rows("CREATE VIEW many AS SELECT n FROM told");
  expect(await rows(`SHOW CREATE VIEW "${Database}"."many"`)).toEqual([
    [`CREATE VIEW ${Database}.many AS`],
    ["SELECT n FROM told"],
  ]);
  await rows(`DROP VIEW "${Database}"."many"`);
  for (const name of ["told", "objects", "ice"]) await rows(`DROP TABLE ${name}`);
});

test("the database of statements that name none is there from the first use", async () => {
  const CatalogName = "AwsDataCatalog";
  const { DatabaseList } = await athena().listDatabases({ CatalogName });
  expect(DatabaseList!.map(({ Name }) => Name)).toEqual(["default", Database]);
  const { Database: found } = await athena().getDatabase({ CatalogName, DatabaseName: "default" });
  expect(found).toMatchObject({ Name: "default", Description: "Default Hive database" });
});

test("a statement that writes puts no result, and names its columns", async () => {
  const { s3 } = clientsOf(server);
  const put = async (id: string) => {
    const listed = await s3.listObjectsV2({ Bucket: "lake", Prefix: `results/${id}` });
    return (listed.Contents ?? []).map(({ Key }) => Key!.replace(`results/${id}`, "ID"));
  };
  for (const statement of [
    "CREATE TABLE cased WITH (external_location = 's3://lake/cased/') AS SELECT ID, Item AS What FROM orders",
    "INSERT INTO cased SELECT 9, 'more'",
    "UNLOAD (SELECT ID FROM orders) TO 's3://lake/cased-out/' WITH (format = 'PARQUET')",
  ]) {
    const query = await run(statement, { QueryExecutionContext: { Database: "`shop`" } });
    const id = query.QueryExecutionId!;
    expect([statement, query.Status!.StateChangeReason, query.ResultConfiguration!.OutputLocation]).toEqual([
      ...[statement, undefined, `${OutputLocation}${id}`],
    ]);
    expect(await put(id)).toEqual(["ID-manifest.csv", "ID.metadata"]);
    expect((await athena().getQueryResults({ QueryExecutionId: id })).ResultSet!.Rows).toEqual([]);
  }
  expect(await rows("SELECT ID, What FROM cased WHERE What = ?", { ExecutionParameters: ["more"] })).toEqual([
    ["ID", "What"],
    ["9", "more"],
  ]);
  expect(await rows("SELECT * FROM cased WHERE id = 9")).toEqual([
    ["id", "what"],
    ["9", "more"],
  ]);
  expect(await reason("CREATE TABLE none AS SELECT 1")).toBe(
    "MISSING_COLUMN_NAME: line 1:1: Column name not specified at position 1",
  );
  expect(await reason("CREATE VIEW none AS SELECT NULL AS x")).toBe(
    "COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown at position 1",
  );
  await rows("DROP TABLE cased");
});

test("without rows no file is written, and its list is empty", async () => {
  const { s3 } = clientsOf(server);
  const written = async (Prefix: string) => (await s3.listObjectsV2({ Bucket: "lake", Prefix })).Contents ?? [];
  for (const format of ["PARQUET", "JSON", "TEXTFILE"]) {
    const name = `none_${format.toLowerCase()}`;
    const unloaded = await run(
      `UNLOAD (SELECT id FROM orders WHERE id > 9) TO 's3://lake/${name}/' WITH (format = '${format}')`,
    );
    const Key = unloaded.Statistics!.DataManifestLocation!.replace("s3://lake/", "");
    const { Body } = await s3.getObject({ Bucket: "lake", Key });
    expect([unloaded.Status!.State, await Body!.transformToString(), await written(name)]).toEqual([
      "SUCCEEDED",
      "",
      [],
    ]);
    await rows(`CREATE TABLE ${name} WITH (format = '${format}', external_location = 's3://lake/${name}/') AS
      SELECT id FROM orders WHERE id > 9`);
    expect([await written(name), await rows(`SELECT id FROM ${name}`)]).toEqual([[], [["id"]]]);
    await rows(`DROP TABLE ${name}`);
  }
});

test("tables from queries, rows added to them, and queries unloaded to files", async () => {
  const made = await run(`CREATE TABLE copied WITH (format = 'PARQUET', partitioned_by = ARRAY['kind']) AS
    SELECT id, price, CASE WHEN id = 1 THEN 'a' ELSE 'b' END AS kind FROM orders`);
  expect(made.Status!.StateChangeReason).toBeUndefined();
  expect(made.Statistics!.DataManifestLocation).toBe(`${OutputLocation}${made.QueryExecutionId}-manifest.csv`);
  expect(await rows("SELECT id, price, kind FROM copied ORDER BY id")).toEqual([
    ["id", "price", "kind"],
    ["1", "1.5", "a"],
    ["2", undefined, "b"],
    ["3", "20.0", "b"],
  ]);
  expect(
    (await run("INSERT INTO copied VALUES (4, 0.25, 'c'), (5, 1e0, 'a')")).Status!.StateChangeReason,
  ).toBeUndefined();
  expect(await rows("SELECT kind, count(*) AS c FROM copied GROUP BY kind ORDER BY kind")).toEqual([
    ["kind", "c"],
    ["a", "2"],
    ["b", "2"],
    ["c", "1"],
  ]);
  expect(await reason("CREATE TABLE copied AS SELECT 1 AS a")).toMatch(/^TABLE_ALREADY_EXISTS/);
  const unloaded = await run(
    "UNLOAD (SELECT id, item FROM orders) TO 's3://lake/unloaded/' WITH (format = 'JSON', compression = 'NONE')",
  );
  expect(unloaded.Status!.StateChangeReason).toBeUndefined();
  const { s3 } = clientsOf(server);
  const { Contents } = await s3.listObjectsV2({ Bucket: "lake", Prefix: "unloaded/" });
  const { Body } = await s3.getObject({ Bucket: "lake", Key: Contents![0]!.Key });
  expect(JSON.parse((await Body!.transformToString()).split("\n")[0]!)).toEqual({ id: 1, item: "pen, blue" });
  expect(await reason("UNLOAD (SELECT 1 AS a) TO 's3://lake/unloaded/' WITH (format = 'JSON')")).toMatch(
    /^HIVE_PATH_ALREADY_EXISTS/,
  );
});

test("rows for some columns, in another order, and into text, JSON and CSV", async () => {
  const formats: Readonly<Record<string, string>> = {
    parquet: "STORED AS PARQUET",
    lines: "ROW FORMAT DELIMITED FIELDS TERMINATED BY '|'",
    json: "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'",
  };
  for (const [name, format] of Object.entries(formats)) {
    await rows(`CREATE EXTERNAL TABLE in_${name} (id int, item string, price decimal(12,2)) PARTITIONED BY (day date)
      ${format} LOCATION 's3://lake/in-${name}/'`);
    await rows(`INSERT INTO in_${name} (day, price, id) SELECT DATE '2024-05-06', 1, 7`);
    await rows(`INSERT INTO in_${name} VALUES (8, 'a, "b"', 2.5, DATE '2024-05-07')`);
    expect(await rows(`SELECT id, item, price, day FROM in_${name} ORDER BY id`)).toEqual([
      ["id", "item", "price", "day"],
      ["7", undefined, "1.00", "2024-05-06"],
      ["8", 'a, "b"', "2.50", "2024-05-07"],
    ]);
    expect(await rows(`SHOW PARTITIONS in_${name}`)).toEqual([["day=2024-05-06"], ["day=2024-05-07"]]);
  }
  expect(await reason("INSERT INTO in_json VALUES ('x', 'y', 1, DATE '2024-05-06')")).toMatch(
    /^TYPE_MISMATCH: .*integer/,
  );
  expect(await reason("INSERT INTO in_json (id, no) VALUES (1, 2)")).toMatch(/^COLUMN_NOT_FOUND: .*no/);
  await rows(`CREATE EXTERNAL TABLE in_csv (id string, item string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://lake/in-csv/'`);
  const added = await run(`INSERT INTO in_csv (item, id) VALUES ('a, "b"', '1'), (NULL, '2')`);
  expect(added.Status!.StateChangeReason).toBeUndefined();
  expect((await athena().getQueryResults({ QueryExecutionId: added.QueryExecutionId! })).UpdateCount).toBe(2);
  expect(await rows("SELECT * FROM in_csv ORDER BY id")).toEqual([
    ["id", "item"],
    ["1", 'a, "b"'],
    ["2", ""],
  ]);
  expect(await reason("INSERT INTO orders VALUES (1, 'a', 1e0)")).toMatch(/^NOT_SUPPORTED: .*string/);
});

test("EXPLAIN shows the engine's plan, and EXPLAIN ANALYZE what it did", async () => {
  const plan = async (statement: string, more: object = {}) => {
    const lines = (await rows(statement, more)).map(([line]) => line!);
    expect(lines[0]).toBe("Query Plan");
    return lines.slice(1).join("\n");
  };
  const query = "SELECT item, sum(price) AS total FROM orders WHERE price > 1 GROUP BY item ORDER BY total LIMIT 2";
  const shown = await plan(`EXPLAIN ${query}`);
  expect(shown).toMatch(/^Fragment 0 \[SINGLE\]\n {4}Output layout: \[item, total\]\n/);
  for (const part of [
    "└─ TopN[top = 2",
    "└─ Aggregate[",
    "└─ TableScan[table = awsdatacatalog.shop.orders",
    "Estimates: {rows: ",
  ])
    expect(shown).toContain(part);
  expect(await plan(`EXPLAIN (TYPE LOGICAL) ${query}`)).toMatch(/^Output\[columnNames = \[item, total\]\]\n/);
  const node = JSON.parse(await plan(`EXPLAIN (FORMAT JSON) ${query}`))["0"];
  expect(node).toMatchObject({ name: "Output", children: [{ name: "TopN", descriptor: { top: "2" } }] });
  expect(await plan(`EXPLAIN (TYPE LOGICAL, FORMAT GRAPHVIZ) ${query}`)).toMatch(/^digraph logical_plan \{\n/);
  const io = "EXPLAIN (TYPE IO, FORMAT JSON) INSERT INTO orders (id) SELECT id FROM orders WHERE id > ?";
  expect(JSON.parse(await plan(io, { ExecutionParameters: ["1"] }))).toMatchObject({
    inputTableColumnInfos: [
      {
        table: { catalog: "awsdatacatalog", schemaTable: { schema: "shop", table: "orders" } },
        constraint: {
          columnConstraints: [
            { columnName: "id", type: "int", domain: { ranges: [{ low: { value: "1", bound: "ABOVE" } }] } },
          ],
        },
      },
    ],
    outputTable: { schemaTable: { table: "orders" } },
  });
  expect(await rows("EXPLAIN (TYPE VALIDATE) SELECT 1")).toEqual([["Valid"], ["true"]]);
  expect(await reason("EXPLAIN (TYPE VALIDATE) SELECT prize FROM orders")).toMatch(
    "COLUMN_NOT_FOUND: line 1:32: Column 'prize' cannot be resolved. Did you mean 'price'?",
  );

  const analyzed = await run("EXPLAIN ANALYZE SELECT count(*) AS c FROM orders WHERE id > 1");
  expect(analyzed).toMatchObject({
    ...{ StatementType: "UTILITY", SubstatementType: "EXPLAIN", Statistics: { DataScannedInBytes: 55 } },
    ResultConfiguration: { OutputLocation: `${OutputLocation}${analyzed.QueryExecutionId}.txt` },
  });
  const { ResultSet } = await athena().getQueryResults({ QueryExecutionId: analyzed.QueryExecutionId! });
  expect(ResultSet!.ResultSetMetadata!.ColumnInfo!.map(({ Name, Type }) => [Name, Type])).toEqual([
    ["Query Plan", "varchar"],
  ]);
  const text = ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue).join("\n");
  expect(text).toMatch(/TableScan\[.*\]\n.*\n.*CPU: [\d.]+(ns|us|ms) \([\d.]+%\), Output: [23] rows \(\d+B\)/);
  expect(text).not.toMatch(/\/opt\/ml|\.csv|\/tmp/);
  const { statistics } = JSON.parse(await plan("EXPLAIN ANALYZE (FORMAT JSON) SELECT id FROM orders"))["0"];
  expect(statistics).toMatchObject({ outputRowCount: 3 });
  await rows("PREPARE dear_ones FROM SELECT id FROM orders WHERE price > ?");
  expect(await plan("EXPLAIN EXECUTE dear_ones USING 1.5")).toContain("TableScan[");
  await rows("DEALLOCATE PREPARE dear_ones");
  expect(await reason("EXPLAIN ANALYZE INSERT INTO orders SELECT * FROM orders")).toMatch(
    /^NOT_SUPPORTED: EXPLAIN ANALYZE/,
  );
  await expect(run("EXPLAIN (TYPE WHAT) SELECT 1")).rejects.toThrow(
    "mismatched input 'WHAT'. Expecting: 'DISTRIBUTED', 'IO', 'LOGICAL', 'VALIDATE'",
  );
});

test("hidden columns say where rows come from, and information_schema what the catalog has", async () => {
  const { s3 } = clientsOf(server);
  const before = Date.now();
  for (const [Key, Body] of Object.entries({
    "kept/at=2024-01-01 10%253A00/a.json": '{"n": 1}\n',
    "kept/at=x/b.json": '{"n": 2}\n{"n": 3}\n',
  }))
    await s3.putObject({ Bucket: "lake", Key: Key.replace("%25", "%"), Body });
  await rows(`CREATE EXTERNAL TABLE kept (n bigint, filename string COMMENT 'a name of DuckDB') PARTITIONED BY (at string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/kept/'`);
  await rows("MSCK REPAIR TABLE kept");
  expect(await rows(`SELECT n, "$path", "$file_size", "$partition" FROM kept ORDER BY n`)).toEqual([
    ["n", "$path", "$file_size", "$partition"],
    ["1", "s3://lake/kept/at=2024-01-01 10%3A00/a.json", "9", "at=2024-01-01 10%3A00"],
    ["2", "s3://lake/kept/at=x/b.json", "18", "at=x"],
    ["3", "s3://lake/kept/at=x/b.json", "18", "at=x"],
  ]);
  const [, [moment]] = (await rows(`SELECT max(k."$file_modified_time") AS m FROM kept k`)) as [unknown, [string]];
  expect(moment).toMatch(/ UTC$/);
  expect(Math.abs(Date.parse(moment.replace(" UTC", "Z")) - before)).toBeLessThan(60_000);
  expect((await rows("SELECT * FROM kept"))[0]).toEqual(["n", "filename", "at"]);
  expect(await rows(`SELECT count(*) AS c FROM kept WHERE "$path" LIKE '%/b.json' AND filename IS NULL`)).toEqual([
    ["c"],
    ["2"],
  ]);
  expect(await rows(`SELECT "$path" AS p FROM orders LIMIT 1`)).toEqual([["p"], ["s3://lake/orders/a.csv"]]);
  expect(await reason(`SELECT "$partition" FROM orders`)).toMatch(
    /^COLUMN_NOT_FOUND: line 1:8: Column '\$partition' cannot be/,
  );
  expect(await reason(`SELECT "$path" FROM (SELECT * FROM orders)`)).toMatch(/^COLUMN_NOT_FOUND/);
  expect(await reason(`SELECT a."$path" FROM kept a JOIN kept b ON "$path" IS NULL`)).toMatch(/^AMBIGUOUS_NAME/);

  await rows("CREATE OR REPLACE VIEW few AS SELECT n FROM kept");
  const about = "WHERE table_schema = 'shop' AND table_name IN ('kept', 'few')";
  expect(await rows(`SELECT table_name, table_type FROM information_schema.tables ${about} ORDER BY 1`)).toEqual([
    ["table_name", "table_type"],
    ["few", "VIEW"],
    ["kept", "BASE TABLE"],
  ]);
  expect(
    await rows(`SELECT table_catalog, column_name, ordinal_position, data_type, comment
      FROM awsdatacatalog.information_schema.columns ${about} AND table_name = 'kept' ORDER BY 3`),
  ).toEqual([
    ["table_catalog", "column_name", "ordinal_position", "data_type", "comment"],
    ["awsdatacatalog", "n", "1", "bigint", undefined],
    ["awsdatacatalog", "filename", "2", "varchar", "a name of DuckDB"],
    ["awsdatacatalog", "at", "3", "varchar", undefined],
  ]);
  expect(await rows(`SELECT view_definition AS v FROM information_schema.views ${about}`)).toEqual([
    ["v"],
    ["SELECT n FROM kept"],
  ]);
  expect(await rows("SELECT * FROM information_schema.schemata WHERE schema_name LIKE 's%'")).toEqual([
    ["catalog_name", "schema_name"],
    ["awsdatacatalog", "shop"],
  ]);
  expect(await rows("SELECT count(*) AS c FROM information_schema.columns WHERE table_name = 'schemata'")).toEqual([
    ["c"],
    ["2"],
  ]);
  expect(await reason("SELECT * FROM information_schema.roles")).toMatch(/^NOT_SUPPORTED: information_schema.roles/);
  expect(await reason("SELECT * FROM information_schema.tabels")).toMatch(/does not exist. Did you mean 'tables'\?$/);
  expect(await reason("SELECT * FROM ordrs")).toBe(
    "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.ordrs' does not exist. Did you mean 'orders'?",
  );
  expect(await reason("SELECT * FROM shopp.orders")).toBe(
    "SCHEMA_NOT_FOUND: line 1:15: Schema 'shopp' does not exist. Did you mean 'shop'?",
  );
});

test("ALTER TABLE changes the columns of a table in Hive's formats, and what it has not is refused", async () => {
  const { s3 } = clientsOf(server);
  await s3.putObject({ Bucket: "lake", Key: "altered/p=1/a", Body: '{"a": 1, "b": "x", "c": 2.5}\n' });
  await rows(`CREATE EXTERNAL TABLE altered (a int, c double) PARTITIONED BY (p int)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/altered/'`);
  await rows("MSCK REPAIR TABLE altered");
  await rows("ALTER TABLE altered ADD COLUMNS (b string)");
  expect(await rows("SELECT * FROM altered")).toEqual([
    ["a", "c", "b", "p"],
    ["1", "2.5", "x", "1"],
  ]);
  await rows("ALTER TABLE altered CHANGE COLUMN b b string COMMENT 'which' FIRST");
  await rows("ALTER TABLE altered CHANGE c c float AFTER b");
  expect((await rows("SHOW COLUMNS IN altered")).map(([name]) => name!.trim())).toEqual(["b", "c", "a", "p"]);
  await rows("ALTER TABLE altered PARTITION (p = '1') ADD COLUMNS (d bigint)");
  const glue = new Glue(server.clientOptions);
  const of = { DatabaseName: Database, TableName: "altered", PartitionValues: ["1"] };
  const columns = (await glue.getPartition(of)).Partition!.StorageDescriptor!.Columns!.map(({ Name }) => Name);
  expect(columns).toEqual(["a", "c", "d"]);
  await rows("ALTER TABLE altered REPLACE COLUMNS (a bigint)");
  expect(await rows("SELECT * FROM altered")).toEqual([
    ["a", "p"],
    ["1", "1"],
  ]);
  expect(await reason("ALTER TABLE altered ADD COLUMNS (A int)")).toMatch("Duplicate column name: a");
  // Changes at the same time are all made.
  const names = ["e", "f", "g", "h", "i", "j"];
  await Promise.all(names.map((name) => rows(`ALTER TABLE altered ADD COLUMNS (${name} int)`)));
  expect((await rows("SHOW COLUMNS IN altered")).map(([name]) => name!.trim()).sort()).toEqual(["a", ...names, "p"]);
  expect(await reason("ALTER TABLE altered CHANGE COLUMN aa b int")).toMatch(
    "Invalid column reference aa. Did you mean 'a'?",
  );
  expect(await reason("ALTER TABLE altered CHANGE COLUMN a p int")).toMatch("Duplicate column name: p");
  expect(await reason("ALTER TABLE altered DROP COLUMN a")).toMatch(/^NOT_SUPPORTED: .* Use REPLACE COLUMNS/);
  expect(await reason("ALTER TABLE altered RENAME TO other")).toMatch(/^NOT_SUPPORTED: ALTER TABLE RENAME is for/);
});

test("prepared statements, parameters, results that are used again, and named queries", async () => {
  await rows("PREPARE by_id FROM SELECT item FROM orders WHERE id = ?");
  expect(await rows("EXECUTE by_id USING 2")).toEqual([["item"], ["ink"]]);
  const wrongCount = (expected: number, found: number) =>
    `INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected ${expected} but found ${found}`;
  expect(await reason("EXECUTE by_id USING 2, 3")).toBe(wrongCount(1, 2));
  expect(await reason("EXECUTE by_id")).toBe(wrongCount(1, 0));
  expect(await reason("SELECT ? + ?", { ExecutionParameters: ["1"] })).toBe(wrongCount(2, 1));
  expect(await reason("SELECT 1", { ExecutionParameters: ["1"] })).toBe(wrongCount(0, 1));
  expect(await reason("SHOW TABLES", { ExecutionParameters: ["1"] })).toBe(wrongCount(0, 1));
  expect(await rows("SELECT item FROM orders WHERE id = ?", { ExecutionParameters: ["1"] })).toEqual([
    ["item"],
    ["pen, blue"],
  ]);
  const reuse = { ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 5 } } };
  const statement = "SELECT max(id) AS m FROM orders";
  await run(statement, reuse);
  const again = await run(statement, reuse);
  expect(again.Statistics).toMatchObject({
    ResultReuseInformation: { ReusedPreviousResult: true },
    DataScannedInBytes: 0,
  });
  const { ResultSet } = await athena().getQueryResults({ QueryExecutionId: again.QueryExecutionId! });
  expect(ResultSet!.Rows![1]!.Data).toEqual([{ VarCharValue: "3" }]);

  const WorkGroup = "primary";
  const client = athena();
  await client.createPreparedStatement({ WorkGroup, StatementName: "two", QueryStatement: "SELECT ? AS a" });
  await client.updatePreparedStatement({ WorkGroup, StatementName: "two", QueryStatement: "SELECT ? AS b" });
  expect(
    (await client.getPreparedStatement({ WorkGroup, StatementName: "two" })).PreparedStatement!.QueryStatement,
  ).toBe("SELECT ? AS b");
  expect(
    (await client.batchGetPreparedStatement({ WorkGroup, PreparedStatementNames: ["two", "no"] }))
      .UnprocessedPreparedStatementNames,
  ).toHaveLength(1);
  expect(
    (await client.listPreparedStatements({ WorkGroup })).PreparedStatements!.map(({ StatementName }) => StatementName),
  ).toEqual(["by_id", "two"]);
  await client.deletePreparedStatement({ WorkGroup, StatementName: "two" });
  await rows("DEALLOCATE PREPARE by_id");
  const { NamedQueryId } = await client.createNamedQuery({ Name: "all", Database, QueryString: "SELECT 1" });
  await client.updateNamedQuery({ NamedQueryId: NamedQueryId!, Name: "every", QueryString: "SELECT 2" });
  expect((await client.getNamedQuery({ NamedQueryId: NamedQueryId! })).NamedQuery).toMatchObject({
    Name: "every",
    WorkGroup,
  });
  expect((await client.batchGetNamedQuery({ NamedQueryIds: [NamedQueryId!] })).NamedQueries).toHaveLength(1);
  expect((await client.listNamedQueries({})).NamedQueryIds).toEqual([NamedQueryId]);
  await client.deleteNamedQuery({ NamedQueryId: NamedQueryId! });
});

test("work groups: enforced settings, limits, tags", async () => {
  const client = athena();
  const Configuration = {
    ResultConfiguration: { OutputLocation: "s3://lake/team/" },
    EnforceWorkGroupConfiguration: true,
  };
  await client.createWorkGroup({ Name: "team", Configuration, Tags: [{ Key: "a", Value: "1" }] });
  await expect(client.createWorkGroup({ Name: "team" })).rejects.toThrow("already created");
  const enforced = await run("SELECT 1 AS a", { WorkGroup: "team" });
  expect(enforced.ResultConfiguration!.OutputLocation).toMatch(/^s3:\/\/lake\/team\//);
  await client.updateWorkGroup({ WorkGroup: "team", ConfigurationUpdates: { BytesScannedCutoffPerQuery: 10_000_000 } });
  expect((await client.getWorkGroup({ WorkGroup: "team" })).WorkGroup!.Configuration!.BytesScannedCutoffPerQuery).toBe(
    10_000_000,
  );
  const { Account } = await new STS(server.clientOptions).getCallerIdentity({});
  const ResourceARN = `arn:aws:athena:us-west-2:${Account}:workgroup/team`;
  await client.tagResource({ ResourceARN, Tags: [{ Key: "b", Value: "2" }] });
  await client.untagResource({ ResourceARN, TagKeys: ["a"] });
  expect((await client.listTagsForResource({ ResourceARN })).Tags).toEqual([{ Key: "b", Value: "2" }]);
  expect((await client.listWorkGroups({})).WorkGroups!.map(({ Name }) => Name)).toEqual(["primary", "team"]);
  await client.updateWorkGroup({ WorkGroup: "team", State: "DISABLED" });
  await expect(run("SELECT 1", { WorkGroup: "team" })).rejects.toThrow("disabled");
  await client.deleteWorkGroup({ WorkGroup: "team", RecursiveDeleteOption: true });
  await expect(client.getWorkGroup({ WorkGroup: "team" })).rejects.toThrow("not found");
});

test("what is wrong is said: syntax, names, values, data, output", async () => {
  await expect(run("SELEC 1")).rejects.toMatchObject({
    name: "InvalidRequestException",
    AthenaErrorCode: "MALFORMED_QUERY",
  });
  await expect(run("SELECT 1", { ResultConfiguration: {} })).rejects.toThrow("No output location provided");
  await expect(athena().getQueryExecution({ QueryExecutionId: "no" })).rejects.toThrow(
    "QueryExecution no was not found",
  );
  expect(await reason("SELECT prize FROM orders")).toMatch(/^COLUMN_NOT_FOUND: line 1:8: .*prize/);
  expect(await reason("SELECT * FROM order_list")).toMatch(/^TABLE_NOT_FOUND: line 1:15/);
  expect(await reason("SELECT 1 / (id - id) FROM orders")).toMatch(/^DIVISION_BY_ZERO/);
  expect(await reason("SELECT getenv('HOME')")).toMatch(/^FUNCTION_NOT_FOUND/);
  expect(await reason("SELECT 1 AS a", { ResultConfiguration: { OutputLocation: "s3://nowhere/" } })).toMatch(
    "nowhere",
  );
  const failed = await run("DROP TABLE no_table");
  expect(failed.Status!.AthenaError).toMatchObject({ ErrorCategory: 2, Retryable: false });
  await expect(athena().getQueryResults({ QueryExecutionId: failed.QueryExecutionId! })).rejects.toThrow(/FAILED/);
  await rows("CREATE EXTERNAL TABLE broken (n int) STORED AS ORC LOCATION 's3://lake/orders/'");
  expect(await reason("SELECT n FROM broken")).toMatch(/^HIVE_UNSUPPORTED_FORMAT: .*OrcSerde/);
  await rows(
    "CREATE EXTERNAL TABLE torn (id string, item int) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://lake/orders/'",
  );
  expect(await reason("SELECT item FROM torn")).toBe(
    'HIVE_BAD_DATA: Error parsing column item as int: the value is "item" in s3://lake/orders/a.csv, line 1',
  );
});

test("a query that is stopped is cancelled, and leaves no result", async () => {
  const long = `${digits} SELECT count(*) FROM (${thousands}) a, (${thousands}) b, (${thousands}) c WHERE a.n + b.n = c.n`;
  const { QueryExecutionId } = await athena().startQueryExecution({
    QueryString: long,
    ResultConfiguration: { OutputLocation },
  });
  await athena().stopQueryExecution({ QueryExecutionId: QueryExecutionId! });
  const query = await ended(QueryExecutionId!);
  expect(query.Status).toMatchObject({ State: "CANCELLED", StateChangeReason: "Query cancelled by user" });
  const Prefix = `results/${QueryExecutionId}`;
  expect((await clientsOf(server).s3.listObjectsV2({ Bucket: "lake", Prefix })).Contents).toBeUndefined();
});

test("the catalog as Athena shows it", async () => {
  const client = athena();
  const CatalogName = "AwsDataCatalog";
  expect((await client.listDataCatalogs({})).DataCatalogsSummary).toEqual([{ CatalogName, Type: "GLUE" }]);
  expect((await client.getDataCatalog({ Name: CatalogName })).DataCatalog!.Type).toBe("GLUE");
  expect((await client.listDatabases({ CatalogName })).DatabaseList!.map(({ Name }) => Name)).toEqual([
    "default",
    "shop",
  ]);
  expect((await client.getDatabase({ CatalogName, DatabaseName: "shop" })).Database!.Name).toBe("shop");
  const { TableMetadata } = await client.getTableMetadata({ CatalogName, DatabaseName: "shop", TableName: "orders" });
  expect(TableMetadata!.Columns).toEqual([
    { Name: "id", Type: "int" },
    { Name: "item", Type: "string", Comment: "what" },
    { Name: "price", Type: "double" },
  ]);
  const { TableMetadataList } = await client.listTableMetadata({
    CatalogName,
    DatabaseName: "shop",
    Expression: "ord.*",
  });
  expect(TableMetadataList!.map(({ Name }) => Name)).toEqual(["orders"]);
  await expect(client.getTableMetadata({ CatalogName, DatabaseName: "shop", TableName: "no" })).rejects.toMatchObject({
    name: "MetadataException",
  });
});

test("boto3 and the AWS CLI", async (context) => {
  await runPython(
    context,
    server,
    "v3",
    `
import boto3, time
athena = boto3.client("athena")
query = athena.start_query_execution(QueryString="SELECT item FROM shop.orders WHERE id = 2", ResultConfiguration={"OutputLocation": "${OutputLocation}"})["QueryExecutionId"]
while athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] in ("QUEUED", "RUNNING"): time.sleep(0.02)
assert athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"][1] == {"Data": [{"VarCharValue": "ink"}]}
`,
  );
  await runShell(
    context,
    server,
    "v3",
    `id=$(aws athena start-query-execution --query-string 'SELECT 7 AS n' --result-configuration OutputLocation=${OutputLocation} --output text --query QueryExecutionId)
until aws athena get-query-execution --query-execution-id $id --output text --query QueryExecution.Status.State | grep -q SUCCEEDED; do :; done
aws athena get-query-results --query-execution-id $id --output text --query 'ResultSet.Rows[1].Data[0].VarCharValue' | grep -qx 7`,
  );
});
