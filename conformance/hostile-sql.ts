/** Statements that try to get at what a query may not have, or to be without end: by what each tries. */
export interface HostileFamily {
  readonly name: string;
  /** Refused: no statement may end well. Bounded: it may, within its time. */
  readonly expected: "refused" | "bounded";
  readonly statements: readonly string[];
}

const repeated = (text: string, count: number): string => text.repeat(count);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Functions of DuckDB and its extensions that read, write, connect, or tell of the machine and its settings. */
const engineFunctions = `
  read_csv read_csv_auto read_parquet parquet_scan parquet_metadata parquet_schema parquet_file_metadata parquet_kv_metadata
  read_json read_json_auto read_json_objects read_ndjson read_ndjson_objects read_text read_blob glob sniff_csv read_xlsx
  iceberg_scan iceberg_metadata delta_scan sqlite_scan sqlite_attach postgres_scan postgres_query mysql_scan mysql_query st_read
  read_duckdb arrow_scan seq_scan index_scan duckdb_settings duckdb_secrets duckdb_extensions duckdb_databases duckdb_tables
  duckdb_functions duckdb_memory duckdb_temporary_files duckdb_logs pragma_database_size pragma_show pragma_user_agent
  pragma_platform current_setting getenv getvariable set_config query query_table sql_auto_complete from_substrait json_execute_serialized_sql
  json_serialize_sql load_aws_credentials which_secret http_get write_log sleep_ms nextval currval error checkpoint force_checkpoint
  enable_logging disable_logging icu_calendar_names test_all_types summary repeat_row unnest_table copy_database export_database
  trino_local trino_json_scalar own_json_parse own_format own_hmac_pad
`
  .trim()
  .split(/\s+/);

const paths = [
  ...["/etc/passwd", "file:///etc/passwd", "../../../../etc/passwd", "/proc/self/environ", "/proc/1/cmdline"],
  ...["http://169.254.169.254/latest/meta-data/", "https://example.com/x.csv", "hf://datasets/x/y.csv"],
  ...["s3://someone-else/x.parquet", "gcs://b/x.csv", "azure://c/x.csv", "/opt/ml/engine-plan.json", "md:", "x.duckdb"],
];

const engineStatements = [
  "COPY (SELECT 1) TO '/tmp/x.csv'",
  "COPY t FROM '/etc/passwd'",
  "ATTACH '/tmp/x.db' AS y",
  "ATTACH 's3://b/x.db'",
  "DETACH memory",
  "INSTALL httpfs",
  "INSTALL spatial FROM community",
  "LOAD httpfs",
  "LOAD '/tmp/evil.duckdb_extension'",
  "PRAGMA database_list",
  "PRAGMA enable_external_access",
  "SET enable_external_access = true",
  "SET allowed_directories = ['/']",
  "SET memory_limit = '1TB'",
  "SET lock_configuration = false",
  "SET SESSION x = 1",
  "RESET ALL",
  "RESET enable_external_access",
  "CALL pragma_version()",
  "CALL system.runtime.kill_query('x')",
  "EXPORT DATABASE '/tmp/x'",
  "IMPORT DATABASE '/tmp/x'",
  "CHECKPOINT",
  "FORCE CHECKPOINT",
  "CREATE MACRO f(x) AS x",
  "CREATE FUNCTION f(x bigint) RETURNS bigint RETURN x",
  "CREATE SECRET s (TYPE s3)",
  "CREATE TEMP TABLE t AS SELECT 1",
  "CREATE SEQUENCE s",
  "CREATE TYPE t AS ENUM ('a')",
  "CREATE INDEX i ON t (a)",
  "CREATE ROLE admin",
  "GRANT ALL PRIVILEGES ON t TO ROLE admin",
  "REVOKE SELECT ON t FROM ROLE admin",
  "USE memory",
  "TRUNCATE TABLE t",
  "ANALYZE t",
  "BEGIN TRANSACTION",
  "COMMIT",
  "START TRANSACTION",
  "FROM duckdb_settings()",
  "SUMMARIZE t",
  "PIVOT t ON a",
  "DESCRIBE SELECT * FROM '/etc/passwd'",
  "SHOW ALL TABLES",
  "SHOW FUNCTIONS",
  "SHOW SESSION",
  "SHOW CATALOGS",
  "SHOW GRANTS",
  "KILL 1",
  "ADD JAR s3://b/x.jar",
  "CREATE TEMPORARY FUNCTION f AS 'x'",
  "DFS -ls /",
  "!sh ls",
  "SOURCE /etc/passwd",
  "LOAD DATA INPATH '/etc/passwd' INTO TABLE t",
  "EXPORT TABLE t TO '/tmp/x'",
  "IMPORT FROM '/tmp/x'",
  "LOCK TABLE t EXCLUSIVE",
  "SELECT 1; COPY (SELECT 1) TO '/tmp/x'",
  "SELECT 1; SET lock_configuration = false; SELECT 2",
  "SELECT * FROM t; DROP DATABASE shop",
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  "USING EXTERNAL FUNCTION f(x bigint) RETURNS bigint LAMBDA 'x' SELECT f(1)",
];

