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

const clientsOf = ({ port, credentials: { id, secret, region } }: MeasuredServer) => {
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    credentials: { accessKeyId: id, secretAccessKey: secret },
  };
  return { sagemaker: new SageMakerClient(options), s3: new S3Client(options) };
};

/** Trains and deploys on the breast-cancer set, by the AWS SDK; returns a row to ask for, and the model's archive. */
export async function deployModel(
  server: MeasuredServer,
  { trees = 50, ...deployed }: { readonly trees?: number } & Pick<Deployed, "environment" | "serverless"> = {},
): Promise<{ readonly row: string; readonly url: string; readonly artifact: Uint8Array }> {
  const { sagemaker, s3 } = clientsOf(server);
  const [, ...rows] = (await readFile(join(import.meta.dirname, "../examples/data/breast-cancer.csv"), "utf8"))
    .trim()
    .split("\n");
  await s3.send(new CreateBucketCommand({ Bucket: "bench-data" }));
  await s3.send(new PutObjectCommand({ Bucket: "bench-data", Key: "train/train.csv", Body: rows.join("\n") }));
  await sagemaker.send(benchTrainingJob("bench", { num_round: String(trees), max_depth: "6" }));
  const patience = { client: sagemaker, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };
  await waitUntilTrainingJobCompletedOrStopped(patience, { TrainingJobName: "bench" });
  const job = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: "bench" }));
  const url = job.ModelArtifacts!.S3ModelArtifacts!;
  await deployArchive(server, "bench", { url, ...deployed });
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url)!;
  const archive = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return {
    row: rows[0]!.slice(rows[0]!.indexOf(",") + 1),
    url,
    artifact: await archive.Body!.transformToByteArray(),
  };
}

interface Deployed {
  /** In S3. */
  readonly url: string;
  readonly image?: string;
  readonly environment?: Record<string, string>;
  /** Whether all requests and answers are captured. */
  readonly capture?: boolean;
  /** Whether its model server ends when nobody asks. */
  readonly serverless?: boolean;
}

/** Puts a model behind an endpoint of one instance, and waits until it is in service. */
export async function deployArchive(
  server: MeasuredServer,
  name: string,
  { url, image: Image = image, environment: Environment, capture, serverless }: Deployed,
): Promise<void> {
  const { sagemaker } = clientsOf(server);
  await sagemaker.send(
    new CreateModelCommand({
      ModelName: name,
      ExecutionRoleArn: roleArn,
      PrimaryContainer: { Image, Environment, ModelDataUrl: url },
    }),
  );
  await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: name,
      ProductionVariants: [
        {
          VariantName: "AllTraffic",
          ModelName: name,
          ...(serverless
            ? { ServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 8 } }
            : { InitialInstanceCount: 1, InstanceType: "ml.m5.large" }),
        },
      ],
      ...(capture && {
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: 100,
          DestinationS3Uri: "s3://bench-data/captured",
          CaptureOptions: [{ CaptureMode: "InputAndOutput" }],
        },
      }),
    }),
  );
  await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
  const patience = { client: sagemaker, maxWaitTime: 120, minDelay: 1, maxDelay: 1 };
  await waitUntilEndpointInService(patience, { EndpointName: name });
  const { EndpointStatus } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: name }));
  if (EndpointStatus !== "InService") throw new Error(`The endpoint ${name} is ${EndpointStatus}.`);
}

/** Uploads an archive and returns its URL. */
export async function uploadArchive(server: MeasuredServer, Key: string, Body: Uint8Array): Promise<string> {
  const { s3 } = clientsOf(server);
  await s3.send(new CreateBucketCommand({ Bucket: "bench-data" })).catch((error: Error) => {
    if (error.name !== "BucketAlreadyOwnedByYou") throw error;
  });
  await s3.send(new PutObjectCommand({ Bucket: "bench-data", Key, Body }));
  return `s3://bench-data/${Key}`;
}
