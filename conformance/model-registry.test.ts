import { S3 } from "@aws-sdk/client-s3";
import {
  type CreateModelPackageCommandInput,
  type ModelApprovalStatus,
  paginateListModelPackageGroups,
  paginateListModelPackages,
  SageMaker,
} from "@aws-sdk/client-sagemaker";
import { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import { beforeAll, expect, test, vi } from "vitest";
import { xgboostImage } from "../examples/breast-cancer/same-steps.ts";
import { runClient, runPython } from "./python-clients.ts";
import { region, useServer } from "./server.ts";
import { role, xgboostJob } from "./xgboost-job.ts";

const server = useServer();
const Image = xgboostImage(region);
const Bucket = "registry";
const arnOf = (name: string) => `arn:aws:sagemaker:${region}:123456789012:model-package/${name}`;
const patience = { timeout: 90_000, interval: 100 };

let sagemaker: SageMaker;
/** s3:// address of a model that says whether its first number is above a half. */
let ModelDataUrl: string;

beforeAll(async () => {
  sagemaker = new SageMaker(server.clientOptions);
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const rows = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200}`);
  await s3.putObject({ Bucket, Key: "train/rows.csv", Body: rows.join("\n") });
  const TrainingJobName = "registered";
  await sagemaker.createTrainingJob(
    xgboostJob(TrainingJobName, {
      data: `s3://${Bucket}/train/`,
      output: `s3://${Bucket}/out`,
      hyperparameters: { objective: "binary:logistic", num_round: "10" },
      image: Image,
    }),
  );
  const described = () => sagemaker.describeTrainingJob({ TrainingJobName });
  await vi.waitUntil(async () => (await described()).TrainingJobStatus === "Completed", patience);
  ModelDataUrl = (await described()).ModelArtifacts!.S3ModelArtifacts!;
});

const createGroup = (ModelPackageGroupName: string) => sagemaker.createModelPackageGroup({ ModelPackageGroupName });
const register = async (ModelPackageGroupName: string, more: Partial<CreateModelPackageCommandInput> = {}) => {
  const { ModelPackageArn } = await sagemaker.createModelPackage({
    ModelPackageGroupName,
    InferenceSpecification: { Containers: [{ Image, ModelDataUrl }], SupportedContentTypes: ["text/csv"] },
    ...more,
  });
  return ModelPackageArn!;
};
const versionOf = (arn: string) => Number(arn.split("/").at(-1));

async function predict(EndpointName: string, Body: string): Promise<number> {
  const runtime = new SageMakerRuntime(server.clientOptions);
  const answer = await runtime.invokeEndpoint({ EndpointName, Body, ContentType: "text/csv", Accept: "text/csv" });
  return Number(answer.Body.transformToString());
}

