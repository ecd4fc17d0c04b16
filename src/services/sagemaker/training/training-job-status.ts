import type { JobRuns } from "../../../frame/job-definition.ts";
import type { HostRun, JobActual } from "../../../frame/job-state.ts";
import { memoryAdvice } from "../../../images/training-plan.ts";
import { jobEnds, outOfMemory, tookTooMuch } from "../job-ends.ts";
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
    Interrupted: { message: "Training job was interrupted: its spot capacity was taken" },
    Restarting: { message: "Restarting the training job" },
    Stopping: { message: "Stopping the training job" },
    Stopped: { message: "Training job stopped" },
    MaxRuntimeExceeded: { message: "Training job runtime exceeded MaxRuntimeInSeconds provided" },
    MaxWaitTimeExceeded: { message: "Training job wait time exceeded MaxWaitTimeInSeconds provided" },
    Completed: { message: "Training job completed" },
    Failed: { message: "Training job failed" },
  },
  stepOfState: { started: "Pending", Downloading: "Downloading", Training: "Training", Uploading: "Uploading" },
  startsWith: "Downloading",
  outcome: {
    ...jobEnds,
    memory: ({ code }, { wanted }, context) =>
      outOfMemory(context, { advice: memoryAdvice, instanceType: wanted.ResourceConfig?.InstanceType, code }),
    limit: (end, { wanted }) => tookTooMuch(end, wanted.ResourceConfig ?? {}),
  },
} as const satisfies Pick<JobRuns<TrainingRequest>, "steps" | "stepOfState" | "startsWith" | "outcome">;

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
