import { type Fault, validationFault } from "../../../aws/faults.ts";
import type { Subject } from "../../../frame/define-kind.ts";
import { instanceMemoryWords } from "../../../frame/instance-weight.ts";
import type { JobRuns } from "../../../frame/job-definition.ts";
import type { HostRun, JobActual } from "../../../frame/job-state.ts";
import { memoryAdvice } from "../../../images/training-plan.ts";
import { limitReason } from "../instance-limits.ts";
import { internalError } from "../internal-error.ts";
import type { TrainingRequest } from "./training-request.ts";

/** The steps and ends of a training job in AWS's words, and the states of a run that lead to the steps. */
export const trainingSteps = {
  steps: {
    Starting: { message: "Starting the training job" },
    // Shown as a new message of Starting, which is what AWS does today.
    Pending: { status: "Starting", message: "Preparing the instances for training" },
    Downloading: { message: "Downloading input data" },
    Training: { message: "Training image download completed. Training in progress." },
    Uploading: { message: "Uploading generated training model" },
    Restarting: { message: "Restarting the training job" },
    Stopping: { message: "Stopping the training job" },
    Stopped: { message: "Training job stopped" },
    MaxRuntimeExceeded: { message: "Training job runtime exceeded MaxRuntimeInSeconds provided" },
    Completed: { message: "Training job completed" },
    Failed: { message: "Training job failed" },
  },
  stepOfState: { started: "Pending", Downloading: "Downloading", Training: "Training", Uploading: "Uploading" },
  startsWith: "Downloading",
  outcome: {
    completed: () => ({ status: "Completed", step: "Completed" }) as const,
    stopped: () => ({ status: "Stopped", step: "Stopped" }) as const,
    runtime: () => ({ status: "Stopped", step: "MaxRuntimeExceeded" }) as const,
    // What becomes of the algorithm is told; without that, the program that stages it has died.
    program: ({ code, told }) =>
      failed(
        told ??
          `${internalError} The program that stages the job ended with code ${code} before it said why; the log of the job has its last words.`,
      ),
    memory({ code }, { wanted }, context) {
      const words = instanceMemoryWords(context, wanted.ResourceConfig?.InstanceType);
      return failed(`ClientError: ${memoryAdvice} (The job used more than ${words}.), exit code: ${code}`);
    },
    limit: (end, { wanted }) => failed(limitReason(end, wanted.ResourceConfig ?? {})),
    lost: ({ loss }) => failed(`${internalError} ${loss}`),
    refused: ({ message }) => failed(`ClientError: ${message}`),
  },
} as const satisfies Pick<JobRuns<TrainingRequest>, "steps" | "stepOfState" | "startsWith" | "outcome">;

const failed = (reason: string) => ({ status: "Failed", step: "Failed", reason }) as const;

/** Returns the refusal to delete a job that has not ended. */
export const goesOn = ({ name, status }: Subject): Fault =>
  validationFault(`Training job ${name} is ${status}. Stop it with StopTrainingJob, and delete it once it has ended.`);

/** Refuses to stop a job that has ended, in AWS's words. */
export const ended = ({ status }: Subject): Fault =>
  validationFault(`The request was rejected because the training job is in status ${status}.`);

/** The actual state from before an attempt could have several runs. */
interface SecondActual extends Omit<JobActual, "runs"> {
  readonly run?: HostRun;
}

export function fromSecondShape({ wanted, actual }: { readonly wanted: unknown; readonly actual: unknown }) {
  const { run, ...rest } = actual as SecondActual;
  return { wanted, actual: (run ? { ...rest, runs: [run] } : rest) satisfies JobActual };
}

/** The actual state of a training job in homes of format 1. */
interface FirstActual
  extends Pick<SecondActual, "transitions" | "run" | "lostAttempts" | "failureReason" | "finalMetrics"> {
  readonly trainingStart?: number;
  readonly trainingEnd?: number;
  readonly hasModel?: boolean;
}

export function fromFirstShape({ wanted, actual }: { readonly wanted: unknown; readonly actual: unknown }) {
  const { trainingStart, trainingEnd, hasModel, ...rest } = actual as FirstActual;
  const told: JobActual["told"] = hasModel === undefined ? {} : { Uploaded: { model: hasModel } };
  return { wanted, actual: { ...rest, started: trainingStart, ended: trainingEnd, told } satisfies SecondActual };
}
