import { existsSync } from "node:fs";
import type { Grant } from "../../../aws/caller.ts";
import { Fault, validationFault } from "../../../aws/faults.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import { connectionAction } from "../../../base/connection.ts";
import type { RunNeeds } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import type { Job } from "../../../frame/job-definition.ts";
import type { RunPlan } from "../../../frame/run.ts";
import type { ProcessingImage } from "../../../images/define-image.ts";
import {
  type ProcessingFeatures,
  type ProcessingInput,
  type ProcessingOutput,
  type ProcessingPlan,
  processingPlanFile,
} from "../../../images/processing-plan.ts";
import type { PlannedQuery, SourceQuery } from "../../../images/query-plan.ts";
import type { SparkPlan } from "../../../images/spark-plan.ts";
import { longestGraceSeconds, stageSilenceSeconds, uploadSeconds } from "../../../images/stage-plan.ts";
import type { LogPlace } from "../../../runs/ship-log.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { hostMetricsOf } from "../host-metrics.ts";
import { inputGrants } from "../input-grants.ts";
import { instanceLimits, instanceNotes } from "../instance-limits.ts";
import { groupNeeds, networkNeeds } from "../network-needs.ts";
import { pythonNeeds } from "../python-needs.ts";
import { containerFiles } from "./container-files.ts";
import { flowSpark, sparkFiles, sparkMounts } from "./flow-spark.ts";
import {
  defaultRuntimeSeconds,
  type Input,
  inputLocation,
  localFolder,
  type Output,
  outputLocation,
  type ProcessingRequest,
  processingHosts,
  processingImage,
  runsImageProgram,
  targetStoresOf,
} from "./processing-request.ts";
import { javaMounts, jobJava } from "./spark-java.ts";

export const stopGraceSeconds = longestGraceSeconds + uploadSeconds;

/** All attempts of a job write to one stream: clients expect as many streams as instances. */
export const processingLogPlace = (jobName: string, created: number, host = 0): LogPlace => ({
  logGroupName: "/aws/sagemaker/ProcessingJobs",
  logStreamName: `${jobName}/algo-${host + 1}-${Math.floor(created / 1000)}`,
});

/** Returns what the executor of a processing job must be able to do. */
export const processingNeeds = (request: ProcessingRequest, context: Context): RunNeeds => ({
  program: { script: "src/runtimes/stage-processing.ts", arguments: [] },
  mounts: [
    ...mountsOf(flowSpark(request, context)),
    ...javaMounts(jobJava(request, context)),
    ...connectorMounts(request, context),
  ],
  limits: {
    runtimeSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? defaultRuntimeSeconds,
    ...instanceLimits(context, request.ProcessingResources.ClusterConfig),
    silenceSeconds: stageSilenceSeconds,
  },
  ...pythonNeeds(processingImage(request, context).python),
  ...networkNeeds(request.NetworkConfig?.EnableNetworkIsolation),
  ...groupNeeds(processingHosts(request, context).length),
});

/** A flow may name any database. What stages the run reads it by these; the job's own code sees files without a secret. */
function connectorMounts(request: ProcessingRequest, context: Context): RunNeeds["mounts"] {
  const folder = connectorsOf(request, context);
  return folder === undefined ? [] : [{ source: folder, target: folder, inside: "/opt/sagebrush/connectors" }];
}

const connectorsOf = (request: ProcessingRequest, context: Context): string | undefined =>
  processingImage(request, context).runsFlows && existsSync(context.settings.connectors)
    ? context.settings.connectors
    : undefined;

const mountsOf = (spark: SparkPlan | undefined): RunNeeds["mounts"] => (spark ? sparkMounts(spark) : []);

