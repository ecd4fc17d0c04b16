import { Fault, validationFault } from "../../../aws/faults.ts";
import { defineJob } from "../../../frame/define-job.ts";
import { instanceWeight } from "../../../frame/instance-weight.ts";
import type { Job } from "../../../frame/job-definition.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkInstance } from "../instance-limits.ts";
import { jobStatuses } from "../job-ends.ts";
import { flowSpark } from "./flow-spark.ts";
import { processingSteps } from "./processing-job-status.ts";
import { checkProcessingRequest, defaultRuntimeSeconds, type ProcessingRequest } from "./processing-request.ts";
import { planProcessingRuns, processingLogPlace, processingNeeds, stopGraceSeconds } from "./processing-run.ts";
import { jobJava } from "./spark-java.ts";

type ProcessingJob = Job<ProcessingRequest>;

/** Further attempts after lost runs. */
const retries = 1;

/** A processing job: data from S3, a command in the Python of an image, results to S3. */
export const processingJob = defineJob({
  service: "sagemaker",
  kind: "processing-job",
  arn: "processing-job/{ProcessingJobName}",
  title: "Processing job",
  tags: true,
  statuses: jobStatuses("Processing"),
  running: ["InProgress", "Stopping"],
  shownReason: ({ actual }) => actual.failureReason,
  missing: ({ name }) => validationFault(`Could not find requested job with name: ${name}`),
  existing: ({ arn }) =>
    new Fault(
      "ResourceInUse",
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
    ),
  create: {
    operation: "CreateProcessingJob",
    status: "InProgress",
    async begin(input, context) {
      await checkProcessingRequest(input, context);
      flowSpark(input, context);
      jobJava(input, context);
      checkInstance(context, input.ProcessingResources!.ClusterConfig.InstanceType);
      await checkExecutor(context, processingNeeds(input, context), input.AppSpecification!.ImageUri!);
      return undefined;
    },
    output: (ProcessingJobArn) => ({ ProcessingJobArn }),
  },
  stop: { operation: "StopProcessingJob", status: "Stopping" },
  runs: {
    plan: planProcessingRuns,
    weight: ({ wanted }, context) => instanceWeight(context, wanted.ProcessingResources.ClusterConfig),
    log: ({ wanted, created }, host) => processingLogPlace(wanted.ProcessingJobName!, created, host),
    ...processingSteps,
    graceSeconds: stopGraceSeconds,
    retries: () => retries,
    event: "SageMaker Processing Job State Change",
  },
  describe: {
    operation: "DescribeProcessingJob",
    output: (job, arn) => ({
      ProcessingInputs: job.wanted.ProcessingInputs?.map(withInputDefaults),
      ProcessingOutputConfig: job.wanted.ProcessingOutputConfig && {
        ...job.wanted.ProcessingOutputConfig,
        Outputs: job.wanted.ProcessingOutputConfig.Outputs?.map((output) => ({ AppManaged: false, ...output })),
      },
      ProcessingJobName: job.wanted.ProcessingJobName,
      ProcessingResources: {
        ClusterConfig: { InstanceCount: 1, ...job.wanted.ProcessingResources.ClusterConfig },
      },
      StoppingCondition: { MaxRuntimeInSeconds: defaultRuntimeSeconds, ...job.wanted.StoppingCondition },
      AppSpecification: job.wanted.AppSpecification,
      Environment: job.wanted.Environment,
      NetworkConfig: job.wanted.NetworkConfig,
      RoleArn: job.wanted.RoleArn,
      ExperimentConfig: job.wanted.ExperimentConfig,
      ProcessingJobArn: arn,
      ProcessingJobStatus: job.status as "InProgress",
      ExitMessage: exitMessage(job),
      FailureReason: job.actual.failureReason,
      ProcessingEndTime: endTime(job),
      ProcessingStartTime: asDate(job.actual.started),
      LastModifiedTime: new Date(job.modified),
      CreationTime: new Date(job.created),
    }),
  },
  list: {
    operation: "ListProcessingJobs",
    member: "ProcessingJobSummaries",
    descending: false,
    summary: (job, arn) => ({
      ProcessingJobName: job.wanted.ProcessingJobName,
      ProcessingJobArn: arn,
      CreationTime: new Date(job.created),
      ProcessingEndTime: endTime(job),
      LastModifiedTime: new Date(job.modified),
      ProcessingJobStatus: job.status as "InProgress",
      FailureReason: job.actual.failureReason,
      ExitMessage: exitMessage(job),
    }),
  },
  delete: { operation: "DeleteProcessingJob" },
});

type Input = NonNullable<ProcessingRequest["ProcessingInputs"]>[number];

const withInputDefaults = (input: Input): Input => ({
  AppManaged: false,
  ...input,
  S3Input: input.S3Input && {
    S3InputMode: "File",
    S3DataDistributionType: "FullyReplicated",
    S3CompressionType: "None",
    ...input.S3Input,
  },
});

/** What the command left in /opt/ml/output/message; shown once the job has ended. */
function exitMessage({ status, actual }: ProcessingJob): string | undefined {
  const message = actual.told.Exited?.message;
  return isFinal(status) && typeof message === "string" ? message : undefined;
}

/** A job that ended before its work began has an end all the same. */
const endTime = ({ status, actual }: ProcessingJob): Date | undefined =>
  isFinal(status) ? new Date(actual.ended ?? actual.transitions.at(-1)!.StartTime) : undefined;

const isFinal = (status: string | undefined): boolean => ["Completed", "Failed", "Stopped"].includes(status ?? "");

const asDate = (time: number | undefined): Date | undefined => (time === undefined ? undefined : new Date(time));
