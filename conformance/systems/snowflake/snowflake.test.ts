import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runPython } from "../../python-clients.ts";
import { scriptEnvironments } from "../../script-environments.ts";
import { useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { snowflake as system } from "./snowflake.ts";
import { type SnowflakeDouble, startSnowflakeDouble } from "./snowflake-double.ts";

const server = useServer({ environment: scriptEnvironments });
const password = "s3cret-of-the-warehouse";
const many = (from: number) => Array.from({ length: 30_000 }, (_, row) => [String(from + row), `row ${from + row}`]);
const kinds = "SELECT * FROM kinds";
let double: SnowflakeDouble;

beforeAll(async () => {
  const number = { type: "fixed", precision: 38, scale: 0 };
  double = await startSnowflakeDouble(
    { user: "reader", password },
    {
      [kinds]: {
        columns: [
          { name: "N", type: "fixed", precision: 18, scale: 0 },
          { name: "M", type: "fixed", precision: 12, scale: 2 },
          { name: "WIDE", ...number },
          { name: "D", type: "real" },
          { name: "B", type: "boolean" },
          { name: "T", type: "text" },
          { name: "V", type: "binary" },
          { name: "DAY", type: "date" },
          { name: "AT", type: "timestamp_ntz", scale: 9 },
          { name: "LOCAL", type: "timestamp_ltz", scale: 9 },
          { name: "ZONED", type: "timestamp_tz", scale: 9 },
          { name: "CLOCK", type: "time", scale: 9 },
          { name: "J", type: "variant" },
        ],
        rows: [
          [
            ...["-1", "-1234567890.05", "12345678901234567890123456789012345678", "0.5", "1", 'ü "x",\n日本', "00ff"],
            ...["19782", "1709210096.789012345", "1709210096.000000000", "1709202896.000000000 1560"],
            ...["45296.500000000", '{"a": 1}'],
          ],
          Array(13).fill(null),
          [null, null, null, "NaN", "0", "", "", "-1", "-0.500000000", null, null, null, null],
        ],
      },
      "SELECT * FROM many": {
        columns: [
          { name: "I", type: "fixed", precision: 10, scale: 0 },
          { name: "T", type: "text" },
        ],
        rows: many(0).slice(0, 100),
        chunks: [many(100), many(30_100)],
        isSlow: true,
      },
    },
  );
});
afterAll(() => double?.close());

const connect = (more: object = {}) => {
  mkdirSync(join(server.home, "connections"), { recursive: true, mode: 0o700 });
  const connection = {
    ...{ type: "snowflake", host: "127.0.0.1", port: double.port, account: "acme", user: "reader", password },
    ...{ database: "SALES", schema: "PUBLIC", warehouse: "SMALL", role: "READER", tls: false, ...more },
  };
  writeFileSync(join(server.home, "connections", "flakes.json"), JSON.stringify(connection), { mode: 0o600 });
};

const program = `
import boto3, json, time
s3, client = boto3.client("s3"), boto3.client("sagemaker")
try: s3.create_bucket(Bucket="flows", CreateBucketConfiguration={"LocationConstraint": client.meta.region_name})
except s3.exceptions.BucketAlreadyOwnedByYou: pass
def run(name, sql, code="df['rows'] = len(df)"):
    node = lambda id, kind, operator, parameters, *inputs: {"node_id": id, "type": kind, "operator": f"sagemaker.{operator}_0.1", "parameters": parameters, "inputs": [{"name": "df", "node_id": one, "output_name": "default"} for one in inputs], "outputs": [{"name": "default"}]}
    nodes = [node("s", "SOURCE", "snowflake_source", {"dataset_definition": {"datasetSourceType": "Snowflake", "name": "rows", "connectionName": "flakes", "queryString": sql}}), node("c", "TRANSFORM", "spark.custom_pandas", {"code": code}, "s")]
    s3.put_object(Bucket="flows", Key=f"{name}.flow", Body=json.dumps({"metadata": {"version": 1}, "nodes": nodes}))
    client.create_processing_job(ProcessingJobName=name, RoleArn="arn:aws:iam::123456789012:role/Reader", AppSpecification={"ImageUri": "174368400705.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-wrangler-container:5.x"},
        ProcessingInputs=[{"InputName": "flow", "S3Input": {"S3Uri": f"s3://flows/{name}.flow", "LocalPath": "/opt/ml/processing/flow", "S3DataType": "S3Prefix", "S3InputMode": "File"}}],
        ProcessingOutputConfig={"Outputs": [{"OutputName": one, "S3Output": {"S3Uri": "s3://flows/out", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": "EndOfJob"}} for one in ("s.default", "c.default")]},
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30}})
    while (job := client.describe_processing_job(ProcessingJobName=name))["ProcessingJobStatus"] == "InProgress":
        time.sleep(0.2)
    text = lambda node: s3.get_object(Bucket="flows", Key=f"out/{name}/{node}/default/part-00000_0.csv")["Body"].read().decode()
    done = job["ProcessingJobStatus"] == "Completed"
    return {"end": job.get("FailureReason") or job.get("ExitMessage"), **({"source": text("s").split("\\n"), "code": text("c").splitlines()[-1]} if done else {})}
`;

const say = async (context: Parameters<typeof runPython>[0], calls: string) =>
  JSON.parse(
    /SAID (.*)$/m.exec(
      await runPython(context, server, "v2", `${program}\nprint("SAID " + json.dumps(${calls}))`),
    )![1]!,
  );

test("without its connector, Snowflake is refused with what to do; one that is not known is, too", async (context) => {
  connect();
  const [{ end }] = await say(context, `[run("without", "SELECT 1")]`);
  expect(end).toMatch(/In node s, snowflake_source: .*snowflake-sdk.*"sagebrush connectors add snowflake"/);
  expect(await server.sagebrush("connectors", "list")).toMatchObject({
    stdout: expect.stringMatching(/^snowflake +not added; snowflake-sdk \d+\.\d+\.\d+, about \d+ MiB$/m),
  });
  expect(await server.sagebrush("connectors", "add", "snowflak")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("There is no connector snowflak. Did you mean snowflake?"),
  });
});

