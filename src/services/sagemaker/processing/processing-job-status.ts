import { type Fault, validationFault } from "../../../aws/faults.ts";
import type { Subject } from "../../../frame/define-kind.ts";
import { instanceMemoryWords } from "../../../frame/instance-weight.ts";
import type { JobRuns } from "../../../frame/job-definition.ts";
import { limitReason } from "../instance-limits.ts";
import { internalError } from "../internal-error.ts";
import type { ProcessingRequest } from "./processing-request.ts";

const memoryAdvice =
  "Please use an instance type with more memory, or reduce the size of job data processed on an instance.";

/** The steps and ends of a processing job, and the states of a run that lead to the steps. Describe shows no step. */
export const processingSteps = {
  steps: {
    Starting: { message: "Starting the processing job" },
    Downloading: { message: "Downloading input data" },
    Processing: { message: "Processing in progress" },
    Uploading: { message: "Uploading output data" },
    Restarting: { message: "Restarting the processing job" },
    Stopping: { message: "Stopping the processing job" },
    Stopped: { message: "Processing job stopped" },
    MaxRuntimeExceeded: { message: "Processing job runtime exceeded MaxRuntimeInSeconds provided" },
    Completed: { message: "Processing job completed" },
    Failed: { message: "Processing job failed" },
  },
  stepOfState: { started: "Starting", Downloading: "Downloading", Processing: "Processing", Uploading: "Uploading" },
  startsWith: "Downloading",
  outcome: {
    completed: () => ({ status: "Completed", step: "Completed" }) as const,
    stopped: () => ({ status: "Stopped", step: "Stopped" }) as const,
    runtime: () => ({ status: "Stopped", step: "MaxRuntimeExceeded" }) as const,
    // What becomes of the command is told; without that, the program that stages it has died.
    program: ({ code, told }) =>
      failed(
        told ??
          `${internalError} The program that stages the job ended with code ${code} before it said why; the log of the job has its last words.`,
      ),
    memory({ code }, { wanted }, context) {
      const words = instanceMemoryWords(context, wanted.ProcessingResources.ClusterConfig.InstanceType);
      return failed(`ClientError: ${memoryAdvice} (The job used more than ${words}.), exit code: ${code}`);
    },
    limit: (end, { wanted }) => failed(limitReason(end, wanted.ProcessingResources.ClusterConfig)),
    lost: ({ loss }) => failed(`${internalError} ${loss}`),
    refused: ({ message }) => failed(`ClientError: ${message}`),
  },
} as const satisfies Pick<JobRuns<ProcessingRequest>, "steps" | "stepOfState" | "startsWith" | "outcome">;

const failed = (reason: string) => ({ status: "Failed", step: "Failed", reason }) as const;

/** Returns the refusal to delete a job that has not ended. */
export const goesOn = ({ name, status }: Subject): Fault =>
  validationFault(
    `Processing job ${name} is ${status}. Stop it with StopProcessingJob, and delete it once it has ended.`,
  );

/** Refuses to stop a job that has ended, in AWS's words. */
export const ended = ({ status }: Subject): Fault =>
  validationFault(`The request was rejected because the processing job is in status ${status}.`);
