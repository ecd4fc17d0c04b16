import { Fault, validationFault } from "../../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { checkMetricDefinitions } from "../../../frame/job-metrics.ts";
import type { TrainingImage } from "../../../images/define-image.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { mostManifestBytes } from "../input-grants.ts";
import { notBuilt, refuseMembers } from "../not-built.ts";
import { requireImage } from "../require-image.ts";

export type TrainingRequest = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateTrainingJob">;
export type TrainingChannel = NonNullable<TrainingRequest["InputDataConfig"]>[number];

export const defaultRuntimeSeconds = 86_400;

/** Refuses what AWS refuses when a job is made, and what this version cannot do. */
export async function checkTrainingRequest(request: TrainingRequest, context: Context): Promise<void> {
  trainingImage(request, context);
  refuseUnbuilt(request, context);
  checkMetricDefinitions(context, request.AlgorithmSpecification?.MetricDefinitions ?? []);
  checkStoppingCondition(request);
  await checkExecutionRole(context, request.RoleArn);
  // SageMaker reads the data as the job's role and not as the caller.
  const asRole = context.as(request.RoleArn);
  await checkOutput(request, asRole);
  const names = new Set<string>();
  for (const channel of request.InputDataConfig ?? []) {
    if (names.has(channel.ChannelName)) {
      throw validationFault(
        `Channel name "${channel.ChannelName}" is given twice. Each channel needs a name of its own.`,
      );
    }
    names.add(channel.ChannelName);
    await checkChannel(channel, request.RoleArn, asRole);
  }
}

/** Returns the image that the job names. @throws Fault that lists the images there are. */
export function trainingImage(request: TrainingRequest, context: Context): TrainingImage {
  const uri = request.AlgorithmSpecification?.TrainingImage;
  if (!uri) throw validationFault("AlgorithmSpecification.TrainingImage is missing: it says what is to be run.");
  return requireImage(context, uri, "training");
}

function refuseUnbuilt(request: TrainingRequest, context: Context): void {
  const { AlgorithmSpecification: algorithm, ResourceConfig: resources, OutputDataConfig: output } = request;
  const refuse = <T extends object>(owner: T | undefined, path: string, members: readonly (keyof T & string)[]) =>
    owner && refuseMembers(context, owner, path, members);
  refuse(request, "", [
    ...(["CheckpointConfig", "DebugRuleConfigurations", "TensorBoardOutputConfig"] as const),
    ...(["ExperimentConfig", "ProfilerRuleConfigurations", "RemoteDebugConfig", "InfraCheckConfig"] as const),
    ...(["SessionChainingConfig", "ServerlessJobConfig", "MlflowConfig", "ModelPackageConfig"] as const),
  ]);
  refuse(request.DebugHookConfig, "DebugHookConfig.", ["CollectionConfigurations", "HookParameters"]);
  // EnableSageMakerMetricsTimeSeries asks for what every job's metrics are: series of values.
  refuse(algorithm, "AlgorithmSpecification.", ["AlgorithmName", "TrainingImageConfig"]);
  // Remote functions ask for 0 seconds: for no warm pool.
  const { KeepAlivePeriodInSeconds: kept } = resources ?? {};
  if (kept) throw notBuilt(context, "ResourceConfig.KeepAlivePeriodInSeconds");
  refuse(resources, "ResourceConfig.", [
    ...(["InstanceGroups", "TrainingPlanArn", "VolumeKmsKeyId"] as const),
    ...(["InstancePlacementConfig", "InstancePreferences"] as const),
  ]);
  refuse(output, "OutputDataConfig.", ["KmsKeyId"]);
  refuseInputMode(context, algorithm?.TrainingInputMode);
  const instances = resources?.InstanceCount ?? 1;
  if (instances < 1) throw validationFault(`ResourceConfig.InstanceCount is ${instances}; it must be at least 1.`);
  if (instances > 1) throw notBuilt(context, `ResourceConfig.InstanceCount ${instances}`, "use 1");
  if (!resources?.InstanceType) throw validationFault("ResourceConfig.InstanceType is missing.");
}

/** FastFile is File to a program: its data lies in the channel's folder. */
function refuseInputMode(context: Context, mode: string | undefined): void {
  if (mode === "Pipe") throw notBuilt(context, "Input mode Pipe", "use File or FastFile");
}

