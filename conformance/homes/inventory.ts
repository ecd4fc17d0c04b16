import { createHash } from "node:crypto";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { S3 } from "@aws-sdk/client-s3";
import { SageMaker } from "@aws-sdk/client-sagemaker";
import { SageMakerRuntime } from "@aws-sdk/client-sagemaker-runtime";
import type { ClientOptions } from "../server.ts";

/** The regions in which the fixtures hold something. */
const regions = ["us-west-2", "us-east-1", "eu-central-1"];

/** What a server says of its home, by kind and then by name: the answers of its operations as JSON. */
export type Inventory = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The clients of one region. */
export function clientsOf(options: ClientOptions, region = options.region) {
  const given = { ...options, region, maxAttempts: 1 };
  return {
    s3: new S3({ ...given, forcePathStyle: true, followRegionRedirects: true }),
    iam: new IAM(given),
    logs: new CloudWatchLogs(given),
    cloudwatch: new CloudWatch(given),
    sagemaker: new SageMaker(given),
    runtime: new SageMakerRuntime(given),
  };
}

/**
 * Reads a home back through the API. `metricsFrom`: a whole hour, milliseconds since 1970; the metric points of the 48
 * hours after it are read, and their times given as hours since then.
 */
export async function takeInventory(options: ClientOptions, metricsFrom: number): Promise<Inventory> {
  const kinds: Record<string, Record<string, unknown>> = {
    buckets: {},
    objects: {},
    uploads: {},
    roles: {},
    logGroups: {},
    logStreams: {},
    metrics: {},
    models: {},
    endpointConfigs: {},
    endpoints: {},
    trainingJobs: {},
  };
  await readBuckets(options, kinds);
  await readRoles(options, kinds.roles!);
  for (const region of regions) {
    const clients = clientsOf(options, region);
    await readLogs(clients, region, kinds);
    await readMetrics(clients, region, metricsFrom, kinds.metrics!);
    await readSageMaker(clients, region, kinds);
  }
  // As in a file: times are texts, and members without a value are left out.
  return JSON.parse(JSON.stringify(kinds)) as Inventory;
}

type Kinds = Record<string, Record<string, unknown>>;
type Clients = ReturnType<typeof clientsOf>;

/** An answer without what belongs to the request. */
function facts<T extends object>(answer: T): Omit<T, "$metadata"> {
  const { $metadata: _, ...rest } = answer as T & { $metadata?: unknown };
  return rest as Omit<T, "$metadata">;
}

const digest = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function readBuckets(options: ClientOptions, kinds: Kinds): Promise<void> {
  const { Buckets = [] } = await clientsOf(options).s3.listBuckets();
  for (const { Name: Bucket, BucketRegion, ...bucket } of Buckets) {
    const { s3 } = clientsOf(options, BucketRegion);
    const { LocationConstraint } = await s3.getBucketLocation({ Bucket });
    kinds.buckets![Bucket!] = { ...bucket, BucketRegion, LocationConstraint };
    const { Contents = [] } = await s3.listObjectsV2({ Bucket });
    for (const { Key, ...listed } of Contents) {
      const { Body, ...head } = await s3.getObject({ Bucket, Key, ChecksumMode: "ENABLED" });
      const bytes = await Body!.transformToByteArray();
      kinds.objects![`${Bucket}/${Key}`] = { listed, head: facts(head), bytes: bytes.length, sha256: digest(bytes) };
    }
    const { Uploads = [] } = await s3.listMultipartUploads({ Bucket });
    for (const { Key, UploadId, ...upload } of Uploads) {
      const { Parts } = await s3.listParts({ Bucket, Key, UploadId });
      kinds.uploads![`${Bucket}/${Key}`] = { ...upload, UploadId, Parts };
    }
  }
}

async function readRoles(options: ClientOptions, roles: Record<string, unknown>): Promise<void> {
  const { iam } = clientsOf(options);
  for (const { RoleName } of (await iam.listRoles()).Roles ?? [])
    roles[RoleName!] = (await iam.getRole({ RoleName })).Role;
}

