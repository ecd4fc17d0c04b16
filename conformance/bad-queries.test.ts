import { Athena } from "@aws-sdk/client-athena";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const QueryExecutionContext = { Database: "shop" };
const ResultConfiguration = { OutputLocation: "s3://lake/results/" };

async function ended(QueryString: string) {
  const athena = new Athena(server.clientOptions);
  const { QueryExecutionId } = await athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext, ResultConfiguration },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    if (!["QUEUED", "RUNNING"].includes(QueryExecution!.Status!.State!))
      return { id: QueryExecutionId!, status: QueryExecution!.Status! };
  }
}
const reason = async (statement: string) => (await ended(statement)).status.StateChangeReason;

async function rows(statement: string): Promise<(string | undefined)[][]> {
  const { id, status } = await ended(statement);
  expect([statement, status.StateChangeReason]).toEqual([statement, undefined]);
  const { ResultSet } = await new Athena(server.clientOptions).getQueryResults({ QueryExecutionId: id });
  return ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
}
const put = (Key: string, Body: string | Uint8Array) => clientsOf(server).s3.putObject({ Bucket: "lake", Key, Body });

const json = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'";

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await rows("CREATE DATABASE shop");
  await put("orders/a.json", '{"id": 1, "item": "pen", "price": 1.5}\n');
  await rows(
    `CREATE EXTERNAL TABLE orders (id int, item string, price double, who struct<first:string>) ${json} LOCATION 's3://lake/orders/'`,
  );
}, 60_000);

/** Statements, each with what is said of it: the whole, or a part of it. */
async function expectReasons(cases: Readonly<Record<string, string | RegExp>>) {
  for (const [statement, words] of Object.entries(cases))
    expect([statement, await reason(statement).catch((error: Error) => `refused: ${error.message}`)]).toEqual([
      statement,
      typeof words === "string" ? words : expect.stringMatching(words),
    ]);
}

test("names that are not there, with the nearest that are", () =>
  expectReasons({
    "SELECT prize FROM orders": "COLUMN_NOT_FOUND: line 1:8: Column 'prize' cannot be resolved. Did you mean 'price'?",
    "SELECT o.itm FROM orders o": "COLUMN_NOT_FOUND: line 1:8: Column 'o.itm' cannot be resolved. Did you mean 'item'?",
    "SELECT who.frist FROM orders":
      "INVALID_COLUMN_REFERENCE: line 1:8: Field 'frist' cannot be resolved. Did you mean 'first'?",
    "SELECT lenght(item) FROM orders":
      "FUNCTION_NOT_FOUND: line 1:8: Function 'lenght' not registered. Did you mean 'length'?",
    "SELECT CAST(id AS strng) FROM orders": "refused: line 1:19: Unknown type: strng. Did you mean 'string'?",
    "SELECT * FROM ordrs":
      "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.ordrs' does not exist. Did you mean 'orders'?",
    "SELECT * FROM shp.orders": "SCHEMA_NOT_FOUND: line 1:15: Schema 'shp' does not exist. Did you mean 'shop'?",
    "INSERT INTO ordrs VALUES (1)":
      "TABLE_NOT_FOUND: line 1:13: Table 'awsdatacatalog.shop.ordrs' does not exist. Did you mean 'orders'?",
    "DESCRIBE ordrs":
      /^FAILED: SemanticException \[Error 10001\]: Table not found shop\.ordrs\. Did you mean 'orders'\?$/,
    "DROP TABLE ordrs": /Table not found shop\.ordrs\. Did you mean 'orders'\?$/,
    "SHOW TABLES IN shp": /EntityNotFoundException\(message:Database shp not found\.\)$/,
  }));

test("types that do not fit", () =>
  expectReasons({
    "SELECT * FROM orders WHERE item > 5": "TYPE_MISMATCH: line 1:33: Cannot apply operator: varchar > integer",
    "SELECT * FROM orders WHERE item":
      "TYPE_MISMATCH: line 1:28: WHERE clause must evaluate to a boolean: actual type varchar",
    "SELECT id FROM orders UNION SELECT item FROM orders":
      "TYPE_MISMATCH: line 1:29: column 1 in UNION query has incompatible types: integer, varchar",
    "SELECT sum(item) FROM orders":
      /^FUNCTION_NOT_FOUND: line 1:8: Unexpected parameters \(varchar\) for function sum\. Expected: sum\(bigint\)/,
    "SELECT CAST(item AS int) FROM orders": "INVALID_CAST_ARGUMENT: Cannot cast 'pen' to INT",
    "SELECT id, sum(price) FROM orders":
      "EXPRESSION_NOT_AGGREGATE: line 1:8: 'id' must be an aggregate expression or appear in GROUP BY clause",
  }));

