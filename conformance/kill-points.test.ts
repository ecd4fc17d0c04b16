import { execFileSync } from "node:child_process";
import { setTimeout as after } from "node:timers/promises";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { expect, test } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { killPoints } from "../src/services/kill-points.gen.ts";
import { runsLeftIn } from "./runs-left.ts";
import { createTestServer, region, type TestServer } from "./server.ts";

const bucket = "survives";
const rounds = 150;
const randomKills = 20;
const longestMilliseconds = 60_000;

/**
 * After every kill and restart: the job ends as if nothing had happened. It was started once, each line of its log and
 * each value of its metrics is there once, its model is whole, and nothing of it is left running.
 */
async function checkJob(server: TestServer, name: string, expected: "Completed" | "Stopped"): Promise<void> {
  const { sagemaker, logs, cloudwatch, s3 } = clients(server);
  const describeJob = () => sagemaker.describeTrainingJob({ TrainingJobName: name });
  const isOver = async () => !["InProgress", "Stopping"].includes((await describeJob()).TrainingJobStatus!);
  await expect.poll(isOver, { timeout: longestMilliseconds, interval: 50, message: `${name} ends` }).toBe(true);
  const job = await describeJob();
  expect([job.TrainingJobStatus, job.FailureReason], name).toEqual([expected, undefined]);
  expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).not.toContain("Restarting");

  const lines = await logOf(logs, name);
  const roundLines = lines.filter((line) => /^\[\d+\]/.test(line));
  const numbers = roundLines.map((line) => Number(/^\[(\d+)\]/.exec(line)![1]));
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(lines.filter((line) => line.startsWith("Runs ")).length).toBe(lines.length > 0 ? 1 : 0);
  const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
    Namespace: "/aws/sagemaker/TrainingJobs",
    MetricName: "train:logloss",
    Dimensions: [{ Name: "TrainingJobName", Value: name }],
    StartTime: new Date(Date.now() - 3_600_000),
    EndTime: new Date(Date.now() + 60_000),
    Period: 3600,
    Statistics: ["SampleCount"],
  });
  expect(Datapoints.reduce((sum, { SampleCount = 0 }) => sum + SampleCount, 0)).toBe(numbers.length);
  if (expected === "Completed") {
    expect(numbers).toHaveLength(rounds);
    expect(job.FinalMetricDataList).toMatchObject([{ MetricName: "train:logloss" }]);
    const Key = job.ModelArtifacts!.S3ModelArtifacts!.slice(`s3://${bucket}/`.length);
    const { Body } = await s3.getObject({ Bucket: bucket, Key });
    const archive = Buffer.from(await Body!.transformToByteArray());
    expect(execFileSync("tar", ["-tzf", "-"], { input: archive, encoding: "utf8" }).trim()).toBe("xgboost-model");
  }
  const left = () => runsLeftIn(server.home);
  await expect.poll(left, { timeout: longestMilliseconds, message: `nothing of ${name} is left` }).toEqual([]);
}

const isMade = async (server: TestServer, name: string) =>
  (await clients(server).sagemaker.listTrainingJobs({ NameContains: name })).TrainingJobSummaries!.some(
    ({ TrainingJobName }) => TrainingJobName === name,
  );

async function logOf(logs: CloudWatchLogs, name: string): Promise<string[]> {
  const logGroupName = "/aws/sagemaker/TrainingJobs";
  const { logStreams = [] } = await logs
    .describeLogStreams({ logGroupName, logStreamNamePrefix: `${name}/` })
    .catch(() => ({ logStreams: [] }));
  const lines: string[] = [];
  for (const { logStreamName } of logStreams) {
    const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true });
    lines.push(...events.map(({ message }) => message!));
  }
  return lines;
}

function clients(server: TestServer) {
  const options = { ...server.clientOptions, maxAttempts: 1 };
  return {
    sagemaker: new SageMaker(options),
    logs: new CloudWatchLogs(options),
    cloudwatch: new CloudWatch(options),
    s3: new S3({ ...options, forcePathStyle: true }),
  };
}

async function upload(server: TestServer): Promise<void> {
  const { s3 } = clients(server);
  const random = createRandom(1);
  const rows = Array.from({ length: 400 }, () => {
    const features = Array.from({ length: 8 }, () => random.next());
    return [features[0]! + features[1]! > 1 ? 1 : 0, ...features.map((value) => value.toFixed(4))].join(",");
  });
  await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket: bucket, Key: "data/train.csv", Body: rows.join("\n") });
}

const createJob = (server: TestServer, TrainingJobName: string) =>
  clients(server).sagemaker.createTrainingJob({
    TrainingJobName,
    HyperParameters: { objective: "binary:logistic", num_round: String(rounds), max_depth: "4" },
    AlgorithmSpecification: {
      TrainingImage: `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`,
      TrainingInputMode: "File",
    },
    RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
    InputDataConfig: [
      {
        ChannelName: "train",
        ContentType: "text/csv",
        DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${bucket}/data/` } },
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${bucket}/out` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  });

test("kill -9 at every named point of a training job's life", async () => {
  const server = await createTestServer();
  try {
    await server.start();
    await upload(server);
    for (const point of Object.keys(killPoints).filter((name) => name.startsWith("training-job:"))) {
      await server.kill();
      await server.start({ SAGEBRUSH_KILL_AT: point });
      const name = `at-${point.slice("training-job:".length)}`;
      await createJob(server, name);
      const isStopped = point === "training-job:stopping";
      if (isStopped) {
        const { sagemaker, logs } = clients(server);
        await expect
          .poll(async () => (await logOf(logs, name)).length, { timeout: longestMilliseconds })
          .toBeGreaterThan(0);
        await sagemaker.stopTrainingJob({ TrainingJobName: name });
      }
      await server.ended();
      await server.start();
      await checkJob(server, name, isStopped ? "Stopped" : "Completed");
    }
  } catch (error) {
    console.log(`The server's output:\n${server.output()}`);
    throw error;
  } finally {
    await server.close();
  }
});

test(`kill -9 at ${randomKills} seeded moments of a training job's life`, async () => {
  const server = await createTestServer();
  const random = createRandom(2026);
  try {
    await server.start();
    await upload(server);
    for (let kill = 1; kill <= randomKills; kill++) {
      const name = `seeded-${kill}`;
      const creating = createJob(server, name).then(
        () => true,
        () => false,
      );
      await after(random.below(1_500));
      await server.kill();
      const acknowledged = await creating;
      await server.start();
      // A job that was not acknowledged may have been made all the same, and then ends as any other.
      if (acknowledged || (await isMade(server, name))) await checkJob(server, name, "Completed");
    }
  } catch (error) {
    console.log(`The server's output:\n${server.output()}`);
    throw error;
  } finally {
    await server.close();
  }
});
