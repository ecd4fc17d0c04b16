import { s3Arn } from "../../../aws/s3-arn.ts";
import type { RunNeeds } from "../../../executors/port.ts";
import type { Context } from "../../../frame/context.ts";
import type { Job } from "../../../frame/job-definition.ts";
import type { RunPlan } from "../../../frame/run.ts";
import type { PythonImage } from "../../../images/define-image.ts";
import { longestGraceSeconds, stageSilenceSeconds, uploadSeconds } from "../../../images/stage-plan.ts";
import { type TrainingNews, type TrainingPlan, trainingPlanFile } from "../../../images/training-plan.ts";
import type { LogPlace } from "../../../runs/ship-log.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { hostMetricsOf } from "../host-metrics.ts";
import { inputGrants } from "../input-grants.ts";
import { instanceLimits, instanceNotes } from "../instance-limits.ts";
import { networkNeeds } from "../network-needs.ts";
import { pythonNeeds } from "../python-needs.ts";
import { fileSystemMounts, plannedFileSystems } from "./file-system-channel.ts";
import { channelMode, planChannels } from "./training-channel.ts";
import { checkFolders, folderFiles, folderGrants, keptFolders } from "./training-folders.ts";
import {
  checkOutput,
  defaultRuntimeSeconds,
  outputLocation,
  type TrainingRequest,
  trainingImage,
} from "./training-request.ts";
import { planScript, runsScript } from "./training-script.ts";

export const stopGraceSeconds = longestGraceSeconds + uploadSeconds;

/** All attempts of a job write to one stream: clients expect as many streams as instances. */
export const trainingLogPlace = (jobName: string, created: number): LogPlace => ({
  logGroupName: "/aws/sagemaker/TrainingJobs",
  logStreamName: `${jobName}/algo-1-${Math.floor(created / 1000)}`,
});

export const trainingMetricsNamespace = "/aws/sagemaker/TrainingJobs";

/** Returns what the executor of a training job must be able to do. `python`: what its script runs in, if it has one. */
export const trainingNeeds = (
  request: TrainingRequest,
  python: PythonImage | undefined,
  context: Context,
): RunNeeds => ({
  program: { script: "src/runtimes/stage.ts", arguments: ["train"] },
  mounts: fileSystemMounts(request, context),
  ...(python && pythonNeeds(python)),
  limits: {
    runtimeSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? defaultRuntimeSeconds,
    ...instanceLimits(context, request.ResourceConfig ?? {}),
    silenceSeconds: stageSilenceSeconds,
  },
  ...networkNeeds(request.EnableNetworkIsolation),
});

/**
 * Returns what a training job's run executes, and what it may touch: its channels and its output. What it
 * prints is shipped by the reconciler.
 */
export async function planTrainingRun(job: Job<TrainingRequest>, arn: string, context: Context): Promise<RunPlan> {
  const request = job.wanted;
  // Both may be gone since the job was made: it may have waited for room, or this is a further attempt.
  await checkExecutionRole(context, request.RoleArn);
  const asRole = context.as(request.RoleArn);
  await checkOutput(request, asRole);
  await checkFolders(request, asRole);
  const channels = await planChannels(request, asRole);
  const { bucket, key: prefix } = outputLocation(request);
  const image = trainingImage(request, context);
  const script = runsScript(request, image) ? await planScript(request, image, context) : undefined;
  const needs = trainingNeeds(request, script && image.python, context);
  const kept = keptFolders(request, script !== undefined);
  const plan: TrainingPlan = {
    job: { name: request.TrainingJobName, arn },
    notes: instanceNotes(context, request.ResourceConfig?.InstanceType),
    ...(script ? { script: script.planned } : { program: image.program!, network: needs.network }),
    environment: (request.Environment ?? {}) as Record<string, string>,
    channels,
    fileSystems: plannedFileSystems(request, context),
    writable: needs.mounts.filter(({ writable }) => writable).map(({ target }) => target),
    output: { bucket, prefix, compression: request.OutputDataConfig.CompressionType ?? "GZIP" },
    graceSeconds: context.settings.stopGraceSeconds,
    kept,
  };
  return {
    role: script?.planned.role,
    hostMetrics: hostMetricsOf("/aws/sagemaker/TrainingJobs", request.TrainingJobName),
    imageExecutor: context.images.find(request.AlgorithmSpecification!.TrainingImage!)?.executor,
    spec: {
      ...needs,
      environment: {},
      files: { [trainingPlanFile]: JSON.stringify(plan), ...containerFiles(request) },
      ownFolder: true,
      server: { address: true, sockets: [] },
      graceSeconds: stopGraceSeconds,
    },
    grants: [
      ...(await Promise.all(channels.map((channel) => inputGrants(channel, asRole, channel.pipe?.attributes)))).flat(),
      { actions: ["s3:PutObject", "s3:AbortMultipartUpload"], resources: [s3Arn(bucket, `${prefix}/*`)] },
      ...folderGrants(kept),
      ...(script?.grants ?? []),
    ],
  };
}

/** What the stage of a script is told of an update: the profiler's configuration, and where its folder goes. */
export const trainingNews = (request: TrainingRequest): TrainingNews => ({
  files: configurationFiles(folderFiles(request)),
  kept: keptFolders(request, true),
});

const configurationFiles = (files: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).map(([name, content]) => [`input/config/${name}.json`, JSON.stringify(content)]),
  );

/** Returns the files of the container contract, below /opt/ml. */
function containerFiles(request: TrainingRequest): Record<string, string> {
  const host = "algo-1";
  const group = "homogeneousCluster";
  const instanceType = request.ResourceConfig?.InstanceType;
  const channels = (request.InputDataConfig ?? []).map((channel) => [
    channel.ChannelName,
    {
      ContentType: channel.ContentType,
      TrainingInputMode: channelMode(channel, request),
      S3DistributionType: channel.DataSource.S3DataSource?.S3DataDistributionType ?? "FullyReplicated",
      RecordWrapperType: channel.RecordWrapperType ?? "None",
    },
  ]);
  return configurationFiles({
    ...folderFiles(request),
    hyperparameters: request.HyperParameters ?? {},
    inputdataconfig: Object.fromEntries(channels),
    resourceconfig: {
      current_host: host,
      current_instance_type: instanceType,
      current_group_name: group,
      hosts: [host],
      instance_groups: [{ instance_group_name: group, instance_type: instanceType, hosts: [host] }],
      network_interface_name: "eth0",
    },
  });
}
