import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import { S3 } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Caller } from "../aws/caller.ts";
import { type App, createApp } from "./app.ts";
import { readAdministratorKey } from "./home/keys.ts";
import { builtIn } from "./parts/units.ts";
import { administratorCaller } from "./request/administrator.ts";
import { readSettings } from "./settings/settings.ts";

const [ours, theirs] = ["123456789012", "210987654321"] as const;
const region = "eu-central-1";
const home = mkdtempSync(join(tmpdir(), "sagebrush-denied-"));
const roleArn = (name: string) => `arn:aws:iam::${ours}:role/${name}`;
const sessionArn = (name: string) => `arn:aws:sts::${ours}:assumed-role/${name}/SageMaker`;
const catalogArn = (...names: string[]) => `arn:aws:glue:${region}:${ours}:${names.join("/")}`;

const person: Omit<Caller, "arn" | "kind"> = { account: ours, userId: "AROA:s", accessKeyId: "" };
const everywhere = ["*"];
/** Who asks, by the key. */
const callers: Readonly<Record<string, Caller>> = {
  ANALYST: { ...person, kind: "role", arn: sessionArn("Analyst") },
  STRANGER: administratorCaller(theirs, "STRANGER", "root"),
  GRANTED: {
    ...{ ...person, kind: "run", arn: sessionArn("Narrow") },
    grants: [
      { actions: ["athena:*", "glue:GetTable", "glue:GetDatabase"], resources: everywhere },
      { actions: ["s3:*"], resources: ["arn:aws:s3:::results*"] },
    ],
  },
  NOBODY: { ...person, kind: "run", arn: sessionArn("Nobody"), grants: [] },
  SESSION: {
    ...{ ...person, kind: "administrator", arn: sessionArn("Admin") },
    deny: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::lake/orders/*"] }],
  },
  READER: {
    ...{ ...person, kind: "administrator", arn: sessionArn("Reader") },
    deny: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::lake/*"] }],
  },
  MUTE: {
    ...{ ...person, kind: "administrator", arn: sessionArn("Mute") },
    deny: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::results/*"] }],
  },
};
const secretAccessKey = "the secret of all of them";
let app: App;
let url: string;

const clientsOf = (accessKeyId?: string) => {
  const key = readAdministratorKey(home);
  const credentials = accessKeyId
    ? { accessKeyId, secretAccessKey }
    : { accessKeyId: key.accessKeyId, secretAccessKey: key.secret };
  const options = { endpoint: url, region, credentials, maxAttempts: 1 };
  return { athena: new Athena(options), glue: new Glue(options), s3: new S3({ ...options, forcePathStyle: true }) };
};

/** Runs a statement to its end: its state, and why it has it. */
async function query(accessKeyId: string | undefined, QueryString: string, bucket = "results") {
  const { athena } = clientsOf(accessKeyId);
  const { QueryExecutionId } = await athena.startQueryExecution({
    ...{ QueryString, QueryExecutionContext: { Database: "shop" } },
    ResultConfiguration: { OutputLocation: `s3://${bucket}/` },
  });
  for (;;) {
    const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId: QueryExecutionId! });
    const { AthenaError, State, StateChangeReason } = QueryExecution!.Status!;
    if (State !== "QUEUED" && State !== "RUNNING") return [State, StateChangeReason, AthenaError?.ErrorType];
  }
}
const policy = (...Statement: object[]) =>
  clientsOf().glue.putResourcePolicy({ PolicyInJson: JSON.stringify({ Version: "2012-10-17", Statement }) });
const succeeded = ["SUCCEEDED", undefined, undefined];
const statement = "SELECT id FROM orders";
const insufficient = (arn: string, action: string, resource: string, why: string) => [
  "FAILED",
  `Insufficient permissions to execute the query. User: ${arn} is not authorized to perform: ${action} on resource: "${resource}" ${why}`,
  1306,
];
const byPolicy = "with an explicit deny in a resource-based policy";

