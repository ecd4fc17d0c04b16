import { describe, expect, test } from "vitest";
import { parseStatement } from "./parse-statement.ts";

/** The statement without places and without what is empty. */
const parsed = (text: string): unknown =>
  JSON.parse(
    JSON.stringify(parseStatement(text), (key, value) => (key === "at" || key === "query" ? undefined : value)),
  );

const t = { name: "t" };

describe("Hive's DDL", () => {
  test("a table with everything that Athena's documentation shows", () => {
    expect(
      parsed(`-- logs
      CREATE EXTERNAL TABLE IF NOT EXISTS \`default\`.Logs (
        id bigint COMMENT 'the row''s', \`date\` date, tags array<struct<k:string, v:map<string,int>>>, price decimal(10, 2)
      )
      COMMENT "all of it"
      PARTITIONED BY (year string, month int COMMENT 'from 1')
      CLUSTERED BY (id) INTO 8 BUCKETS
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')
      STORED AS INPUTFORMAT 'in' OUTPUTFORMAT 'out'
      LOCATION 's3://b/logs/' TBLPROPERTIES ('has_encrypted_data'='false');`),
    ).toEqual({
      kind: "create-table",
      table: { database: "default", name: "logs" },
      ifNotExists: true,
      external: true,
      columns: [
        { name: "id", type: "bigint", comment: "the row's" },
        { name: "date", type: "date" },
        { name: "tags", type: "array<struct<k:string,v:map<string,int>>>" },
        { name: "price", type: "decimal(10,2)" },
      ],
      comment: "all of it",
      partitionKeys: [
        { name: "year", type: "string" },
        { name: "month", type: "int", comment: "from 1" },
      ],
      partitionTransforms: [],
      clusteredBy: { columns: ["id"], buckets: 8 },
      rowFormat: { serde: "org.openx.data.jsonserde.JsonSerDe", properties: { "ignore.malformed.json": "true" } },
      storedAs: { input: "in", output: "out" },
      location: "s3://b/logs/",
      properties: { has_encrypted_data: "false" },
    });
  });

  test("delimited rows, with escapes in their texts", () => {
    expect(
      parsed(
        "CREATE EXTERNAL TABLE t (a string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY '\\002' LINES TERMINATED BY '\\n' NULL DEFINED AS '' STORED AS TEXTFILE LOCATION 's3://b/t'",
      ),
    ).toMatchObject({
      rowFormat: { delimited: { field: "\t", escape: "\\", collection: "\u0002", line: "\n", nullAs: "" } },
      storedAs: { format: "textfile" },
    });
  });

  test("an Iceberg table with transforms", () => {
    expect(
      parsed(
        "CREATE TABLE t (id bigint, c string, ts timestamp) PARTITIONED BY (c, bucket(16, id), day(ts)) LOCATION 's3://b/' TBLPROPERTIES ('table_type'='ICEBERG')",
      ),
    ).toMatchObject({
      external: false,
      partitionKeys: [],
      partitionTransforms: [
        { transform: "identity", column: "c" },
        { transform: "bucket", column: "id", argument: 16 },
        { transform: "day", column: "ts" },
      ],
    });
  });

  test.each([
    [
      "CREATE SCHEMA IF NOT EXISTS d COMMENT 'c' LOCATION 's3://b/' WITH DBPROPERTIES ('a'='b')",
      {
        kind: "create-database",
        name: "d",
        ifNotExists: true,
        comment: "c",
        location: "s3://b/",
        properties: { a: "b" },
      },
    ],
    ["DROP DATABASE IF EXISTS d CASCADE", { kind: "drop-database", name: "d", ifExists: true, cascade: true }],
    [
      "ALTER DATABASE d SET DBPROPERTIES ('a'='b')",
      { kind: "alter-database-properties", name: "d", properties: { a: "b" } },
    ],
    ["DROP TABLE IF EXISTS `d`.`T`", { kind: "drop-table", table: { database: "d", name: "t" }, ifExists: true }],
    ["DROP VIEW v", { kind: "drop-view", view: { name: "v" }, ifExists: false }],
    ['DROP VIEW IF EXISTS "d"."V w"', { kind: "drop-view", view: { database: "d", name: "v w" }, ifExists: true }],
    ["MSCK REPAIR TABLE t", { kind: "msck-repair", table: t }],
    [
      "DESCRIBE FORMATTED t PARTITION (y = 1) c",
      {
        kind: "describe",
        table: t,
        mode: "formatted",
        partition: { values: [{ key: "y", operator: "=", value: "1" }] },
        column: "c",
      },
    ],
    ["SHOW DATABASES LIKE 'a.*'", { kind: "show-databases", like: "a.*" }],
    ["SHOW TABLES IN d 'x*|y'", { kind: "show-tables", database: "d", like: "x*|y" }],
    ["SHOW VIEWS FROM d", { kind: "show-views", database: "d" }],
    ["SHOW COLUMNS IN t IN d", { kind: "show-columns", table: { name: "t", database: "d" } }],
    ["SHOW PARTITIONS t", { kind: "show-partitions", table: t }],
    ["SHOW CREATE TABLE d.t", { kind: "show-create-table", table: { database: "d", name: "t" } }],
    ["SHOW CREATE VIEW t", { kind: "show-create-view", table: t }],
    ['SHOW CREATE VIEW "d"."t"', { kind: "show-create-view", table: { database: "d", name: "t" } }],
    ["SHOW CREATE VIEW `d`.t", { kind: "show-create-view", table: { database: "d", name: "t" } }],
    ["SHOW TBLPROPERTIES t ('k')", { kind: "show-tblproperties", table: t, property: "k" }],
    [
      "ALTER TABLE t ADD IF NOT EXISTS PARTITION (y='2020', m=1) LOCATION 's3://b/1' PARTITION (y='2021', m=2)",
      {
        kind: "alter-table",
        table: t,
        action: "add-partitions",
        ifNotExists: true,
        partitions: [
          {
            values: [
              { key: "y", operator: "=", value: "2020" },
              { key: "m", operator: "=", value: "1" },
            ],
            location: "s3://b/1",
          },
          {
            values: [
              { key: "y", operator: "=", value: "2021" },
              { key: "m", operator: "=", value: "2" },
            ],
          },
        ],
      },
    ],
    [
      "ALTER TABLE t DROP PARTITION (y < '2020'), PARTITION (y = '2022')",
      {
        kind: "alter-table",
        table: t,
        action: "drop-partitions",
        ifExists: false,
        partitions: [
          { values: [{ key: "y", operator: "<", value: "2020" }] },
          { values: [{ key: "y", operator: "=", value: "2022" }] },
        ],
      },
    ],
    [
      "ALTER TABLE t PARTITION (y='1') RENAME TO PARTITION (y='2')",
      {
        kind: "alter-table",
        table: t,
        action: "rename-partition",
        from: { values: [{ key: "y", operator: "=", value: "1" }] },
        to: { values: [{ key: "y", operator: "=", value: "2" }] },
      },
    ],
    [
      "ALTER TABLE t ADD COLUMNS (a int, b struct<c:int>)",
      {
        kind: "alter-table",
        table: t,
        action: "add-columns",
        columns: [
          { name: "a", type: "int" },
          { name: "b", type: "struct<c:int>" },
        ],
      },
    ],
    [
      "ALTER TABLE t REPLACE COLUMNS (a int)",
      { kind: "alter-table", table: t, action: "replace-columns", columns: [{ name: "a", type: "int" }] },
    ],
    [
      "ALTER TABLE t CHANGE a b bigint COMMENT 'x' AFTER c",
      {
        kind: "alter-table",
        table: t,
        action: "change-column",
        column: "a",
        to: { name: "b", type: "bigint", comment: "x" },
        position: { after: "c" },
      },
    ],
    ["ALTER TABLE t DROP COLUMN a", { kind: "alter-table", table: t, action: "drop-column", column: "a" }],
    [
      "ALTER TABLE t PARTITION (y='1') SET LOCATION 's3://b/x'",
      {
        kind: "alter-table",
        table: t,
        action: "set-location",
        location: "s3://b/x",
        partition: { values: [{ key: "y", operator: "=", value: "1" }] },
      },
    ],
    [
      "ALTER TABLE t SET TBLPROPERTIES ('a'='b')",
      { kind: "alter-table", table: t, action: "set-properties", properties: { a: "b" } },
    ],
    [
      "ALTER TABLE t UNSET TBLPROPERTIES IF EXISTS ('a')",
      { kind: "alter-table", table: t, action: "unset-properties", ifExists: true, keys: ["a"] },
    ],
    ["ALTER TABLE t RENAME TO u", { kind: "alter-table", table: t, action: "rename", to: { name: "u" } }],
  ])("%s", (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });
});

