import { execFileSync } from "node:child_process";
import { expect } from "vitest";
import { createRandom } from "../src/base/random.ts";
import { clientsOf } from "./clients.ts";
import type { KilledJob } from "./killed-job.ts";
import { region, type TestServer } from "./server.ts";
import { xgboostJob } from "./xgboost-job.ts";

export const Bucket = "survives";
const rounds = 150;

/** Rows of eight numbers, and whether the first two are more than one. */
async function upload(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  const random = createRandom(1);
  const rows = Array.from({ length: 400 }, () => {
    const features = Array.from({ length: 8 }, () => random.next());
    return [features[0]! + features[1]! > 1 ? 1 : 0, ...features.map((value) => value.toFixed(4))].join(",");
  });
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket, Key: "data/train.csv", Body: rows.join("\n") });
}

/** Starts a job that goes on until it is stopped, some rounds a second: much data without a rule in it. */
export async function trainWithoutEnd(server: TestServer, name: string): Promise<void> {
  const random = createRandom(11);
  const rows = Array.from({ length: 30_000 }, (_, row) => [row % 2, ...Array.from({ length: 8 }, () => random.next())]);
  await clientsOf(server).s3.putObject({ Bucket, Key: "slow/rows.csv", Body: rows.map(String).join("\n") });
  await train(server, name, 1_000_000, "slow");
}

const describeJob = (server: TestServer, TrainingJobName: string) =>
  clientsOf(server).sagemaker.describeTrainingJob({ TrainingJobName });

/** Where a completed job has left its model. */
export const modelOf = async (server: TestServer, name: string): Promise<string> =>
  (await describeJob(server, name)).ModelArtifacts!.S3ModelArtifacts!;

export const train = (server: TestServer, TrainingJobName: string, roundCount: number, folder = "data") =>
  clientsOf(server).sagemaker.createTrainingJob(
    xgboostJob(TrainingJobName, {
      data: `s3://${Bucket}/${folder}/`,
      output: `s3://${Bucket}/out`,
      hyperparameters: { objective: "binary:logistic", num_round: String(roundCount), max_depth: "4" },
    }),
  );

export const killedTrainingJob: KilledJob = {
  prepare: upload,
  create: (server, name) => train(server, name, rounds),
  createWithoutEnd: trainWithoutEnd,
  stop: (server, TrainingJobName) => clientsOf(server).sagemaker.stopTrainingJob({ TrainingJobName }),
  async look(server, name) {
    const job = await describeJob(server, name);
    const steps = job.SecondaryStatusTransitions!.map(({ Status }) => Status);
    return { status: job.TrainingJobStatus, reason: job.FailureReason, steps };
  },
  logGroup: "/aws/sagemaker/TrainingJobs",
  onceLine: /^INFO: Running xgboost /,
  numberedLine: /^\[(\d+)\]/,
  lines: rounds,
  metric: {
    Namespace: "/aws/sagemaker/TrainingJobs",
    MetricName: "train:logloss",
    dimension: "TrainingJobName",
  },
  async checkArtifacts(server, name) {
    const { FinalMetricDataList } = await describeJob(server, name);
    expect(FinalMetricDataList).toMatchObject([{ MetricName: "train:logloss" }]);
    const Key = (await modelOf(server, name)).slice(`s3://${Bucket}/`.length);
    const { s3 } = clientsOf(server);
    const { Contents } = await s3.listObjectsV2({ Bucket, Prefix: `out/${name}/` });
    expect(Contents?.map((object) => object.Key)).toEqual([Key]);
    const { Body } = await s3.getObject({ Bucket, Key });
    const archive = Buffer.from(await Body!.transformToByteArray());
    expect(execFileSync("tar", ["-tzf", "-"], { input: archive, encoding: "utf8" }).trim()).toBe("xgboost-model");
  },
};
