import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { S3 } from "@aws-sdk/client-s3";
import {
  type Channel,
  type CreateTrainingJobRequest,
  type DescribeTrainingJobResponse,
  type S3DataSource,
  SageMaker,
} from "@aws-sdk/client-sagemaker";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { childrenOf, isAlive } from "../../../executors/process/processes.ts";
import { defineImage } from "../../../images/define-image.ts";
import { runAccessKey, runKeyPrefix } from "../../../runs/run-key.ts";
import { type App, createApp } from "../../../server/app.ts";
import { readAdministratorKey } from "../../../server/home/keys.ts";
import { builtIn } from "../../../server/parts/units.ts";
import { readSettings } from "../../../server/settings/settings.ts";
import type { TestHyperparameters } from "./training-job-runs.fixture.ts";

const testImage = defineImage({
  repository: "test-trainer",
  versions: ["1"],
  training: () => ({
    program: { script: "src/services/sagemaker/training/training-job-runs.fixture.ts", arguments: [] },
    metrics: [{ Name: "train:loss", Regex: ".*#011train-loss:(\\S+)" }],
  }),
});
const units = { ...builtIn, images: [async () => testImage] };

const home = mkdtempSync(join(tmpdir(), "sagebrush-training-"));
const bucket = "training-data";
let app: App;
let sagemaker: SageMaker;
let s3: S3;
let logs: CloudWatchLogs;
let cloudwatch: CloudWatch;

async function start(settings: Record<string, string> = {}, environment = {}): Promise<void> {
  app = await createApp(readSettings({ home, port: 0, ...settings }, {}), units, environment);
  const { url } = await app.start();
  const { accessKeyId, secret } = readAdministratorKey(home);
  const config = { endpoint: url, region: "us-west-2", credentials: { accessKeyId, secretAccessKey: secret } };
  sagemaker = new SageMaker(config);
  s3 = new S3({ ...config, forcePathStyle: true });
  logs = new CloudWatchLogs(config);
  cloudwatch = new CloudWatch(config);
}

beforeAll(async () => {
  await start();
  await s3.createBucket({ Bucket: bucket });
  const objects = { "data/train/a.csv": "a", "data/train/deep/b.csv": "b", "data/train.csv": "c", "data/empty/": "" };
  for (const [Key, Body] of Object.entries(objects)) await s3.putObject({ Bucket: bucket, Key, Body });
  const manifest = [{ prefix: `s3://${bucket}/data/` }, "train/a.csv", "train.csv"];
  await s3.putObject({ Bucket: bucket, Key: "lists/manifest.json", Body: JSON.stringify(manifest) });
});
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true });
});

const channel = (ChannelName: string, S3Uri: string, S3DataType: "S3Prefix" | "ManifestFile" = "S3Prefix") => ({
  ChannelName,
  DataSource: { S3DataSource: { S3DataType, S3Uri } },
});
/** The change that gives a request this channel. */
const withChannel = (changes: Partial<Channel>, source: Partial<S3DataSource> = {}) => {
  const plain = channel("train", `s3://${bucket}/data`);
  const S3DataSource = { ...plain.DataSource.S3DataSource, ...source };
  return { InputDataConfig: [{ ...plain, DataSource: { S3DataSource }, ...changes }] };
};
const request = (
  TrainingJobName: string,
  hyperparameters: TestHyperparameters = {},
  changes: Partial<CreateTrainingJobRequest> = {},
): CreateTrainingJobRequest => ({
  TrainingJobName,
  HyperParameters: { ...hyperparameters },
  AlgorithmSpecification: {
    TrainingImage: "123456789012.dkr.ecr.us-west-2.amazonaws.com/test-trainer:1",
    TrainingInputMode: "File",
  },
  RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  InputDataConfig: [channel("train", `s3://${bucket}/data/train`)],
  OutputDataConfig: { S3OutputPath: `s3://${bucket}/out` },
  ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  ...changes,
});

