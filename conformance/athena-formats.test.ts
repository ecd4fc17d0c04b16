import { gzipSync } from "node:zlib";
import { Athena, type QueryExecution } from "@aws-sdk/client-athena";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();

async function run(QueryString: string): Promise<QueryExecution> {
  const athena = new Athena(server.clientOptions);
  const { QueryExecutionId } = await athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: "files" } },
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    if (!["QUEUED", "RUNNING"].includes(QueryExecution!.Status!.State!)) return QueryExecution!;
  }
}
async function rows(statement: string): Promise<(string | undefined)[][]> {
  const query = await run(statement);
  expect([statement, query.Status!.StateChangeReason]).toEqual([statement, undefined]);
  const { QueryExecutionId } = query;
  const { ResultSet } = await new Athena(server.clientOptions).getQueryResults({ QueryExecutionId: QueryExecutionId! });
  const all = ResultSet!.Rows!.map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue));
  return statement.startsWith("SELECT") ? all.slice(1) : all;
}
const reason = async (statement: string) => (await run(statement)).Status!.StateChangeReason;

const openx = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'";
const hiveJson = "ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'";
const openCsv = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'";

/** Makes a table over files, each given by its body. */
async function table(
  name: string,
  columns: string,
  format: string,
  files: Readonly<Record<string, string | Uint8Array>>,
) {
  const { s3 } = clientsOf(server);
  for (const [Key, Body] of Object.entries(files)) await s3.putObject({ Bucket: "lake", Key: `${name}/${Key}`, Body });
  const [rowFormat, properties = ""] = format.split(" TBLPROPERTIES ");
  await rows(
    `CREATE EXTERNAL TABLE ${name} (${columns}) ${rowFormat} LOCATION 's3://lake/${name}/' ${properties && `TBLPROPERTIES ${properties}`}`,
  );
}

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  await rows("CREATE DATABASE files");
}, 60_000);

const events = [
  { eventTime: "2026-01-01T10:00:00Z", userIdentity: { userName: "ann", Groups: ["a", "b"] }, Count: 1 },
  { eventTime: "2026-01-02T10:00:00Z", userIdentity: null, Count: null, errorCode: "AccessDenied" },
];
const lines = (list: readonly unknown[]) => list.map((one) => `${JSON.stringify(one)}\n`).join("");

test("JSON with keys in any case, by both SerDes", async () => {
  const columns =
    "eventtime string, useridentity struct<username:string,groups:array<string>>, count int, errorcode string";
  for (const [name, format] of Object.entries({ by_openx: openx, by_hive: hiveJson })) {
    await table(name, columns, format, { "a.json": lines(events), "b.json.gz": gzipSync(lines(events.slice(1))) });
    expect(
      await rows(
        `SELECT eventtime, useridentity.username, cardinality(useridentity.groups), count, errorcode FROM ${name} ORDER BY 1`,
      ),
    ).toEqual([
      ["2026-01-01T10:00:00Z", "ann", "2", "1", undefined],
      ["2026-01-02T10:00:00Z", undefined, undefined, undefined, "AccessDenied"],
      ["2026-01-02T10:00:00Z", undefined, undefined, undefined, "AccessDenied"],
    ]);
  }
});

test("JSON whose keys are mapped, in their own case, with dots, or in several cases", async () => {
  await table("mapped", "ts string, id int", `${openx} WITH SERDEPROPERTIES ('mapping.ts' = 'Time-Stamp')`, {
    a: '{"Time-Stamp": "t1", "ID": 1}\n{"time-stamp": "t2", "Id": 2}\n',
  });
  expect(await rows("SELECT id, ts FROM mapped ORDER BY id")).toEqual([
    ["1", "t1"],
    ["2", "t2"],
  ]);
  const own = `${openx} WITH SERDEPROPERTIES ('case.insensitive' = 'FALSE', 'mapping.low' = 'key', 'mapping.high' = 'KEY')`;
  await table("own_case", "low int, high int", own, { a: '{"key": 1, "KEY": 2}\n' });
  expect(await rows("SELECT low, high FROM own_case")).toEqual([["1", "2"]]);
  await table("dotted", "a_b int", `${openx} WITH SERDEPROPERTIES ('dots.in.keys' = 'TRUE')`, { a: '{"a.b": 1}\n' });
  expect(await rows("SELECT a_b FROM dotted")).toEqual([["1"]]);
});

