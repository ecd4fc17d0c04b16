import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pathWithout } from "./path-without.ts";
import { createTestServer, region } from "./server.ts";
import { xgboostJob } from "./xgboost-job.ts";

const words = "mkfifo is not on the PATH: it makes the pipes by which a run's output is read";
let server: Awaited<ReturnType<typeof createTestServer>>;
let PATH: string;

beforeAll(async () => {
  PATH = await pathWithout("mkfifo");
  server = await createTestServer({ environment: { PATH } });
  await server.start();
});
afterAll(() => server.close());

test("a machine without a program that jobs need: start, status and doctor say so", async () => {
  const warning = `Warning: no job can run here: ${words}.`;
  await expect.poll(server.output).toContain(warning);
  const { warnings } = JSON.parse((await server.sagebrush("status", "--json")).stdout) as { warnings: string[] };
  expect(warnings).toContainEqual(expect.stringContaining(warning));
  const doctor = await server.sagebrush("doctor");
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toMatch(/^wrong +Programs +no job can run: mkfifo is not on the PATH.*\n.*coreutils/m);
});

test("a job on it ends with the reason, in its description, its log and the server's", async () => {
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  const sagemaker = new SageMaker(server.clientOptions);
  const logs = new CloudWatchLogs(server.clientOptions);
  await s3.createBucket({ Bucket: "nowhere", CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket: "nowhere", Key: "train/rows.csv", Body: "1,2\n" });
  const TrainingJobName = "unlucky";
  await sagemaker.createTrainingJob(
    xgboostJob(TrainingJobName, {
      data: "s3://nowhere/train/",
      output: "s3://nowhere/out",
      hyperparameters: { num_round: "1" },
    }),
  );
  const describe = () => sagemaker.describeTrainingJob({ TrainingJobName });
  await expect.poll(async () => (await describe()).TrainingJobStatus, { timeout: 20_000 }).toBe("Failed");
  const { FailureReason } = await describe();
  expect(FailureReason).toBe(
    `InternalServerError: We encountered an internal error. Please try again. The run could not be started: ${words}.`,
  );
  const { events = [] } = await logs.filterLogEvents({ logGroupName: "/aws/sagemaker/TrainingJobs" });
  expect(events.map(({ message }) => message)).toEqual(Array(2).fill(`The run could not be started: ${words}.`));
  expect(server.output()).toContain(`sagemaker/training-job unlucky (${region}): ${FailureReason}\n  The run could`);
});