/** Returns what the hosts of a processing job execute, and what they may touch: its inputs and its outputs. */
export async function planProcessingRuns(
  job: Job<ProcessingRequest>,
  arn: string,
  context: Context,
): Promise<readonly RunPlan[]> {
  const request = job.wanted;
  // It may be gone since the job was made: it may have waited for room, or this is a further attempt.
  await checkExecutionRole(context, request.RoleArn);
  const { AppSpecification: app, RoleArn: role } = request;
  const asRole = context.as(role!);
  const image = processingImage(request, context);
  const given = (request.ProcessingInputs ?? []).filter(({ AppManaged }) => !AppManaged || image.runsFlows);
  const inputs = given.filter(({ S3Input }) => S3Input).map(plannedInput);
  const queries = given.flatMap((input) => (input.DatasetDefinition ? [plannedQuery(input, image)] : []));
  const wanted = request.ProcessingOutputConfig?.Outputs ?? [];
  const outputs = wanted.filter(({ S3Output }) => S3Output).map(plannedOutput);
  const isFlow = image.runsFlows === true && runsImageProgram(request, context);
  const stores = targetStoresOf(request);
  const features = wanted.flatMap((output) => plannedFeatures(output, isFlow, stores));
  for (const input of inputs) await checkObjects(input, asRole);
  for (const output of outputs) await checkBucket(output, asRole);
  const needs = processingNeeds(request, context);
  const spark = flowSpark(request, context);
  const java = jobJava(request, context);
  const connectors = connectorsOf(request, context);
  const actsAs = needs.network === "none" ? undefined : role;
  const plan: ProcessingPlan = {
    python: { image: image.python, role: actsAs, network: needs.network },
    ...plannedCommand(request, context),
    environment: (request.Environment ?? {}) as Record<string, string>,
    inputs,
    ...(queries.length > 0 && { queries }),
    ...(isFlow && { runsFlows: true as const }),
    ...(java && { spark: { javaHome: java.inside } }),
    ...(connectors !== undefined && { connectors }),
    outputs,
    ...(features.length > 0 && { features }),
    graceSeconds: context.settings.stopGraceSeconds,
    notes: [
      ...instanceNotes(context, request.ProcessingResources.ClusterConfig.InstanceType),
      ...runtimeNotes(request, spark, runsImageProgram(request, context)),
    ],
  };
  const grants = [
    ...(await Promise.all(inputs.map((input) => inputGrants(input, asRole)))).flat(),
    ...outputs.map(outputGrant),
    // Whoever stages the run reads databases by the connections that are for the role.
    ...(queries.length > 0 || image.runsFlows ? [{ actions: [connectionAction], resources: [role!] }] : []),
  ];
  const hosts = processingHosts(request, context);
  return hosts.map(
    (host, index): RunPlan => ({
      // What stages the run asks queries as the role, also where the job's own code has no network.
      role: queries.length > 0 ? role : actsAs,
      hostMetrics: hostMetricsOf("/aws/sagemaker/ProcessingJobs", request.ProcessingJobName, index),
      imageExecutor: context.images.find(app.ImageUri!)?.executor,
      spec: {
        ...needs,
        environment: {},
        files: {
          [processingPlanFile]: JSON.stringify({ ...plan, inputs: inputsOfHost(request, inputs, index, hosts.length) }),
          ...containerFiles(request, arn, host, hosts),
          ...sparkFiles(spark),
        },
        server: { address: true, sockets: [] },
        graceSeconds: stopGraceSeconds,
      },
      grants,
    }),
  );
}

/** Of an input that is sharded, each of several hosts has its share. */
const inputsOfHost = (
  request: ProcessingRequest,
  planned: readonly ProcessingInput[],
  host: number,
  hosts: number,
): readonly ProcessingInput[] =>
  planned.map((input) => {
    const given = request.ProcessingInputs!.find(({ InputName }) => InputName === input.name);
    const isSharded = given?.S3Input?.S3DataDistributionType === "ShardedByS3Key";
    return isSharded && hosts > 1 ? { ...input, share: { host, hosts } } : input;
  });

/** The job's own command, or the image's with the job's arguments. */
function plannedCommand(request: ProcessingRequest, context: Context): Pick<ProcessingPlan, "command" | "program"> {
  const { ContainerArguments = [], ContainerEntrypoint = [] } = request.AppSpecification;
  const words = ContainerArguments as string[];
  const { entryPoint = [], program } = processingImage(request, context);
  if (ContainerEntrypoint.length > 0) return { command: [...(ContainerEntrypoint as string[]), ...words] };
  if (program === undefined) return { command: [...entryPoint, ...words] };
  return { command: [], program: { ...program, arguments: [...program.arguments, ...words] } };
}

/** The longest that SageMaker's guide allows a processing job; its API allows nine days. */
const guidesRuntimeSeconds = 432_000;

function runtimeNotes(
  { ProcessingResources, StoppingCondition }: ProcessingRequest,
  spark: SparkPlan | undefined,
  ownProgram: boolean,
): readonly string[] {
  const seconds = StoppingCondition?.MaxRuntimeInSeconds ?? 0;
  const hosts = ProcessingResources.ClusterConfig.InstanceCount ?? 1;
  const alone =
    ownProgram && hosts > 1 ? [`InstanceCount is ${hosts}. This image's own program runs on one host here.`] : [];
  const notes = spark ? [`The flow runs on Spark, ${spark.master}.`] : alone;
  if (seconds <= guidesRuntimeSeconds) return notes;
  return [
    ...notes,
    `WARNING: MaxRuntimeInSeconds is ${seconds}. The guide to SageMaker allows a processing job ${guidesRuntimeSeconds} (5 days).`,
  ];
}