test("JSON that is none: the object and its line, or a row of nulls", async () => {
  const torn = '{"n": 1}\n{"n": 2\n{"N": 3}\n';
  await table("strict", "n int", openx, { a: torn });
  expect(await reason("SELECT n FROM strict")).toMatch(
    /^HIVE_BAD_DATA: Row is not a valid JSON object in s3:\/\/lake\/strict\/a, line 2/,
  );
  await table("lenient", "n int", `${openx} WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')`, { a: torn });
  expect(await rows("SELECT n FROM lenient")).toEqual([["1"], [undefined], ["3"]]);
  await table("typed", "n int", openx, { a: '{"N": 1}\n{"N": "many"}\n' });
  expect(await reason("SELECT n FROM typed")).toMatch(/^HIVE_BAD_DATA: .*"many" in s3:\/\/lake\/typed\/a, line 2$/);
});

test("CSV in quotes: which quotes, how they are escaped, headers, empty values", async () => {
  const asked = "SELECT a, b, c FROM";
  const columns = "a string, b string, c int";
  await table("doubled", columns, `${openCsv} TBLPROPERTIES ('skip.header.line.count' = '1')`, {
    "a.csv": 'a,b,c\n"x, y","say ""hi""",1\n',
    "b.csv": 'a,b,c\n,"",\n',
  });
  expect(await rows(`${asked} doubled ORDER BY a DESC`)).toEqual([
    ["x, y", 'say "hi"', "1"],
    ["", "", undefined],
  ]);
  const other = `${openCsv} WITH SERDEPROPERTIES ('separatorChar' = '\\t', 'quoteChar' = "'", 'escapeChar' = '\\\\')`;
  await table("tabbed", columns, other, { a: "'x\ty'\tit\\'s\t2\n'it\\'s'\t\"d\"\t3\n" });
  expect((await rows(`${asked} tabbed ORDER BY c`))[1]).toEqual(["it's", '"d"', "3"]);
});

test("delimited text: nulls, escapes, lists and pairs, headers", async () => {
  await table(
    "delimited",
    "a string, b int, tags array<string>, more map<string,int>",
    "ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' ESCAPED BY '\\\\' COLLECTION ITEMS TERMINATED BY ',' MAP KEYS TERMINATED BY ':' NULL DEFINED AS 'none' TBLPROPERTIES ('skip.header.line.count' = '2')",
    { a: "# title\n# more\na\\|b|1|x,y|k:1,l:2\nnone|none|none|none\n|oops||\n" },
  );
  expect(await rows("SELECT a, b, cardinality(tags), more['l'] FROM delimited WHERE a = 'a|b'")).toEqual([
    ["a|b", "1", "2", "2"],
  ]);
  expect(await rows("SELECT a, b, tags, more FROM delimited WHERE a IS NULL")).toEqual([
    [undefined, undefined, undefined, undefined],
  ]);
  expect(await rows("SELECT b, cardinality(tags) FROM delimited WHERE a = ''")).toEqual([[undefined, "0"]]);
  await table("nulls", "a string, b string", "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','", { a: "\\N,x\n,\\N\n" });
  expect(await rows("SELECT a IS NULL, b IS NULL, a = '' FROM nulls ORDER BY 1")).toEqual([
    ["false", "true", "true"],
    ["true", "false", undefined],
  ]);
  const latin = `ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' WITH SERDEPROPERTIES ('serialization.encoding' = 'ISO-8859-1')`;
  await table("latin", "a string", latin, { a: "x\n" });
  expect(await reason("SELECT a FROM latin")).toMatch(
    /^NOT_SUPPORTED: the property serialization.encoding='ISO-8859-1'/,
  );
});
