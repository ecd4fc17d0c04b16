import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { beforeAll, expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const athena = () => new Athena(server.clientOptions);
const OutputLocation = "s3://lake/results/";
const Database = "shop";

beforeAll(async () => {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket: "lake" });
  await s3.putObject({
    Bucket: "lake",
    Key: "orders/a.csv",
    Body: 'id,item,price\n1,"pen, blue",1.50\n2,ink,\n3,"a ""b""",20\n',
  });
  const glue = new Glue(server.clientOptions);
  await glue.createDatabase({ DatabaseInput: { Name: Database } });
  await glue.createTable({
    DatabaseName: Database,
    TableInput: {
      Name: "orders",
      TableType: "EXTERNAL_TABLE",
      Parameters: { "skip.header.line.count": "1" },
      StorageDescriptor: {
        Location: "s3://lake/orders/",
        Columns: [
          { Name: "id", Type: "int" },
          { Name: "item", Type: "string" },
          { Name: "price", Type: "double" },
        ],
        SerdeInfo: {
          SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
          Parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
        },
      },
    },
  });
});

async function run(QueryString: string, more: object = {}) {
  const { QueryExecutionId } = await athena().startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database }, ResultConfiguration: { OutputLocation } },
    ...more,
  });
  for (;;) {
    const { QueryExecution } = await athena().getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    const state = QueryExecution!.Status!.State!;
    if (!["QUEUED", "RUNNING"].includes(state)) return QueryExecution!;
  }
}

test("a query over a table of the catalog", async () => {
  const query = await run("SELECT id, item, price * 2 AS twice FROM orders WHERE id < 10 ORDER BY id");
  expect(query.Status).toMatchObject({ State: "SUCCEEDED" });
  const { ResultSet } = await athena().getQueryResults({ QueryExecutionId: query.QueryExecutionId! });
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
  const times: number[] = [];
  for (let count = 0; count < 10; count++) {
    const started = performance.now();
    await run("SELECT count(*) FROM orders");
    times.push(performance.now() - started);
  }
  console.log(times);
});