test("an error in a late row fails the query, and leaves no half result", async () => {
  const numbers = "UNNEST(sequence(0, 999)) AS a(n), UNNEST(sequence(0, 999)) AS b(m)";
  await expectReasons({
    [`SELECT 10 / (n * 1000 + m - 999000) FROM ${numbers}`]: "DIVISION_BY_ZERO: Division by zero",
    [`SELECT CAST(IF(n = 999, 'late', '1') AS bigint) FROM ${numbers}`]:
      "INVALID_CAST_ARGUMENT: Cannot cast 'late' to BIGINT",
  });
});

test("files that are not what their table says: the object, the line, the column", async () => {
  const { s3 } = clientsOf(server);
  const location = (name: string) => `LOCATION 's3://lake/${name}/'`;
  await put("torn/a.json", '{"id": 1}\n');
  await put("torn/b.json", '{"id": 1}\n{"id": \n');
  await rows(`CREATE EXTERNAL TABLE torn (id int) ${json} ${location("torn")}`);
  await put("typed/a.json", '{"id": 1, "n": null}\n{"id": "x", "n": 3}\n');
  await rows(`CREATE EXTERNAL TABLE typed (n int, id int) ${json} ${location("typed")}`);
  await put("nop/a.parquet", "this is no Parquet file at all");
  await rows(`CREATE EXTERNAL TABLE nop (id int) STORED AS PARQUET ${location("nop")}`);
  await put("zip/a.csv.gz", "this is no gzip");
  await rows(`CREATE EXTERNAL TABLE zip (id int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ${location("zip")}`);
  for (const [name, value] of Object.entries({ a: "1", b: "'y'" })) {
    await rows(
      `CREATE TABLE made_${name} WITH (format = 'PARQUET', external_location = 's3://lake/made_${name}/') AS SELECT ${value} AS id, 'x' AS v`,
    );
    const [made] = (await s3.listObjectsV2({ Bucket: "lake", Prefix: `made_${name}/` })).Contents!;
    await s3.copyObject({ Bucket: "lake", Key: `mixed/${name}.parquet`, CopySource: `lake/${made!.Key}` });
  }
  await rows(`CREATE EXTERNAL TABLE mixed (id int, v string) STORED AS PARQUET ${location("mixed")}`);
  await expectReasons({
    "SELECT * FROM torn": "HIVE_BAD_DATA: Row is not a valid JSON object in s3://lake/torn/b.json, line 2",
    "SELECT * FROM typed":
      'HIVE_BAD_DATA: Error parsing column id as int: the value is "x" in s3://lake/typed/a.json, line 2',
    "SELECT * FROM nop":
      "HIVE_BAD_DATA: Not valid Parquet file: s3://lake/nop/a.parquet has no magic number PAR1 at its end",
    "SELECT * FROM zip": "HIVE_BAD_DATA: Input is not a GZIP stream: s3://lake/zip/a.csv.gz",
    "SELECT * FROM mixed":
      "HIVE_BAD_DATA: Field id's type VARCHAR in parquet file s3://lake/mixed/b.parquet is incompatible with type int defined in table schema",
  });
  expect(await rows("SELECT v FROM mixed")).toEqual([["v"], ["x"], ["x"]]);
});

