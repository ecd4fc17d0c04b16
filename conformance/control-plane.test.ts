import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  AddTagsCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DeleteTagsCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  ListEndpointConfigsCommand,
  ListModelsCommand,
  type ListModelsCommandInput,
  ListTagsCommand,
  paginateListModels,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { xgboostImage } from "../examples/breast-cancer/same-steps.ts";
import { runPython } from "./python-clients.ts";
import { region, useServer } from "./server.ts";

const server = useServer();
const role = "arn:aws:iam::123456789012:role/SageMakerRole";
const container = { Image: xgboostImage(region), ModelDataUrl: "s3://artifacts/model.tar.gz" };
let sagemaker: SageMakerClient;

beforeAll(async () => {
  sagemaker = new SageMakerClient(server.clientOptions);
  const s3 = new S3Client(server.clientOptions);
  await s3.send(new CreateBucketCommand({ Bucket: "artifacts" }));
  await s3.send(new PutObjectCommand({ Bucket: "artifacts", Key: "model.tar.gz", Body: "an archive" }));
});

const createModel = (name: string, tags?: { Key: string; Value: string }[]) =>
  sagemaker.send(
    new CreateModelCommand({ ModelName: name, ExecutionRoleArn: role, PrimaryContainer: container, Tags: tags }),
  );

test("a model is made, described, tagged, found by its filters and deleted", async () => {
  const { ModelArn: arn } = await createModel("whole-life", [{ Key: "team", Value: "blue" }]);
  expect(arn).toBe("arn:aws:sagemaker:us-west-2:123456789012:model/whole-life");
  const described = await sagemaker.send(new DescribeModelCommand({ ModelName: "whole-life" }));
  expect(described).toMatchObject({ ModelArn: arn, ExecutionRoleArn: role, EnableNetworkIsolation: false });
  expect(described.PrimaryContainer).toMatchObject({ ...container, Mode: "SingleModel" });

  await sagemaker.send(new AddTagsCommand({ ResourceArn: arn, Tags: [{ Key: "stage", Value: "test" }] }));
  await sagemaker.send(new DeleteTagsCommand({ ResourceArn: arn, TagKeys: ["team"] }));
  const { Tags } = await sagemaker.send(new ListTagsCommand({ ResourceArn: arn }));
  expect(Tags).toEqual([{ Key: "stage", Value: "test" }]);

  const found = async (filters: ListModelsCommandInput) =>
    (await sagemaker.send(new ListModelsCommand(filters))).Models!.map(({ ModelName }) => ModelName);
  expect(await found({ NameContains: "OLE-li" })).toEqual(["whole-life"]);
  expect(await found({ CreationTimeAfter: new Date(Date.now() + 60_000) })).toEqual([]);

  await sagemaker.send(new DeleteModelCommand({ ModelName: "whole-life" }));
  await expect(sagemaker.send(new DescribeModelCommand({ ModelName: "whole-life" }))).rejects.toMatchObject({
    name: "ValidationException",
    message: `Could not find model "${arn}".`,
  });
});

test("a second model of the same name is refused in AWS's words", async () => {
  await createModel("twice");
  await expect(createModel("twice")).rejects.toMatchObject({
    name: "ValidationException",
    message: expect.stringContaining("Cannot create already existing model"),
  });
});

test("paging shows every model once, in the order that was asked for", async () => {
  const names = Array.from({ length: 23 }, (_, number) => `page-${String(number).padStart(2, "0")}`);
  for (const name of names) await createModel(name);
  const seen: string[] = [];
  const query = { NameContains: "page-", SortBy: "Name", SortOrder: "Ascending", MaxResults: 5 } as const;
  for await (const page of paginateListModels({ client: sagemaker }, query)) {
    seen.push(...page.Models!.map(({ ModelName }) => ModelName!));
  }
  expect(seen).toEqual(names);
});

test("an endpoint configuration is made, described, listed and deleted", async () => {
  await createModel("configured");
  const variant = { VariantName: "AllTraffic", ModelName: "configured", InstanceType: "ml.m5.large" } as const;
  const { EndpointConfigArn: arn } = await sagemaker.send(
    new CreateEndpointConfigCommand({
      EndpointConfigName: "one-variant",
      ProductionVariants: [{ ...variant, InitialInstanceCount: 1 }],
    }),
  );
  const described = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName: "one-variant" }));
  expect(described).toMatchObject({
    EndpointConfigArn: arn,
    ProductionVariants: [{ ...variant, InitialVariantWeight: 1 }],
  });
  const listed = await sagemaker.send(new ListEndpointConfigsCommand({ NameContains: "variant" }));
  expect(listed.EndpointConfigs).toMatchObject([{ EndpointConfigName: "one-variant", EndpointConfigArn: arn }]);
  await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: "one-variant" }));
  expect((await sagemaker.send(new ListEndpointConfigsCommand({}))).EndpointConfigs).toEqual([]);
});

test("regions are worlds of their own, and any of them works at once", async () => {
  await createModel("here");
  const elsewhere = new SageMakerClient({ ...server.clientOptions, region: "ap-southeast-2" });
  expect((await elsewhere.send(new ListModelsCommand({}))).Models).toEqual([]);
});

test("boto3 gets the constraint texts of AWS for values it does not check itself", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `
import boto3
from botocore.exceptions import ClientError

try:
    boto3.client("sagemaker").create_model(ModelName="under_score", ExecutionRoleArn="${role}")
except ClientError as error:
    print(error.response["Error"]["Code"], error.response["Error"]["Message"])
`,
  );
  expect(output).toMatch(
    /^ValidationException 1 validation error detected: Value 'under_score' at 'modelName' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
  );
});
