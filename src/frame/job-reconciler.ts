import { Fault } from "../aws/faults.ts";
import type { RunExit } from "../executors/port.ts";
import type { RunState } from "../runs/follow-run.ts";
import { addToLog, lastLines } from "../runs/ship-log.ts";
import type { ResourceEvent } from "../stores/resources/port.ts";
import type { Kind } from "./define-kind.ts";
import {
  defineReconciler,
  type ReconcileContext,
  type ReconcileResult,
  type ReconcilerUnit,
} from "./define-reconciler.ts";
import type { Job, JobEnd, JobRuns } from "./job-definition.ts";
import { type KeptLog, lastValues, shipJobLog } from "./job-log.ts";
import { enter, type JobActual, statusOfOutcome } from "./job-state.ts";
import { beginRun, endRun, executorOf, startRun } from "./run.ts";
import { lossOf } from "./run-loss.ts";

type Result<Wanted> = ReconcileResult<Wanted, JobActual>;

/** What is true at each named point of a job's life; the points of a job's states are added to them. */
const pointWords = {
  created: "The job is written; its reconciler has not run yet.",
  "run-written": "The run is in the documents and not started.",
  "run-started": "The run is started; none of its events has been read.",
  "log-opened": "The log stream is there, and empty or as far as an earlier server came.",
  "before-log": "Lines of the run are read and not in the log stream.",
  "after-log": "Lines are in the log stream; their metrics are not in CloudWatch.",
  "after-metrics": "Metrics are in CloudWatch; that is not remembered yet.",
  stopping: "A stop is asked for and not passed on to the run.",
  "before-final-write": "The run has ended; the job does not know it yet.",
} as const;

/**
 * Runs a job: writes its run, starts it, follows it, records its end, and begins a new attempt when that was not the
 * job's end.
 */
