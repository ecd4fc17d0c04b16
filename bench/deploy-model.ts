import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DescribeEndpointCommand,
  DescribeTrainingJobCommand,
  SageMakerClient,
  waitUntilEndpointInService,
  waitUntilTrainingJobCompletedOrStopped,
} from "@aws-sdk/client-sagemaker";
import type { MeasuredServer } from "./servers.ts";

const image = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1";

const roleArn = "arn:aws:iam::123456789012:role/SageMakerRole";

/** A training job of the built-in XGBoost on s3://bench-data/train/. */
export const benchTrainingJob = (TrainingJobName: string, hyperparameters: Record<string, string>) =>
  new CreateTrainingJobCommand({
    TrainingJobName,
    RoleArn: roleArn,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
    HyperParameters: { objective: "binary:logistic", ...hyperparameters },
    InputDataConfig: [
      {
        ChannelName: "train",
        ContentType: "text/csv",
        DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://bench-data/train/" } },
      },
    ],
    OutputDataConfig: { S3OutputPath: "s3://bench-data/output" },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  });

/** Trains and deploys on the breast-cancer set, by the AWS SDK; returns a row to ask for, and the model's archive. */
export async function deployModel(
  { port, credentials: { id, secret, region } }: MeasuredServer,
  { trees = 50 }: { readonly trees?: number } = {},
): Promise<{ readonly row: string; readonly artifact: Uint8Array }> {
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    credentials: { accessKeyId: id, secretAccessKey: secret },
  };
  const sagemaker = new SageMakerClient(options);
  const s3 = new S3Client(options);
  const [, ...rows] = (await readFile(join(import.meta.dirname, "../examples/data/breast-cancer.csv"), "utf8"))
    .trim()
    .split("\n");
  await s3.send(new CreateBucketCommand({ Bucket: "bench-data" }));
  await s3.send(new PutObjectCommand({ Bucket: "bench-data", Key: "train/train.csv", Body: rows.join("\n") }));
  await sagemaker.send(benchTrainingJob("bench", { num_round: String(trees), max_depth: "6" }));
  const patience = { client: sagemaker, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };
  await waitUntilTrainingJobCompletedOrStopped(patience, { TrainingJobName: "bench" });
  const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: "bench" }));
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: "bench",
      ExecutionRoleArn: roleArn,
      PrimaryContainer: { Image: image, ModelDataUrl: job.ModelArtifacts!.S3ModelArtifacts },
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: "bench",
      ProductionVariants: [
        { VariantName: "AllTraffic", ModelName: "bench", InitialInstanceCount: 1, InstanceType: "ml.m5.large" },
      ],
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: "bench", EndpointConfigName: "bench" }));
  await waitUntilEndpointInService(patience, { EndpointName: "bench" });
  const { EndpointStatus } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: "bench" }));
  if (EndpointStatus !== "InService") throw new Error(`The endpoint is ${EndpointStatus}.`);
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(job.ModelArtifacts!.S3ModelArtifacts!)!;
  const archive = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return {
    row: rows[0]!.slice(rows[0]!.indexOf(",") + 1),
    artifact: await archive.Body!.transformToByteArray(),
  };
}
