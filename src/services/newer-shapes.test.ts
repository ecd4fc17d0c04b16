import { expect, test } from "vitest";
import { arnTemplate } from "../aws/arn-template.ts";
import { type Kind, loadKind, parentText } from "../frame/define-kind.ts";
import type { OperationsUnit } from "../frame/define-operations.ts";
import { createTestContext, type TestContext } from "../server/request/test-context.ts";
import { keyWords } from "../stores/resources/port.ts";
import { kinds } from "./kinds.gen.ts";
import { groupKey, journalOf, streamKey } from "./platform/logs/log-documents.ts";
import { services } from "./services.gen.ts";

type Asked = readonly [operation: string, input: object];

/** What shows a kind, and what its document needs in order to be found. */
interface Shown {
  readonly asked: readonly Asked[];
  readonly wanted?: object;
  readonly actual?: object;
  readonly parent?: (context: TestContext) => Promise<string>;
}

const name = "newer";
const topicArn = "arn:aws:sns:us-west-2:123456789012:";
const documentId = "id";
const stream = { logGroupName: "group", logStreamName: name };

/** The kinds whose operations are written out. Of a resource the declaration says which operations show it. */
const written: Readonly<Record<string, Shown>> = {
  "application-autoscaling/scalable-target": {
    wanted: { ServiceNamespace: "sagemaker" },
    actual: { alarmed: [] },
    asked: [["DescribeScalableTargets", { ServiceNamespace: "sagemaker" }]],
  },
  "athena/workgroup": {
    wanted: { Name: name, Configuration: {}, Tags: [] },
    actual: { state: "ENABLED" },
    asked: [
      ["GetWorkGroup", { WorkGroup: name }],
      ["ListWorkGroups", {}],
      ["UpdateWorkGroup", { WorkGroup: name, State: "DISABLED" }],
      ["DeleteWorkGroup", { WorkGroup: name }],
      ["ListTagsForResource", { ResourceARN: `arn:aws:athena:us-west-2:123456789012:workgroup/${name}` }],
    ],
  },
  "cloudwatch/alarm": {
    wanted: { Namespace: "n", MetricName: "m", Statistic: "Sum", Period: 60 },
    asked: [
      ["DescribeAlarmsForMetric", { Namespace: "n", MetricName: "m" }],
      ["DescribeAlarms", {}],
      ["DescribeAlarms", { AlarmNames: [name] }],
      ["SetAlarmState", { AlarmName: name, StateValue: "OK", StateReason: "asked" }],
      ["EnableAlarmActions", { AlarmNames: [name] }],
      ["DisableAlarmActions", { AlarmNames: [name] }],
      ["DeleteAlarms", { AlarmNames: [name] }],
    ],
  },
  "iam/role": {
    wanted: { Path: "/" },
    asked: [
      ["GetRole", { RoleName: name }],
      ["ListRoles", {}],
      ["DeleteRole", { RoleName: name }],
      ["SimulatePrincipalPolicy", { PolicySourceArn: `arn:aws:iam::123456789012:role/${name}`, ActionNames: ["a:b"] }],
    ],
  },
  "kinesis/stream": {
    wanted: { StreamName: name, ShardCount: 1, RetentionPeriodHours: 24, MaxRecordSizeInKiB: 1024 },
    asked: [
      ["DescribeStream", { StreamName: name }],
      ["DescribeStreamSummary", { StreamName: name }],
      ["ListShards", { StreamName: name }],
      ["ListStreams", {}],
      ["DeleteStream", { StreamName: name }],
      ["PutRecord", { StreamName: name, PartitionKey: "a", Data: new Uint8Array(1) }],
    ],
  },
  "sns/subscription": {
    wanted: { TopicArn: `${topicArn}${name}`, Protocol: "sqs", Endpoint: "e", Owner: "123456789012", Attributes: {} },
    asked: [
      ["GetSubscriptionAttributes", { SubscriptionArn: `${topicArn}${name}:${name}` }],
      ["ListSubscriptions", {}],
      ["Unsubscribe", { SubscriptionArn: `${topicArn}${name}:${name}` }],
    ],
  },
  "sns/topic": {
    wanted: { Name: name, Attributes: {}, Tags: [] },
    asked: [
      ["GetTopicAttributes", { TopicArn: topicArn + name }],
      ["ListTopics", {}],
      ["ListTagsForResource", { ResourceArn: topicArn + name }],
      ["Publish", { TopicArn: topicArn + name, Message: "m" }],
      ["DeleteTopic", { TopicArn: topicArn + name }],
    ],
  },
  "sqs/queue": {
    wanted: { QueueName: name, Attributes: {}, Tags: [] },
    asked: [
      ["GetQueueUrl", { QueueName: name }],
      ["ListQueues", {}],
      ["GetQueueAttributes", { QueueUrl: `/123456789012/${name}` }],
      ["SendMessage", { QueueUrl: `/123456789012/${name}`, MessageBody: "m" }],
      ["DeleteQueue", { QueueUrl: `/123456789012/${name}` }],
    ],
  },
  "logs/log-group": {
    asked: [
      ["DescribeLogGroups", {}],
      ["DescribeLogGroups", { logGroupIdentifiers: [name] }],
      ["DescribeLogStreams", { logGroupName: name }],
      ["FilterLogEvents", { logGroupName: name }],
      ["CreateLogStream", { logGroupName: name, logStreamName: "stream" }],
      ["DeleteLogGroup", { logGroupName: name }],
    ],
  },
  "logs/log-stream": {
    wanted: stream,
    async parent(context) {
      const { logGroupName } = stream;
      await context.call("logs", "CreateLogGroup", { logGroupName });
      const group = (await context.resources.get(groupKey(context, logGroupName)))!;
      const key = streamKey(context, logGroupName, name);
      // By time, streams are found by their journals.
      await context.journals.make(journalOf({ key, id: documentId, wanted: stream, actual: { groupId: group.id } }));
      return parentText(group.key);
    },
    asked: [
      ["DescribeLogStreams", { logGroupName: stream.logGroupName }],
      ["DescribeLogStreams", { logGroupName: stream.logGroupName, orderBy: "LastEventTime" }],
      ["GetLogEvents", stream],
      ["FilterLogEvents", { logGroupName: stream.logGroupName }],
      ["PutLogEvents", { ...stream, logEvents: [{ timestamp: 0, message: "a" }] }],
      ["DeleteLogGroup", { logGroupName: stream.logGroupName }],
    ],
  },
  "sagemaker/inference-experiment": {
    wanted: { EndpointName: "echo" },
    asked: [
      ["DescribeInferenceExperiment", { Name: name }],
      ["ListInferenceExperiments", {}],
      ["StartInferenceExperiment", { Name: name }],
      ["StopInferenceExperiment", { Name: name, ModelVariantActions: { A: "Retain" } }],
      ["UpdateInferenceExperiment", { Name: name }],
      ["DeleteInferenceExperiment", { Name: name }],
    ],
  },
  "sagemaker/inference-component": {
    wanted: { EndpointName: "echo", VariantName: "A" },
    asked: [
      ["DescribeInferenceComponent", { InferenceComponentName: name }],
      ["ListInferenceComponents", {}],
      ["DeleteInferenceComponent", { InferenceComponentName: name }],
    ],
  },
  "glue/database": {
    wanted: { Name: name },
    asked: [
      ["GetDatabase", { Name: name }],
      ["GetDatabases", {}],
      ["UpdateDatabase", { Name: name, DatabaseInput: { Name: name } }],
      ["DeleteDatabase", { Name: name }],
      ["CreateTable", { DatabaseName: name, TableInput: { Name: "t" } }],
    ],
  },
  "glue/table": {
    wanted: { DatabaseName: "db", TableName: name, Name: name },
    async parent(context) {
      await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "db" } });
      return parentText({ kind: "glue/database", name: "db" });
    },
    asked: [
      ["GetTable", { DatabaseName: "db", Name: name }],
      ["GetTables", { DatabaseName: "db" }],
      ["UpdateTable", { DatabaseName: "db", TableInput: { Name: name } }],
      ["DeleteTable", { DatabaseName: "db", Name: name }],
      ["GetPartitions", { DatabaseName: "db", TableName: name }],
      ["CreatePartition", { DatabaseName: "db", TableName: name, PartitionInput: {} }],
      ["GetTableVersions", { DatabaseName: "db", TableName: name }],
    ],
  },
  "glue/connection": {
    wanted: { Name: name, ConnectionProperties: {} },
    asked: [
      ["GetConnection", { Name: name }],
      ["GetConnections", {}],
      ["UpdateConnection", { Name: name, ConnectionInput: { Name: name } }],
      ["DeleteConnection", { ConnectionName: name }],
    ],
  },
  "glue/user-defined-function": {
    wanted: { DatabaseName: "db", FunctionName: name },
    async parent(context) {
      await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "db" } });
      return parentText({ kind: "glue/database", name: "db" });
    },
    asked: [
      ["GetUserDefinedFunction", { DatabaseName: "db", FunctionName: name }],
      ["GetUserDefinedFunctions", { DatabaseName: "db", Pattern: "*" }],
      ["UpdateUserDefinedFunction", { DatabaseName: "db", FunctionName: name, FunctionInput: {} }],
      ["DeleteUserDefinedFunction", { DatabaseName: "db", FunctionName: name }],
    ],
  },
  "sagemaker/app": {
    wanted: { UserProfileName: name },
    asked: [
      ["DescribeApp", { DomainId: name, UserProfileName: name, AppType: name, AppName: name }],
      ["ListApps", {}],
      ["DeleteApp", { DomainId: name, UserProfileName: name, AppType: name, AppName: name }],
    ],
  },
  "sagemaker/feature-metadata": {
    asked: [
      ["DescribeFeatureMetadata", { FeatureGroupName: name, FeatureName: name }],
      ["UpdateFeatureMetadata", { FeatureGroupName: name, FeatureName: name, Description: "asked" }],
    ],
  },
  "sagemaker/image-version": {
    async parent(context) {
      const RoleArn = "arn:aws:iam::123456789012:role/Apps";
      await context.call("sagemaker", "CreateImage", { ImageName: name, RoleArn });
      return parentText({ kind: "sagemaker/image", name });
    },
    asked: [
      ["DescribeImageVersion", { ImageName: name, Version: name }],
      ["ListImageVersions", { ImageName: name }],
      ["DeleteImageVersion", { ImageName: name, Version: name }],
    ],
  },
  "s3/bucket": {
    wanted: { owner: "123456789012", region: "us-west-2" },
    asked: [
      ["HeadBucket", { Bucket: name }],
      ["GetBucketLocation", { Bucket: name }],
      ["ListBuckets", {}],
      ["DeleteBucket", { Bucket: name }],
      ["CreateBucket", { Bucket: name, CreateBucketConfiguration: { LocationConstraint: "us-west-2" } }],
      ["GetObject", { Bucket: name, Key: "a" }],
      ["ListObjectsV2", { Bucket: name }],
    ],
  },
};