const settings = [
  "enable_external_access",
  "allowed_directories",
  "s3_secret_access_key",
  "home_directory",
  "temp_directory",
];

/** A place that no table may have, and a query over it. */
const places = [
  ...["/etc/", "file:///etc/", "s3://", "s3:///etc/passwd", "http://169.254.169.254/", "hdfs://x/y/", "gs://b/x/"],
  ...["s3://nobody-has-this/x/", "s3a://other/x/", "s3://LAKE_/x/", "s3://someone-else/data/"],
];

const systemTables = [
  ...[
    "duckdb_settings",
    "sqlite_master",
    "pragma_database_list",
    "pg_catalog.pg_class",
    "main.t",
    "memory.main.t0",
    "temp.main.t0",
  ],
  ...[
    "system.runtime.nodes",
    "system.runtime.queries",
    "system.jdbc.tables",
    "jmx.current.x",
    "t0",
    "t1",
    "tpch.tiny.nation",
  ],
  ...["information_schema.session", "information_schema.roles", "othercatalog.shop.orders", "lambda:f.s.t"],
];

const quotes = [
  "'",
  "''",
  '"',
  "\\",
  "\\'",
  "\u0000",
  "$1",
  "$l",
  "@count(",
  "{0}",
  "--",
  "/*",
  "*/",
  ";",
  "%s",
  "\n",
  "\u2028",
];

/** Texts that would end the text around them, if they were put into another language as they are. */
const injected = quotes.flatMap((sign) => {
  const text = `a${sign}); SELECT * FROM read_csv('/etc/passwd'); --`.replaceAll("'", "''");
  const name = `a${sign}b`.replaceAll('"', '""');
  return [
    `SELECT '${text}' AS x`,
    `SELECT 1 AS "${name}"`,
    `SELECT "${name}" FROM (SELECT 1 AS "${name}")`,
    `SELECT replace('abc', '${text}', 'x') || json_extract_scalar('{"a": 1}', '$["${name.replaceAll('"', "")}"]')`,
  ];
});