const describeJob = (TrainingJobName: string) => sagemaker.describeTrainingJob({ TrainingJobName });
async function until(name: string, holds: (job: DescribeTrainingJobResponse) => boolean) {
  await expect.poll(async () => holds(await describeJob(name)), { timeout: 25_000, interval: 50 }).toBe(true);
  return describeJob(name);
}
const ended = (job: DescribeTrainingJobResponse) => !["InProgress", "Stopping"].includes(job.TrainingJobStatus!);
const inStep = (step: string) => (job: DescribeTrainingJobResponse) => job.SecondaryStatus === step;
async function run(input: CreateTrainingJobRequest) {
  await sagemaker.createTrainingJob(input);
  return until(input.TrainingJobName!, ended);
}
async function logOf(name: string): Promise<string[]> {
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  const { logStreams = [] } = await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: `${name}/` });
  expect(logStreams).toHaveLength(1);
  const { logStreamName } = logStreams[0]!;
  expect(logStreamName).toMatch(new RegExp(`^${name}/algo-1-\\d{10}$`));
  const lines: string[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true, nextToken });
    lines.push(...page.events!.map(({ message }) => message!));
    if (page.nextForwardToken === nextToken) return lines;
    nextToken = page.nextForwardToken;
  }
}
async function lossesOf(name: string): Promise<number> {
  const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
    Namespace: "/aws/sagemaker/TrainingJobs",
    MetricName: "train:loss",
    Dimensions: [{ Name: "TrainingJobName", Value: name }],
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    Period: 3600,
    Statistics: ["SampleCount"],
  });
  return Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0);
}
async function archive(url: string): Promise<Record<string, string>> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url)!;
  const folder = mkdtempSync(join(tmpdir(), "archive-"));
  const { Body } = await s3.getObject({ Bucket, Key });
  writeFileSync(join(folder, "a.tar.gz"), await Body!.transformToByteArray());
  execFileSync("tar", ["-xzf", "a.tar.gz"], { cwd: folder });
  rmSync(join(folder, "a.tar.gz"));
  const members = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  rmSync(folder, { recursive: true });
  return Object.fromEntries(members);
}
const runFolders = () => readdirSync(join(home, "runs")).filter((name) => !name.startsWith("."));

const keeperOf = (runId: string): { pid: number; startTime: string } =>
  JSON.parse(readFileSync(join(home, "runs", runId, "keeper.json"), "utf8"));
const isRunning = (runId: string) => existsSync(join(home, "runs", runId, "keeper.json")) && isAlive(keeperOf(runId));