async function readLogs({ logs }: Clients, region: string, kinds: Kinds): Promise<void> {
  for (const { logGroupName, ...group } of (await logs.describeLogGroups()).logGroups ?? []) {
    kinds.logGroups![`${region} ${logGroupName}`] = group;
    for (const { logStreamName, ...stream } of (await logs.describeLogStreams({ logGroupName })).logStreams ?? []) {
      const { events = [] } = await logs.getLogEvents({ logGroupName, logStreamName, startFromHead: true });
      const sha256 = digest(events.map(({ message }) => message).join("\n"));
      const all = { count: events.length, sha256, first: events.slice(0, 3) };
      kinds.logStreams![`${region} ${logGroupName} ${logStreamName}`] = { ...stream, ...all };
    }
  }
}

async function readMetrics({ cloudwatch }: Clients, region: string, from: number, metrics: Record<string, unknown>) {
  const hour = 3_600_000;
  for (const metric of (await cloudwatch.listMetrics()).Metrics ?? []) {
    const { Datapoints = [] } = await cloudwatch.getMetricStatistics({
      Namespace: metric.Namespace,
      MetricName: metric.MetricName,
      Dimensions: metric.Dimensions,
      StartTime: new Date(from),
      EndTime: new Date(from + 48 * hour),
      Period: 3600,
      Statistics: ["SampleCount", "Sum", "Minimum", "Maximum"],
    });
    const points = Datapoints.map(({ Timestamp, ...point }) => ({
      hour: (Timestamp!.getTime() - from) / hour,
      ...point,
    }));
    const dimensions = (metric.Dimensions ?? []).map(({ Name, Value }) => `${Name}=${Value}`);
    metrics[[region, metric.Namespace, metric.MetricName, ...dimensions].join(" ")] = points;
  }
}

async function readSageMaker({ sagemaker }: Clients, region: string, kinds: Kinds): Promise<void> {
  const tagsOf = async (ResourceArn: string) => (await sagemaker.listTags({ ResourceArn })).Tags;
  for (const { ModelName, ModelArn, ...listed } of (await sagemaker.listModels({ MaxResults: 100 })).Models ?? []) {
    const described = facts(await sagemaker.describeModel({ ModelName }));
    kinds.models![`${region} ${ModelName}`] = { listed, described, tags: await tagsOf(ModelArn!) };
  }
  const { EndpointConfigs = [] } = await sagemaker.listEndpointConfigs({ MaxResults: 100 });
  for (const { EndpointConfigName, EndpointConfigArn, ...listed } of EndpointConfigs) {
    const described = facts(await sagemaker.describeEndpointConfig({ EndpointConfigName }));
    const tags = await tagsOf(EndpointConfigArn!);
    kinds.endpointConfigs![`${region} ${EndpointConfigName}`] = { listed, described, tags };
  }
  for (const { EndpointName, EndpointArn, ...listed } of (await sagemaker.listEndpoints({ MaxResults: 100 }))
    .Endpoints ?? []) {
    const described = facts(await sagemaker.describeEndpoint({ EndpointName }));
    kinds.endpoints![`${region} ${EndpointName}`] = { listed, described, tags: await tagsOf(EndpointArn!) };
  }
  const { TrainingJobSummaries = [] } = await sagemaker.listTrainingJobs({ MaxResults: 100 });
  for (const { TrainingJobName, TrainingJobArn, ...listed } of TrainingJobSummaries) {
    const described = facts(await sagemaker.describeTrainingJob({ TrainingJobName }));
    // Those of a built-in algorithm are long, and come from its image and not from the home.
    delete described.AlgorithmSpecification!.MetricDefinitions;
    kinds.trainingJobs![`${region} ${TrainingJobName}`] = { listed, described, tags: await tagsOf(TrainingJobArn!) };
  }
}
