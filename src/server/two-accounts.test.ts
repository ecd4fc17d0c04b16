import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  AddTagsCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DeleteModelCommand,
  DescribeModelCommand,
  ListModelsCommand,
  ListTagsCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type App, createApp } from "./app.ts";
import { readAdministratorKey } from "./home/keys.ts";
import { builtIn } from "./parts/units.ts";
import { administratorCaller, createAdministratorKeys } from "./request/administrator.ts";
import { readSettings } from "./settings/settings.ts";

const [ours, theirs] = ["123456789012", "210987654321"] as const;
const otherKey = { accessKeyId: "OTHERACCOUNT", secret: "the other account's secret" };
const home = mkdtempSync(join(tmpdir(), "sagebrush-accounts-"));
let app: App;
let url: string;

async function start(): Promise<void> {
  const other = createAdministratorKeys(otherKey, administratorCaller(theirs, otherKey.accessKeyId, "root"));
  app = await createApp(readSettings({ home, port: 0 }, {}), { ...builtIn, keySources: [other] });
  ({ url } = await app.start());
}

beforeAll(start);
afterAll(async () => {
  await app.close();
  rmSync(home, { recursive: true });
});

function clientsOf(account: typeof ours | typeof theirs) {
  const { accessKeyId, secret } = account === ours ? readAdministratorKey(home) : otherKey;
  const credentials = { accessKeyId, secretAccessKey: secret };
  const options = { endpoint: url, region: "eu-central-1", credentials, maxAttempts: 1 };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  return { s3, sagemaker: new SageMakerClient(options), sts: new STSClient(options) };
}

const model = (account: string) =>
  new CreateModelCommand({
    ModelName: "same-name",
    ExecutionRoleArn: `arn:aws:iam::${account}:role/SageMakerRole`,
    PrimaryContainer: { Image: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1" },
  });

it("knows whom each key belongs to", async () => {
  for (const account of [ours, theirs])
    expect((await clientsOf(account).sts.send(new GetCallerIdentityCommand({}))).Account).toBe(account);
});

it("has one name of a bucket for both accounts, and shows it and its objects to its owner alone", async () => {
  const [owner, stranger] = [clientsOf(ours).s3, clientsOf(theirs).s3];
  const Bucket = "belongs-to-one";
  const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;
  await owner.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  await owner.send(new PutObjectCommand({ Bucket, Key: "k", Body: "ours" }));
  const refused = (code: string) => expect.objectContaining({ name: code });
  await expect(stranger.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }))).rejects.toThrow(
    refused("BucketAlreadyExists"),
  );
  for (const command of [
    new GetObjectCommand({ Bucket, Key: "k" }),
    new ListObjectsV2Command({ Bucket }),
    new PutObjectCommand({ Bucket, Key: "k", Body: "theirs" }),
    new DeleteObjectCommand({ Bucket, Key: "k" }),
    new DeleteBucketCommand({ Bucket }),
  ])
    await expect(stranger.send(command as GetObjectCommand)).rejects.toThrow(refused("AccessDenied"));
  await expect(stranger.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({
    $metadata: { httpStatusCode: 403 },
  });
  // The account's default bucket is there as soon as it lists its buckets.
  const names = (await stranger.send(new ListBucketsCommand({}))).Buckets!.map(({ Name }) => Name);
  expect(names).toEqual([`sagemaker-eu-central-1-${theirs}`]);
  const { Body } = await owner.send(new GetObjectCommand({ Bucket, Key: "k" }));
  expect(await Body!.transformToString()).toBe("ours");

  // Deleted and made anew by the other account, it shows nothing of what it held.
  await owner.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
  await owner.send(new DeleteBucketCommand({ Bucket }));
  await stranger.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  expect((await stranger.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  await expect(owner.send(new GetObjectCommand({ Bucket, Key: "k" }))).rejects.toThrow(refused("AccessDenied"));
});

it("refuses a job that would write to a bucket of the other account", async () => {
  const Bucket = "results-of-ours";
  await clientsOf(ours).s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
  );
  const job = new CreateTrainingJobCommand({
    TrainingJobName: "abroad",
    RoleArn: `arn:aws:iam::${theirs}:role/SageMakerRole`,
    AlgorithmSpecification: {
      TrainingImage: "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1",
      TrainingInputMode: "File",
    },
    OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 60 },
  });
  await expect(clientsOf(theirs).sagemaker.send(job)).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringMatching(/^The bucket "results-of-ours" of S3OutputPath .* cannot be used \(.+\)/),
  });
  // Nor does a job act as a role of another account, whose bucket it may write to.
  await expect(clientsOf(ours).sagemaker.send(job)).rejects.toMatchObject({
    name: "ValidationException",
    message: "Cross-account pass role is not allowed.",
  });
});

it("keeps models of one name apart, also over a restart", async () => {
  for (const account of [ours, theirs]) {
    const { ModelArn } = await clientsOf(account).sagemaker.send(model(account));
    expect(ModelArn).toBe(`arn:aws:sagemaker:eu-central-1:${account}:model/same-name`);
  }
  const ModelName = "same-name";
  const arn = `arn:aws:sagemaker:eu-central-1:${ours}:model/${ModelName}`;
  const stranger = clientsOf(theirs).sagemaker;
  const Tags = [{ Key: "owner", Value: "theirs" }];
  await expect(stranger.send(new AddTagsCommand({ ResourceArn: arn, Tags }))).rejects.toThrow(
    expect.objectContaining({ name: "AccessDeniedException" }),
  );
  await stranger.send(new AddTagsCommand({ ResourceArn: arn.replace(ours, theirs), Tags }));
  expect((await clientsOf(ours).sagemaker.send(new ListTagsCommand({ ResourceArn: arn }))).Tags).toEqual([]);
  await stranger.send(new DeleteModelCommand({ ModelName }));
  await app.close();
  await start();
  const { ModelArn } = await clientsOf(ours).sagemaker.send(new DescribeModelCommand({ ModelName }));
  expect(ModelArn).toBe(arn);
  const listed = await Promise.all(
    [ours, theirs].map((account) => clientsOf(account).sagemaker.send(new ListModelsCommand({}))),
  );
  expect(listed.map(({ Models }) => Models!.length)).toEqual([1, 0]);
});
