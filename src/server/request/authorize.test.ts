import { expect, it } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import { type WireServiceId, wireServiceOf } from "../../wire/wire-services.ts";
import { authorize } from "./authorize.ts";

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

/** Metrics of the training job, one after the other. */
const metrics = (...jobs: (string | undefined)[]) =>
  jobs.map((Value) => ({ MetricName: "loss", Dimensions: Value && [{ Name: "TrainingJobName", Value }] }));
const Namespace = "/aws/sagemaker/TrainingJobs";

const attempt = (service: WireServiceId, name: string, input: Record<string, unknown>, caller = run) =>
  authorize(caller, { service: wireServiceOf(service), name, checkConstraints: () => {} }, input, "us-east-1");

it.each<[WireServiceId, string, Record<string, unknown>]>([
  ["s3", "GetObject", { Bucket: "data", Key: "train/a.csv" }],
  ["s3", "HeadObject", { Bucket: "data", Key: "train/a.csv" }],
  ["s3", "ListObjectsV2", { Bucket: "data", Prefix: "train/" }],
  ["s3", "UploadPart", { Bucket: "out", Key: "job/model.tar.gz" }],
  ["s3", "CopyObject", { Bucket: "out", Key: "job/b", CopySource: "/data/train%2Fa.csv?versionId=null" }],
  ["logs", "PutLogEvents", { logGroupName: "/jobs", logStreamName: "mine/algo-1" }],
  ["cloudwatch", "PutMetricData", { Namespace, MetricData: metrics("mine", "mine") }],
  ["sts", "GetCallerIdentity", {}],
])("grants %s %s %o", (service, name, input) => {
  attempt(service, name, input);
});

it.each<[WireServiceId, string, Record<string, unknown>, string]>([
  ["s3", "GetObject", { Bucket: "data", Key: "test/a.csv" }, "s3:GetObject"],
  ["s3", "GetObject", { Bucket: "out", Key: "job/x" }, "s3:GetObject"],
  ["s3", "ListObjectsV2", { Bucket: "data" }, "s3:ListBucket"],
  ["s3", "PutObject", { Bucket: "data", Key: "train/a.csv" }, "s3:PutObject"],
  ["s3", "CopyObject", { Bucket: "out", Key: "job/b", CopySource: "data/secret" }, "s3:GetObject"],
  ["s3", "DeleteObjects", { Bucket: "out", Delete: { Objects: [{ Key: "job/a" }] } }, "s3:DeleteObject"],
  ["s3", "ListBuckets", {}, "s3:ListBuckets"],
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
])("refuses %s %s %o", (service, name, input, action) => {
  expect(() => attempt(service, name, input)).toThrow(
    `User: ${run.arn} is not authorized to perform: ${action} on resource: "`,
  );
  attempt(service, name, input, { ...run, kind: "administrator" });
});
