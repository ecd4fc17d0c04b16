import type { MetricDefinition } from "../images/define-image.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { LogPlace } from "../runs/ship-log.ts";
import type { ResourceDocument } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { CommonStep, JobActual, JobOutcome, JobStep } from "./job-state.ts";
import type { RunPlan } from "./run.ts";

export type Job<Wanted> = ResourceDocument<Wanted, JobActual>;

export type JobStatus = "InProgress" | "Stopping" | "Completed" | "Failed" | "Stopped";

/** Where the metric values that a job prints are kept. */
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
 * What a kind of job declares about its runs. Attempts, stop, retry, the runtime cap, the log stream, metrics, events
 * and room on the machine come from the frame.
 */
export interface JobRuns<Wanted> {
  /**
   * Returns what to run, once for each attempt. A Fault ends the job as Failed, because something has changed since the
   * request was checked.
   */
  plan(job: Job<Wanted>, arn: string, context: Context): Promise<RunPlan>;
  /** Returns what an attempt takes of the machine's room: `instanceWeight` for most kinds. */
  weight(job: Job<Wanted>, context: Context): RunWeight;
  /** Returns the log stream that all attempts share. */
  log(job: Job<Wanted>): LogPlace;
  metrics?(job: Job<Wanted>, context: Context): JobMetrics;
  /** The steps of a job, with AWS's words: those that every job has, and this kind's own. */
  readonly steps: Readonly<Record<CommonStep, JobStep> & Record<string, JobStep>>;
  /** The step that each state of a run leads to; the executor's own state is `started`. */
  readonly stepOfState: Readonly<Record<string, string>>;
  /** The state that begins the work, from which Describe's times count. */
  readonly startsWith: string;
  /** How many seconds a run may take to end after it is asked to stop. */
  readonly graceSeconds: number;
  /** Returns how many times a job is retried after its run was lost. */
  retries(job: Job<Wanted>): number;
  /** Failure reasons in AWS's words; `told` is the `reason` that the run reported with its state Failed. */
  readonly failures: {
    readonly memory: (code: number, job: Job<Wanted>, context: Pick<Context, "machine">) => string;
    readonly lost: string;
    readonly program: (code: number, told: string | undefined) => string;
  };
  /** The detail type of the events about status changes: "SageMaker Training Job State Change". */
  readonly event: string;
}
