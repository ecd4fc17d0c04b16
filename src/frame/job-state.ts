/** A step of a job as Describe shows it. Times are milliseconds since 1970. */
export interface Transition {
  readonly Status: string;
  readonly StartTime: number;
  readonly EndTime?: number;
  readonly StatusMessage: string;
}

/** A metric value that a job printed; `time` is the line's, in milliseconds since 1970. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
  readonly time: number;
}

/** The number of values of each metric from the start of a minute on; `start` in milliseconds since 1970. */
export interface CountedMinute {
  readonly start: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** A run of an attempt, and how many of its states have been applied. */
export interface HostRun {
  readonly id: string;
  readonly statesSeen: number;
}

/** Why an attempt is asked to end though no user asked for it. */
export type SpotEnd = "interrupted" | "waited";

/** What a job on such capacity knows of its attempt. */
export interface SpotActual {
  /** After how many milliseconds in its working step it is interrupted. */
  readonly interruptsAfter?: number;
  /** Written before the runs are asked to end. */
  readonly ends?: SpotEnd;
}

/** The actual state of a job. */
export interface JobActual {
  readonly transitions: readonly Transition[];
  /** The runs of the current attempt, one a host in the order of the hosts; absent between attempts. */
  readonly runs?: readonly HostRun[];
  /** How many attempts were lost, not counting those that a stop of the server ended. */
  readonly lostAttempts: number;
  /**
   * When the work began, as the state in `startsWith` of `JobRuns` says, and when the job ended; milliseconds since
   * 1970.
   */
  readonly started?: number;
  readonly ended?: number;
  /** The details of the last state of each name that the run reported: `{ Uploaded: { model: true } }`. */
  readonly told: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly failureReason?: string;
  /** Whether what was asked has changed since the job was made; its runs are told then (see `news` of `JobRuns`). */
  readonly changed?: boolean;
  /** The last value of each metric. */
  readonly finalMetrics?: readonly MetricValue[];
  /** The values of earlier attempts: those of the next attempt are points of the same metrics. */
  readonly counted?: CountedMinute;
  /** What a job that may be interrupted knows of the current attempt; absent between attempts. */
  readonly spot?: SpotActual;
}

/** The steps of every kind of job that the frame enters: before its first attempt, between attempts, and at a stop. */
export type AttemptStep = "Starting" | "Restarting" | "Stopping";

/** A step, with AWS's words for it. */
export interface JobStep<Status extends string = string> {
  readonly message: string;
  /** The secondary status that Describe shows; the step's own name when left out. */
  readonly status?: string;
  /** The status of the job itself from this step on, where it changes before the job ends. */
  readonly becomes?: Status;
}

/**
 * Enters a step and ends the one before. A status that continues takes the new message. The last step of a job starts
 * and ends at the same time.
 */
export function enter(
  transitions: readonly Transition[],
  name: string,
  { message, status = name }: JobStep,
  time: number,
  isLast = false,
): readonly Transition[] {
  const last = transitions.at(-1);
  if (last?.Status === status) return [...transitions.slice(0, -1), { ...last, StatusMessage: message }];
  const at = Math.max(time, last?.StartTime ?? 0);
  const before = last ? [...transitions.slice(0, -1), { ...last, EndTime: last.EndTime ?? at }] : [];
  return [...before, { Status: status, StartTime: at, EndTime: isLast ? at : undefined, StatusMessage: message }];
}

/** Whole seconds, 1 at least, from the start of the work to its end; undefined while the work goes on. */
export const workSeconds = ({ started, ended }: JobActual): number | undefined =>
  started === undefined || ended === undefined ? undefined : Math.max(1, Math.round((ended - started) / 1000));