function checkStoppingCondition({ StoppingCondition, EnableManagedSpotTraining }: TrainingRequest): void {
  const runtime = StoppingCondition?.MaxRuntimeInSeconds ?? defaultRuntimeSeconds;
  const wait = StoppingCondition?.MaxWaitTimeInSeconds;
  if (!EnableManagedSpotTraining && wait !== undefined) {
    throw validationFault("MaxWaitTimeInSeconds above 0 is only allowed with EnableManagedSpotTraining.");
  }
  if (EnableManagedSpotTraining && (wait === undefined || wait < runtime)) {
    throw validationFault(
      `Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds (${runtime}) when EnableManagedSpotTraining is true.`,
    );
  }
}

/** Returns where the artifacts go: <S3OutputPath>/<job>/output. @throws Fault when the path is not one of S3 */
export function outputLocation(request: TrainingRequest): S3Location {
  const path = request.OutputDataConfig.S3OutputPath;
  const location = parseS3Location(path);
  if (!location) throw validationFault(`Invalid S3OutputPath "${path}": s3://BUCKET/PREFIX is expected.`);
  const folder = location.key.replace(/\/+$/, "");
  return { bucket: location.bucket, key: `${folder && `${folder}/`}${request.TrainingJobName}/output` };
}

/** Refuses a missing output bucket now, so that a job does not train and then lose its model. */
export async function checkOutput(request: TrainingRequest, context: Context): Promise<void> {
  const { bucket } = outputLocation(request);
  try {
    await context.call("s3", "HeadBucket", { Bucket: bucket });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(
      `The bucket "${bucket}" of S3OutputPath "${request.OutputDataConfig.S3OutputPath}" cannot be used (${error.message || error.code}). Make it first, with CreateBucket.`,
    );
  }
}

/** Returns the S3 location of a channel. @throws Fault when it has none */
export function channelLocation(channel: TrainingChannel): S3Location {
  const uri = channel.DataSource.S3DataSource?.S3Uri;
  const location = uri === undefined ? undefined : parseS3Location(uri);
  if (!location) {
    throw validationFault(`Channel "${channel.ChannelName}": invalid S3Uri "${uri}": s3://BUCKET/PREFIX is expected.`);
  }
  return location;
}

async function checkChannel(channel: TrainingChannel, roleArn: string, context: Context): Promise<void> {
  const path = `Channel "${channel.ChannelName}": `;
  const source = channel.DataSource.S3DataSource;
  refuseMembers(context, channel.DataSource, path, ["FileSystemDataSource", "DatasetSource"]);
  refuseMembers(context, channel, path, ["ShuffleConfig"]);
  refuseInputMode(context, channel.InputMode);
  if (!source) throw validationFault(`${path}DataSource.S3DataSource is missing.`);
  refuseMembers(context, source, path, [
    ...(["AttributeNames", "InstanceGroupNames", "ModelAccessConfig", "HubAccessConfig"] as const),
  ]);
  if (source.S3DataType !== "S3Prefix" && source.S3DataType !== "ManifestFile") {
    throw notBuilt(context, `${path}S3DataType ${source.S3DataType}`, "use S3Prefix or ManifestFile");
  }
  if (channel.CompressionType === "Gzip") throw notBuilt(context, `${path}CompressionType Gzip`, "use None");
  if (channel.RecordWrapperType === "RecordIO")
    throw notBuilt(context, `${path}RecordWrapperType RecordIO`, "use None");
  await checkObjects(source.S3Uri, channelLocation(channel), source.S3DataType, roleArn, context);
  if (source.S3DataType === "ManifestFile") await checkManifestSize(channel, context);
}

async function checkManifestSize(channel: TrainingChannel, context: Context): Promise<void> {
  const { bucket, key } = channelLocation(channel);
  const { ContentLength = 0 } = await context.call("s3", "HeadObject", { Bucket: bucket, Key: key });
  if (ContentLength > mostManifestBytes) {
    throw validationFault(
      `Channel "${channel.ChannelName}": the manifest s3://${bucket}/${key} has ${ContentLength} bytes; at most ${mostManifestBytes} are allowed. Name fewer objects, or use S3Prefix.`,
    );
  }
}

async function checkObjects(
  uri: string,
  { bucket, key }: S3Location,
  type: "S3Prefix" | "ManifestFile",
  roleArn: string,
  context: Context,
): Promise<void> {
  let said = "";
  try {
    if (type === "ManifestFile") {
      await context.call("s3", "HeadObject", { Bucket: bucket, Key: key });
      return;
    }
    const { KeyCount } = await context.call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: key, MaxKeys: 1 });
    if (KeyCount) return;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    said = ` Error message from S3: ${error.message || error.code}`;
  }
  throw validationFault(
    `No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region (${context.region}), that objects exist under that S3 prefix, and that the role "${roleArn}" has "s3:ListBucket" permissions on bucket "${bucket}".${said}`,
  );
}
