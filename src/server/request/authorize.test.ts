import { Readable } from "node:stream";
import { expect, it, vi } from "vitest";
import type { Caller, Grant } from "../../aws/caller.ts";
import type { ResourcePolicy } from "../../aws/resource-policy.ts";
import { endpointReconciler } from "../../services/sagemaker/inference/endpoint.reconcile.ts";
import { trainingJob } from "../../services/sagemaker/training/training-job.ts";
import { services } from "../../services/services.gen.ts";
import { type WireServiceId, wireServiceOf } from "../../wire/wire-services.ts";
import { authorize, decide } from "./authorize.ts";
import { createTestContext } from "./test-context.ts";

const run: Caller = {
  kind: "run",
  account: "123456789012",
  arn: "arn:aws:sts::123456789012:assumed-role/SagebrushRun/1",
  userId: "x",
  accessKeyId: "SBRN1",
  grants: [
    { actions: ["s3:GetObject", "s3:ListBucket"], resources: ["arn:aws:s3:::data/train/*"] },
    { actions: ["s3:PutObject"], resources: ["arn:aws:s3:::out/job/*"] },
    { actions: ["logs:*"], resources: ["arn:aws:logs:us-east-1:123456789012:log-group:/jobs:log-stream:mine/*"] },
    {
      actions: ["cloudwatch:PutMetricData"],
      resources: ["arn:aws:cloudwatch:::namespace//aws/sagemaker/TrainingJobs/TrainingJobName=mine"],
    },
  ],
};

/** Makes a metric datum for each training job. */
const metrics = (...jobs: (string | undefined)[]) =>
  jobs.map((Value) => ({ MetricName: "loss", Dimensions: Value && [{ Name: "TrainingJobName", Value }] }));
const Namespace = "/aws/sagemaker/TrainingJobs";

async function attempt(
  service: WireServiceId,
  name: string,
  input: Record<string, unknown>,
  caller: Caller = run,
  policy?: ResourcePolicy,
) {
  const { permissions } = await services[service]![name]!();
  const operation = { service: wireServiceOf(service), name, checkConstraints: () => {} };
  authorize(caller, operation, permissions[name], input, "us-east-1", policy);
}

it.each<[WireServiceId, string, Record<string, unknown>]>([
  ["s3", "GetObject", { Bucket: "data", Key: "train/a.csv" }],
  ["s3", "HeadObject", { Bucket: "data", Key: "train/a.csv" }],
  ["s3", "ListObjectsV2", { Bucket: "data", Prefix: "train/" }],
  ["s3", "UploadPart", { Bucket: "out", Key: "job/model.tar.gz" }],
  ["s3", "CopyObject", { Bucket: "out", Key: "job/b", CopySource: "/data/train%2Fa.csv?versionId=null" }],
  ["logs", "PutLogEvents", { logGroupName: "/jobs", logStreamName: "mine/algo-1" }],
  ["cloudwatch", "PutMetricData", { Namespace, MetricData: metrics("mine", "mine") }],
  ["sts", "GetCallerIdentity", {}],
])("grants a run %s %s %o", async (service, name, input) => {
  await attempt(service, name, input);
});

it.each<[WireServiceId, string, Record<string, unknown>, string]>([
  ["s3", "GetObject", { Bucket: "data", Key: "test/a.csv" }, "s3:GetObject"],
  ["s3", "GetObject", { Bucket: "out", Key: "job/x" }, "s3:GetObject"],
  ["s3", "ListObjectsV2", { Bucket: "data" }, "s3:ListBucket"],
  ["s3", "PutObject", { Bucket: "data", Key: "train/a.csv" }, "s3:PutObject"],
  ["s3", "CopyObject", { Bucket: "out", Key: "job/b", CopySource: "data/secret" }, "s3:GetObject"],
  ["s3", "DeleteObjects", { Bucket: "out", Delete: { Objects: [{ Key: "job/a" }] } }, "s3:DeleteObject"],
  ["s3", "ListBuckets", {}, "s3:ListAllMyBuckets"],
  ["logs", "PutLogEvents", { logGroupName: "/jobs", logStreamName: "other" }, "logs:PutLogEvents"],
  ["cloudwatch", "PutMetricData", { Namespace, MetricData: metrics("mine", "other") }, "cloudwatch:PutMetricData"],
  ["cloudwatch", "PutMetricData", { Namespace, MetricData: metrics(undefined) }, "cloudwatch:PutMetricData"],
  [
    "cloudwatch",
    "PutMetricData",
    { Namespace, EntityMetricData: [{ MetricData: metrics("other") }] },
    "cloudwatch:PutMetricData",
  ],
  ["sagemaker", "CreateTrainingJob", {}, "sagemaker:CreateTrainingJob"],
])("refuses a run %s %s %o", async (service, name, input, action) => {
  await expect(attempt(service, name, input)).rejects.toThrow(
    `User: ${run.arn} is not authorized to perform: ${action} on resource: "`,
  );
  await attempt(service, name, input, { ...run, kind: "administrator" });
});

const role: Caller = { ...run, kind: "role", grants: undefined };

