import type { Grant } from "../aws/caller.ts";
import type { MetricDefinition } from "../images/define-image.ts";
import type { RunWeight } from "../runs/run-room.ts";
import type { LogPlace } from "../runs/ship-log.ts";
import type { ResourceDocument } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";
import type { AttemptStep, JobActual, JobStep } from "./job-state.ts";
import type { RunPlan } from "./run.ts";

export type Job<Wanted> = ResourceDocument<Wanted, JobActual>;

/** Where the metric values that a job prints are kept. */
export interface JobMetrics {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly definitions: readonly MetricDefinition[];
}

/** The ways in which a job can end, each with what is known of it. */
export interface JobEnds {
  /** The program ended with exit code 0. */
  readonly completed: object;
  /** A user stopped the job. */
  readonly stopped: object;
  /** The run took longer than its `runtimeSeconds`. */
  readonly runtime: object;
  /** The program failed; `told` is the `reason` that the run reported with its state Failed. */
  readonly program: { readonly code: number; readonly told: string | undefined };
  /** The run needed more memory than there was. */
  readonly memory: { readonly code: number };
  /** The run had more processes, or its files took more of the disk, than it may have. */
  readonly limit: { readonly code: number; readonly of: "processes" | "disk" };
  /** Runs were lost, more often than the job is retried; `loss` says why the last of them was. */
  readonly lost: { readonly loss: string };
  /** `plan` refused with this message, because something has changed since the request was checked. */
  readonly refused: { readonly message: string };
}

export type JobEnd = { [How in keyof JobEnds]: { readonly how: How } & JobEnds[How] }[keyof JobEnds];

/** What a kind makes of an end: the last step of the job, its status, and the failure reason that Describe shows. */
export interface JobOutcome<Status extends string = string, Step extends string = string> {
  readonly status: Status;
  readonly step: Step;
  readonly reason?: string;
}

/** What a job accepts that runs on capacity which may be taken from it at any time. */
export interface Spot<Status extends string = string, Step extends string = string> {
  /**
   * The first attempt is interrupted after half to one and a half times these seconds of its work, each further one after
   * twice as long, so that every job comes to its end; 0: none is.
   */
  readonly meanSeconds: number;
  /** When the job ends though it is not done, in milliseconds since 1970. */
  readonly waitsUntil: number;
  /** What it becomes then. */
  readonly waited: JobOutcome<Status, Step>;
  /** The step in which an attempt is interrupted, the one in which it no longer is, and the one that it enters by it. */
  readonly working: Step;
  readonly saving: Step;
  readonly interrupted: Step;
}

/**
 * What a kind of job declares about its runs. Attempts, stop, retry, the runtime cap, the log stream, metrics, events
 * and room on the machine come from the frame.
 */
export interface JobRuns<Wanted, Status extends string = string, Step extends string = string> {
  /**
   * Returns what to run, once for each attempt: one plan, or one a host. All runs of an attempt end when one of them
   * fails, unless they are apart. A Fault ends the job as `outcome.refused` says.
   */
  plan(job: Job<Wanted>, arn: string, context: Context): Promise<RunPlan | readonly RunPlan[]>;
  /**
   * Whether the hosts of a job know nothing of each other: they may be on one machine, and one that fails ends no other. Not
   * so when left out.
   */
  readonly apart?: boolean;
  /** Returns what an attempt takes of the machine's room: `instanceWeight` for most kinds. */
  weight(job: Job<Wanted>, context: Context): RunWeight;
  /** Returns the log stream of a host, which all attempts share; hosts count from 0. */
  log(job: Job<Wanted>, host: number): LogPlace;
  /** Where the values that the first host prints are kept. */
  metrics?(job: Job<Wanted>, context: Context): JobMetrics;
  /**
   * Returns what the job's reconciler may do beyond its log and its metrics, such as the operations that `plan` calls as
   * the service. What the run may do is in its plan.
   */
  grants?(job: Job<Wanted>): readonly Grant[];
  /** The steps of a job, with AWS's words: those that every job has, and this kind's own. */
  readonly steps: Readonly<Record<AttemptStep | Step, JobStep<NoInfer<Status>>>>;
  /** The step that each state of the first host's run leads to; the executor's own state is `started`. */
  readonly stepOfState: Readonly<Record<string, NoInfer<Step>>>;
  /** The state that begins the work, from which Describe's times count. */
  readonly startsWith: string;
  /** How many seconds a run may take to end after it is asked to stop. */
  readonly graceSeconds: number;
  /** Returns how many times a job is retried after its run was lost. */
  retries(job: Job<Wanted>): number;
  /**
   * Whether such a retry also follows a run whose end is the platform's fault, by the reason that `outcome` gives it; not
   * when left out.
   */
  retriesFaults?(job: Job<Wanted>): boolean;
  /** Says of each end what the job becomes by it, in AWS's words. */
  readonly outcome: {
    readonly [How in keyof JobEnds]: (
      end: JobEnds[How],
      job: Job<Wanted>,
      context: Pick<Context, "machine">,
    ) => JobOutcome<NoInfer<Status>, NoInfer<Step>>;
  };
  /** Returns how a job is interrupted, if it takes the capacity that nobody else wants; undefined when it does not. */
  spot?(job: Job<Wanted>, context: Pick<Context, "settings">): Spot<NoInfer<Status>, NoInfer<Step>> | undefined;
  /**
   * Returns what the runs of a job are told that was changed after it was made, and as often as it is. They find it in
   * their own folder (see runtimes/read-news.ts).
   */
  news?(job: Job<Wanted>): string;
  /** The detail type of the events about changes of state: "SageMaker Training Job State Change". */
  readonly event: string;
}