test("a flow reads Snowflake by its own package: values, files of rows, a statement that takes its time", async (context) => {
  await installed(context, system);
  cpSync(join(import.meta.dirname, "../../../.cache/systems/snowflake/connectors"), join(server.home, "connectors"), {
    recursive: true,
  });
  expect((await server.sagebrush("connectors", "list")).stdout).toMatch(/^snowflake +snowflake-sdk \d+\.\d+\.\d+$/m);
  connect();
  const code = `
import glob, os
seen = [dict(os.environ)]
for path in glob.glob('/proc/[0-9]*/environ') + glob.glob('/opt/ml/**/*', recursive=True):
    try: seen.append(open(path, 'rb').read())
    except OSError: pass
try: open('/opt/sagebrush/connectors/new', 'w')
except OSError as error: written = type(error).__name__
df = df[['N']].assign(leaked=str(seen).count('s3cret' + '-of'), written=written, there=os.path.exists('/opt/sagebrush/connectors/snowflake/connector.json'))
`;
  const [values, rows] = await say(
    context,
    `[run("kinds", "${kinds};", ${JSON.stringify(code)}), run("many", "SELECT * FROM many")]`,
  );
  expect(values).toEqual({
    end: null,
    source: [
      "N,M,WIDE,D,B,T,V,DAY,AT,LOCAL,ZONED,CLOCK,J",
      '-1,-1234567890.05,12345678901234567890123456789012345678,0.5,true,"ü ""x"",',
      '日本",AP8=,2024-02-29,2024-02-29T12:34:56.789Z,2024-02-29T12:34:56.000Z,2024-02-29T10:34:56.000Z,12:34:56.500000000,"{""a"": 1}"',
      ",,,,,,,,,,,,",
      expect.stringMatching(/^,,,nan,false,"",.*,1969-12-31,1969-12-31T23:59:59.500Z,,,,$/i),
      "",
    ],
    code: ",0,OSError,true",
  });
  expect(rows).toMatchObject({ end: null, code: "60099,row 60099,60100" });
  // The command line runs such a flow as well: nothing of it is on this machine.
  const file = join(server.home, "many.flow");
  const definition = { name: "rows", connectionName: "flakes", queryString: "SELECT * FROM many" };
  const source = { node_id: "s", type: "SOURCE", operator: "sagemaker.snowflake_source_0.1", inputs: [] };
  const nodes = [{ ...source, parameters: { dataset_definition: definition }, outputs: [{ name: "default" }] }];
  writeFileSync(file, JSON.stringify({ metadata: { version: 1 }, nodes }));
  const run = await server.sagebrush("flow", "run", file, "--node", "s", "--output", "s3://flows/line");
  expect(run).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Wrote 60100 rows and 2 columns of the output s\.default\.$/m),
  });
});

test("what Snowflake refuses is said with the node, and without the password", async (context) => {
  await installed(context, system);
  connect();
  const [absent, written] = await say(
    context,
    `[run("absent", "SELECT * FROM none"), run("written", "/* a */ DELETE FROM kinds")]`,
  );
  expect(absent.end).toMatch(
    /In node s, snowflake_source: The connection flakes \(snowflake\) says: .*Object 'NONE' does not exist/s,
  );
  expect(written.end).toContain('The query begins with "DELETE"; write one that reads');
  connect({ password: "no-s3cret-at-all" });
  const [wrong] = await say(context, `[run("wrong", "${kinds}")]`);
  expect(wrong.end).toContain("Incorrect username or password was specified");
  expect(JSON.stringify(wrong)).not.toContain("no-s3cret");
  // It was asked as the connection says.
  const login = double.asked.find(({ path }) => path.endsWith("login-request"))!.body.data;
  expect(login).toMatchObject({ ACCOUNT_NAME: "acme", LOGIN_NAME: "reader" });
});
