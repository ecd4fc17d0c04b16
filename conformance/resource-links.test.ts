import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const glue = () => new Glue(server.clientOptions);
const CatalogId = "123456789012";

async function run(QueryString: string) {
  const athena = new Athena(server.clientOptions);
  const { QueryExecutionId } = await athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: "links" } },
    ResultConfiguration: { OutputLocation: "s3://lake/results/" },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    const { State, StateChangeReason } = QueryExecution!.Status!;
    if (State === "QUEUED" || State === "RUNNING") continue;
    if (State === "FAILED") return StateChangeReason;
    const { ResultSet } = await athena.getQueryResults({ QueryExecutionId: QueryExecutionId! });
    return ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue);
  }
}
const versionOf = async (DatabaseName: string, Name: string) =>
  (await glue().getTable({ DatabaseName, Name })).Table!.VersionId;

beforeAll(async () => {
  await clientsOf(server).s3.createBucket({ Bucket: "lake" });
  for (const name of ["real", "links"]) expect(await run(`CREATE DATABASE ${name}`)).toEqual([]);
  await run("CREATE TABLE real.ice (n int) LOCATION 's3://lake/ice' TBLPROPERTIES ('table_type' = 'ICEBERG')");
  await run(
    "CREATE EXTERNAL TABLE real.plain (n int) PARTITIONED BY (day string) STORED AS PARQUET LOCATION 's3://lake/plain/'",
  );
  for (const Name of ["ice", "plain"])
    await glue().createTable({
      DatabaseName: "links",
      TableInput: { Name: `to_${Name}`, TargetTable: { CatalogId, DatabaseName: "real", Name } },
    });
  await glue().createDatabase({
    DatabaseInput: { Name: "to_real", TargetDatabase: { CatalogId, DatabaseName: "real" } },
  });
}, 60_000);

test("a link of a table is read and written as what it leads to, and stays a link", async () => {
  expect(await run("INSERT INTO to_ice VALUES (1), (2), (3)")).toEqual([]);
  expect(await run("DELETE FROM to_ice WHERE n = 2")).toEqual([]);
  expect(await run("ALTER TABLE to_ice ADD COLUMNS (m int)")).toEqual([]);
  expect(await run("SELECT n FROM to_ice ORDER BY n")).toEqual(["n", "1", "3"]);
  expect(await run("SELECT n FROM to_real.ice WHERE m IS NULL ORDER BY n")).toEqual(["n", "1", "3"]);
  expect(await run("INSERT INTO to_plain VALUES (1, 'a')")).toEqual([]);
  expect(await run("ALTER TABLE to_plain ADD PARTITION (day = 'b')")).toEqual([]);
  expect(await run("ALTER TABLE to_plain SET TBLPROPERTIES ('owner' = 'me')")).toEqual([]);
  expect(await run("SELECT n FROM real.plain WHERE day = 'a'")).toEqual(["n", "1"]);
  expect(await run("SHOW PARTITIONS real.plain")).toEqual(["day=a", "day=b"]);
  expect((await glue().getTable({ DatabaseName: "real", Name: "plain" })).Table!.Parameters).toMatchObject({
    owner: "me",
  });
  for (const Name of ["ice", "plain"]) {
    expect(await versionOf("links", `to_${Name}`)).toBe("0");
    expect((await glue().getTable({ DatabaseName: "links", Name: `to_${Name}` })).Table).toMatchObject({
      TargetTable: { DatabaseName: "real", Name },
    });
  }
  expect(await run("ALTER TABLE to_ice RENAME TO other")).toMatch(/links\.to_ice is a resource link: rename real\.ice/);
  expect(await run("CREATE OR REPLACE VIEW to_ice AS SELECT 1 AS a")).toMatch(/links\.to_ice is a resource link/);
});

test("what the catalog's policy denies of a table or database is denied through a link, too", async () => {
  const Statement = [
    {
      ...{ Effect: "Deny", Principal: "*", Action: ["glue:GetTable", "glue:GetTables"] },
      Resource: `arn:aws:glue:*:*:table/real/ice`,
    },
  ];
  await glue().putResourcePolicy({ PolicyInJson: JSON.stringify({ Statement }) });
  for (const named of [
    { DatabaseName: "links", Name: "to_ice" },
    { DatabaseName: "to_real", Name: "ice" },
    { DatabaseName: "real", Name: "ice" },
  ])
    await expect(glue().getTable(named)).rejects.toMatchObject({
      ...{ name: "AccessDeniedException", message: expect.stringMatching(/:table\/real\/ice" with an explicit deny/) },
    });
  expect((await glue().getTables({ DatabaseName: "to_real" })).TableList!.map(({ Name }) => Name)).toEqual(["plain"]);
  expect(await run("SELECT n FROM to_ice")).toMatch(/^Insufficient permissions .*glue:GetTable .*table\/real\/ice"/);
  await glue().deleteResourcePolicy({});
  expect(await run("SELECT n FROM to_ice ORDER BY n")).toEqual(["n", "1", "3"]);
});

test("a link is dropped alone", async () => {
  for (const name of ["ice", "plain"]) expect(await run(`DROP TABLE to_${name}`)).toEqual([]);
  await expect(glue().getTable({ DatabaseName: "links", Name: "to_ice" })).rejects.toMatchObject({
    name: "EntityNotFoundException",
  });
  expect(await run("SELECT n FROM real.ice ORDER BY n")).toEqual(["n", "1", "3"]);
  expect(await run("ALTER DATABASE to_real SET DBPROPERTIES ('owner' = 'me')")).toEqual([]);
  expect((await glue().getDatabase({ Name: "real" })).Database!.Parameters).toEqual({ owner: "me" });
  expect((await glue().getDatabase({ Name: "to_real" })).Database!.TargetDatabase).toMatchObject({
    DatabaseName: "real",
  });
  expect(await run("DROP DATABASE to_real")).toEqual([]);
  expect(await run("SELECT n FROM real.plain")).toEqual(["n", "1"]);
});