beforeAll(async () => {
  const key = {
    find: async (id: string) => (callers[id] ? { secret: secretAccessKey, caller: callers[id] } : undefined),
  };
  app = await createApp(readSettings({ home, port: 0 }, {}), { ...builtIn, keySources: [key] });
  ({ url } = await app.start());
  const CreateBucketConfiguration = { LocationConstraint: region } as const;
  const { glue, s3 } = clientsOf();
  for (const Bucket of ["lake", "results"]) await s3.createBucket({ Bucket, CreateBucketConfiguration });
  await clientsOf("STRANGER").s3.createBucket({ Bucket: "abroad", CreateBucketConfiguration });
  await clientsOf("STRANGER").s3.putObject({ Bucket: "abroad", Key: "orders/a.csv", Body: "1\n" });
  await s3.putObject({ Bucket: "lake", Key: "orders/a.csv", Body: "1\n2\n" });
  await glue.createDatabase({ DatabaseInput: { Name: "shop" } });
  const table = (Name: string, Location: string, PartitionKeys: { Name: string; Type: string }[] = []) => ({
    DatabaseName: "shop",
    TableInput: {
      ...{ Name, TableType: "EXTERNAL_TABLE", PartitionKeys },
      StorageDescriptor: {
        ...{ Columns: [{ Name: "id", Type: "int" }], Location },
        SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe" },
      },
    },
  });
  await glue.createTable(table("orders", "s3://lake/orders/"));
  await glue.createTable(table("days", "s3://lake/days/", [{ Name: "day", Type: "string" }]));
  await glue.createTable(table("theirs", "s3://abroad/orders/"));
}, 60_000);
afterEach(() =>
  clientsOf()
    .glue.deleteResourcePolicy({})
    .catch(() => {}),
);
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true });
});

it("a role reads what it may, and a policy of the catalog takes that away from it alone", async () => {
  expect(await query("ANALYST", statement)).toEqual(succeeded);
  const Resource = [catalogArn("table", "shop", "orders")];
  await policy({ Effect: "Deny", Principal: { AWS: roleArn("Analyst") }, Action: "glue:GetTable", Resource });
  expect(await query("ANALYST", statement)).toEqual(
    insufficient(sessionArn("Analyst"), "glue:GetTable", Resource[0]!, byPolicy),
  );
  expect(await query(undefined, statement)).toEqual(succeeded);
  await expect(clientsOf("ANALYST").glue.getTable({ DatabaseName: "shop", Name: "orders" })).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
});

it("partitions that may not be listed are not read, and what is denied is told as Athena tells it", async () => {
  const Resource = [catalogArn("table", "shop", "days")];
  await policy({ Effect: "Deny", Principal: { AWS: roleArn("Analyst") }, Action: "glue:GetPartition*", Resource });
  expect(await query("ANALYST", "SELECT id FROM days WHERE day = 'a'")).toEqual(
    insufficient(sessionArn("Analyst"), "glue:GetPartitions", Resource[0]!, byPolicy),
  );
  expect(await query(undefined, "SELECT id FROM days WHERE day = 'a'")).toEqual(succeeded);
  for (const [action, statement] of [
    ["glue:CreateTable", "CREATE EXTERNAL TABLE made (n int) LOCATION 's3://lake/made/'"],
    ["glue:DeleteTable", "DROP TABLE orders"],
  ] as const) {
    await policy({ Effect: "Deny", Principal: "*", Action: action, Resource: "*" });
    const [state, reason, type] = await query("ANALYST", statement);
    expect([state, type]).toEqual(["FAILED", 1306]);
    expect(reason).toContain(
      `is not authorized to perform: ${action} on resource: "${catalogArn("catalog")}" ${byPolicy}`,
    );
  }
});

it("a policy of the catalog gives a role what its own rights do not", async () => {
  const { glue } = clientsOf("ANALYST");
  const add = (day: string) =>
    glue.createPartition({ DatabaseName: "shop", TableName: "orders", PartitionInput: { Values: [day] } });
  const refused = `User: ${sessionArn("Analyst")} is not authorized to perform: glue:CreatePartition on resource: "${catalogArn("catalog")}" because no identity-based policy allows the glue:CreatePartition action`;
  await expect(add("1")).rejects.toMatchObject({ name: "AccessDeniedException", message: refused });
  await policy({ Effect: "Allow", Principal: { AWS: ours }, Action: "glue:*", Resource: "*" });
  await expect(add("1")).rejects.toMatchObject({ message: refused });
  const Resource = [catalogArn("catalog"), catalogArn("database", "shop"), catalogArn("table", "shop", "*")];
  await policy({ Effect: "Allow", Principal: { AWS: roleArn("Analyst") }, Action: "glue:CreatePartition", Resource });
  // Allowed, it is refused for what it asks.
  await expect(add("1")).rejects.toMatchObject({ name: "InvalidInputException" });
});

it("a policy that denies everybody everything can still be taken back", async () => {
  await policy({ Effect: "Deny", Principal: "*", Action: "glue:*", Resource: "*" });
  const { glue } = clientsOf();
  await expect(glue.getDatabase({ Name: "shop" })).rejects.toMatchObject({ name: "AccessDeniedException" });
  await expect(clientsOf("ANALYST").glue.deleteResourcePolicy({})).rejects.toMatchObject({
    name: "AccessDeniedException",
  });
  expect((await glue.getResourcePolicy({})).PolicyInJson).toContain("Deny");
  await glue.deleteResourcePolicy({});
  expect((await glue.getDatabase({ Name: "shop" })).Database!.Name).toBe("shop");
});

