/** A step of a job as Describe shows it. Times are milliseconds since 1970. */
export interface Transition {
  readonly Status: string;
  readonly StartTime: number;
  readonly EndTime?: number;
  readonly StatusMessage: string;
}

/** A value that a job printed; `time` is the line's, in milliseconds since 1970. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  readonly time: number;
}

/** How many values of each metric there were from the beginning of a minute on, milliseconds since 1970. */
export interface CountedMinute {
  readonly start: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** What is true of a job now. */
export interface JobActual {
  readonly transitions: readonly Transition[];
  /** The attempt there is, and how many of its states are applied. */
  readonly run?: { readonly id: string; readonly statesSeen: number };
  /** Attempts that were lost. Those that a stop of the server ended do not count. */
  readonly lostAttempts: number;
  /** When its program, or the data for it, first began to come, and when the job ended. */
  readonly started?: number;
  readonly ended?: number;
  /** The details of the last state of each name that a run told: `{ Uploaded: { model: true } }`. */
  readonly told: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly failureReason?: string;
  /** The last value of each metric. */
  readonly finalMetrics?: readonly MetricValue[];
  /** Of the attempts before: their values and those of the next are points of one metric. */
  readonly counted?: CountedMinute;
}

/** The steps that every kind of job has: where it begins, how it may end, and what is between attempts. */
export type CommonStep = "Starting" | "Restarting" | "Stopping" | JobOutcome;
export type JobOutcome = "Completed" | "Failed" | "Stopped" | "MaxRuntimeExceeded";

/** The status that a job ends with. */
export const statusOfOutcome: Readonly<Record<JobOutcome, "Completed" | "Failed" | "Stopped">> = {
  Completed: "Completed",
  Failed: "Failed",
  Stopped: "Stopped",
  MaxRuntimeExceeded: "Stopped",
};

/** A step in AWS's words. */
export interface JobStep {
  readonly message: string;
  /** The secondary status it is shown as; its own name when left out. */
  readonly status?: string;
}

/** Ends the step before. A status that goes on takes the new message. One that ends the job has the same start and end. */
export function enter(
  transitions: readonly Transition[],
  name: string,
  { message, status = name }: JobStep,
  time: number,
): readonly Transition[] {
  const last = transitions.at(-1);
  if (last?.Status === status) return [...transitions.slice(0, -1), { ...last, StatusMessage: message }];
  const at = Math.max(time, last?.StartTime ?? 0);
  const before = last ? [...transitions.slice(0, -1), { ...last, EndTime: last.EndTime ?? at }] : [];
  const isFinal = Object.hasOwn(statusOfOutcome, name);
  return [...before, { Status: status, StartTime: at, EndTime: isFinal ? at : undefined, StatusMessage: message }];
}

/** Whole seconds from the start of the work to the end; undefined while it goes on. */
export const workSeconds = ({ started, ended }: JobActual): number | undefined =>
  started === undefined || ended === undefined ? undefined : Math.max(1, Math.round((ended - started) / 1000));
