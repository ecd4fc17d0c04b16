import type { CreateProcessingJobRequest, DescribeProcessingJobResponse } from "@aws-sdk/client-sagemaker";
import { expect } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { region, type TestServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

export const Bucket = "processed";
export const basePython = `081325390199.dkr.ecr.${region}.amazonaws.com/sagemaker-base-python-311:1.0`;

/** A request that runs a command of the shell, with an input of two files and an output. */
export const processingJob = (
  ProcessingJobName: string,
  shell: string,
  more: Partial<CreateProcessingJobRequest> = {},
): CreateProcessingJobRequest => ({
  ProcessingJobName,
  RoleArn: role,
  AppSpecification: { ImageUri: basePython, ContainerEntrypoint: ["/bin/sh", "-ec", shell] },
  ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large", VolumeSizeInGB: 10 } },
  ProcessingInputs: [input("data", "data/")],
  ProcessingOutputConfig: { Outputs: [output("result", `out/${ProcessingJobName}`)] },
  ...more,
});

type Input = NonNullable<CreateProcessingJobRequest["ProcessingInputs"]>[number];
type Output = NonNullable<CreateProcessingJobRequest["ProcessingOutputConfig"]>["Outputs"] extends
  | (infer O)[]
  | undefined
  ? O
  : never;

export const input = (InputName: string, key: string, more: Partial<NonNullable<Input["S3Input"]>> = {}): Input => ({
  InputName,
  S3Input: {
    S3Uri: `s3://${Bucket}/${key}`,
    LocalPath: `/opt/ml/processing/input/${InputName}`,
    S3DataType: "S3Prefix",
    S3InputMode: "File",
    ...more,
  },
});

export const output = (
  OutputName: string,
  key: string,
  more: Partial<NonNullable<Output["S3Output"]>> = {},
): Output => ({
  OutputName,
  S3Output: {
    S3Uri: `s3://${Bucket}/${key}`,
    LocalPath: `/opt/ml/processing/${OutputName}`,
    S3UploadMode: "EndOfJob",
    ...more,
  },
});

/** Makes the bucket with the two files. */
export async function uploadTexts(server: TestServer): Promise<void> {
  const { s3 } = clientsOf(server);
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  await s3.putObject({ Bucket, Key: "data/a.txt", Body: "one two\n" });
  await s3.putObject({ Bucket, Key: "data/deep/b.txt", Body: "three\n" });
}

export const describeProcessing = (server: TestServer, ProcessingJobName: string) =>
  clientsOf(server).sagemaker.describeProcessingJob({ ProcessingJobName });

/** Waits until a job has ended. */
export async function endOf(server: TestServer, name: string): Promise<DescribeProcessingJobResponse> {
  const isOver = async () =>
    ["Completed", "Failed", "Stopped"].includes((await describeProcessing(server, name)).ProcessingJobStatus!);
  await expect.poll(isOver, { ...patience, message: `${name} ends` }).toBe(true);
  const { $metadata: _, ...job } = await describeProcessing(server, name);
  return job;
}

/** The texts of the objects below a key, by what follows it. */
export async function objectsBelow(server: TestServer, Prefix: string): Promise<Record<string, string>> {
  const { s3 } = clientsOf(server);
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix });
  const texts: Record<string, string> = {};
  for (const { Key } of Contents)
    texts[Key!.slice(Prefix.length)] = await (await s3.getObject({ Bucket, Key })).Body!.transformToString();
  return texts;
}