it.each<[WireServiceId, string, Record<string, unknown>]>([
  ["sagemaker", "CreateTrainingJob", {}],
  ["sagemaker-runtime", "InvokeEndpoint", { EndpointName: "E" }],
  ["s3", "CopyObject", { Bucket: "any", Key: "b", CopySource: "other/a" }],
  ["s3", "CreateBucket", { Bucket: "any" }],
  ["logs", "FilterLogEvents", { logGroupName: "/jobs" }],
  ["cloudwatch", "PutMetricData", { Namespace, MetricData: metrics("mine") }],
  ["iam", "GetRole", { RoleName: "R" }],
])("allows a role %s %s", (service, name, input) => attempt(service, name, input, role));

it.each<[WireServiceId, string, Record<string, unknown>]>([
  ["iam", "CreateRole", { RoleName: "R" }],
  ["iam", "DeleteRole", { RoleName: "R" }],
  ["s3", "DeleteBucket", { Bucket: "any" }],
  ["logs", "DeleteLogGroup", { logGroupName: "/jobs" }],
])("lets no role administrate: %s %s", async (service, name, input) => {
  await expect(attempt(service, name, input, role)).rejects.toMatchObject({ status: 403 });
});

it("honours the exceptions of a grant", async () => {
  const grants = [
    { actions: ["sagemaker:*"], resources: ["arn:aws:sagemaker:*:*:*"], except: ["arn:aws:sagemaker:*:*:endpoint/e*"] },
  ];
  await attempt("sagemaker-runtime", "InvokeEndpoint", { EndpointName: "other" }, { ...run, grants });
  await expect(
    attempt("sagemaker-runtime", "InvokeEndpoint", { EndpointName: "e1" }, { ...run, grants }),
  ).rejects.toThrow(':endpoint/e1"');
});

it("allows the service its own work and no data of users", async () => {
  const service: Caller = { ...run, kind: "service", grants: undefined };
  const stream = { logGroupName: "/aws/sagemaker/TrainingJobs", logStreamName: "s" };
  await attempt("logs", "CreateLogGroup", { logGroupName: "/aws/sagemaker/Endpoints/e" }, service);
  await attempt("cloudwatch", "PutMetricData", { Namespace: "AWS/SageMaker", MetricData: metrics("mine") }, service);
  for (const [of, name, input] of [
    // A reconciler, a job or a follower that does these declares it.
    ["logs", "CreateLogGroup", stream],
    ["logs", "CreateLogStream", stream],
    ["logs", "PutLogEvents", stream],
    ["logs", "GetLogEvents", stream],
    ["cloudwatch", "PutMetricData", { Namespace: "/aws/sagemaker/TrainingJobs", MetricData: metrics("mine") }],
    ["cloudwatch", "GetMetricStatistics", {}],
    ["s3", "GetObject", { Bucket: "data", Key: "a" }],
    ["sagemaker", "DescribeModel", { ModelName: "m" }],
    ["cloudwatch", "PutMetricData", { Namespace: "mine", MetricData: metrics("mine") }],
    ["logs", "DeleteLogGroup", stream],
  ] as const)
    await expect(attempt(of, name, input, service)).rejects.toMatchObject({ status: 403 });
});

it("allows a reconciler what it declares: an endpoint its log, a training job its log and its metrics", async () => {
  const context = createTestContext({ units: [], images: { find: () => undefined } as never });
  const as = (grants: readonly Grant[] | undefined) => ({ ...run, kind: "service", grants }) as const;
  const endpoint = as(endpointReconciler.grants?.({ wanted: { EndpointName: "e" }, actual: {} } as never, context));
  const ofJob = { wanted: { TrainingJobName: "j" }, created: 0, actual: { runs: [{ id: "r", statesSeen: 0 }] } };
  const job = as(trainingJob.reconciler.grants?.(ofJob as never, context));
  const ofEndpoint = { logGroupName: "/aws/sagemaker/Endpoints/e", logStreamName: "v/i-1" };
  const jobLog = { logGroupName: "/aws/sagemaker/TrainingJobs", logStreamName: "j/algo-1-0" };
  const data = { Namespace: "/aws/sagemaker/TrainingJobs", MetricData: metrics("j") };
  for (const name of ["CreateLogGroup", "CreateLogStream", "PutLogEvents", "GetLogEvents"]) {
    await attempt("logs", name, ofEndpoint, endpoint);
    await attempt("logs", name, jobLog, job);
    for (const [stream, caller] of [
      [{ ...ofEndpoint, logGroupName: "/aws/sagemaker/Endpoints/e2" }, endpoint],
      [{ ...jobLog, logGroupName: "other", logStreamName: "j/algo-1-0" }, job],
    ] as const)
      await expect(attempt("logs", name, stream, caller)).rejects.toMatchObject({ status: 403 });
  }
  await expect(attempt("logs", "PutLogEvents", { ...jobLog, logStreamName: "other" }, job)).rejects.toMatchObject({
    status: 403,
  });
  await attempt("cloudwatch", "PutMetricData", data, job);
  await attempt("cloudwatch", "GetMetricStatistics", {}, job);
  await expect(attempt("cloudwatch", "PutMetricData", { ...data, Namespace: "x" }, job)).rejects.toThrow("namespace/x");
});

