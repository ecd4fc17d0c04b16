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
import { groupNeeds, networkNeeds } from "../network-needs.ts";
import { pythonNeeds } from "../python-needs.ts";
import { fileSystemMounts, plannedFileSystems } from "./file-system-channel.ts";
import { runtimeLeft } from "./managed-spot.ts";
import { channelMode, channelsOfHost, planChannels } from "./training-channel.ts";
import { checkFolders, folderFiles, folderGrants, keptFolders } from "./training-folders.ts";
import { resourceConfig, type TrainingHost, trainingHosts } from "./training-hosts.ts";
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
export const trainingLogPlace = (jobName: string, created: number, host = 0): LogPlace => ({
  logGroupName: "/aws/sagemaker/TrainingJobs",
  logStreamName: `${jobName}/algo-${host + 1}-${Math.floor(created / 1000)}`,
});

export const trainingMetricsNamespace = "/aws/sagemaker/TrainingJobs";

/** Returns what the executor of a training job must be able to do. `python`: what its script runs in, if it has one. */
export const trainingNeeds = (
  request: TrainingRequest,
  python: PythonImage | undefined,
  context: Context,
  host = trainingHosts(request)[0]!,
): RunNeeds => ({
  program: { script: "src/runtimes/stage.ts", arguments: ["train"] },
  mounts: fileSystemMounts(request, context),
  ...(python && pythonNeeds(python)),
  limits: {
    runtimeSeconds: request.StoppingCondition?.MaxRuntimeInSeconds ?? defaultRuntimeSeconds,
    ...instanceLimits(context, { ...request.ResourceConfig, InstanceType: host.instanceType }),
    silenceSeconds: stageSilenceSeconds,
  },
  ...groupNeeds(trainingHosts(request).length),
  ...networkNeeds(request.EnableNetworkIsolation),
});

/**
 * Returns what the hosts of a training job execute, and what they may touch: its channels and its output. What they
 * print is shipped by the reconciler.
 */
export async function planTrainingRuns(
  job: Job<TrainingRequest>,
  arn: string,
  context: Context,
): Promise<readonly RunPlan[]> {
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
  const kept = keptFolders(request, script !== undefined);
  const grants = [
    ...(await Promise.all(channels.map((channel) => inputGrants(channel, asRole, channel.pipe?.attributes)))).flat(),
    { actions: ["s3:PutObject", "s3:AbortMultipartUpload"], resources: [s3Arn(bucket, `${prefix}/*`)] },
    ...folderGrants(kept),
    ...(script?.grants ?? []),
  ];
  const hosts = trainingHosts(request);
  return hosts.map((host, index): RunPlan => {
    const needs = trainingNeeds(request, script && image.python, context, host);
    const plan: TrainingPlan = {
      job: { name: request.TrainingJobName, arn },
      ...(hosts.length > 1 && { host: { index, size: hosts.length } }),
      notes: instanceNotes(context, host.instanceType),
      ...(script ? { script: script.planned } : { program: image.program!, network: needs.network }),
      environment: (request.Environment ?? {}) as Record<string, string>,
      channels: channelsOfHost(channels, request, host),
      fileSystems: plannedFileSystems(request, context),
      writable: needs.mounts.filter(({ writable }) => writable).map(({ target }) => target),
      output: { bucket, prefix, compression: request.OutputDataConfig.CompressionType ?? "GZIP" },
      graceSeconds: context.settings.stopGraceSeconds,
      kept,
    };
    return {
      role: script?.planned.role,
      hostMetrics: hostMetricsOf("/aws/sagemaker/TrainingJobs", request.TrainingJobName, index),
      imageExecutor: context.images.find(request.AlgorithmSpecification!.TrainingImage!)?.executor,
      spec: {
        ...needs,
        limits: { ...needs.limits, runtimeSeconds: runtimeLeft(job) },
        environment: {},
        files: { [trainingPlanFile]: JSON.stringify(plan), ...containerFiles(request, host) },
        ownFolder: true,
        server: { address: true, sockets: [] },
        graceSeconds: stopGraceSeconds,
      },
      grants,
    };
  });
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
function containerFiles(request: TrainingRequest, host: TrainingHost): Record<string, string> {
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
    resourceconfig: resourceConfig(request, host),
  });
}
