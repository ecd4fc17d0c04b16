import type { SecondaryStatus, TrainingJobStatus } from "@aws-sdk/client-sagemaker";

/** Times are milliseconds since 1970. */
export interface Transition {
  readonly Status: SecondaryStatus;
  readonly StartTime: number;
  readonly EndTime?: number;
  readonly StatusMessage: string;
}

/** What is true of a training job now. */
export interface TrainingActual {
  readonly transitions: readonly Transition[];
  /** The attempt there is, and how many of its states are in `transitions`. */
  readonly run?: { readonly id: string; readonly statesSeen: number };
  /** Attempts that were lost. Those that a stop of the server ended do not count. */
  readonly lostAttempts: number;
  readonly trainingStart?: number;
  readonly trainingEnd?: number;
  /** What the run told when it had uploaded: whether there is a model. */
  readonly hasModel?: boolean;
  readonly failureReason?: string;
  /** The last value of each metric. */
  readonly finalMetrics?: readonly { readonly name: string; readonly value: number; readonly time: number }[];
}

/** AWS's words for each step. Those that end the job have the same start and end. */
const messages = {
  Starting: "Starting the training job",
  Pending: "Preparing the instances for training",
  Downloading: "Downloading input data",
  Training: "Training image download completed. Training in progress.",
  Uploading: "Uploading generated training model",
  Restarting: "Restarting the training job",
  Stopping: "Stopping the training job",
  Stopped: "Training job stopped",
  MaxRuntimeExceeded: "Training job runtime exceeded MaxRuntimeInSeconds provided",
  Completed: "Training job completed",
  Failed: "Training job failed",
} as const satisfies Partial<Record<SecondaryStatus, string>>;
export type Step = keyof typeof messages;

/** How a job may end, with its final step. */
export type Outcome = Extract<Step, "Completed" | "Failed" | "Stopped" | "MaxRuntimeExceeded">;
export const statusOfOutcome: Readonly<Record<Outcome, TrainingJobStatus>> = {
  Completed: "Completed",
  Failed: "Failed",
  Stopped: "Stopped",
  MaxRuntimeExceeded: "Stopped",
};

/** The steps that a run tells of by its states. */
export const stepOfState: Readonly<Record<string, Step>> = {
  started: "Pending",
  Downloading: "Downloading",
  Training: "Training",
  Uploading: "Uploading",
};

const isFinal = (step: Step): boolean => Object.hasOwn(statusOfOutcome, step);
/** "Pending" is told as a new message of Starting, which is what AWS does today. */
const statusOf = (step: Step): SecondaryStatus => (step === "Pending" ? "Starting" : step);

/** Ends the step before. A status that goes on takes the new message. */
export function enter(transitions: readonly Transition[], step: Step, time: number): readonly Transition[] {
  const status = statusOf(step);
  const last = transitions.at(-1);
  const StatusMessage = messages[step];
  if (last?.Status === status) return [...transitions.slice(0, -1), { ...last, StatusMessage }];
  const at = Math.max(time, last?.StartTime ?? 0);
  const before = last ? [...transitions.slice(0, -1), { ...last, EndTime: last.EndTime ?? at }] : [];
  return [...before, { Status: status, StartTime: at, EndTime: isFinal(step) ? at : undefined, StatusMessage }];
}

export const currentStep = ({ transitions }: TrainingActual): SecondaryStatus => transitions.at(-1)!.Status;

/** Whole seconds from the start of training to its end, or to now. */
export const trainingSeconds = ({ trainingStart, trainingEnd }: TrainingActual): number | undefined =>
  trainingStart === undefined || trainingEnd === undefined
    ? undefined
    : Math.max(1, Math.round((trainingEnd - trainingStart) / 1000));

const goesOn = (status: string) => (name: string) =>
  `Training job ${name} is ${status}. Stop it with StopTrainingJob, and delete it once it has ended.`;

/** What each status means to Describe, Delete and waiters. */
export const trainingJobStatuses = {
  InProgress: { final: false, refusesDelete: goesOn("InProgress") },
  Stopping: { final: false, refusesDelete: goesOn("Stopping") },
  Completed: { final: true },
  Failed: { final: true },
  Stopped: { final: true },
} as const;
