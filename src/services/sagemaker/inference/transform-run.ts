import type { Grant } from "../../../aws/caller.ts";
import { Fault, validationFault } from "../../../aws/faults.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import type { S3Location } from "../../../aws/s3-location.ts";
import type { RunNeeds } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import { instanceCores } from "../../../frame/instance-weight.ts";
import type { Job } from "../../../frame/job-definition.ts";
import { logGrants } from "../../../frame/log-grants.ts";
import type { RunPlan } from "../../../frame/run.ts";
import type { PlannedObjects } from "../../../images/objects-plan.ts";
import { builtInServer, servingGraceSeconds } from "../../../images/serving-plan.ts";
import { type KeyShare, type TransformPlan, transformPlanFile } from "../../../images/transform-plan.ts";
import type { LogPlace } from "../../../runs/ship-log.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { hostMetricsOf } from "../host-metrics.ts";
import { inputGrants } from "../input-grants.ts";
import { instanceNotes } from "../instance-limits.ts";
import { requireImage } from "../require-image.ts";
import { containerName, type ServedVariant, scriptOf, serverNeeds, serverRun } from "./server-run.ts";
import {
  captureLocation,
  inputLocation,
  outputLocation,
  processingOf,
  type TransformRequest,
} from "./transform-request.ts";
import { keyShares } from "./transform-shares.ts";

const logGroupName = "/aws/sagemaker/TransformJobs";

/** All attempts of a job write to one stream a host. */
export const transformLogPlace = (
  { wanted, created }: Pick<Job<TransformRequest>, "wanted" | "created">,
  host: number,
): LogPlace => ({
  logGroupName,
  logStreamName: `${wanted.TransformJobName}/algo-${host + 1}-${Math.floor(created / 1000)}`,
});

/** Until a stopped job has let go of what it was writing. */
export const stopGraceSeconds = servingGraceSeconds;

/** What AWS gives a model to arrive and to answer its first ping. */
const startupSeconds = 600;
const downloadSeconds = 3600;
const usualAnswerSeconds = 600;
const usualRetries = 3;

/** Returns what the executor of a transform job must be able to do. */
export const transformNeeds = (request: TransformRequest, context: Context): RunNeeds => ({
  ...serverNeeds(servedModel(request), context),
  program: { script: "src/runtimes/stage-transform.ts", arguments: [] },
});

/** The containers as they are served: the job's variables are theirs, and those that say how they are asked. */
export function servedModel(
  request: TransformRequest,
): ServedVariant & { readonly containers: TransformRequest["Model"]["Containers"] } {
  const { Model: model, TransformResources: resources } = request;
  const variables = { ...(request.Environment as object), ...batchVariables(request) };
  const containers = model.Containers.map((container) => ({
    ...container,
    Environment: { ...container.Environment, ...variables },
  }));
  return {
    container: containers[0]!,
    containers,
    role: model.ExecutionRoleArn!,
    instanceType: resources!.InstanceType!,
    ...(model.EnableNetworkIsolation ? { networkIsolation: true } : {}),
    startupSeconds,
    downloadSeconds,
  };
}

/** The variables of the container contract; the last three only where the request says them. */
function batchVariables(request: TransformRequest): Record<string, string> {
  const { BatchStrategy: strategy, MaxConcurrentTransforms: concurrent, MaxPayloadInMB: megabytes } = request;
  return {
    SAGEMAKER_BATCH: "true",
    ...(megabytes !== undefined && { SAGEMAKER_MAX_PAYLOAD_IN_MB: String(megabytes) }),
    ...(strategy && { SAGEMAKER_BATCH_STRATEGY: strategy === "SingleRecord" ? "SINGLE_RECORD" : "MULTI_RECORD" }),
    ...(concurrent ? { SAGEMAKER_MAX_CONCURRENT_TRANSFORMS: String(concurrent) } : {}),
  };
}

/** Returns what the hosts of a transform job execute, and what they may touch: the model, the input and the output. */
export async function planTransformRuns(
  job: Job<TransformRequest>,
  _: string,
  context: Context,
): Promise<readonly RunPlan[]> {
  const { wanted: request } = job;
  const role = request.Model.ExecutionRoleArn!;
  // It may be gone since the job was made: it may have waited for room, or this is a further attempt.
  await checkExecutionRole(context, role);
  const asRole = context.as(role);
  const input = plannedInput(request);
  const output = outputLocation(request);
  await checkObjects(input, asRole);
  await checkBucket("output", output, asRole);
  const capture = request.DataCaptureConfig && captureLocation(request);
  if (capture) await checkBucket("captured data", capture, asRole);
  const grants: Grant[] = [
    ...(await inputGrants(input, asRole)),
    writeGrant(output),
    ...(capture ? [writeGrant(capture)] : []),
  ];
  const hosts = request.TransformResources!.InstanceCount!;
  const shares = await keyShares(input, hosts, asRole);
  return shares.map((share, host) => hostPlan(job, context, { host, share, input, grants }));
}

interface HostPart {
  readonly host: number;
  readonly share: KeyShare | undefined;
  readonly input: PlannedObjects;
  readonly grants: readonly Grant[];
}

