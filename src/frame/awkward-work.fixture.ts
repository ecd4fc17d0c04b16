import { validationFault } from "../aws/faults.ts";
import { parseScheduleExpression } from "../base/schedule-expression.ts";
import { defineReconciler } from "./define-reconciler.ts";
import { defineResource } from "./define-resource.ts";
import { defineSchedule, type Scheduled } from "./define-schedule.ts";
import { refusals } from "./refusals.fixture.ts";

// Kinds of the AWS API that are awkward to declare, each for a reason of its own. They are declared here before they are
// built, to prove that the frame fits them: the types of their operations are those of the AWS clients.
// Those of this file work by themselves: at times, or through children.
const { missing } = refusals;

interface ActualSchedule extends Scheduled {
  readonly endpointName: string;
  /** When it acted. */
  readonly executions: readonly number[];
}

const expressionIn = (config: { readonly ScheduleConfig?: { readonly ScheduleExpression: string | undefined } }) =>
  String(config.ScheduleConfig?.ScheduleExpression);

/** Acts at a cron expression; is started and stopped repeatedly. */
export const monitoringSchedule = defineResource({
  service: "sagemaker",
  kind: "monitoring-schedule",
  arn: "monitoring-schedule/{MonitoringScheduleName}",
  statuses: {
    Pending: { final: false, refusesUpdate: () => validationFault("The schedule is being made.") },
    Scheduled: { final: true },
    Stopped: { final: true },
    Failed: { final: true },
  },
  tags: true,
  missing,
  create: {
    operation: "CreateMonitoringSchedule",
    async begin({ MonitoringScheduleConfig }): Promise<{ status: "Scheduled"; actual: ActualSchedule }> {
      try {
        parseScheduleExpression(expressionIn(MonitoringScheduleConfig));
      } catch (error) {
        throw validationFault((error as RangeError).message);
      }
      return { status: "Scheduled", actual: { endpointName: "e", executions: [] } };
    },
    output: (MonitoringScheduleArn) => ({ MonitoringScheduleArn }),
  },
  labels: {
    endpoint: ({ actual }) => actual.endpointName,
    type: ({ wanted }) => wanted.MonitoringScheduleConfig.MonitoringType,
    definition: ({ wanted }) => wanted.MonitoringScheduleConfig.MonitoringJobDefinitionName,
  },
  list: {
    operation: "ListMonitoringSchedules",
    member: "MonitoringScheduleSummaries",
    descending: true,
    filters: {
      EndpointName: "label endpoint",
      MonitoringJobDefinitionName: "label definition",
      MonitoringTypeEquals: "label type",
    },
    summary: ({ wanted, status, created, modified }, MonitoringScheduleArn) => ({
      MonitoringScheduleName: wanted.MonitoringScheduleName,
      MonitoringScheduleArn,
      MonitoringScheduleStatus: status as "Pending",
      CreationTime: new Date(created),
      LastModifiedTime: new Date(modified),
    }),
  },
  update: {
    operation: "UpdateMonitoringSchedule",
    change: ({ wanted }, { MonitoringScheduleConfig }) => ({ wanted: { ...wanted, MonitoringScheduleConfig } }),
    output: (MonitoringScheduleArn) => ({ MonitoringScheduleArn }),
  },
  delete: { operation: "DeleteMonitoringSchedule" },
});

export const scheduler = defineSchedule({
  kind: monitoringSchedule,
  unfinished: ["Scheduled"],
  expression: ({ wanted }) => expressionIn(wanted.MonitoringScheduleConfig),
  act: async ({ actual }, time) => ({ update: { actual: { ...actual, executions: [...actual.executions, time] } } }),
});

/** Stands for the children: what makes them real is not asked here. */
export const trainingJob = defineResource({
  service: "sagemaker",
  kind: "training-job",
  arn: "training-job/{TrainingJobName}",
  statuses: { InProgress: { final: false }, Completed: { final: true } },
  missing,
  create: {
    operation: "CreateTrainingJob",
    async begin() {
      return { status: "InProgress", actual: {} };
    },
    output: (TrainingJobArn) => ({ TrainingJobArn }),
  },
});

export const childRequest = (TrainingJobName: string) => ({
  TrainingJobName,
  RoleArn: "r",
  OutputDataConfig: { S3OutputPath: "s3://bucket/out" },
});

/** Has children of another kind, made by calls and listed by an operation of its own: they carry it as their origin. */
export const tuningJob = defineResource({
  service: "sagemaker",
  kind: "hyper-parameter-tuning-job",
  arn: "hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
  statuses: { InProgress: { final: false }, Completed: { final: true } },
  large: ["TrainingJobDefinition", "TrainingJobDefinitions"],
  tags: true,
  search: "HyperParameterTuningJob",
  missing,
  create: {
    operation: "CreateHyperParameterTuningJob",
    async begin() {
      return { status: "InProgress", actual: { children: 0 } };
    },
    output: (HyperParameterTuningJobArn) => ({ HyperParameterTuningJobArn }),
  },
  list: {
    operation: "ListHyperParameterTuningJobs",
    member: "HyperParameterTuningJobSummaries",
    descending: false,
    summary: ({ wanted, status, created }, HyperParameterTuningJobArn) => ({
      HyperParameterTuningJobName: wanted.HyperParameterTuningJobName,
      HyperParameterTuningJobArn,
      HyperParameterTuningJobStatus: status as "InProgress",
      Strategy: wanted.HyperParameterTuningJobConfig.Strategy,
      CreationTime: new Date(created),
      TrainingJobStatusCounters: {},
      ObjectiveStatusCounters: {},
    }),
  },
  operations: {
    async ListTrainingJobsForHyperParameterTuningJob(input, context, jobs) {
      const { key } = await jobs.get(context, input);
      const { documents, next } = await context.resources.list(trainingJob.name, {
        account: context.account,
        region: context.region,
        origin: jobs.arn(key),
        status: input.StatusEquals,
        after: input.NextToken,
        limit: input.MaxResults ?? 10,
      });
      return {
        TrainingJobSummaries: documents.map(trainingJob.read).map(({ key, wanted, status, created }) => ({
          TrainingJobName: wanted.TrainingJobName,
          TrainingJobArn: trainingJob.arn(key),
          TrainingJobStatus: status as "InProgress",
          CreationTime: new Date(created),
          TunedHyperParameters: {},
        })),
        NextToken: next,
      };
    },
  },
});

/** Makes the children one after another, and ends when they have ended. */
export const tuner = defineReconciler({
  kind: tuningJob,
  unfinished: ["InProgress"],
  async reconcile({ wanted, actual }, context) {
    const { account, region, origin } = context;
    const { documents } = await context.resources.list(trainingJob.name, { account, region, origin, limit: 100 });
    for (const { key } of documents) context.watch(key);
    const { MaxNumberOfTrainingJobs = 1 } = wanted.HyperParameterTuningJobConfig.ResourceLimits!;
    if (documents.length < MaxNumberOfTrainingJobs) {
      const TrainingJobName = `${wanted.HyperParameterTuningJobName}-${documents.length + 1}`;
      await context.call("sagemaker", "CreateTrainingJob", childRequest(TrainingJobName));
      return { update: { actual: { children: actual.children + 1 } } };
    }
    return documents.every(({ status }) => status === "Completed") ? { update: { status: "Completed" } } : {};
  },
});
