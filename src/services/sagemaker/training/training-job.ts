import type { SecondaryStatus } from "@aws-sdk/client-sagemaker";
import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineJob } from "../../../frame/define-job.ts";
import type { Job } from "../../../frame/job-definition.ts";
import { type Transition, workSeconds } from "../../../frame/job-state.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkInstance } from "../instance-limits.ts";
import { jobStatuses } from "../job-ends.ts";
import { withAlgorithm } from "./algorithm-source.ts";
import { billableSeconds, managedSpot } from "./managed-spot.ts";
import { checkChannels } from "./training-channel.ts";
import { checkBuiltIn, checkFolders, isProfiled } from "./training-folders.ts";
import { checkInstances, trainingHosts, trainingWeight } from "./training-hosts.ts";
import { fromFirstShape, fromSecondShape, trainingSteps } from "./training-job-status.ts";
import {
  checkTrainingRequest,
  defaultRuntimeSeconds,
  outputLocation,
  type TrainingChannel,
  type TrainingRequest,
} from "./training-request.ts";
import {
  planTrainingRuns,
  stopGraceSeconds,
  trainingLogPlace,
  trainingMetricsNamespace,
  trainingNeeds,
  trainingNews,
} from "./training-run.ts";
import { checkScript } from "./training-script.ts";
import { updateTrainingJob } from "./update-training-job.ts";

export type TrainingJob = Job<TrainingRequest>;

/** Further attempts after lost runs when the job has no RetryStrategy. */
const defaultRetries = 1;

/** A training job: data from S3, a program of an image, a model to S3. */
export const trainingJob = defineJob({
  service: "sagemaker",
  kind: "training-job",
  arn: "training-job/{TrainingJobName}",
  title: "Training job",
  search: "TrainingJob",
  tags: true,
  large: ["HyperParameters"],
  schema: 3,
  upgrade: { 1: fromFirstShape, 2: fromSecondShape },
  statuses: jobStatuses("Training"),
  running: ["InProgress", "Stopping"],
  shownStatus: (job) => secondaryStatus(job),
  shownReason: ({ actual }) => actual.failureReason,
  missing: () => validationFault("Requested resource not found."),
  existing: ({ arn }) =>
    new Fault(
      "ResourceInUse",
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
    ),
  create: {
    operation: "CreateTrainingJob",
    status: "InProgress",
    async begin(input, context) {
      const request = await withAlgorithm(input, context);
      checkInstances(request);
      await checkTrainingRequest(request, context);
      await checkFolders(request, context.as(request.RoleArn));
      await checkChannels(request, context);
      for (const { instanceType } of trainingHosts(request)) checkInstance(context, instanceType);
      const python = checkScript(request, context);
      if (!python) checkBuiltIn(request, context);
      const needs = trainingNeeds(request, python, context);
      await checkExecutor(context, needs, request.AlgorithmSpecification!.TrainingImage!);
      return { wanted: { ...request, Tags: input.Tags ?? [] } };
    },
    output: (TrainingJobArn) => ({ TrainingJobArn }),
  },
  stop: { operation: "StopTrainingJob", status: "Stopping" },
  runs: {
    plan: planTrainingRuns,
    weight: ({ wanted }, context) => trainingWeight(wanted, context),
    log: ({ wanted, created }, host) => trainingLogPlace(wanted.TrainingJobName, created, host),
    metrics: (job, context) => ({
      namespace: trainingMetricsNamespace,
      dimensions: { TrainingJobName: job.wanted.TrainingJobName },
      definitions: definitionsOf(job, context),
    }),
    ...trainingSteps,
    graceSeconds: stopGraceSeconds,
    spot: managedSpot,
    retries: ({ wanted }) => wanted.RetryStrategy?.MaximumRetryAttempts ?? defaultRetries,
    retriesFaults: ({ wanted }) => wanted.RetryStrategy !== undefined,
    news: ({ wanted }) => JSON.stringify(trainingNews(wanted)),
    event: "SageMaker Training Job State Change",
  },
  operations: { UpdateTrainingJob: updateTrainingJob },
  describe: {
    operation: "DescribeTrainingJob",
    output: (job, arn, context) => ({
      TrainingJobName: job.wanted.TrainingJobName,
      TrainingJobArn: arn,
      // Absent until there are some: an empty structure breaks clients.
      ModelArtifacts: modelArtifacts(job)!,
      TrainingJobStatus: job.status as "InProgress",
      SecondaryStatus: secondaryStatus(job),
      FailureReason: job.actual.failureReason,
      HyperParameters: job.wanted.HyperParameters,
      AlgorithmSpecification: shownAlgorithm(job, context),
      RoleArn: job.wanted.RoleArn,
      InputDataConfig: job.wanted.InputDataConfig?.map(withDefaults),
      // Clients index KmsKeyId without asking whether it is there.
      OutputDataConfig: { KmsKeyId: "", CompressionType: "GZIP" as const, ...job.wanted.OutputDataConfig },
      ResourceConfig: job.wanted.ResourceConfig?.InstanceGroups?.length
        ? job.wanted.ResourceConfig
        : { InstanceCount: 1, ...job.wanted.ResourceConfig },
      VpcConfig: job.wanted.VpcConfig,
      StoppingCondition: { MaxRuntimeInSeconds: defaultRuntimeSeconds, ...job.wanted.StoppingCondition },
      CreationTime: new Date(job.created),
      TrainingStartTime: asDate(job.actual.started),
      TrainingEndTime: asDate(job.actual.ended),
      LastModifiedTime: new Date(job.modified),
      SecondaryStatusTransitions: job.actual.transitions.map(shownTransition),
      FinalMetricDataList: job.actual.finalMetrics?.map(({ name, value, time }) => ({
        MetricName: name,
        Value: value,
        Timestamp: new Date(time),
      })),
      EnableNetworkIsolation: job.wanted.EnableNetworkIsolation ?? false,
      EnableInterContainerTrafficEncryption: job.wanted.EnableInterContainerTrafficEncryption ?? false,
      EnableManagedSpotTraining: job.wanted.EnableManagedSpotTraining ?? false,
      TrainingTimeInSeconds: workSeconds(job.actual),
      BillableTimeInSeconds: billableSeconds(job),
      CheckpointConfig: job.wanted.CheckpointConfig,
      ExperimentConfig: job.wanted.ExperimentConfig,
      TensorBoardOutputConfig: job.wanted.TensorBoardOutputConfig,
      DebugHookConfig: job.wanted.DebugHookConfig,
      ProfilerConfig: job.wanted.ProfilerConfig,
      ProfilingStatus: isProfiled(job.wanted.ProfilerConfig) ? ("Enabled" as const) : ("Disabled" as const),
      RemoteDebugConfig: job.wanted.RemoteDebugConfig,
      Environment: job.wanted.Environment,
      RetryStrategy: job.wanted.RetryStrategy,
    }),
  },
  list: {
    operation: "ListTrainingJobs",
    member: "TrainingJobSummaries",
    descending: false,
    // No job has a warm pool or a training plan, so these filters match no job.
    filters: { WarmPoolStatusEquals: "nothing", TrainingPlanArnEquals: "nothing" },
    summary: (job, arn) => ({
      TrainingJobName: job.wanted.TrainingJobName,
      TrainingJobArn: arn,
      CreationTime: new Date(job.created),
      TrainingEndTime: asDate(job.actual.ended),
      LastModifiedTime: new Date(job.modified),
      TrainingJobStatus: job.status as "InProgress",
      SecondaryStatus: secondaryStatus(job),
    }),
  },
  delete: { operation: "DeleteTrainingJob" },
});