/** The operations of a resource that take nothing but its name, and its list. */
function shownByFrame({ definition }: Kind, named: object): Shown | undefined {
  const parts = definition as Partial<Record<"describe" | "list" | "stop" | "delete", { readonly operation: string }>>;
  if (!parts.describe && !parts.list) return undefined;
  const { describe, list, stop, delete: remove } = parts;
  const byName = [describe, stop, remove].filter((part) => part !== undefined);
  return {
    asked: [
      ...byName.map(({ operation }): Asked => [operation, named]),
      ...(list ? [[list.operation, {}] as const] : []),
    ],
  };
}

const loads = Object.values(services).flatMap((operations) => Object.values(operations));
const units: readonly OperationsUnit[] = [...new Set(await Promise.all(loads.map((load) => load())))];

// A kind without an ARN is the product's own: no operation shows it.
test.each(kinds.filter(({ arn }) => arn !== undefined).map((entry) => [`${entry.service}/${entry.kind}`, entry]))(
  "%s: a document of a newer shape is neither shown, changed nor removed",
  async (kindName, entry) => {
    const kind = await loadKind(entry);
    const context = createTestContext({ units });
    const variables = entry.key ?? arnTemplate([entry.arn!].flat()[0]!).variables;
    const named = Object.fromEntries(variables.map((variable) => [variable, name]));
    const shown = written[kindName] ?? shownByFrame(kind, named);
    if (!shown) throw new Error(`Write into this test which operations show ${kindName}.`);

    const wanted = { ...named, ...shown.wanted };
    const key = kind.key(context, wanted as Record<string, string>);
    const parent = await shown.parent?.(context);
    const { actual = {} } = shown;
    const document = { key, id: documentId, parent, status: "Active", created: 1, modified: 1, wanted, actual };
    const change = await kind.put(context, document);
    if (!("put" in change)) throw new Error("a document is written by a put");
    const known = change.put.schema;
    await context.resources.write([{ ...change, put: { ...change.put, schema: known + 1 } }]);
    const before = await context.resources.get(key);

    const message = `${keyWords(key)} has shape ${known + 1}; this version reads up to ${known}. Start a newer version.`;
    for (const [operation, input] of shown.asked)
      await expect(
        context.call(entry.service as "s3", operation as "HeadBucket", input as { Bucket: string }),
        operation,
      ).rejects.toMatchObject({ code: "InternalFailure", message });
    expect(await context.resources.get(key)).toEqual(before);
  },
);
