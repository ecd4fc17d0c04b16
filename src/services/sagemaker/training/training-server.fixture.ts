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
import { afterAll, beforeAll, expect } from "vitest";
import { isAlive } from "../../../executors/process/processes.ts";
import { defineImage } from "../../../images/define-image.ts";
import { type App, createApp } from "../../../server/app.ts";
import { readAdministratorKey } from "../../../server/home/keys.ts";
import { builtIn } from "../../../server/parts/units.ts";
import { readSettings } from "../../../server/settings/settings.ts";
import type { TestHyperparameters } from "./training-job-runs.fixture.ts";

// A server of a test file, and what asks it. A file of its own imports it, and has a home of its own.

export const testImage = defineImage({
  repository: "test-trainer",
  versions: ["1"],
  training: () => ({
    program: { script: "src/services/sagemaker/training/training-job-runs.fixture.ts", arguments: [] },
    manyHosts: true as const,
    metrics: [{ Name: "train:loss", Regex: ".*#011train-loss:(\\S+)" }],
  }),
});
export const units = { ...builtIn, images: [async () => testImage] };

export const home = mkdtempSync(join(tmpdir(), "sagebrush-training-"));
export const bucket = "training-data";
export let app: App;
export let sagemaker: SageMaker;
export let s3: S3;
export let logs: CloudWatchLogs;
export let cloudwatch: CloudWatch;

export async function start(settings: Record<string, string> = {}, environment = {}): Promise<void> {
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

export const channel = (ChannelName: string, S3Uri: string, S3DataType: "S3Prefix" | "ManifestFile" = "S3Prefix") => ({
  ChannelName,
  DataSource: { S3DataSource: { S3DataType, S3Uri } },
});
/** The change that gives a request this channel. */
export const withChannel = (changes: Partial<Channel>, source: Partial<S3DataSource> = {}) => {
  const plain = channel("train", `s3://${bucket}/data`);
  const S3DataSource = { ...plain.DataSource.S3DataSource, ...source };
  return { InputDataConfig: [{ ...plain, DataSource: { S3DataSource }, ...changes }] };
};
export const request = (
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

export const describeJob = (TrainingJobName: string) => sagemaker.describeTrainingJob({ TrainingJobName });
export async function until(name: string, holds: (job: DescribeTrainingJobResponse) => boolean) {
  await expect.poll(async () => holds(await describeJob(name)), { timeout: 25_000, interval: 50 }).toBe(true);
  return describeJob(name);
}
export const ended = (job: DescribeTrainingJobResponse) => !["InProgress", "Stopping"].includes(job.TrainingJobStatus!);
export const inStep = (step: string) => (job: DescribeTrainingJobResponse) => job.SecondaryStatus === step;
export async function run(input: CreateTrainingJobRequest) {
  await sagemaker.createTrainingJob(input);
  return until(input.TrainingJobName!, ended);
}
export async function logOf(name: string): Promise<string[]> {
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
export async function lossesOf(name: string): Promise<number> {
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
export async function archive(url: string): Promise<Record<string, string>> {
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
export const runFolders = () => readdirSync(join(home, "runs")).filter((name) => !name.startsWith("."));

export const keeperOf = (runId: string): { pid: number; startTime: string } =>
  JSON.parse(readFileSync(join(home, "runs", runId, "keeper.json"), "utf8"));
export const isRunning = (runId: string) =>
  existsSync(join(home, "runs", runId, "keeper.json")) && isAlive(keeperOf(runId));
