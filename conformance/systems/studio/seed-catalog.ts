import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { clientsOf } from "../../clients.ts";
import type { TestServer } from "../../server.ts";

const orders = `id,item,price,ordered
1,"pen, blue",1.50,2026-01-01
2,ink,3.25,2026-01-02
3,,20.00,2026-01-03
4,paper,7.10,2026-01-04
`;

/** A table of CSV with the names in its first line. */
const csvTable = (Name: string, Location: string, Columns: { Name: string; Type: string; Comment?: string }[]) => ({
  Name,
  TableType: "EXTERNAL_TABLE",
  Parameters: { "skip.header.line.count": "1" },
  StorageDescriptor: {
    Columns,
    Location,
    InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde" },
  },
});

/** A database with tables, one of them in partitions, and what asks them: queries that have run, saved and prepared ones. */
export async function seedCatalog(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  const glue = new Glue(server.clientOptions);
  const athena = new Athena(server.clientOptions);
  const DatabaseName = "seeded";
  await s3.createBucket({ Bucket: "seeded-lake" });
  await s3.putObject({ Bucket: "seeded-lake", Key: "orders/a.csv", Body: orders });
  await glue.createDatabase({ DatabaseInput: { Name: DatabaseName, Description: "What shops sell" } });
  const table = csvTable("orders", "s3://seeded-lake/orders/", [
    { Name: "id", Type: "int", Comment: "Its number" },
    { Name: "item", Type: "string" },
    { Name: "price", Type: "double" },
    { Name: "ordered", Type: "date" },
  ]);
  await glue.createTable({ DatabaseName, TableInput: table });
  await glue.updateTable({ DatabaseName, TableInput: { ...table, Description: "Every order" } });
  const visits = csvTable("a_visits", "s3://seeded-lake/visits/", [{ Name: "page", Type: "string" }]);
  const PartitionKeys = [{ Name: "day", Type: "date", Comment: "Of the visit" }];
  await glue.createTable({ DatabaseName, TableInput: { ...visits, PartitionKeys } });
  await glue.batchCreatePartition({
    ...{ DatabaseName, TableName: "a_visits" },
    PartitionInputList: Array.from({ length: 31 }, (_, index) => {
      const day = `2026-01-${String(index + 1).padStart(2, "0")}`;
      const Location = `s3://seeded-lake/visits/day=${day}/`;
      return { Values: [day], StorageDescriptor: { ...visits.StorageDescriptor, Location } };
    }),
  });
  await glue.createConnection({
    ConnectionInput: {
      ...{ Name: "seeded", ConnectionType: "JDBC" },
      ConnectionProperties: { JDBC_CONNECTION_URL: "jdbc:postgresql://db:5432/shop", USERNAME: "reader" },
    },
  });
  await glue.createUserDefinedFunction({
    DatabaseName,
    FunctionInput: { FunctionName: "seeded", ClassName: "shop.Total", OwnerName: "shop", OwnerType: "USER" },
  });
  const Name = "seeded";
  const asked = "SELECT id, item, price, ordered FROM orders ORDER BY id";
  await athena.createNamedQuery({ Name, Database: DatabaseName, QueryString: asked });
  await athena.createPreparedStatement({
    ...{ StatementName: Name, WorkGroup: "primary", QueryStatement: "SELECT * FROM orders WHERE id = ?" },
  });
  const OutputLocation = "s3://seeded-lake/results/";
  await athena.createWorkGroup({ Name, Configuration: { ResultConfiguration: { OutputLocation } } });
  for (const QueryString of [asked, "SELECT nowhere FROM orders"]) {
    const { QueryExecutionId } = await athena.startQueryExecution({
      ...{ QueryString, QueryExecutionContext: { Database: DatabaseName } },
      ResultConfiguration: { OutputLocation },
    });
    const state = async () => (await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! })).QueryExecution;
    while (["QUEUED", "RUNNING"].includes((await state())!.Status!.State!));
  }
}