test("a version is registered, approved, found, described among others and deleted", async () => {
  const { ModelPackageGroupArn } = await sagemaker.createModelPackageGroup({
    ModelPackageGroupName: "Whole-Life",
    ModelPackageGroupDescription: "Churn of customers",
    Tags: [{ Key: "team", Value: "blue" }],
  });
  expect(await sagemaker.describeModelPackageGroup({ ModelPackageGroupName: ModelPackageGroupArn! })).toMatchObject({
    ModelPackageGroupName: "Whole-Life",
    ModelPackageGroupDescription: "Churn of customers",
    ModelPackageGroupStatus: "Completed",
    CreatedBy: { IamIdentity: { Arn: expect.stringContaining(":assumed-role/SageMakerRole/") } },
  });
  expect((await sagemaker.listTags({ ResourceArn: ModelPackageGroupArn! })).Tags).toEqual([
    { Key: "team", Value: "blue" },
  ]);

  const card = JSON.stringify({ intended_uses: { risk_rating: "Low", purpose: "x".repeat(90_000) } });
  const ModelPackageArn = await register("Whole-Life", {
    CustomerMetadataProperties: { auc: "0.9" },
    ModelCard: { ModelCardContent: card, ModelCardStatus: "Draft" },
  });
  expect(ModelPackageArn).toBe(arnOf("whole-life/1"));
  await register("Whole-Life");
  await sagemaker.updateModelPackage({
    ModelPackageArn,
    ModelApprovalStatus: "Approved",
    ApprovalDescription: "good",
    CustomerMetadataProperties: { reviewer: "ann" },
    CustomerMetadataPropertiesToRemove: ["auc"],
    AdditionalInferenceSpecificationsToAdd: [{ Name: "same", Containers: [{ Image, ModelDataUrl }] }],
  });
  const described = await sagemaker.describeModelPackage({ ModelPackageName: ModelPackageArn });
  expect(described).toMatchObject({
    ModelPackageGroupName: "Whole-Life",
    ModelPackageVersion: 1,
    ModelPackageStatus: "Completed",
    ModelApprovalStatus: "Approved",
    ApprovalDescription: "good",
    CustomerMetadataProperties: { reviewer: "ann" },
    AdditionalInferenceSpecifications: [{ Name: "same" }],
    ModelCard: { ModelCardContent: card },
    LastModifiedBy: { IamIdentity: { Arn: expect.stringContaining("SageMakerRole") } },
  });

  const group = { ModelPackageGroupName: "Whole-Life" };
  const found = await sagemaker.listModelPackages({ ...group, ModelApprovalStatus: "Approved" });
  expect(found.ModelPackageSummaryList).toMatchObject([{ ModelPackageArn, ModelPackageVersion: 1 }]);
  const [missing, nested] = [arnOf("whole-life/3"), arnOf("whole-life/1/1")];
  const theirs = ModelPackageArn.replace("123456789012", "999999999999");
  const elsewhere = ModelPackageArn.replace(region, "eu-west-3");
  const batch = await sagemaker.batchDescribeModelPackage({
    ModelPackageArnList: [ModelPackageArn, missing, nested, theirs, elsewhere],
  });
  expect(Object.keys(batch.ModelPackageSummaries!)).toEqual([ModelPackageArn]);
  expect(batch.BatchDescribeModelPackageErrorMap).toEqual({
    [missing]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("does not exist") },
    [nested]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("does not exist") },
    [theirs]: { ErrorCode: "AccessDeniedException", ErrorResponse: expect.stringContaining("is not authorized") },
    [elsewhere]: { ErrorCode: "ValidationException", ErrorResponse: expect.stringContaining("does not exist") },
  });
  // A text that is no ARN breaks a constraint, which holds for the whole request.
  await expect(
    sagemaker.batchDescribeModelPackage({ ModelPackageArnList: [ModelPackageArn, "whole-life/1"] }),
  ).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining("modelPackageArnList") });

  await expect(sagemaker.deleteModelPackageGroup(group)).rejects.toMatchObject({ name: "ConflictException" });
  await sagemaker.deleteModelPackage({ ModelPackageName: ModelPackageArn });
  await sagemaker.deleteModelPackage({ ModelPackageName: arnOf("whole-life/2") });
  await sagemaker.deleteModelPackageGroup(group);
  await expect(sagemaker.describeModelPackageGroup(group)).rejects.toMatchObject({
    name: "ValidationException",
    message: `ModelPackageGroup ${ModelPackageGroupArn} does not exist.`,
  });
});

test("versions that 100 requests make at once are counted without a gap, and none is used again", async () => {
  await createGroup("counted");
  const arns = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const arn = await register("counted");
      if (index % 10 === 0) await sagemaker.deleteModelPackage({ ModelPackageName: arn });
      return arn;
    }),
  );
  const counted = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(arns.map(versionOf).sort((a, b) => a - b)).toEqual(counted);
  expect(versionOf(await register("counted"))).toBe(101);
  const seen: number[] = [];
  const query = { ModelPackageGroupName: "counted", SortBy: "Name", SortOrder: "Descending", MaxResults: 7 } as const;
  for await (const page of paginateListModelPackages({ client: sagemaker }, query))
    seen.push(...page.ModelPackageSummaryList!.map(({ ModelPackageVersion }) => ModelPackageVersion!));
  const deleted = arns.filter((_, index) => index % 10 === 0).map(versionOf);
  expect(seen).toEqual([...counted, 101].filter((version) => !deleted.includes(version)).reverse());
});

