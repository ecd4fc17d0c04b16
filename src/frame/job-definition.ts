import type { MetricDefinition } from "../images/define-image.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { LogPlace } from "../runs/ship-log.ts";
import type { ResourceDocument } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { CommonStep, JobActual, JobOutcome, JobStep } from "./job-state.ts";
import type { RunPlan } from "./run.ts";

export type Job<Wanted> = ResourceDocument<Wanted, JobActual>;

/** The statuses of every kind of job. */
export type JobStatus = "InProgress" | "Stopping" | "Completed" | "Failed" | "Stopped";

/** Where the values go that a job prints. */
export interface JobMetrics {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly definitions: readonly MetricDefinition[];
}

/** How a job ends. */
export interface JobEnd {
  readonly outcome: JobOutcome;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly reason?: string;
}

/**
 * What a kind of job says of its runs. Attempts, stop, retry, the runtime's cap, the log stream, metrics, events and room
 * on the machine come from the frame.
 */
export interface JobRuns<Wanted> {
  /**
   * What is to run. Called once for each attempt; a Fault ends the job as Failed, since what was checked when it was made
   * has changed.
   */
  plan(job: Job<Wanted>, arn: string, context: Context): Promise<RunPlan>;
  /** What an attempt takes of the machine's room: `instanceWeight` for most. */
  weight(job: Job<Wanted>, context: Context): RunWeight;
  /** One stream for all attempts. */
  log(job: Job<Wanted>): LogPlace;
  metrics?(job: Job<Wanted>, context: Context): JobMetrics;
  /** The steps in AWS's words: those that every job has, and its own. */
  readonly steps: Readonly<Record<CommonStep, JobStep> & Record<string, JobStep>>;
  /** The step that a state leads to, which a run tells (`started` is the executor's). */
  readonly stepOfState: Readonly<Record<string, string>>;
  /** The state with which its work begins, for the times that Describe shows. */
  readonly startsWith: string;
  /** How long a run may take to end after it was asked to, seconds. */
  readonly graceSeconds: number;
  /** How often a job whose run was lost is tried again. */
  retries(job: Job<Wanted>): number;
  /** Reasons of a failure in AWS's words; `told` is what the run gave as `reason` with its state Failed. */
  readonly failures: {
    readonly memory: (code: number) => string;
    readonly lost: string;
    readonly program: (code: number, told: string | undefined) => string;
  };
  /** Of the events about its changes of status: "SageMaker Training Job State Change". */
  readonly event: string;
}
