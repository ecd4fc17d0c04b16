import { Fault, validationFault } from "../../../aws/faults.ts";
import { defineJob } from "../../../frame/define-job.ts";
import { instanceWeight } from "../../../frame/instance-weight.ts";
import type { Job } from "../../../frame/job-definition.ts";
import { checkExecutor } from "../check-executor.ts";
import { checkExecutionRole } from "../execution-role.ts";
import { checkInstance } from "../instance-limits.ts";
import { jobStatuses } from "../job-ends.ts";
import { checkContainers } from "./model.ts";
import { transformSteps } from "./transform-job-status.ts";
import { checkTransformRequest, type TransformRequest, transformModel } from "./transform-request.ts";
import {
  planTransformRuns,
  servedModel,
  stopGraceSeconds,
  transformLogPlace,
  transformNeeds,
} from "./transform-run.ts";

type TransformJob = Job<TransformRequest>;

/** Further attempts after lost runs. */
const retries = 1;

/** A batch transform job: a model's answers to all that is in objects of S3. */
export const transformJob = defineJob({
  service: "sagemaker",
  kind: "transform-job",
  arn: "transform-job/{TransformJobName}",
  title: "Transform job",
  tags: true,
  large: ["Model"],
  statuses: jobStatuses("Transform"),
  running: ["InProgress", "Stopping"],
  shownReason: ({ actual }) => actual.failureReason,
  missing: ({ arn }) => validationFault(`Could not find transform job "${arn}".`),
  existing: ({ arn }) =>
    new Fault(
      "ResourceInUse",
      `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
    ),
  create: {
    operation: "CreateTransformJob",
    status: "InProgress",
    async begin(input, context) {
      checkTransformRequest(input, context);
      const Model = transformModel(await context.call("sagemaker", "DescribeModel", { ModelName: input.ModelName! }));
      const wanted: TransformRequest = { ...input, Model };
      await checkExecutionRole(context, Model.ExecutionRoleArn);
      // Variables of the job may be some that an image refuses.
      if (input.Environment) await checkContainers(context, servedModel(wanted).containers, Model);
      checkInstance(context, input.TransformResources!.InstanceType);
      await checkExecutor(context, transformNeeds(wanted, context), Model.Containers[0]!.Image!);
      return { wanted };
    },
    output: (TransformJobArn) => ({ TransformJobArn }),
  },
  stop: { operation: "StopTransformJob", status: "Stopping" },
  runs: {
    plan: planTransformRuns,
    apart: true,
    weight: ({ wanted }, context) => instanceWeight(context, wanted.TransformResources),
    log: transformLogPlace,
    ...transformSteps,
    graceSeconds: stopGraceSeconds,
    retries: () => retries,
    event: "SageMaker Transform Job State Change",
  },
  describe: {
    operation: "DescribeTransformJob",
    output: (job, TransformJobArn) => {
      const { wanted, actual } = job;
      return {
        TransformJobName: wanted.TransformJobName,
        TransformJobArn,
        TransformJobStatus: job.status as "InProgress",
        FailureReason: actual.failureReason,
        ModelName: wanted.ModelName,
        MaxConcurrentTransforms: wanted.MaxConcurrentTransforms,
        ModelClientConfig: wanted.ModelClientConfig,
        MaxPayloadInMB: wanted.MaxPayloadInMB,
        BatchStrategy: wanted.BatchStrategy,
        Environment: wanted.Environment,
        TransformInput: { ...inputDefaults, ...wanted.TransformInput! },
        TransformOutput: { ...outputDefaults, ...wanted.TransformOutput! },
        DataCaptureConfig: wanted.DataCaptureConfig,
        TransformResources: wanted.TransformResources,
        CreationTime: new Date(job.created),
        TransformStartTime: actual.started === undefined ? undefined : new Date(actual.started),
        TransformEndTime: endTime(job),
        DataProcessing: { ...processingDefaults, ...wanted.DataProcessing },
        ExperimentConfig: wanted.ExperimentConfig,
      };
    },
  },
  list: {
    operation: "ListTransformJobs",
    member: "TransformJobSummaries",
    descending: true,
    summary: (job, TransformJobArn) => ({
      TransformJobName: job.wanted.TransformJobName,
      TransformJobArn,
      CreationTime: new Date(job.created),
      TransformEndTime: endTime(job),
      LastModifiedTime: new Date(job.modified),
      TransformJobStatus: job.status as "InProgress",
      FailureReason: job.actual.failureReason,
    }),
  },
});

const inputDefaults = { CompressionType: "None", SplitType: "None" } as const;
const outputDefaults = { AssembleWith: "None", KmsKeyId: "" } as const;
const processingDefaults = { InputFilter: "$", OutputFilter: "$", JoinSource: "None" } as const;

/** A job that ended before its work began has an end all the same. */
const endTime = ({ status, actual }: Pick<TransformJob, "status" | "actual">): Date | undefined =>
  ["Completed", "Failed", "Stopped"].includes(status ?? "")
    ? new Date(actual.ended ?? actual.transitions.at(-1)!.StartTime)
    : undefined;