const deep = (count: number): string[] => [
  `SELECT ${repeated("(", count)}1${repeated(")", count)}`,
  `SELECT ${repeated("NOT ", count)}true`,
  `SELECT ${repeated("- ", count)}1`,
  `SELECT ${repeated("ARRAY[", count)}1${repeated("]", count)}`,
  `SELECT ${repeated("CASE WHEN true THEN ", count)}1${repeated(" END", count)}`,
  `SELECT ${repeated("abs(", count)}1${repeated(")", count)}`,
  `SELECT ${repeated("TRY(", count)}1${repeated(")", count)}`,
  `${repeated("SELECT * FROM (", count)}SELECT 1${repeated(")", count)}`,
  `${repeated("WITH a AS (", count)}SELECT 1${repeated(") SELECT * FROM a", count)}`,
  `SELECT CAST(NULL AS ${repeated("ARRAY(", count)}integer${repeated(")", count)})`,
  `SELECT ${numbers(count)
    .map((index) => `transform(ARRAY[1], x${index} -> `)
    .join("")}1${repeated(")", count)}`,
  `SELECT 1 WHERE ${repeated("EXISTS (SELECT 1 WHERE ", count)}true${repeated(")", count)}`,
  `${repeated("EXPLAIN ", count)}SELECT 1`,
];

const long = [
  `SELECT ${numbers(20_000).join(" + ")}`,
  `SELECT ${numbers(20_000).join(" || ")}`,
  `SELECT 1 WHERE ${numbers(15_000)
    .map((index) => `${index}=1`)
    .join(" OR ")}`,
  `SELECT 1 WHERE 1 IN (${numbers(40_000).join(", ")})`,
  `SELECT 'a' IN (${numbers(20_000)
    .map((index) => `'${index}'`)
    .join(", ")})`,
  `SELECT ${numbers(3_000).join(", ")}`,
  `SELECT count(*) FROM (VALUES ${numbers(10_000).join(", ")}) AS t(x)`,
  `SELECT 1 ${repeated("UNION SELECT 1 ", 10_000)}`,
  `SELECT 1 ${repeated("INTERSECT SELECT 1 ", 10_000)}`,
  `SELECT 1 FROM (VALUES 1) t ${repeated("CROSS JOIN (VALUES 1) ", 10_000)}`,
  `SELECT 1 FROM ${repeated("(VALUES 1) a, ", 10_000)}(VALUES 1) b`,
  `SELECT 1 FROM (VALUES 1) t(a) ${repeated("JOIN (VALUES 1) u(a) USING (a) ", 7_000)}`,
  `SELECT ARRAY[${numbers(40_000).join(",")}]`,
  `SELECT '${repeated("a", 200_000)}'`,
  `SELECT length('${repeated("日", 80_000)}')`,
  `SELECT ${repeated("9", 100_000)}`,
  `SELECT X'${repeated("00", 100_000)}'`,
  `SELECT 1 ${repeated("-", 2)}${repeated("x", 200_000)}`,
  `SELECT /*${repeated("*", 200_000)}*/ 1`,
  `SELECT ${repeated("a.", 50_000)}b`,
  `SELECT concat(${numbers(30_000)
    .map((index) => `'${index}'`)
    .join(",")})`,
  `SELECT 1 GROUP BY CUBE(${numbers(60).join(", ")})`,
  `SELECT count(*) FROM (VALUES 1) t(a) GROUP BY ${repeated("ROLLUP(a, a, a), ", 12)}a`,
];

/** What would need more than the memory of an engine, and is refused before. */
const large = [
  "SELECT rpad('a', 2147483647, 'b')",
  "SELECT length(lpad('a', 1000000000, 'b'))",
  "SELECT sequence(1, 1000000000)",
  "SELECT repeat('a', 1000000000)",
  "SELECT format('%1000000000d', 1)",
  "SELECT format('%.1000000000f', 1e0)",
];

const endless = [
  "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
  "WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n FROM t) SELECT * FROM t",
  "WITH RECURSIVE t(n) AS (SELECT n FROM t) SELECT * FROM t",
  "WITH RECURSIVE t(n) AS (SELECT n FROM t UNION ALL SELECT 1) SELECT * FROM t",
  "WITH RECURSIVE a(n) AS (SELECT n FROM b), b(n) AS (SELECT n FROM a) SELECT * FROM a",
  "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL (WITH RECURSIVE u(m) AS (SELECT 1 UNION ALL SELECT m FROM u) SELECT n FROM t, u)) SELECT * FROM t",
  "WITH t AS (SELECT * FROM t) SELECT * FROM t",
  "SELECT * FROM endless_view",
  "SELECT * FROM first_view",
  "CREATE OR REPLACE VIEW first_view AS SELECT * FROM second_view",
  "EXECUTE nobody",
  "PREPARE p FROM PREPARE q FROM PREPARE r FROM SELECT 1",
  "PREPARE p FROM EXECUTE p",
];

export const hostileFamilies: readonly HostileFamily[] = [
  {
    ...{ name: "functions of the engine", expected: "refused" },
    statements: engineFunctions.flatMap((name) => [
      `SELECT ${name}('/etc/passwd')`,
      `SELECT * FROM ${name}('/etc/passwd')`,
      `SELECT * FROM TABLE(${name}('/etc/passwd'))`,
    ]),
  },
  {
    ...{ name: "files and addresses as tables", expected: "refused" },
    statements: paths.flatMap((path) => [
      `SELECT * FROM '${path}'`,
      `SELECT * FROM "${path}"`,
      `UNLOAD (SELECT 1 AS a) TO '${path.startsWith("s3:") ? `/${path}` : path}' WITH (format = 'JSON')`,
    ]),
  },
  { name: "statements of the engine", expected: "refused", statements: engineStatements },
  {
    ...{ name: "settings", expected: "refused" },
    statements: settings.flatMap((name) => [
      `SELECT current_setting('${name}')`,
      `SELECT @@${name}`,
      `SET ${name} = 'x'`,
      `SELECT ${name} FROM duckdb_settings`,
    ]),
  },
  {
    name: "tables of the system",
    expected: "refused",
    statements: systemTables.map((table) => `SELECT * FROM ${table}`),
  },
  {
    ...{ name: "places that no table may have", expected: "refused" },
    statements: [
      ...places.map((place) => `CREATE TABLE stolen WITH (external_location = '${place}') AS SELECT 1 AS a`),
    ],
  },
  { name: "texts that end texts", expected: "bounded", statements: injected },
  { name: "deep statements", expected: "refused", statements: [...deep(400), ...deep(5_000)] },
  { name: "long statements", expected: "bounded", statements: long },
  { name: "without end", expected: "refused", statements: endless },
  { name: "more than the memory", expected: "refused", statements: large },
];