test("a partition whose folder is gone has no rows, and one in a bucket that is not there fails", async () => {
  await put("parts/p=1/a.json", '{"id": 1}\n');
  await rows(`CREATE EXTERNAL TABLE parts (id int) PARTITIONED BY (p string) ${json} LOCATION 's3://lake/parts/'`);
  await rows("ALTER TABLE parts ADD PARTITION (p='1') PARTITION (p='2') LOCATION 's3://lake/gone/'");
  expect(await rows("SELECT id, p FROM parts")).toEqual([
    ["id", "p"],
    ["1", "1"],
  ]);
  await rows("ALTER TABLE parts ADD PARTITION (p='3') LOCATION 's3://no-such-bucket/parts/'");
  expect(await reason("SELECT id FROM parts")).toBe("HIVE_METASTORE_ERROR: the bucket no-such-bucket does not exist");
  await rows(`CREATE EXTERNAL TABLE one_file (id int) ${json} LOCATION 's3://lake/orders/a.json'`);
  expect(await reason("SELECT id FROM one_file")).toBe(
    "HIVE_INVALID_METADATA: s3://lake/orders/a.json is an object, and no folder: LOCATION names the folder of the table's files",
  );
  expect(await rows("SELECT id FROM parts WHERE p < '3'")).toEqual([["id"], ["1"]]);
});

test("definitions that no query could use", async () => {
  const csv = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'";
  const at = "LOCATION 's3://lake/orders/'";
  await expectReasons({
    [`CREATE EXTERNAL TABLE b (id int) ROW FORMAT SERDE 'org.example.OpenCSVSerd' ${at}`]:
      "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Cannot validate serde: org.example.OpenCSVSerd. Did you mean 'org.apache.hadoop.hive.serde2.OpenCSVSerde'?",
    [`CREATE EXTERNAL TABLE b (id strng) ${at}`]:
      "FAILED: ParseException: column id has the type 'strng'. Unknown type: strng. Did you mean 'string'?",
    [`CREATE EXTERNAL TABLE b (id array<struct<a:nt>>) ${at}`]:
      /^FAILED: ParseException: column id has the type .* Unknown type: nt/,
    [`CREATE EXTERNAL TABLE b (id int, ID string) ${at}`]:
      "FAILED: SemanticException [Error 10036]: Duplicate column name: id",
    [`CREATE EXTERNAL TABLE b (id int) PARTITIONED BY (id int) ${at}`]:
      "FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns: id",
    [`CREATE EXTERNAL TABLE b (id int) STORED AS CSV ${at}`]:
      /^FAILED: SemanticException Unrecognized file format in STORED AS clause: 'CSV'; TEXTFILE,/,
    [`CREATE EXTERNAL TABLE b (id int) ${at} TBLPROPERTIES ('skip.header.line.count' = 'x')`]:
      /^HIVE_INVALID_METADATA: the property skip\.header\.line\.count is 'x'/,
    "ALTER TABLE orders ADD COLUMNS (more itn)": /Unknown type: itn\. Did you mean 'int'\?$/,
  });
  await put("first/a.csv", "1|b,c\n");
  await rows(
    `CREATE EXTERNAL TABLE first (id int, v string) ${csv} WITH SERDEPROPERTIES ('separatorChar' = '|;') LOCATION 's3://lake/first/'`,
  );
  expect(await rows("SELECT * FROM first")).toEqual([
    ["id", "v"],
    ["1", "b,c"],
  ]);
});

test("patterns that other engines never end with are answered, and wrong ones are refused", async () => {
  const started = performance.now();
  expect(await rows("SELECT regexp_like(rpad('', 20000, 'a') || '!', '^(a+)+$') AS r")).toEqual([["r"], ["false"]]);
  expect(await rows("SELECT length(regexp_replace(rpad('', 20000, 'a'), '(a*)*b', 'x')) AS r")).toEqual([
    ["r"],
    ["20000"],
  ]);
  expect(await rows(`SELECT rpad('', 60, 'a') LIKE '${"%a".repeat(40)}%b' AS r`)).toEqual([["r"], ["false"]]);
  expect(performance.now() - started).toBeLessThan(30_000);
  await expectReasons({
    "SELECT regexp_like('a', '(')": "INVALID_FUNCTION_ARGUMENT: Invalid regular expression: missing ): (",
    "SELECT regexp_like('a', '(a{1,1000}){1,1000}')":
      "INVALID_FUNCTION_ARGUMENT: Invalid regular expression: invalid repetition size: {1,1000}",
    "SELECT regexp_like(item, 'a**') FROM orders":
      /^INVALID_FUNCTION_ARGUMENT: Invalid regular expression: bad repetition/,
  });
});
