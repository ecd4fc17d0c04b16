import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../free-port.ts";
import { blocksOf } from "../../guide-page.ts";
import { runPython } from "../../python-clients.ts";
import { scriptEnvironments } from "../../script-environments.ts";
import { root, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { postgresql as system } from "./postgresql.ts";
import { type Postgresql, startPostgresql } from "./start-postgresql.ts";

const server = useServer({ environment: scriptEnvironments });
const password = "s3cret-of-the-warehouse";
let database: Postgresql | undefined;

beforeAll(async () => {
  database = await startPostgresql(await freePort(), password).catch(() => undefined);
  await database?.query(`
    CREATE TABLE kinds (b boolean, i int, l bigint, r real, d double precision, m numeric(12, 2), w numeric, t text, v bytea,
      day date, at timestamp, zoned timestamptz, j jsonb, u uuid, list int[]);
    INSERT INTO kinds VALUES (true, -1, 9007199254740993, 0.5, 'NaN', -1234567890.05, 1.5, E'ü "x",\\n日本', '\\x00ff',
      '2024-02-29', '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56+02', '{"a": 1}', '00000000-0000-0000-0000-000000000001', '{1,2}');
    INSERT INTO kinds (i, t) VALUES (2, '');
    CREATE TABLE many AS SELECT i, i * 0.5::double precision AS d, (i % 100)::numeric(10, 2) AS m, 'row ' || i AS t,
      repeat('x', 100) AS pad, timestamptz '2024-01-01 00:00+00' + i * interval '1 second' AS at FROM generate_series(1, 1000000) AS s (i);
  `);
}, 120_000);
afterAll(() => database?.stop());

const connect = (name: string, more: object = {}, mode = 0o600) => {
  mkdirSync(join(server.home, "connections"), { recursive: true, mode: 0o700 });
  const connection = {
    type: "redshift",
    host: "127.0.0.1",
    port: database!.port,
    database: "postgres",
    user: "reader",
    password,
    ...more,
  };
  writeFileSync(join(server.home, "connections", `${name}.json`), JSON.stringify(connection), { mode });
};

/** Flows whose source is a query, run by the AWS SDK for Python. */
const program = `
import boto3, json, time
s3, client = boto3.client("s3"), boto3.client("sagemaker")
bucket, role = "flows", "arn:aws:iam::123456789012:role/Reader"
try: s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": client.meta.region_name})
except client.exceptions.ClientError: pass
except s3.exceptions.BucketAlreadyOwnedByYou: pass
image = f"174368400705.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-wrangler-container:5.x"
def node(id, kind, operator, parameters, *inputs):
    return {"node_id": id, "type": kind, "operator": f"sagemaker.{operator}_0.1", "parameters": parameters,
      "inputs": [{"name": "df", "node_id": one, "output_name": "default"} for one in inputs], "outputs": [{"name": "default"}]}
def start(name, definition, operator="redshift_source", code=None, inputs=()):
    nodes = [node("s", "SOURCE", operator, {"dataset_definition": {"name": "rows", **definition}}), node("k", "TRANSFORM", "spark.manage_rows", {"operator": "Drop empty", "drop_empty_parameters": {}}, "s")]
    if code: nodes.append(node("c", "TRANSFORM", "spark.custom_pandas", {"code": code}, "k"))
    s3.put_object(Bucket=bucket, Key=f"{name}.flow", Body=json.dumps({"metadata": {"version": 1}, "nodes": nodes}))
    client.create_processing_job(ProcessingJobName=name, RoleArn=role, AppSpecification={"ImageUri": image},
        ProcessingInputs=[{"InputName": "flow", "S3Input": {"S3Uri": f"s3://{bucket}/{name}.flow", "LocalPath": "/opt/ml/processing/flow", "S3DataType": "S3Prefix", "S3InputMode": "File"}}, *inputs],
        ProcessingOutputConfig={"Outputs": [{"OutputName": nodes[-1]["node_id"] + ".default", "S3Output": {"S3Uri": f"s3://{bucket}/out/{name}", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}}]},
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}})
def end(name):
    while (job := client.describe_processing_job(ProcessingJobName=name))["ProcessingJobStatus"] == "InProgress":
        time.sleep(0.2)
    return job
def text(name):
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"out/{name}/").get("Contents", [])
    return [s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read().decode() for one in found]
`;
const saying = async (...args: Parameters<typeof runPython>) =>
  JSON.parse(/SAID (.*)$/m.exec(await runPython(...args))![1]!);

/** Every file below a folder that has the text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && statSync(join(one.parentPath, one.name)).size < 64 * 1024 ** 2)
    .map((one) => join(one.parentPath, one.name))
    .filter((file) => readFileSync(file).includes(text));
}

test("a flow reads what a database holds, and the password is nowhere but in the connection", async (context) => {
  await installed(context, system);
  // As the guide has it: a connection, and how it is put into the home.
  const blocks = blocksOf("data-sources");
  const guide = JSON.parse(blocks.find(({ language }) => language === "json")!.text);
  const { port } = database!;
  const connection = {
    ...guide,
    host: "127.0.0.1",
    port,
    database: "postgres",
    password,
    tls: false,
    roles: ["Reader"],
  };
  const folder = mkdtempSync(join(tmpdir(), "connection-"));
  writeFileSync(join(folder, "connection.json"), JSON.stringify(connection));
  const lines = blocks.find(({ language }) => language === "sh")!.text.replaceAll("~/.sagebrush", server.home);
  await promisify(execFile)("sh", ["-e", "-c", lines], { cwd: folder });
  rmSync(folder, { recursive: true });
  const said = await saying(
    context,
    server,
    "v2",
    `${program}
import base64
source = {"clusterIdentifier": "my-cluster", "database": "postgres", "dbUser": "x", "unloadIamRole": "y", "s3OutputLocation": "s3://z/", "outputFormat": "parquet"}
start("kinds", {**source, "queryString": "SELECT * FROM kinds ORDER BY i;"})
code = """
import glob, os
seen = [dict(os.environ)]
for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/opt/ml/**/*', recursive=True):
    try: seen.append(open(path, 'rb').read())
    except OSError: pass
df['leaked'] = str(seen).count('s3cret' + '-of')
"""
start("code", {**source, "queryString": "SELECT i FROM kinds ORDER BY i"}, code=code)
given = {"InputName": "rows", "AppManaged": True, "DatasetDefinition": {"LocalPath": "/opt/ml/processing/rows", "RedshiftDatasetDefinition": {"ClusterId": "my-cluster", "Database": "postgres", "DbUser": "x", "QueryString": "SELECT t FROM kinds WHERE i = 9", "ClusterRoleArn": "arn:aws:iam::123456789012:role/Unload", "OutputS3Uri": "s3://z/", "OutputFormat": "PARQUET"}}}
start("given", {}, inputs=[given])
jobs = {name: end(name) for name in ("kinds", "code", "given")}
print("SAID " + json.dumps({"ends": [[job["ProcessingJobStatus"], job.get("FailureReason"), job.get("ExitMessage")] for job in jobs.values()], "texts": {name: text(name) for name in jobs}}))
`,
  );
  expect(said).toEqual({
    ends: Array.from({ length: 3 }, () => ["Completed", null, null]),
    texts: {
      kinds: [
        'b,i,l,r,d,m,w,t,v,day,at,zoned,j,u,list\ntrue,-1,9007199254740993,0.5,nan,-1234567890.05,1.5,"ü ""x"",\n日本",AP8=,2024-02-29,2024-02-29T12:34:56.789Z,2024-02-29T10:34:56.000Z,"{""a"": 1}",00000000-0000-0000-0000-000000000001,"{1,2}"\n,2,,,,,,"",,,,,,,\n',
      ],
      code: ["i,leaked\n-1,0\n2,0\n"],
      given: ["t\n"],
    },
  });
  expect(filesWith(server.home, password)).toEqual([join(server.home, "connections", "warehouse.json")]);
});

test("what is wrong is said with the node and what to do, and without the password", async (context) => {
  await installed(context, system);
  connect("closed", { secretArn: "arn:aws:secretsmanager:us-west-2:123456789012:secret:closed", roles: ["Somebody"] });
  connect("wrong", { password: "no-s3cret-at-all" });
  const wanted = {
    unknown: ["my-clusterr", "SELECT 1"],
    closed: ["arn:aws:secretsmanager:us-west-2:123456789012:secret:closed", "SELECT 1"],
    password: ["wrong", "SELECT 1"],
    table: ["warehouse", "SELECT * FROM kindz"],
    two: ["warehouse", "SELECT 1; DROP TABLE kinds"],
    write: ["warehouse", "DELETE FROM kinds RETURNING i"],
    twice: ["warehouse", "SELECT 1 AS a, 2 AS a"],
  };
  const reasons = await saying(
    context,
    server,
    "v2",
    `${program}
wanted = json.loads('''${JSON.stringify(wanted)}''')
for name, (cluster, sql) in wanted.items(): start(name, {"clusterIdentifier": cluster, "queryString": sql})
print("SAID " + json.dumps({name: (job := end(name)).get("FailureReason", "") + (job.get("ExitMessage") or "") for name in wanted}))
`,
  );
  expect(reasons).toEqual({
    unknown: expect.stringMatching(
      /In node s, redshift_source: There is no connection for "my-clusterr"; the connections are: closed, warehouse, wrong\. Write connections\/NAME\.json/,
    ),
    closed: expect.stringMatching(/The connection closed is not for the role arn:aws:iam::123456789012:role\/Reader/),
    password: expect.stringMatching(
      /The connection wrong \(redshift\) says: password authentication failed for user "reader"/,
    ),
    table: expect.stringMatching(/relation "kindz" does not exist/),
    two: expect.stringMatching(/cannot insert multiple commands/),
    write: expect.stringMatching(/syntax error at or near "DELETE"/),
    twice: expect.stringMatching(/In node s, redshift_source: The query has two columns "a"/),
  });
  for (const reason of Object.values(reasons)) expect(reason).not.toContain("s3cret");
  connect("open", {}, 0o644);
  const open = await saying(
    context,
    server,
    "v2",
    `${program}
start("open", {"clusterIdentifier": "open", "queryString": "SELECT 1"})
print("SAID " + json.dumps(end("open")["FailureReason"]))
`,
  );
  expect(open).toMatch(
    /connections\/open\.json can be read by others than its owner.*chmod 600 connections\/open\.json/,
  );
  rmSync(join(server.home, "connections", "open.json"));
});

/** Reads the million rows with a heap that could hold a tenth of them. */
test("a million rows are read in little memory", async (context) => {
  await installed(context, system);
  const folder = mkdtempSync(join(tmpdir(), "million-"));
  const connection = {
    name: "x",
    type: "postgresql",
    host: "127.0.0.1",
    port: database!.port,
    database: "postgres",
    user: "reader",
    password,
  };
  const script = `
    import { openPostgresql } from "${root}/src/runtimes/queries/databases/postgresql.ts";
    import { writeRows } from "${root}/src/runtimes/queries/write-rows.ts";
    const opened = await openPostgresql(${JSON.stringify(connection)}, "SELECT * FROM many", new AbortController().signal);
    const rows = await writeRows(opened, ${JSON.stringify(folder)}, "parquet", 64 * 1024 ** 2);
    await opened.close();
    console.log(JSON.stringify({ rows, peak: process.resourceUsage().maxRSS / 1024 }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--max-old-space-size=64",
    "--input-type=module-typescript",
    "-e",
    script,
  ]);
  const { peak, rows } = JSON.parse(stdout);
  expect(rows).toBe(1_000_000);
  expect(peak).toBeLessThan(700);
  expect(readdirSync(folder)).toEqual(["part-00000_0.parquet", "part-00001_0.parquet", "part-00002_0.parquet"]);
  rmSync(folder, { recursive: true });
}, 120_000);