test("a model made of an approved version answers behind an endpoint", async () => {
  await createGroup("deployed");
  const ModelPackageName = await register("deployed");
  const create = (ModelName: string, named = ModelPackageName) =>
    sagemaker.createModel({
      ModelName,
      ExecutionRoleArn: role,
      PrimaryContainer: { ModelPackageName: named, Environment: { SOME: "thing" } },
    });
  const become = (ModelApprovalStatus: ModelApprovalStatus) =>
    sagemaker.updateModelPackage({ ModelPackageArn: ModelPackageName, ModelApprovalStatus });
  await create("tried-before-its-approval");
  await become("Rejected");
  await expect(create("deployed")).rejects.toThrow("has the approval status Rejected");
  await become("Approved");
  await create("deployed", "deployed/1");
  expect((await sagemaker.describeModel({ ModelName: "deployed" })).PrimaryContainer).toMatchObject({
    ModelPackageName: "deployed/1",
    Image,
    ModelDataUrl,
    Environment: { SOME: "thing" },
  });
  // What is deployed is the model: it needs no package any more.
  await sagemaker.deleteModelPackage({ ModelPackageName });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: "deployed",
    ProductionVariants: [
      { VariantName: "AllTraffic", ModelName: "deployed", InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
  });
  const EndpointName = "deployed";
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "deployed" });
  const status = async () => (await sagemaker.describeEndpoint({ EndpointName })).EndpointStatus;
  await expect.poll(status, patience).toBe("InService");
  expect(await predict(EndpointName, "0.9")).toBeGreaterThan(0.8);
  expect(await predict(EndpointName, "0.1")).toBeLessThan(0.2);
  await sagemaker.deleteEndpoint({ EndpointName });
});

