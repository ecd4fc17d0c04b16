import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResource, type Resource } from "../../../frame/define-resource.ts";
import {
  currentStep,
  enter,
  type TrainingActual,
  type Transition,
  trainingJobStatuses,
  trainingSeconds,
} from "./training-job-status.ts";
import {
  checkTrainingRequest,
  defaultRuntimeSeconds,
  outputLocation,
  type TrainingChannel,
  type TrainingRequest,
} from "./training-request.ts";

export type TrainingJob = Resource<TrainingRequest, TrainingActual>;

/** A training job: data from S3, a program of an image, a model to S3. Its reconciler runs it. */
export const trainingJob = defineResource({
  service: "sagemaker",
  kind: "training-job",
  name: "TrainingJobName",
  statuses: trainingJobStatuses,
  missing: () => validationFault("Requested resource not found."),
  existing: (arn) =>
    new Fault(
      "ResourceInUse",
      `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
    ),
  create: {
    operation: "CreateTrainingJob",
    async begin(input, context): Promise<{ status: "InProgress"; actual: TrainingActual }> {
      await checkTrainingRequest(input, context);
      return {
        status: "InProgress",
        actual: { transitions: enter([], "Starting", context.clock.now()), lostAttempts: 0 },
      };
    },
    output: (arn) => ({ TrainingJobArn: arn }),
  },
  describe: {
    operation: "DescribeTrainingJob",
    output: (job, arn, context) => ({
      TrainingJobName: job.wanted.TrainingJobName,
      TrainingJobArn: arn,
      // Left out until there is one; an empty structure breaks clients.
      ModelArtifacts: modelArtifacts(job)!,
      TrainingJobStatus: job.status as "InProgress",
      SecondaryStatus: currentStep(job.actual),
      FailureReason: job.actual.failureReason,
      HyperParameters: job.wanted.HyperParameters,
      AlgorithmSpecification: { ...job.wanted.AlgorithmSpecification!, MetricDefinitions: definitionsOf(job, context) },
      RoleArn: job.wanted.RoleArn,
      InputDataConfig: job.wanted.InputDataConfig?.map(withDefaults),
      // Clients index KmsKeyId without asking whether it is there.
      OutputDataConfig: { KmsKeyId: "", CompressionType: "GZIP" as const, ...job.wanted.OutputDataConfig },
      ResourceConfig: { InstanceCount: 1, ...job.wanted.ResourceConfig },
      VpcConfig: job.wanted.VpcConfig,
      StoppingCondition: { MaxRuntimeInSeconds: defaultRuntimeSeconds, ...job.wanted.StoppingCondition },
      CreationTime: new Date(job.created),
      TrainingStartTime: asDate(job.actual.trainingStart),
      TrainingEndTime: asDate(job.actual.trainingEnd),
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
      TrainingTimeInSeconds: trainingSeconds(job.actual),
      BillableTimeInSeconds: trainingSeconds(job.actual),
      DebugHookConfig: job.wanted.DebugHookConfig,
      ProfilerConfig: job.wanted.ProfilerConfig,
      ProfilingStatus: "Disabled" as const,
      Environment: job.wanted.Environment,
      RetryStrategy: job.wanted.RetryStrategy,
    }),
  },
  list: {
    operation: "ListTrainingJobs",
    member: "TrainingJobSummaries",
    descending: false,
    summary: (job, arn) => ({
      TrainingJobName: job.wanted.TrainingJobName,
      TrainingJobArn: arn,
      CreationTime: new Date(job.created),
      TrainingEndTime: asDate(job.actual.trainingEnd),
      LastModifiedTime: new Date(job.modified),
      TrainingJobStatus: job.status as "InProgress",
      SecondaryStatus: currentStep(job.actual),
    }),
    // No job has a warm pool or a training plan, so one that is asked for has no jobs.
    where: (input) => (input.WarmPoolStatusEquals || input.TrainingPlanArnEquals ? () => false : undefined),
  },
  delete: { operation: "DeleteTrainingJob" },
  operations: {
    async StopTrainingJob({ TrainingJobName: name }, context, jobs) {
      await jobs.update(context, name, (job) => {
        if (job.status === "Stopping") return undefined;
        if (job.status !== "InProgress") {
          throw validationFault(`The request was rejected because the training job is in status ${job.status}.`);
        }
        const transitions = enter(job.actual.transitions, "Stopping", context.clock.now());
        return { status: "Stopping", actual: { ...job.actual, transitions } };
      });
      return {};
    },
  },
});

/** Those of the request, else those of the image. */
export const definitionsOf = (job: TrainingJob, context: Context) => {
  const { MetricDefinitions: given, TrainingImage: image = "" } = job.wanted.AlgorithmSpecification ?? {};
  return given?.length ? given : [...(context.images.find(image)?.training?.metrics ?? [])];
};

/** A completed job has one even if its program saved nothing: that is how AWS shows it, and clients rely on it. */
function modelArtifacts({ wanted, status, actual }: TrainingJob) {
  if (status !== "Completed" && !actual.hasModel) return undefined;
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
  Status,
  StartTime: new Date(StartTime),
  EndTime: asDate(EndTime),
  StatusMessage,
});

const asDate = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));