function plannedInput(input: Input): ProcessingInput {
  const { S3DataType, LocalPath, S3InputMode, S3CompressionType } = input.S3Input!;
  return {
    name: input.InputName!,
    type: S3DataType === "ManifestFile" ? "ManifestFile" : "S3Prefix",
    folder: localFolder(LocalPath, ""),
    ...inputLocation(input),
    ...(S3InputMode === "Pipe" ? { pipe: { gzip: S3CompressionType === "Gzip" } } : {}),
  };
}

/**
 * What stages the run writes the records of a flow, and those of an output that has files beside; a script whose output has
 * none writes its records itself.
 */
function plannedFeatures(
  { FeatureStoreOutput: store, OutputName, S3Output }: Output,
  isFlow: boolean,
  targetStores: readonly string[] | undefined,
): readonly ProcessingFeatures[] {
  if (!store || !(isFlow || S3Output)) return [];
  const of = { name: OutputName!, group: store.FeatureGroupName!, ...(targetStores && { targetStores }) };
  return [S3Output ? { ...of, folder: localFolder(S3Output.LocalPath, "") } : of];
}

function plannedOutput(output: Output): ProcessingOutput {
  const { bucket, key } = outputLocation(output);
  return {
    name: output.OutputName!,
    mode: output.S3Output!.S3UploadMode!,
    folder: localFolder(output.S3Output!.LocalPath, ""),
    bucket,
    prefix: key.replace(/\/+$/, ""),
  };
}

/** A flow's program reads Parquet; other programs have what the definition names. */
function plannedQuery(input: Input, image: ProcessingImage) {
  const { AthenaDatasetDefinition: athena, LocalPath, RedshiftDatasetDefinition: redshift } = input.DatasetDefinition!;
  const place = { name: input.InputName!, folder: localFolder(LocalPath, "") };
  const query: SourceQuery = athena
    ? {
        ...{ kind: "athena", sql: athena.QueryString!, outputUri: athena.OutputS3Uri! },
        ...{ catalog: athena.Catalog!, database: athena.Database! },
        ...(athena.WorkGroup && { workGroup: athena.WorkGroup }),
        format: image.runsFlows ? "PARQUET" : athena.OutputFormat!,
        ...(athena.OutputCompression && !image.runsFlows && { compression: athena.OutputCompression }),
      }
    : {
        ...{ kind: "redshift", sql: redshift!.QueryString!, names: [redshift!.ClusterId!] },
        ...{
          database: redshift!.Database!,
          format: image.runsFlows || redshift!.OutputFormat !== "CSV" ? "parquet" : "csv",
        },
      };
  return { ...place, query } satisfies PlannedQuery;
}

const outputGrant = ({ bucket, prefix }: ProcessingOutput): Grant => ({
  actions: ["s3:PutObject", "s3:AbortMultipartUpload"],
  resources: [s3Arn(bucket, prefix === "" ? "*" : `${prefix}/*`)],
});

/** The run reads with a key of its own, so the role must be allowed to read too. */
async function checkObjects({ type, bucket, key }: ProcessingInput, asRole: Context): Promise<void> {
  const call = type === "ManifestFile" ? "HeadObject" : "ListObjectsV2";
  const place = `s3://${bucket}/${key}`;
  let isEmpty: boolean;
  try {
    if (type === "ManifestFile") {
      await asRole.call("s3", "HeadObject", { Bucket: bucket, Key: key });
      return;
    }
    const { KeyCount } = await asRole.call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: key, MaxKeys: 1 });
    isEmpty = !KeyCount;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(`Failed to download data. ${call} failed for ${place}: ${error.message || error.code}`);
  }
  if (isEmpty) throw validationFault(`Failed to download data. No S3 objects found under S3 URL "${place}".`);
}

/** So that a job does not work and then lose its results. */
async function checkBucket({ name, bucket }: ProcessingOutput, asRole: Context): Promise<void> {
  try {
    await asRole.call("s3", "HeadBucket", { Bucket: bucket });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw validationFault(
      `Failed to upload data. The bucket "${bucket}" of output "${name}" cannot be used (${error.message || error.code}). Make it first, with CreateBucket.`,
    );
  }
}
