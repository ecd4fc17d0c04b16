import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, DeleteBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  DeleteTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  type ListTrainingJobsCommandInput,
  SageMakerClient,
  StopTrainingJobCommand,
  waitUntilTrainingJobCompletedOrStopped,
} from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { readDataSet } from "../examples/breast-cancer/data-set.ts";
import { xgboostImage } from "../examples/breast-cancer/same-steps.ts";
import { linesOf } from "./clients.ts";
import { region, useServer } from "./server.ts";
import { xgboostJob } from "./xgboost-job.ts";

const server = useServer();
let sagemaker: SageMakerClient;

beforeAll(async () => {
  sagemaker = new SageMakerClient(server.clientOptions);
  const s3 = new S3Client(server.clientOptions);
  await s3.send(new CreateBucketCommand({ Bucket: "training" }));
  await s3.send(new PutObjectCommand({ Bucket: "training", Key: "train.csv", Body: readDataSet().train.join("\n") }));
});

const train = (
  name: string,
  rounds: string,
  change: { readonly image?: string; readonly uri?: string; readonly output?: string } = {},
) =>
  sagemaker.send(
    new CreateTrainingJobCommand(
      xgboostJob(name, {
        data: change.uri ?? "s3://training/train.csv",
        output: change.output ?? "s3://training/output",
        hyperparameters: { objective: "binary:logistic", num_round: rounds, max_depth: "3" },
        image: change.image ?? xgboostImage(region),
        runtimeSeconds: 3600,
      }),
    ),
  );

const describe = (name: string) => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: name }));
const untilFinal = (name: string) =>
  waitUntilTrainingJobCompletedOrStopped(
    { client: sagemaker, maxWaitTime: 120, minDelay: 1, maxDelay: 1 },
    { TrainingJobName: name },
  );

/** Waits until the job's log shows a finished round: only then is there a model to keep. */
async function untilRound(name: string): Promise<void> {
  const logs = new CloudWatchLogsClient(server.clientOptions);
  const query = { logGroupName: "/aws/sagemaker/TrainingJobs", logStreamNamePrefix: `${name}/` };
  const lines = async () => {
    const { events } = await logs.send(new FilterLogEventsCommand(query)).catch(() => ({ events: [] }));
    return events?.map(({ message }) => message);
  };
  await expect.poll(lines, { timeout: 60_000 }).toContainEqual(expect.stringMatching(/^\[0\]/));
}

test("a job that was stopped keeps the model it had so far", async () => {
  await train("stopped", "1000000");
  await untilRound("stopped");
  await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: "stopped" }));
  await untilFinal("stopped");
  const job = await describe("stopped");
  expect(job).toMatchObject({ TrainingJobStatus: "Stopped", SecondaryStatus: "Stopped" });
  const statuses = job.SecondaryStatusTransitions!.map(({ Status }) => Status);
  expect(statuses).toEqual(["Starting", "Downloading", "Training", "Stopping", "Stopped"]);
  expect(job.ModelArtifacts?.S3ModelArtifacts).toBe("s3://training/output/stopped/output/model.tar.gz");
});

test("a job that was stopped without its output bucket says in its log that the upload failed", async () => {
  const s3 = new S3Client(server.clientOptions);
  await s3.send(new CreateBucketCommand({ Bucket: "vanishing" }));
  await train("unkept", "1000000", { output: "s3://vanishing/output" });
  await untilRound("unkept");
  await s3.send(new DeleteBucketCommand({ Bucket: "vanishing" }));
  await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: "unkept" }));
  await untilFinal("unkept");
  const job = await describe("unkept");
  expect([job.TrainingJobStatus, job.ModelArtifacts]).toEqual(["Stopped", undefined]);
  const lines = (await linesOf(server, "/aws/sagemaker/TrainingJobs", "unkept/")).flat();
  expect(lines.slice(-2)).toEqual([
    expect.stringMatching(/^Asked to stop after round \d+; the model .* is written to \/opt\/ml\/model\.$/),
    expect.stringMatching(/^ClientError: Artifact upload failed: NoSuchBucket \(404\): /),
  ]);
});

test("jobs are listed by name, status and time, oldest first, and an ended one can be deleted", async () => {
  for (const name of ["listed-b", "listed-a"]) {
    await train(name, "3");
    await untilFinal(name);
  }
  const listed = async (query: ListTrainingJobsCommandInput) =>
    (await sagemaker.send(new ListTrainingJobsCommand(query))).TrainingJobSummaries!.map((job) => job.TrainingJobName);
  expect(await listed({ NameContains: "listed", StatusEquals: "Completed" })).toEqual(["listed-b", "listed-a"]);
  expect(await listed({ NameContains: "listed", SortBy: "Name" })).toEqual(["listed-a", "listed-b"]);
  expect(await listed({ NameContains: "listed", CreationTimeBefore: new Date(0) })).toEqual([]);
  await sagemaker.send(new DeleteTrainingJobCommand({ TrainingJobName: "listed-a" }));
  expect(await listed({ NameContains: "listed" })).toEqual(["listed-b"]);
});

test("refused when it is made: a name that is taken, an image without a runtime, input that is not there", async () => {
  await train("once", "1");
  await expect(train("once", "1")).rejects.toMatchObject({
    name: "ResourceInUse",
    message: expect.stringContaining("Training job names must be unique"),
  });
  const image = "683313688378.dkr.ecr.us-west-2.amazonaws.com/my-own:1";
  await expect(train("no-runtime", "1", { image })).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("sagemaker-xgboost"),
  });
  await expect(train("no-input", "1", { uri: "s3://training/none" })).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("No S3 objects found under S3 URL"),
  });
  await untilFinal("once");
});