it("trains: data in, log, metrics, model and output out", async () => {
  const job = await run(
    request(
      "whole",
      { rounds: "30", output: "a plot" },
      {
        // Would end the program, were it one of its variables.
        Environment: { COLOUR: "green", NODE_OPTIONS: "--import data:text/javascript,process.exit(7)" },
        InputDataConfig: [
          channel("train", `s3://${bucket}/data/train`),
          channel("one", `s3://${bucket}/data/train.csv`),
          channel("listed", `s3://${bucket}/lists/manifest.json`, "ManifestFile"),
        ],
      },
    ),
  );
  expect(job).toMatchObject({ TrainingJobStatus: "Completed", SecondaryStatus: "Completed" });
  expect(job.SecondaryStatusTransitions?.map(({ Status, StatusMessage }) => [Status, StatusMessage])).toEqual([
    ["Starting", "Preparing the instances for training"],
    ["Downloading", "Downloading input data"],
    ["Training", "Training image download completed. Training in progress."],
    ["Uploading", "Uploading generated training model"],
    ["Completed", "Training job completed"],
  ]);
  const ends = job.SecondaryStatusTransitions!.map(({ EndTime }) => EndTime!.getTime());
  const starts = job.SecondaryStatusTransitions!.map(({ StartTime }) => StartTime!.getTime());
  expect(ends.slice(0, -1)).toEqual(starts.slice(1));
  expect(job.TrainingTimeInSeconds).toBeGreaterThan(0);
  expect(job.FinalMetricDataList).toMatchObject([{ MetricName: "train:loss", Value: expect.closeTo(1 / 30) }]);
  expect(await lossesOf("whole")).toBe(30);

  const lines = await logOf("whole");
  expect(lines).toEqual(Array.from({ length: 30 }, (_, i) => `[${i}]#011train-loss:${1 / (i + 1)}`));

  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe(`s3://${bucket}/out/whole/output/model.tar.gz`);
  const model = await archive(job.ModelArtifacts!.S3ModelArtifacts!);
  expect(JSON.parse(model["seen.json"]!)).toEqual({
    seen: [
      "listed/train.csv: c",
      "listed/train/a.csv: a",
      "one/train.csv: c",
      "train/a.csv: a",
      "train/deep/b.csv: b",
      "train/train.csv: c",
    ],
    environment: {
      TRAINING_JOB_NAME: "whole",
      TRAINING_JOB_ARN: job.TrainingJobArn,
      AWS_REGION: "us-west-2",
    },
  });
  expect(await archive(`s3://${bucket}/out/whole/output/output.tar.gz`)).toEqual({ "plot.txt": "a plot" });
  await expect.poll(runFolders, { timeout: 20_000 }).toEqual([]);
});

it("gives a job a key for its own data alone, and only while it runs", async () => {
  await run(request("reaching", { reach: bucket }));
  const lines = await logOf("reaching");
  const key = lines.pop()!.slice("key: ".length);
  expect(lines).toEqual([
    ...["read channel: done", "list channel: done", "write output: done"],
    ...["read other: AccessDenied", "list all: AccessDenied", "write other: AccessDenied"],
    ...["delete channel: AccessDenied", "list jobs: AccessDeniedException"],
    ...["write log: AccessDeniedException", "write metric: AccessDenied"],
  ]);
  const secret = readFileSync(join(home, "run-secret"), "utf8").trim();
  const known = runAccessKey(secret, key.slice(runKeyPrefix.length));
  const credentials = { accessKeyId: known.accessKeyId, secretAccessKey: known.secret };
  const late = new S3({
    endpoint: await s3.config.endpoint!().then(({ protocol, hostname, port }) => `${protocol}//${hostname}:${port}`),
    region: "us-west-2",
    credentials,
    forcePathStyle: true,
  });
  await expect(late.getObject({ Bucket: bucket, Key: "data/train/a.csv" })).rejects.toThrow(
    /does not exist in our records/,
  );
});

it("fails with what the program left in its failure file, and with its exit code", async () => {
  const clientError = await run(request("client-error", { fail: "ClientError: train.csv, line 3: 'x'", exit: "1" }));
  expect(clientError).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: "ClientError: train.csv, line 3: 'x', exit code: 1",
  });
  expect(clientError.ModelArtifacts).toBeUndefined();
  const other = await run(request("other-error", { fail: "broken", exit: "2" }));
  expect(other.FailureReason).toBe("AlgorithmError: broken, exit code: 2");
  expect(other.SecondaryStatusTransitions?.at(-1)).toMatchObject({
    Status: "Failed",
    StatusMessage: "Training job failed",
  });
});

it("loses nothing of a log that comes faster than it is shipped", async () => {
  const rounds = 20_000;
  const job = await run(request("talkative", { rounds: String(rounds) }));
  expect(job.TrainingJobStatus).toBe("Completed");
  expect(await lossesOf("talkative")).toBe(rounds);
  const lines = await logOf("talkative");
  expect(lines).toEqual(Array.from({ length: rounds }, (_, i) => `[${i}]#011train-loss:${1 / (i + 1)}`));
});