const secondaryStatus = ({ actual }: Pick<TrainingJob, "actual">) =>
  actual.transitions.at(-1)!.Status as SecondaryStatus;

/** A job that names an algorithm shows its name and not its image. */
function shownAlgorithm(job: TrainingJob, context: Context) {
  const { TrainingImage, ...given } = job.wanted.AlgorithmSpecification!;
  const image = given.AlgorithmName === undefined ? { TrainingImage } : {};
  return { ...image, ...given, MetricDefinitions: definitionsOf(job, context) };
}

/** Returns the metric definitions of the request, else those of the image. */
function definitionsOf(job: TrainingJob, context: Context) {
  const { MetricDefinitions: given, TrainingImage: image = "" } = job.wanted.AlgorithmSpecification ?? {};
  return given?.length ? given : [...(context.images.find(image)?.training?.metrics ?? [])];
}

/** A completed job has model artifacts even when its program saved nothing: AWS shows them, and clients rely on it. */
function modelArtifacts({ wanted, status, actual }: TrainingJob) {
  if (status !== "Completed" && actual.told.Uploaded?.model !== true) return undefined;
  const { bucket, key } = outputLocation(wanted);
  const name = wanted.OutputDataConfig.CompressionType === "NONE" ? "model/" : "model.tar.gz";
  return { S3ModelArtifacts: `s3://${bucket}/${key}/${name}` };
}

const withDefaults = (channel: TrainingChannel): TrainingChannel => ({
  CompressionType: "None",
  RecordWrapperType: "None",
  ...channel,
  DataSource: {
    ...channel.DataSource,
    S3DataSource: channel.DataSource.S3DataSource && {
      S3DataDistributionType: "FullyReplicated",
      ...channel.DataSource.S3DataSource,
    },
  },
});

const shownTransition = ({ Status, StartTime, EndTime, StatusMessage }: Transition) => ({
  Status: Status as SecondaryStatus,
  StartTime: new Date(StartTime),
  EndTime: asDate(EndTime),
  StatusMessage,
});

const asDate = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));
