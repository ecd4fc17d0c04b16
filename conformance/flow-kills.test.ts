import { globSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { patience, untilNothingIsLeft } from "./clients.ts";
import { processesOfRuns, textOf } from "./processes-of-runs.ts";
import { endOf } from "./processing-jobs.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { createTestServer, type TestServer } from "./server.ts";
import { mountSmallDisk } from "./small-disk.ts";

/** A flow with a small output and one that takes a second or more to write, by boto3. */
const program = `
import boto3, json, sys
s3, client = boto3.client("s3"), boto3.client("sagemaker")
node = lambda id, kind, operator, parameters, *inputs: {"node_id": id, "type": kind, "operator": f"sagemaker.{operator}_0.1", "parameters": parameters, "inputs": [{"name": "df", "node_id": one, "output_name": "default"} for one in inputs], "outputs": [{"name": "default"}]}
rows = 2000
flow = {"metadata": {"version": 1}, "nodes": [
    node("source", "SOURCE", "s3_source", {"dataset_definition": {"datasetSourceType": "S3", "name": "rows.csv", "s3ExecutionContext": {"s3Uri": "s3://kept/rows.csv", "s3ContentType": "csv", "s3HasHeader": True}}}),
    node("small", "TRANSFORM", "spark.infer_and_cast_type", {}, "source"),
    node("pairs", "TRANSFORM", "spark.custom_code", {"operator": "SQL (PySpark SQL)", "sql_parameters": {"code": "SELECT a.n AS n, b.n AS m, 'of the one and of the other' AS t FROM df a CROSS JOIN df b"}}, "small"),
]}
def prepare():
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_object(Bucket="kept", Key="rows.csv", Body="n\\n" + "".join(f"{row}\\n" for row in range(rows)))
    s3.put_object(Bucket="kept", Key="pairs.flow", Body=json.dumps(flow))
def create(name):
    place = lambda key, folder: {"S3Uri": f"s3://kept/{key}", "LocalPath": f"/opt/ml/processing/{folder}", "S3DataType": "S3Prefix", "S3InputMode": "File"}
    client.create_processing_job(
        ProcessingJobName=name, RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
        AppSpecification={"ImageUri": "174368400705.dkr.ecr.us-west-2.amazonaws.com/sagemaker-data-wrangler-container:5.x"},
        ProcessingInputs=[{"InputName": "flow", "S3Input": place("pairs.flow", "flow")}, {"InputName": "rows.csv", "S3Input": place("rows.csv", "rows.csv")}],
        ProcessingOutputConfig={"Outputs": [{"OutputName": one, "S3Output": {"S3Uri": f"s3://kept/{name}", "LocalPath": "/opt/ml/processing/output", "S3UploadMode": mode}} for one, mode in (("small.default", "EndOfJob"), ("pairs.default", "Continuous"))]},
        ProcessingResources={"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.4xlarge", "VolumeSizeInGB": 30}},
    )
def look(name):
    job = client.describe_processing_job(ProcessingJobName=name)
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="kept", Prefix=f"{name}/").get("Contents", [])]
    lines = {key[len(name) + 1:]: s3.get_object(Bucket="kept", Key=key)["Body"].read().count(b"\\n") for key in keys}
    return {"status": job["ProcessingJobStatus"], "reason": job.get("FailureReason"), "message": job.get("ExitMessage"), "lines": lines}
`;

const say = async (context: TestContext, server: TestServer, words: string) =>
  JSON.parse(
    /SAID (.*)$/m.exec(
      await runPython(context, server, "v2", `${program}\nprint("SAID " + json.dumps(${words}))`),
    )![1]!,
  );

const whole = { "small/default/part-00000_0.csv": 2_001, "pairs/default/part-00000_0.csv": 4_000_001 };

/** Resolves when a run has begun to write the large output. */
const untilItWrites = (home: string) =>
  expect
    .poll(
      () =>
        globSync("runs/*/ml/flow-outputs/**/pairs/default/part-*", { cwd: home }).some(
          (file) => sizeOf(join(home, file)) > 0,
        ),
      {
        ...patience,
        message: "the output is being written",
      },
    )
    .toBe(true);

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const kill = (pids: readonly number[]): void => {
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(pid, "SIGKILL");
};

/** The processes of the flow's program itself, not those that keep it in its sandbox. */
const programs = (home: string) =>
  processesOfRuns(home).filter((pid) =>
    /^\S*node\0(?:-[^\0]*\0)*[^\0]*flow-job\.ts\0/.test(textOf(`/proc/${pid}/cmdline`)),
  );

const keepers = (home: string) =>
  globSync("runs/*/keeper.json", { cwd: home }).map(
    (file) => (JSON.parse(readFileSync(join(home, file), "utf8")) as { pid: number }).pid,
  );

test("a flow's job that is killed in the middle leaves no part of an output in S3", async (context) => {
  const server = await createTestServer({ environment: scriptEnvironments });
  try {
    await server.start();
    await say(context, server, "prepare()");
    const disturbed = async (name: string, disturb: () => unknown) => {
      await say(context, server, `create("${name}")`);
      await untilItWrites(server.home);
      await disturb();
      await endOf(server, name);
      await untilNothingIsLeft(server, name);
      return say(context, server, `look("${name}")`);
    };
    expect(await disturbed("program", () => kill(programs(server.home)))).toMatchObject({
      status: "Failed",
      reason: expect.stringContaining("exit code: 137"),
      lines: {},
    });
    expect(await disturbed("keeper", () => kill(keepers(server.home)))).toMatchObject({
      status: "Completed",
      lines: whole,
    });
    const restart = async () => {
      await server.kill();
      await server.start();
    };
    expect(await disturbed("server", restart)).toMatchObject({ status: "Completed", lines: whole });
    const stop = () => say(context, server, 'client.stop_processing_job(ProcessingJobName="stopped")');
    expect(await disturbed("stopped", stop)).toMatchObject({ status: "Stopped", lines: {} });
  } finally {
    await server.close();
  }
});

test("a flow's job that finds the disk full leaves no part of an output in S3", async (context) => {
  const disk = mountSmallDisk(130);
  if (!disk) return context.skip("a small disk cannot be mounted here: this takes root on Linux");
  const home = join(disk.path, "home");
  mkdirSync(home, { mode: 0o700 });
  const server = await createTestServer({ home, environment: scriptEnvironments });
  try {
    await server.start();
    await say(context, server, "prepare()");
    await say(context, server, 'create("full")');
    await endOf(server, "full");
    expect(await say(context, server, 'look("full")')).toEqual({
      status: "Failed",
      message: expect.stringContaining("In node pairs, custom_code (SQL (PySpark SQL)): "),
      reason: expect.stringContaining("Insufficient disk space"),
      lines: {},
    });
  } finally {
    await server.close().finally(disk.remove);
  }
});