it("stops when asked, and keeps what was saved", async () => {
  await sagemaker.createTrainingJob(request("stopped", { wait: "1" }));
  await expect.poll(() => logOf("stopped").catch(() => []), { timeout: 20_000 }).toContain("waiting");
  await expect(sagemaker.deleteTrainingJob({ TrainingJobName: "stopped" })).rejects.toThrow(/is InProgress. Stop it/);
  await sagemaker.stopTrainingJob({ TrainingJobName: "stopped" });
  await sagemaker.stopTrainingJob({ TrainingJobName: "stopped" });
  const job = await until("stopped", ended);
  expect(job).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "Stopped" });
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
    ...["Starting", "Downloading", "Training", "Stopping", "Stopped"],
  ]);
  expect(await logOf("stopped")).toContain("saving what there is");
  expect((await archive(job.ModelArtifacts!.S3ModelArtifacts!))["seen.json"]).toMatch(/\n$/);
  await expect(sagemaker.stopTrainingJob({ TrainingJobName: "stopped" })).rejects.toThrow(/in status Stopped/);
});

it("ends soon when it is stopped while it uploads", async () => {
  await sagemaker.createTrainingJob(request("late-stop", { outputBytes: "40000000" }));
  await until("late-stop", inStep("Uploading"));
  await sagemaker.stopTrainingJob({ TrainingJobName: "late-stop" });
  const job = await until("late-stop", ended);
  expect(Object.keys(await archive(job.ModelArtifacts!.S3ModelArtifacts!))).toEqual(["seen.json"]);
});

it("ends at its longest runtime as AWS does, with its artifacts", async () => {
  const job = await run(request("too-long", { wait: "1" }, { StoppingCondition: { MaxRuntimeInSeconds: 6 } }));
  expect(job).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "MaxRuntimeExceeded" });
  expect(Object.keys(await archive(job.ModelArtifacts!.S3ModelArtifacts!))).toEqual(["seen.json"]);
});

it("writes the model as it is when asked for no compression", async () => {
  const OutputDataConfig = { S3OutputPath: `s3://${bucket}/plain/`, CompressionType: "NONE" as const };
  const job = await run(request("uncompressed", {}, { OutputDataConfig }));
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe(`s3://${bucket}/plain/uncompressed/output/model/`);
  const { Contents } = await s3.listObjectsV2({ Bucket: bucket, Prefix: "plain/" });
  expect(Contents?.map(({ Key }) => Key)).toEqual(["plain/uncompressed/output/model/seen.json"]);
});

