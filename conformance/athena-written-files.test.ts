import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";
import { shopQueries } from "./shop-queries.ts";

const server = useServer();

const { reason, rows: namedRows } = shopQueries(server);
/** The rows of a result without the names of its columns. */
const rows = async (statement: string) => (await namedRows(statement)).slice(1);

const delimited = (more = "") => `ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ${more} STORED AS TEXTFILE`;

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await rows("CREATE DATABASE shop");
}, 60_000);

test("what is written as text is read as it was: nested values, nulls, numbers that are none, bytes", async () => {
  await rows(`CREATE TABLE texts WITH (format = 'TEXTFILE', field_delimiter = ',') AS
    SELECT 1 AS id, ARRAY[1, NULL, 3] AS a, MAP(ARRAY['k', 'l'], ARRAY[5, NULL]) AS m,
      CAST(ROW(1, 'q') AS ROW(x integer, y varchar)) AS r, x'6162' AS b, infinity() AS d, CAST(nan() AS real) AS f,
      TIMESTAMP '2024-01-01 10:00:00.123' AS t, DATE '1960-02-29' AS day, true AS yes, DECIMAL '1.50' AS n, CAST(NULL AS varchar) AS s
    UNION ALL SELECT 2, ARRAY[], MAP(), NULL, NULL, -infinity(), NULL, NULL, NULL, false, NULL, ''`);
  expect(await rows("SELECT * FROM texts ORDER BY id")).toEqual([
    ...[
      ["1", "[1, null, 3]", "{k=5, l=null}", "{x=1, y=q}", "61 62", "Infinity", "NaN", "2024-01-01 10:00:00.123"],
    ].map((row) => [...row, "1960-02-29", "true", "1.50", undefined]),
    ["2", "[]", "{}", ...Array(2).fill(undefined), "-Infinity", ...Array(3).fill(undefined), "false", undefined, ""],
  ]);
});

test("INSERT writes nulls, escapes and the line of names as its table reads them", async () => {
  await rows(
    `CREATE EXTERNAL TABLE escaped (id int, v string) ${delimited("ESCAPED BY '\\\\' NULL DEFINED AS ''")} LOCATION 's3://lake/escaped/'`,
  );
  await rows("INSERT INTO escaped VALUES (1, NULL), (2, 'a,b\\c'), (3, 'two\nlines')");
  expect(await rows("SELECT id, v FROM escaped ORDER BY id")).toEqual([
    ["1", undefined],
    ["2", "a,b\\c"],
    ["3", "two\nlines"],
  ]);
  for (const [name, format] of Object.entries({
    titled: delimited(),
    quoted: "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'",
  })) {
    await rows(
      `CREATE EXTERNAL TABLE ${name} (a string, b string) ${format} LOCATION 's3://lake/${name}/' TBLPROPERTIES ('skip.header.line.count' = '1')`,
    );
    await rows(`INSERT INTO ${name} VALUES ('1', 'x'), ('2', 'y')`);
    expect(await rows(`SELECT a, b FROM ${name} ORDER BY a`)).toEqual([
      ["1", "x"],
      ["2", "y"],
    ]);
  }
  await rows(
    `CREATE EXTERNAL TABLE two (a string) ${delimited()} LOCATION 's3://lake/two/' TBLPROPERTIES ('skip.header.line.count' = '2')`,
  );
  expect(await reason("INSERT INTO two VALUES ('1')")).toMatch(/^NOT_SUPPORTED: .*skip\.header\.line\.count/);
});

test("partitions by an empty text and by the text null", async () => {
  await rows(`CREATE TABLE parts WITH (partitioned_by = ARRAY['p']) AS
    SELECT * FROM (VALUES (1, ''), (2, NULL), (3, 'null'), (4, 'NULL'), (5, 'x')) AS t(id, p)`);
  expect(await rows("SELECT id, p FROM parts ORDER BY id")).toEqual([
    ["1", undefined],
    ["2", undefined],
    ["3", "null"],
    ["4", "NULL"],
    ["5", "x"],
  ]);
  expect(await rows("SELECT id FROM parts WHERE p = 'null'")).toEqual([["3"]]);
  await rows(
    "CREATE EXTERNAL TABLE days (id int) PARTITIONED BY (day date) STORED AS PARQUET LOCATION 's3://lake/days/'",
  );
  await rows("INSERT INTO days VALUES (1, DATE '2024-01-01')");
  await rows("ALTER TABLE days ADD PARTITION (day = 'soon') LOCATION 's3://lake/days/day=2024-01-01/'");
  expect(await reason("SELECT * FROM days")).toBe(
    "HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'soon' for DATE partition key: day",
  );
});

test("properties that say nothing are refused, with the nearest", async () => {
  const as = (properties: string) => reason(`CREATE TABLE wrong WITH (${properties}) AS SELECT 1 AS a`);
  expect(await as("formt = 'JSON'")).toMatch(
    /^INVALID_TABLE_PROPERTY: CREATE TABLE AS has no property 'formt'.*'format'/,
  );
  expect(await as("orc_compression = 'ZLIB'")).toMatch(
    /^INVALID_TABLE_PROPERTY: orc_compression='ZLIB' is for the format ORC/,
  );
  expect(await as("is_external = false")).toMatch(/^INVALID_TABLE_PROPERTY: is_external has to be true/);
  expect(await as("bucket_count = 3")).toMatch(/^NOT_SUPPORTED: bucketed_by and bucket_count/);
  expect(await reason("UNLOAD (SELECT 1 AS a) TO 's3://lake/u/' WITH (compresion = 'gzip')")).toMatch(
    /^INVALID_TABLE_PROPERTY: UNLOAD has no property 'compresion'.*'compression'/,
  );
  expect(await reason("UNLOAD (SELECT 1 AS a, 2 AS A) TO 's3://lake/u/' WITH (format = 'JSON')")).toMatch(
    /^DUPLICATE_COLUMN_NAME: .*'a'/,
  );
});