test("boto3 makes both types of packages, and is told what is wrong in AWS's words", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `
import boto3
from botocore.exceptions import ClientError

client = boto3.client("sagemaker")
specification = {
    "Containers": [{"Image": "${Image}", "ModelDataUrl": "${ModelDataUrl}"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
    "SupportedTransformInstanceTypes": ["ml.m5.large"],
    "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
}

def refused(operation, **request):
    try:
        getattr(client, operation)(**request)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    raise AssertionError(f"{operation} {request} was not refused")

client.create_model_package_group(ModelPackageGroupName="boto3", Tags=[{"Key": "a", "Value": "b"}])
version = client.create_model_package(ModelPackageGroupName="boto3", InferenceSpecification=specification)["ModelPackageArn"]
alone = client.create_model_package(
    ModelPackageName="boto3-alone", InferenceSpecification=specification, Tags=[{"Key": "a", "Value": "b"}]
)["ModelPackageArn"]
described = client.describe_model_package(ModelPackageName="boto3-alone")
assert described["ModelPackageName"] == "boto3-alone" and "ModelApprovalStatus" not in described, described
assert client.list_tags(ResourceArn=alone)["Tags"] == [{"Key": "a", "Value": "b"}]
client.create_model(ModelName="boto3-alone", ExecutionRoleArn="${role}", Containers=[{"ModelPackageName": alone}])
listed = [
    [package["ModelPackageArn"] for page in client.get_paginator("list_model_packages").paginate(NameContains="boto3", **more)
     for package in page["ModelPackageSummaryList"]]
    for more in ({}, {"ModelPackageType": "Versioned"}, {"ModelPackageType": "Both"})
]
assert listed == [[alone], [version], [version, alone]], listed

print(refused("describe_model_package", ModelPackageName=version[:-1] + "2"))
print(refused("describe_model_package", ModelPackageName=alone.replace("model-package", "model")))
print(refused("create_model_package", ModelPackageGroupName="nowhere", InferenceSpecification=specification))
print(refused("create_model_package_group", ModelPackageGroupName="boto3"))
print(refused("create_model_package", ModelPackageName="boto3-alone", InferenceSpecification=specification))
print(refused("create_model_package", ModelPackageGroupName="boto3", Tags=[{"Key": "a", "Value": "b"}]))
print(refused("update_model_package", ModelPackageArn=alone, ModelApprovalStatus="Approved"))
print(refused("update_model_package", ModelPackageArn=version, ModelApprovalStatus="Maybe"))
print(refused("delete_model_package_group", ModelPackageGroupName="boto3"))
print(refused("batch_describe_model_package", ModelPackageArnList=[version] * 101))
print(refused("put_model_package_group_policy", ModelPackageGroupName="boto3", ResourcePolicy="{}"))
client.delete_model_package(ModelPackageName=alone)
`,
  );
  const expected = [
    `ValidationException: Could not find model package: ModelPackage ${arnOf("boto3/2")} does not exist.`,
    `ValidationException: Could not find model package: ModelPackage ${arnOf("boto3-alone").replace("-package", "")} does not exist.`,
    /^ValidationException: ModelPackageGroup arn:\S+:model-package-group\/nowhere does not exist\.$/,
    /^ValidationException: .*already exists/,
    /^ValidationException: ModelPackage already exists/,
    "ValidationException: Tags are not supported in Model Package versions. Please add them to the Model Package Group",
    /^ValidationException: ModelApprovalStatus does not apply to an unversioned model package/,
    /^ValidationException: .*enum value set: \[.*Approved.*\]/,
    /^ConflictException: .*cannot be deleted because it still contains model packages/,
    /^ValidationException: .*less than or equal to 100/,
    /^UnsupportedOperation/,
  ];
  const lines = output.trim().split("\n");
  expect(lines).toHaveLength(expected.length);
  for (const [index, text] of expected.entries()) expect(lines[index]).toMatch(text);
});

test("the SageMaker SDK v2 registers a model, and deploys the version that was approved last", async (context) => {
  const output = await runPython(
    context,
    server,
    "v2",
    `
import sagemaker
from sagemaker.model import Model, ModelPackage
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer

session = sagemaker.Session()
role = sagemaker.get_execution_role(session)
model = Model(image_uri="${Image}", model_data="${ModelDataUrl}", role=role, sagemaker_session=session)
registered = [
    model.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.large"],
        model_package_group_name="sdk-v2",
        customer_metadata_properties={"number": str(number)},
    )
    for number in range(2)
]
assert [one.model_package_arn[-1] for one in registered] == ["1", "2"], registered
first = registered[0]
first.sagemaker_session = session
first.update_approval_status("Approved", "good enough")
first.update_customer_metadata({"reviewer": "ann"})
first.remove_customer_metadata_properties(["number"])
first.add_inference_specification(name="same", image_uris=["${Image}"])
first.update_source_uri("s3://${Bucket}/source")
latest = session.get_most_recently_created_approved_model_package("sdk-v2")
assert latest.model_package_arn == first.model_package_arn

package = ModelPackage(
    role=role, model_package_arn=latest.model_package_arn, sagemaker_session=session, predictor_cls=Predictor
)
predictor = package.deploy(1, "ml.m5.large", endpoint_name="sdk-v2", serializer=CSVSerializer())
print("scores", float(predictor.predict("0.9")), float(predictor.predict("0.1")))
predictor.delete_model()
predictor.delete_endpoint()

# Version 2 waits for approval; deploying it approves it.
waiting = ModelPackage(role=role, model_package_arn=registered[1].model_package_arn, sagemaker_session=session)
waiting.create("ml.m5.large")
described = session.sagemaker_client.describe_model_package(ModelPackageName=waiting.model_package_arn)
assert described["ModelApprovalStatus"] == "Approved", described

unversioned = model.register(
    content_types=["text/csv"],
    response_types=["text/csv"],
    inference_instances=["ml.m5.large"],
    transform_instances=["ml.m5.large"],
    model_package_name="sdk-v2-alone",
)
session.wait_for_model_package("sdk-v2-alone", poll=1)
`,
  );
  const [, high, low] = /scores (\S+) (\S+)$/m.exec(output)!.map(Number);
  expect(high).toBeGreaterThan(0.8);
  expect(low).toBeLessThan(0.2);
});