it("refuses what AWS refuses, and what is not built, in words that help", async () => {
  const algorithm = request("x").AlgorithmSpecification!;
  const resources = request("x").ResourceConfig!;
  await s3.putObject({ Bucket: bucket, Key: "lists/large", Body: Buffer.alloc(16 * 1024 * 1024 + 1, " ") });
  const refusals: [Partial<CreateTrainingJobRequest>, RegExp][] = [
    [
      { AlgorithmSpecification: { ...algorithm, TrainingImage: "123456789012.dkr.ecr.us-west-2.amazonaws.com/x:1" } },
      /test-trainer \(1\)/,
    ],
    [
      { InputDataConfig: [channel("train", `s3://${bucket}/nothing`)] },
      /No S3 objects found under S3 URL "s3:\/\/training-data\/nothing"/,
    ],
    [{ InputDataConfig: [channel("train", "s3://no-such-bucket/x")] }, /No S3 objects found/],
    [
      { InputDataConfig: [channel("train", `s3://${bucket}/lists/large`, "ManifestFile")] },
      /lists\/large has 16777217 bytes; at most 16777216 are allowed/,
    ],
    [
      { InputDataConfig: [channel("a", `s3://${bucket}/data`), channel("a", `s3://${bucket}/data`)] },
      /"a" is given twice/,
    ],
    [{ OutputDataConfig: { S3OutputPath: "s3://no-such-bucket/x" } }, /bucket "no-such-bucket"/],
    [{ ResourceConfig: { ...resources, InstanceCount: 0 } }, /InstanceCount is 0; it must be at least 1/],
    [{ ResourceConfig: { ...resources, InstanceCount: 2 } }, /InstanceCount 2 is not built/],
    [
      withChannel({}, { S3DataType: "AugmentedManifestFile", AttributeNames: ["a"] }),
      /^Channel "train": AugmentedManifestFile can only be used if the Channel's input mode is Pipe\.$/,
    ],
    [withChannel({ InputMode: "Pipe" }, { S3DataType: "AugmentedManifestFile" }), /needs AttributeNames/],
    [
      withChannel({}, { AttributeNames: ["a"] }),
      /AttributeNames are allowed with S3DataType AugmentedManifestFile alone/,
    ],
    [
      withChannel({ InputMode: "FastFile" }, { S3DataType: "ManifestFile" }),
      /FastFile takes S3DataType S3Prefix alone/,
    ],
    [
      withChannel({ InputMode: "FastFile" }, { S3Uri: `s3://${bucket}/data/tr` }),
      /S3Uri "s3:\/\/training-data\/data\/tr" is neither a folder nor an object/,
    ],
    [withChannel({ CompressionType: "Gzip" }), /CompressionType Gzip is allowed with input mode Pipe alone/],
    [
      withChannel({ RecordWrapperType: "RecordIO" }),
      /RecordWrapperType RecordIO is allowed with input mode Pipe alone/,
    ],
    [withChannel({ ChannelName: ".." }), /^Channel "\.\.": ChannelName cannot be the name of a folder/],
    [
      {
        AlgorithmSpecification: { ...algorithm, TrainingInputMode: "Pipe" },
        InputDataConfig: [channel("a", `s3://${bucket}/data`), channel("a_0", `s3://${bucket}/data`)],
      },
      /^Channel name "a_0" is that of a pipe of channel "a"\.$/,
    ],
    [
      { AlgorithmSpecification: { ...algorithm, MetricDefinitions: [{ Name: "a", Regex: "(" }] } },
      /Invalid regex of metric definition "a"/,
    ],
    [{ AlgorithmSpecification: { ...algorithm, MetricDefinitions: [{ Name: "a", Regex: "x" }] } }, /has no group/],
    [
      { AlgorithmSpecification: { ...algorithm, MetricDefinitions: [{ Name: "a", Regex: "(?=x)(y)" }] } },
      /^Look-around /,
    ],
    [
      { AlgorithmSpecification: { ...algorithm, ContainerEntrypoint: ["/bin/bash"] } },
      /^A training script in the image \S+test-trainer:1 is not built/,
    ],
    [{ HyperParameters: { sagemaker_program: '"train.py"' } }, /^A training script in the image /],
    [{ EnableManagedSpotTraining: true }, /MaxWaitTimeInSeconds/],
    [
      { CheckpointConfig: { S3Uri: `s3://${bucket}/steps` } },
      /^CheckpointConfig of a built-in algorithm is not built .*, or train by a script/,
    ],
    [
      {
        DebugHookConfig: {
          S3OutputPath: `s3://${bucket}/tensors`,
          CollectionConfigurations: [{ CollectionName: "metrics" }],
        },
      },
      /^DebugHookConfig.CollectionConfigurations of a built-in algorithm is not built/,
    ],
  ];
  for (const [changes, text] of refusals) {
    await expect(sagemaker.createTrainingJob(request("refused", {}, changes))).rejects.toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(text),
    });
  }
  await expect(describeJob("refused")).rejects.toMatchObject({
    name: "ValidationException",
    message: "Requested resource not found.",
  });
  await expect(sagemaker.createTrainingJob(request("whole"))).rejects.toMatchObject({
    name: "ResourceInUse",
    message: expect.stringMatching(
      /^Training job names must be unique .* already exists \(arn:aws:sagemaker:us-west-2:/,
    ),
  });
});