export function createJobReconciler<Wanted>(
  kind: Kind<Wanted, JobActual>,
  runs: JobRuns<Wanted>,
): ReconcilerUnit<Wanted, JobActual> {
  const noun = kind.definition.kind;
  const toldStates = Object.keys(runs.stepOfState).filter((state) => state !== "started");
  const killPoints = Object.fromEntries([
    ...Object.entries(pointWords).map(([point, words]) => [`${noun}:${point}`, words]),
    ...toldStates.map((state) => [
      `${noun}:${state.toLowerCase()}`,
      `The run has told ${state}; that is not written yet.`,
    ]),
  ]) as Record<string, string>;
  const reached = (context: ReconcileContext, point: string) => context.settings.reached(`${noun}:${point}`);
  const step = (actual: JobActual, name: string, time: number) =>
    enter(actual.transitions, name, runs.steps[name]!, time);

  /** Writes the run before it is started, so that every started run has a document. */
  async function begin(job: Job<Wanted>, context: ReconcileContext): Promise<Result<Wanted>> {
    reached(context, "created");
    const weight = runs.weight(job, context);
    if (!context.hasRoom(weight)) return {};
    try {
      const plan = await runs.plan(job, kind.arn(job.key), context);
      const id = context.ids.ulid();
      return {
        update: { actual: { ...job.actual, run: { id, statesSeen: 0 } } },
        changes: [(await beginRun(context, id, job.key, plan, weight)).change],
      };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const time = context.clock.now();
      return finish(job, job.actual, { outcome: "Failed", time, reason: `ClientError: ${error.message}` }, context);
    }
  }

  async function follow(
    job: Job<Wanted>,
    { id, statesSeen }: NonNullable<JobActual["run"]>,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    const stopping = job.status === "Stopping";
    const executor = await executorOf(context, context, id);
    const { state } = await executor.find(id);
    if (state === "unknown") {
      if (stopping) return finish(job, job.actual, { outcome: "Stopped", time: context.clock.now() }, context);
      reached(context, "run-written");
      const refusal = await startRun(context, id);
      if (refusal !== undefined) return failedStart(job, id, refusal, context);
      reached(context, "run-started");
    }
    if (stopping && state === "running") {
      reached(context, "stopping");
      await executor.stop(id, runs.graceSeconds);
    }

    const run = await context.follow(id);
    const { counted } = job.actual;
    const kept = await shipJobLog(context, runs.log(job), runs.metrics?.(job, context), run, counted, (point) =>
      reached(context, point),
    );
    const news = run.states.filter(({ number }) => number > statesSeen);
    for (const { state } of news) if (toldStates.includes(state)) reached(context, state.toLowerCase());
    const actual = news.reduce((before, state) => withState(before, state, stopping), job.actual);
    if (!run.ended) return news.length > 0 ? { update: { actual } } : {};
    const after = withMetrics(actual, kept);
    const end = endOf(job, after, run.exit, await lossOf(run.exit, executor, id), context);
    return "outcome" in end
      ? finish(job, after, end, context)
      : restart({ ...after, counted: kept.counted }, id, end, context);
  }

  /** A run that this machine cannot start is lost, with its reason in the job's log. */
  async function failedStart(
    job: Job<Wanted>,
    runId: string,
    refusal: string,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    await addToLog(context, runs.log(job), { timestamp: context.clock.now(), message: refusal });
    const end = endOf(job, job.actual, undefined, refusal, context);
    return "outcome" in end ? finish(job, job.actual, end, context) : restart(job.actual, runId, end, context);
  }

  /** A job that is being stopped stays Stopping while its run saves its results. */
  function withState(actual: JobActual, { number, state, time, detail }: RunState, stopping: boolean): JobActual {
    const name = runs.stepOfState[state];
    return {
      ...actual,
      run: { id: actual.run!.id, statesSeen: number },
      transitions: name && !stopping ? step(actual, name, time) : actual.transitions,
      started: state === runs.startsWith ? (actual.started ?? time) : actual.started,
      told: { ...actual.told, [state]: detail },
    };
  }

  const withMetrics = (actual: JobActual, { metrics }: KeptLog): JobActual => {
    const finalMetrics = lastValues(actual.finalMetrics ?? [], metrics);
    return finalMetrics.length > 0 ? { ...actual, finalMetrics } : actual;
  };

  interface Restart {
    /** Why the run was lost; undefined when it was stopped. */
    readonly loss?: string | undefined;
    readonly time: number;
  }

  /**
   * Returns what the end of a run means for its job. `loss` says why a run was lost, by the platform's fault.
   */
  function endOf(
    job: Job<Wanted>,
    { told, lostAttempts }: JobActual,
    exit: RunExit | undefined,
    loss: string | undefined,
    context: ReconcileContext,
  ): JobEnd | Restart {
    const stopping = job.status === "Stopping";
    const time = exit?.time ?? context.clock.now();
    if (exit?.reason === "runtime") return { outcome: "MaxRuntimeExceeded", time };
    const isStopped = exit?.reason === "stopped" || exit?.reason === "lost";
    if (stopping && (isStopped || loss !== undefined)) return { outcome: "Stopped", time };
    // The user did not ask for this stop: the server was stopped, or was away for too long.
    if (isStopped) return { time };
    if (!exit || loss !== undefined) {
      if (lostAttempts < runs.retries(job)) return { loss, time };
      return { outcome: "Failed", time, reason: `${runs.failures.lost} ${loss}`.slice(0, longestReason) };
    }
    if (exit.reason === "memory") return { outcome: "Failed", time, reason: runs.failures.memory(exit.code) };
    if (exit.code === 0) return { outcome: "Completed", time };
    const reason = told.Failed?.reason;
    const words = typeof reason === "string" ? reason : undefined;
    return { outcome: "Failed", time, reason: runs.failures.program(exit.code, words) };
  }

  async function restart(
    actual: JobActual,
    runId: string,
    { loss, time }: Restart,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    const lost = loss !== undefined;
    // A plain process may outlive its keeper.
    if (lost) await (await executorOf(context, context, runId)).stop(runId, 0);
    if (lost) context.tell(`Run ${runId} was lost, and another attempt begins. ${loss}`);
    const { run: _, ...rest } = actual;
    return {
      update: {
        actual: {
          ...rest,
          told: {},
          transitions: step(actual, "Restarting", time),
          lostAttempts: actual.lostAttempts + Number(lost),
        },
      },
      changes: await endRun(context, runId),
    };
  }

  async function finish(
    job: Job<Wanted>,
    actual: JobActual,
    { outcome, time, reason }: JobEnd,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    reached(context, "before-final-write");
    const runId = job.actual.run?.id;
    // What the user cannot mend is told to the person who runs the server, and can be looked into for a day.
    const isOurs = reason?.startsWith("InternalServerError") === true;
    if (isOurs) {
      const left = runId === undefined ? "" : ` What run ${runId} left is kept for a day.`;
      const lines = await lastLines(context, runs.log(job), shownLines);
      context.tell(`${reason}${left}${lines.map((line) => `\n  ${line}`).join("")}`);
    }
    const status = statusOfOutcome[outcome];
    const ended: JobActual = {
      ...actual,
      transitions: step(actual, outcome, time),
      ended: actual.started === undefined ? undefined : time,
      failureReason: reason,
    };
    return {
      update: { status, actual: ended },
      changes: runId === undefined ? [] : await endRun(context, runId, { keep: isOurs }),
      events: [jobEvent(kind, runs, { ...job, status, actual: ended })],
    };
  }

  return defineReconciler({
    kind,
    unfinished: ["InProgress", "Stopping"],
    killPoints,
    async reconcile(job, context) {
      if (job.actual.run) return follow(job, job.actual.run, context);
      if (job.status === "Stopping")
        return finish(job, job.actual, { outcome: "Stopped", time: context.clock.now() }, context);
      return begin(job, context);
    },
  });
}

/** The longest FailureReason that AWS shows. */
const longestReason = 1024;
/** How many of a job's last lines the server's log shows. */
const shownLines = 10;

/** Returns the event about a change of a job's status. */
export function jobEvent<Wanted>(
  kind: Kind<Wanted, JobActual>,
  { event }: Pick<JobRuns<Wanted>, "event">,
  { key, status, actual }: Pick<Job<Wanted>, "key" | "status" | "actual">,
): ResourceEvent {
  const { failureReason, transitions } = actual;
  const secondaryStatus = transitions.at(-1)?.Status;
  return { type: event, key, detail: { arn: kind.arn(key), status, secondaryStatus, failureReason } };
}