function hostPlan(job: Job<TransformRequest>, context: Context, { host, share, input, grants }: HostPart): RunPlan {
  const { wanted: request } = job;
  const { logStreamName } = transformLogPlace(job, host);
  const dataLog = { group: logGroupName, stream: `${logStreamName}/data-log` };
  const served = servedModel(request);
  const copies = copiesOf(request, served, context);
  const containers = Array.from({ length: copies }, () => served.container);
  const serving = serverRun(context, copies > 1 ? { ...served, containers, copies } : served);
  const plan = {
    ...transformPlan(request, context, input),
    ...(share && { share }),
    ...(copies > 1 && { copies }),
    log: dataLog,
  } satisfies TransformPlan;
  return {
    ...serving,
    role: serving.role === undefined ? undefined : request.Model.ExecutionRoleArn!,
    hostMetrics: hostMetricsOf(logGroupName, request.TransformJobName!, host),
    spec: {
      ...serving.spec,
      ...transformNeeds(request, context),
      files: { ...serving.spec.files, [transformPlanFile]: JSON.stringify(plan) },
      server: { address: true, sockets: [] },
      graceSeconds: stopGraceSeconds,
    },
    grants: [...serving.grants, ...grants, ...logGrants({ logGroupName, logStreamName: dataLog.stream })],
  };
}

/** A server of the product answers on one core. */
const mostCopies = 2;

/** Returns how many servers of the model there are: AWS's containers have a worker for each core. */
function copiesOf(request: TransformRequest, { container }: ServedVariant, context: Context): number {
  const { Model: model, TransformResources: resources, MaxConcurrentTransforms: concurrent } = request;
  const { program } = requireImage(context, container.Image!, "serving");
  const isOwn =
    model.Containers.length === 1 &&
    !model.EnableNetworkIsolation &&
    scriptOf(container, context) === undefined &&
    program?.script === builtInServer;
  const cores = instanceCores(context, resources!.InstanceType) ?? context.machine.cores;
  return isOwn ? Math.min(mostCopies, cores, concurrent || mostCopies) : 1;
}

function transformPlan(
  request: TransformRequest,
  context: Context,
  input: PlannedObjects,
): Omit<TransformPlan, "log" | "share"> {
  const { ContentType, CompressionType, SplitType } = request.TransformInput!;
  const { Accept, AssembleWith } = request.TransformOutput!;
  const { InvocationsMaxRetries, InvocationsTimeoutInSeconds } = request.ModelClientConfig ?? {};
  const processing = processingOf(request);
  const { bucket, key } = outputLocation(request);
  return {
    input,
    ...(ContentType && { contentType: ContentType }),
    ...(Accept && { accept: Accept }),
    gzip: CompressionType === "Gzip",
    split: SplitType ?? "None",
    lines: AssembleWith === "Line",
    output: { bucket, prefix: key.replace(/\/+$/, "") },
    ...(request.BatchStrategy && { strategy: request.BatchStrategy }),
    ...(request.MaxPayloadInMB !== undefined && { payloadMegabytes: request.MaxPayloadInMB }),
    ...(request.MaxConcurrentTransforms ? { concurrent: request.MaxConcurrentTransforms } : {}),
    answerSeconds: InvocationsTimeoutInSeconds ?? usualAnswerSeconds,
    retries: InvocationsMaxRetries ?? usualRetries,
    ...(processing && { processing }),
    ...(request.DataCaptureConfig && { capture: capturePlace(request) }),
    containers: request.Model.Containers.map(containerName),
    notes: instanceNotes(context, request.TransformResources!.InstanceType),
  };
}

function capturePlace(request: TransformRequest) {
  const { bucket, key } = captureLocation(request);
  return { bucket, prefix: key === "" ? "" : `${key.replace(/\/+$/, "")}/` };
}

function plannedInput(request: TransformRequest): PlannedObjects {
  const { S3DataType } = request.TransformInput!.DataSource!.S3DataSource!;
  return { type: S3DataType === "ManifestFile" ? "ManifestFile" : "S3Prefix", ...inputLocation(request) };
}

const writeGrant = ({ bucket, key }: S3Location): Grant => {
  const prefix = key.replace(/\/+$/, "");
  return {
    actions: ["s3:PutObject", "s3:AbortMultipartUpload"],
    resources: [s3Arn(bucket, prefix === "" ? "*" : `${prefix}/*`)],
  };
};

/** The run reads with a key of its own, so the role must be allowed to read too. */
async function checkObjects({ type, bucket, key }: PlannedObjects, asRole: Context): Promise<void> {
  const call = type === "ManifestFile" ? "HeadObject" : "ListObjectsV2";
  const place = `s3://${bucket}/${key}`;
  try {
    if (type === "ManifestFile") {
      await asRole.call("s3", "HeadObject", { Bucket: bucket, Key: key });
      return;
    }
    const { KeyCount } = await asRole.call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: key, MaxKeys: 1 });
    if (KeyCount) return;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(`Failed to read the input. ${call} failed for ${place}: ${error.message || error.code}`);
  }
  throw validationFault(`Failed to read the input. No S3 objects found under S3 URL "${place}".`);
}

/** So that a job does not work and then lose its results. */
async function checkBucket(what: string, { bucket }: S3Location, asRole: Context): Promise<void> {
  try {
    await asRole.call("s3", "HeadBucket", { Bucket: bucket });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(
      `The bucket "${bucket}" of the ${what} cannot be used (${error.message || error.code}). Make it first, with CreateBucket.`,
    );
  }
}