it("begins a new attempt after the server was stopped, in the same log", async () => {
  await sagemaker.createTrainingJob(request("goes-on", { rounds: "5", wait: "1" }));
  await expect.poll(() => logOf("goes-on").catch(() => []), { timeout: 20_000 }).toContain("waiting");
  await app.close();
  await start();
  await expect
    .poll(async () => (await logOf("goes-on")).filter((line) => line === "waiting"), { timeout: 20_000 })
    .toHaveLength(2);
  await until("goes-on", inStep("Training"));
  await sagemaker.stopTrainingJob({ TrainingJobName: "goes-on" });
  const job = await until("goes-on", ended);
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toContain("Restarting");
  expect(await lossesOf("goes-on")).toBe(10);
});

it("tries a lost run once more, then fails and says why, and what it left is kept for a day", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  await sagemaker.createTrainingJob(request("lost", { wait: "1" }));
  let runId = "";
  let pid = 0;
  for (const count of [1, 2]) {
    await expect
      .poll(async () => (await logOf("lost").catch(() => [])).filter((line) => line === "waiting"), { timeout: 20_000 })
      .toHaveLength(count);
    [runId = ""] = runFolders();
    ({ pid } = keeperOf(runId));
    process.kill(pid, "SIGKILL");
    if (count === 1) await expect.poll(() => runFolders().includes(runId), { timeout: 20_000 }).toBe(false);
  }
  const job = await until("lost", ended);
  const words = `The keeper of the run (process ${pid}) ended without a word: it was killed, or the machine went down.`;
  expect(job).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: `InternalServerError: We encountered an internal error. Please try again. ${words}`,
  });
  expect((await logOf("lost")).filter((line) => line.startsWith("The keeper of the run"))).toEqual([
    expect.stringContaining("ended without a word"),
    words,
  ]);
  const lines = told.mock.calls.flat().join("\n");
  told.mockRestore();
  expect(lines).toContain("sagemaker/training-job lost (us-west-2): Run ");
  expect(lines).toContain("was lost, and another attempt begins. The keeper of the run (process ");
  expect(lines).toContain(`What run ${runId} left is kept for a day.\n`);

  // It stays across a start, its key is not valid, and nothing of it runs.
  await app.close();
  await start();
  expect(runFolders()).toEqual([runId]);
  const secret = readFileSync(join(home, "run-secret"), "utf8").trim();
  const { accessKeyId, secret: secretAccessKey } = runAccessKey(secret, runId);
  const { endpoint } = { endpoint: await sagemaker.config.endpoint!() };
  const url = `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`;
  const asRun = new S3({ endpoint: url, region: "us-west-2", credentials: { accessKeyId, secretAccessKey } });
  await expect(asRun.listBuckets()).rejects.toMatchObject({ name: "InvalidAccessKeyId" });
});

it("says why its run could not be started, or its stage ended", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  await app.close();
  await start({}, { PATH: home });
  const unstarted = await run(request("unstarted"));
  await app.close();
  await start();
  const reason = "The run could not be started: mkfifo is not on the PATH";
  expect(unstarted.FailureReason).toContain(`Please try again. ${reason}`);
  expect(await logOf("unstarted")).toEqual(Array(2).fill(expect.stringContaining(reason)));

  told.mockRestore();
});

