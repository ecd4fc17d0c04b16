import { Fault, validationFault } from "../../../aws/faults.ts";
import { parseS3Location, type S3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { checkMetricDefinitions } from "../../../frame/job-metrics.ts";
import type { TrainingImage } from "../../../images/define-image.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkExecutionRole } from "../execution-role.ts";
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
  await checkOutput(request, context.as(request.RoleArn));
}

/** Returns the image that the job names. @throws Fault that lists the images there are. */
export function trainingImage(request: TrainingRequest, context: Context): TrainingImage {
  const uri = request.AlgorithmSpecification?.TrainingImage;
  if (!uri)
    throw validationFault(
      "AlgorithmSpecification has neither TrainingImage nor AlgorithmName: they say what is to be run.",
    );
  return requireImage(context, uri, "training");
}

function refuseUnbuilt(request: TrainingRequest, context: Context): void {
  const { AlgorithmSpecification: algorithm, ResourceConfig: resources, OutputDataConfig: output } = request;
  const refuse = <T extends object>(owner: T | undefined, path: string, members: readonly (keyof T & string)[]) =>
    owner && refuseMembers(context, owner, path, members);
  refuse(request, "", [
    ...(["DebugRuleConfigurations", "ProfilerRuleConfigurations", "RemoteDebugConfig", "InfraCheckConfig"] as const),
    ...(["SessionChainingConfig", "ServerlessJobConfig", "MlflowConfig", "ModelPackageConfig"] as const),
  ]);
  // EnableSageMakerMetricsTimeSeries asks for what every job's metrics are: series of values.
  refuse(algorithm, "AlgorithmSpecification.", ["TrainingImageConfig"]);
  // Remote functions ask for 0 seconds: for no warm pool.
  const { KeepAlivePeriodInSeconds: kept } = resources ?? {};
  if (kept) throw notBuilt(context, "ResourceConfig.KeepAlivePeriodInSeconds");
  refuse(resources, "ResourceConfig.", [
    ...(["TrainingPlanArn", "VolumeKmsKeyId"] as const),
    ...(["InstancePlacementConfig", "InstancePreferences"] as const),
  ]);
  refuse(output, "OutputDataConfig.", ["KmsKeyId"]);
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

/** S3's limit for a key. */
const longestKeyBytes = 1024;

/** Refuses a missing output bucket, or one of keys that are too long, now, so that a job does not train and then lose its model. */
export async function checkOutput(request: TrainingRequest, context: Context): Promise<void> {
  const { bucket, key } = outputLocation(request);
  const longest = Buffer.byteLength(`${key}/output.tar.gz`);
  if (longest > longestKeyBytes)
    throw validationFault(
      `S3OutputPath is too long: the key of the output, with the job's name, would have ${longest} bytes, and S3 takes ${longestKeyBytes}.`,
    );
  await checkBucket(bucket, `S3OutputPath "${request.OutputDataConfig.S3OutputPath}"`, context);
}

/** @param place the member that names the bucket, with its value */
export async function checkBucket(bucket: string, place: string, context: Context): Promise<void> {
  try {
    await context.call("s3", "HeadBucket", { Bucket: bucket });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(
      `The bucket "${bucket}" of ${place} cannot be used (${error.message || error.code}). Make it first, with CreateBucket.`,
    );
  }
}