test("the SageMaker SDK v3 registers a model, walks its versions and deploys one", async (context) => {
  await runPython(
    context,
    server,
    "v3",
    `
from sagemaker.core.helper.session_helper import Session, get_execution_role
from sagemaker.core.resources import Endpoint, EndpointConfig, Model, ModelPackage, ModelPackageGroup
from sagemaker.core.shapes import ContainerDefinition, ProductionVariant
from sagemaker.serve.model_builder import ModelBuilder

session = Session()
role = get_execution_role(session)
group = ModelPackageGroup.create(model_package_group_name="sdk-v3", model_package_group_description="of version 3")
assert group.model_package_group_status == "Completed", group
builder = ModelBuilder(
    image_uri="${Image}",
    s3_model_data_url="${ModelDataUrl}",
    role_arn=role,
    instance_type="ml.m5.large",
    sagemaker_session=session,
)
arn = builder.register(
    model_package_group_name="sdk-v3",
    content_types=["text/csv"],
    response_types=["text/csv"],
    inference_instances=["ml.m5.large"],
    transform_instances=["ml.m5.large"],
)
package = ModelPackage.get(model_package_name=arn)
package.update(model_approval_status="Approved", customer_metadata_properties={"reviewer": "ann"})
package = ModelPackage.get(model_package_name=arn)
assert package.model_approval_status == "Approved", package
assert package.last_modified_by.iam_identity.arn, package
walked = [one.model_package_arn for one in ModelPackage.get_all(model_package_group_name="sdk-v3")]
assert walked == [arn], walked
assert "sdk-v3" in [one.model_package_group_name for one in ModelPackageGroup.get_all(name_contains="v3")]
model = Model.create(
    model_name="sdk-v3",
    primary_container=ContainerDefinition(model_package_name=arn),
    execution_role_arn=role,
)
assert model.primary_container.image == "${Image}", model
variant = ProductionVariant(
    variant_name="AllTraffic", model_name="sdk-v3", instance_type="ml.m5.large", initial_instance_count=1
)
EndpointConfig.create(endpoint_config_name="sdk-v3", production_variants=[variant])
endpoint = Endpoint.create(endpoint_name="sdk-v3", endpoint_config_name="sdk-v3")
endpoint.wait_for_status("InService", poll=1)
score = float(endpoint.invoke(body="0.9", content_type="text/csv", accept="text/csv").body.read())
assert score > 0.8, score
endpoint.delete()
`,
  );
});

test("groups are paged in the order that is asked for", async () => {
  const names = Array.from({ length: 12 }, (_, number) => `paged-${String(number).padStart(2, "0")}`);
  for (const name of names) await createGroup(name);
  const seen: string[] = [];
  const query = { NameContains: "PAGED", SortBy: "Name", SortOrder: "Descending", MaxResults: 5 } as const;
  for await (const page of paginateListModelPackageGroups({ client: sagemaker }, query))
    seen.push(...page.ModelPackageGroupSummaryList!.map(({ ModelPackageGroupName }) => ModelPackageGroupName!));
  expect(seen).toEqual(names.toReversed());
});

test("the example registers two versions and serves the one that it approved", async (context) => {
  const command = ["python", "examples/model_registry.py"];
  const { code, stdout, stderr } = await runClient(context, server, "v2", command);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  expect(Number(/Version 2 is approved and serves: accuracy (\d\.\d+)/.exec(stdout)?.[1])).toBeGreaterThan(0.93);
});