describe("what writes", () => {
  test.each([
    [
      "CREATE TABLE t WITH (format = 'PARQUET', bucket_count = 4, partitioned_by = ARRAY['y'], is_external = false) AS SELECT 1 WITH NO DATA",
      {
        kind: "create-table-as",
        table: t,
        ifNotExists: false,
        properties: { format: "PARQUET", bucket_count: 4, partitioned_by: ["y"], is_external: false },
        withData: false,
      },
    ],
    [
      "CREATE OR REPLACE VIEW v AS SELECT 'a;b' AS x FROM t;",
      { kind: "create-view", orReplace: true, view: { name: "v" }, queryText: "SELECT 'a;b' AS x FROM t" },
    ],
    ["INSERT INTO t (a, b) VALUES (1, 2)", { kind: "insert", table: t, columns: ["a", "b"] }],
    ["INSERT INTO t SELECT 1", { kind: "insert", table: t }],
    [
      "UNLOAD (SELECT 1) TO 's3://b/' WITH (format='PARQUET', compression = 'zstd')",
      { kind: "unload", location: "s3://b/", properties: { format: "PARQUET", compression: "zstd" } },
    ],
    ["VACUUM t", { kind: "vacuum", table: t }],
    ["OPTIMIZE t REWRITE DATA USING BIN_PACK", { kind: "optimize", table: t }],
    ["DELETE FROM t", { kind: "delete", table: t }],
    ["PREPARE p FROM SELECT ? + 1", { kind: "prepare", name: "p", text: "SELECT ? + 1", statement: { kind: "query" } }],
    ["EXECUTE p USING 1 + 1, 'a,b'", { kind: "execute", name: "p", arguments: ["1 + 1", "'a,b'"] }],
    ["DEALLOCATE PREPARE p", { kind: "deallocate", name: "p" }],
    [
      "EXPLAIN (FORMAT JSON) SELECT 1",
      { kind: "explain", analyze: false, options: { format: "json" }, statement: { kind: "query" } },
    ],
    ["EXPLAIN ANALYZE SELECT 1", { kind: "explain", analyze: true, options: {}, statement: { kind: "query" } }],
  ])("%s", (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  test("UPDATE and MERGE", () => {
    expect(parsed("UPDATE t SET a = 1, b = a WHERE c")).toMatchObject({
      kind: "update",
      assignments: [{ column: "a" }, { column: "b" }],
      where: { kind: "name" },
    });
    expect(
      parsed(
        "MERGE INTO t a USING (SELECT 1 x) b ON a.x = b.x WHEN MATCHED AND b.x > 1 THEN DELETE WHEN MATCHED THEN UPDATE SET y = b.x WHEN NOT MATCHED THEN INSERT (x) VALUES (b.x)",
      ),
    ).toMatchObject({
      kind: "merge",
      table: t,
      alias: "a",
      cases: [
        { matched: true, condition: {} },
        { matched: true, update: [{ column: "y" }] },
        { matched: false, columns: ["x"], values: [{}] },
      ],
    });
  });

  test("time travel", () => {
    expect(parsed("DELETE FROM t WHERE EXISTS (TABLE u FOR VERSION AS OF 7)")).toMatchObject({ kind: "delete" });
  });
});

test.each([
  ["", "line 1:1: mismatched input '<EOF>'"],
  ["SELECT", "line 1:7: mismatched input '<EOF>'. Expecting: <identifier>"],
  ["SELECT 1 FROM\n  WHERE", "line 2:3: mismatched input 'WHERE'. Expecting: <identifier>"],
  ["ALTER TABLE t SET SERDE 'x'", "line 1:19: mismatched input 'SERDE'. Expecting: 'LOCATION', 'TBLPROPERTIES'"],
  ["ALTER TABLE t REPLACE (a int)", "line 1:23: mismatched input '('. Expecting: 'COLUMNS'"],
  ["ALTER TABLE t UNSET LOCATION", "line 1:21: mismatched input 'LOCATION'. Expecting: 'TBLPROPERTIES'"],
  ["ALTER TABLE t RENAME u", "line 1:22: mismatched input 'u'. Expecting: 'TO'"],
  [
    "ALTER TABLE t PARTITION (a = 1) DROP",
    "line 1:33: mismatched input 'DROP'. Expecting: 'SET', 'ADD', 'REPLACE', 'RENAME'",
  ],
  ["CREATE TABLE t (a int", "line 1:22: mismatched input '<EOF>'. Expecting: ')'"],
  ["SELECT 'open", "line 1:8: mismatched input ''open': the quotation does not end"],
  ["GRANT x TO y", "line 1:1: Queries of this type are not supported: GRANT"],
])("%s is a fault with its place", (text, words) => {
  expect(() => parseStatement(text)).toThrow(words);
});