it("refuses a denied action, whatever allows it", async () => {
  const deny = [{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::data/secret/*"] }];
  for (const caller of [{ ...run, kind: "administrator" as const }, role]) {
    await attempt("s3", "GetObject", { Bucket: "data", Key: "open" }, { ...caller, deny });
    await expect(attempt("s3", "GetObject", { Bucket: "data", Key: "secret/a" }, { ...caller, deny })).rejects.toThrow(
      `User: ${run.arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/secret/a" with an explicit deny in an identity-based policy`,
    );
  }
});

it.each([
  { Of: { Arn: "arn:aws:sagemaker:us-east-1:999999999999:model/m" } },
  { Of: { Deep: { Arn: "arn:aws:sagemaker:us-east-1:999999999999:model/m" } } },
  { Of: [{ Arn: "arn:aws:sagemaker:us-east-1:999999999999:model/m" }] },
])("lets an administrator name nothing of another account within %j", (input) => {
  const operation = { service: wireServiceOf("sagemaker"), name: "DescribeModel", checkConstraints: () => {} };
  const resource = "arn:aws:sagemaker:us-east-1:999999999999:model/m";
  const permissions = () => [{ action: "sagemaker:DescribeModel", resource }];
  const administrator: Caller = { ...run, kind: "administrator", grants: undefined };
  expect(() => authorize(administrator, operation, permissions, input, "us-east-1")).toThrow(resource);
});

it("looks for ARNs in structures only, never in bodies", () => {
  const operation = { service: wireServiceOf("s3"), name: "PutObject", checkConstraints: () => {} };
  const administrator: Caller = { ...run, kind: "administrator", grants: undefined };
  const asked = vi.fn(() => []);
  const Body = Readable.from([]);
  const input = { Body, Bytes: Buffer.from("arn:"), Date: new Date(0), Metadata: { a: "b" }, Key: "a/arn:" };
  authorize(administrator, operation, asked, input, "us-east-1");
  expect(asked).not.toHaveBeenCalled();
});

it("lets nobody reach into another account", async () => {
  const EndpointName = "arn:aws:sagemaker:us-west-2:999999999999:endpoint/theirs";
  for (const kind of ["administrator", "role"] as const)
    await expect(attempt("sagemaker", "DescribeEndpoint", { EndpointName }, { ...role, kind })).rejects.toThrow(
      `is not authorized to perform: sagemaker:DescribeEndpoint on resource: "${EndpointName}" because no resource-based policy allows the sagemaker:DescribeEndpoint action`,
    );
});

it("decides for a handler in IAM's words, whatever the case of the action", () => {
  const deny = [{ actions: ["s3:Get*"], resources: ["arn:aws:s3:::data/train/secret/*"] }];
  const on = (action: string, key: string) =>
    decide({ ...run, deny }, { action, resource: `arn:aws:s3:::data/${key}` });
  expect(on("S3:getobject", "train/a")).toEqual({ decision: "allowed" });
  expect(on("s3:getobject", "train/secret/a")).toEqual({
    decision: "explicitDeny",
    refusal: `User: ${run.arn} is not authorized to perform: s3:getobject on resource: "arn:aws:s3:::data/train/secret/a" with an explicit deny in an identity-based policy`,
  });
  expect(on("s3:DeleteObject", "train/a")).toMatchObject({ decision: "implicitDeny" });
});

it("leaves to the handler what it asks for itself", async () => {
  const ModelPackageArnList = ["arn:aws:sagemaker:us-east-1:999999999999:model-package/g/1"];
  await attempt("sagemaker", "BatchDescribeModelPackage", { ModelPackageArnList });
});

it("asks both accounts where the thing is another one's: the policy of the thing and what the caller may do", async () => {
  const QueueUrl = "http://localhost/210987654321/theirs";
  const [Action, Resource] = ["SQS:SendMessage", "arn:aws:sqs:us-east-1:210987654321:theirs"];
  const Principal = { AWS: "arn:aws:iam::123456789012:root" };
  const policy: ResourcePolicy = { statements: [{ Effect: "Allow", Principal, Action, Resource }] };
  const administrator: Caller = { ...run, kind: "administrator", grants: undefined };
  const send = (caller: Caller, policy?: ResourcePolicy) => attempt("sqs", "SendMessage", { QueueUrl }, caller, policy);
  await send(administrator, policy);
  // A role may send to no queue by itself.
  await expect(send(role, policy)).rejects.toThrow("because no identity-based policy allows the sqs:SendMessage");
  await expect(send(administrator)).rejects.toThrow("because no resource-based policy allows the sqs:SendMessage");
  const owned = { QueueName: "theirs", QueueOwnerAWSAccountId: "210987654321" };
  await expect(attempt("sqs", "GetQueueUrl", owned, administrator)).rejects.toThrow("because no resource-based policy");
});