it("tries a job whose stage was killed once more, then fails and says so", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  await sagemaker.createTrainingJob(request("unstaged", { wait: "1" }, { ExperimentConfig: { TrialName: "t" } }));
  for (const count of [1, 2]) {
    const waiting = async () => (await logOf("unstaged").catch(() => [])).filter((line) => line === "waiting");
    await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(count);
    const [runId] = runFolders().filter((name) => isRunning(name));
    // Below the keeper: the sandbox's two processes where there is one, the stage, the program.
    const below: number[] = [];
    for (let [child] = childrenOf(keeperOf(runId!).pid); child !== undefined; [child] = childrenOf(child))
      below.push(child);
    process.kill(below.at(-2)!, "SIGKILL");
  }
  const job = await until("unstaged", ended);
  expect(job.FailureReason).toMatch(
    /^InternalServerError: .* The program that stages the job was ended by SIGKILL from outside the job/,
  );
  expect(job.SecondaryStatusTransitions!.map(({ Status }) => Status)).toContain("Restarting");
  expect(job.ExperimentConfig).toEqual({ TrialName: "t" });
  expect(told.mock.calls.flat().join("\n")).toMatch(/unstaged \(us-west-2\): InternalServerError: .*\n {2}waiting/s);
  told.mockRestore();
  await expect(
    sagemaker.updateTrainingJob({ TrainingJobName: "unstaged", ProfilerConfig: { DisableProfiler: true } }),
  ).rejects.toThrow("The request was rejected because the training job is in status Failed.");
});

it("fails without training when the role or the bucket of its output is gone when it begins", async () => {
  await s3.createBucket({ Bucket: "soon-gone" });
  await app.close();
  await start({ jobs: "1" });
  await sagemaker.createTrainingJob(request("before", { wait: "1" }));
  await until("before", inStep("Training"));
  await sagemaker.createTrainingJob(request("late", {}, { OutputDataConfig: { S3OutputPath: "s3://soon-gone/out" } }));
  const ProfilerConfig = { S3OutputPath: `s3://${bucket}/profiles`, ProfilingIntervalInMilliseconds: 500 };
  await sagemaker.updateTrainingJob({ TrainingJobName: "late", ProfilerConfig });
  expect((await describeJob("late")).ProfilerConfig).toEqual(ProfilerConfig);
  await expect(
    sagemaker.updateTrainingJob({ TrainingJobName: "before", ProfilerConfig: { DisableProfiler: true } }),
  ).rejects.toThrow(/ProfilerConfig of a job that has begun is not built/);
  for (const [more, what] of [
    [{ ResourceConfig: { KeepAlivePeriodInSeconds: 60 } }, /KeepAlivePeriodInSeconds is not built/],
    [{ RemoteDebugConfig: { EnableRemoteDebug: true } }, /RemoteDebugConfig is not built/],
    [{}, /nothing to update/],
  ] as const)
    await expect(sagemaker.updateTrainingJob({ TrainingJobName: "late", ...more })).rejects.toThrow(what);
  await s3.deleteBucket({ Bucket: "soon-gone" });
  await sagemaker.stopTrainingJob({ TrainingJobName: "before" });
  expect(await until("late", ended)).toMatchObject({
    TrainingJobStatus: "Failed",
    FailureReason: expect.stringMatching(/^ClientError: The bucket "soon-gone" of S3OutputPath .* cannot be used/),
  });
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  expect((await logs.describeLogStreams({ logGroupName, logStreamNamePrefix: "late/" })).logStreams).toEqual([]);
});

it("lists jobs oldest first, and deletes those that have ended", async () => {
  const { TrainingJobSummaries: all = [] } = await sagemaker.listTrainingJobs({ StatusEquals: "Completed" });
  expect(all.map(({ TrainingJobName }) => TrainingJobName)).toEqual(["whole", "reaching", "talkative", "uncompressed"]);
  await sagemaker.deleteTrainingJob({ TrainingJobName: "whole" });
  await expect(describeJob("whole")).rejects.toThrow("Requested resource not found.");
  // The documents of runs are gone but for those that are kept: of "lost" and "unstaged". "unstarted" left nothing.
  const database = new Sqlite(join(home, "resources.sqlite"), { readonly: true });
  const statuses = database
    .prepare("select status from resource where space in (select space from space where kind = 'sagebrush/run')")
    .pluck()
    .all();
  expect(statuses).toEqual(["Kept", "Kept"]);
  database.close();
});