it("a caller with few rights fails at the objects, not at the catalog, and under its own name", async () => {
  const denied = (key: string, action: string, resource: string, why: string) => [
    "FAILED",
    `Permission denied on S3 path: s3://lake/orders/ : User: ${callers[key]!.arn} is not authorized to perform: ${action} on resource: "${resource}" ${why}`,
    1306,
  ];
  const ungranted = "because no identity-based policy allows the s3:ListBucket action";
  expect(await query("GRANTED", statement)).toEqual(
    denied("GRANTED", "s3:ListBucket", "arn:aws:s3:::lake/orders/", ungranted),
  );
  expect(await query("GRANTED", "SELECT 1 AS a")).toEqual(succeeded);
  const explicit = "with an explicit deny in an identity-based policy";
  expect(await query("SESSION", statement)).toEqual(
    denied("SESSION", "s3:GetObject", "arn:aws:s3:::lake/orders/a.csv", explicit),
  );
});

it("nobody reads another account's bucket, nor writes a result into it", async () => {
  for (const key of [undefined, "ANALYST"]) {
    const [state, reason, type] = await query(key, "SELECT id FROM theirs");
    expect([state, type]).toEqual(["FAILED", 1306]);
    expect(reason).toMatch(/^Permission denied on S3 path: s3:\/\/abroad\/orders\/ : Access Denied/);
    const [end, why] = await query(key, "SELECT 1 AS a", "abroad");
    expect([end, why]).toEqual([
      "FAILED",
      expect.stringMatching(/^Access denied when writing output to url: s3:\/\/abroad\//),
    ]);
  }
});

it("StartQueryExecution needs its own action, on the work group", async () => {
  await expect(query("NOBODY", statement)).rejects.toMatchObject({
    ...{ name: "AccessDeniedException" },
    message: `User: ${sessionArn("Nobody")} is not authorized to perform: athena:StartQueryExecution on resource: "arn:aws:athena:${region}:${ours}:workgroup/primary" because no identity-based policy allows the athena:StartQueryExecution action`,
  });
});

it("what may not write a table's files fails, and leaves everything as it is", async () => {
  const refused = `Access denied when writing output to url: s3://lake/orders/`;
  const [state, reason, type] = await query("READER", "INSERT INTO orders VALUES (3)");
  expect([state, type]).toEqual(["FAILED", 1306]);
  expect(reason).toContain(refused);
  expect(await query("READER", statement)).toEqual(succeeded);
});

it("a statement whose result may not be put changes nothing", async () => {
  const { glue, s3 } = clientsOf();
  const keys = async () => (await s3.listObjectsV2({ Bucket: "lake" })).Contents?.map(({ Key }) => Key).sort();
  const tables = async () => (await glue.getTables({ DatabaseName: "shop" })).TableList?.map(({ Name }) => Name).sort();
  await query(undefined, "CREATE TABLE ice (id int) LOCATION 's3://lake/ice' TBLPROPERTIES ('table_type' = 'ICEBERG')");
  const before = [await keys(), await tables()];
  for (const changing of [
    "INSERT INTO orders VALUES (3)",
    "INSERT INTO ice VALUES (3)",
    "CREATE TABLE made WITH (external_location = 's3://lake/made/') AS SELECT 1 AS id",
    "UNLOAD (SELECT 1 AS id) TO 's3://lake/unloaded/' WITH (format = 'JSON')",
    "CREATE EXTERNAL TABLE made (n int) LOCATION 's3://lake/made/'",
    "CREATE VIEW made AS SELECT 1 AS id",
    "DROP TABLE orders",
    "ALTER TABLE days ADD PARTITION (day = 'b')",
  ]) {
    const [state, reason, type] = await query("MUTE", changing);
    expect([changing, state, type]).toEqual([changing, "FAILED", 1306]);
    expect(reason).toMatch(/^Access denied when writing output to url: s3:\/\/results\//);
    const [end, why] = await query(undefined, changing, "no-such-bucket");
    expect([changing, end, why]).toEqual([
      ...[changing, "FAILED"],
      "Unable to verify/create output bucket no-such-bucket: there is no such bucket.",
    ]);
  }
  expect([await keys(), await tables()]).toEqual(before);
  expect((await glue.getPartitions({ DatabaseName: "shop", TableName: "days" })).Partitions).toEqual([]);
});
