import { Fault } from "../aws/faults.ts";
import type { RunExit } from "../executors/port.ts";
import type { FollowedRun, RunState } from "../runs/follow-run.ts";
import { addToLog, shipUnlessFull } from "../runs/ship-log.ts";
import type { ResourceChange } from "../stores/resources/port.ts";
import type { Kind } from "./define-kind.ts";
import {
  defineReconciler,
  type ReconcileContext,
  type ReconcileResult,
  type ReconcilerUnit,
} from "./define-reconciler.ts";
import { decidingExit, endOfAttempt, endsOthers, graceOfOthers, groupOf, toldByHost } from "./job-attempt.ts";
import { hasLongEnded, leaveOutBacklog } from "./job-backlog.ts";
import type { Job, JobEnd, JobEnds, JobOutcome, JobRuns } from "./job-definition.ts";
import { isOurs, tellFault } from "./job-fault.ts";
import { type KeptLog, keptBefore, lastValues, shipJobLog } from "./job-log.ts";
import { metricGrants } from "./job-metrics.ts";
import { killPointsOf } from "./job-points.ts";
import { newSpotAttempt, nextSpotEnd } from "./job-spot.ts";
import { enter, type HostRun, type JobActual } from "./job-state.ts";
import { logGrants } from "./log-grants.ts";
import { beginRun, endRun, executorOf, startRun } from "./run.ts";
import { firstLoss, killedStage, type RunLoss } from "./run-loss.ts";
import { tellRun } from "./tell-run.ts";

type Result<Wanted> = ReconcileResult<Wanted, JobActual>;

/**
 * Runs a job: writes its run, starts it, follows it, records its end, and begins a new attempt when that was not the
 * job's end.
 */
export function createJobReconciler<Wanted>(
  kind: Kind<Wanted, JobActual>,
  runs: JobRuns<Wanted>,
  statuses: { readonly begun: string; readonly stopping: string },
): ReconcilerUnit<Wanted, JobActual> {
  const noun = kind.definition.kind;
  const toldStates = Object.keys(runs.stepOfState).filter((state) => state !== "started");
  const killPoints = killPointsOf(noun, toldStates);
  const reached = (context: ReconcileContext, point: string) => context.settings.reached(`${noun}:${point}`);
  const step = (actual: JobActual, name: string, time: number, isLast?: boolean) =>
    enter(actual.transitions, name, runs.steps[name]!, time, isLast);
  /** Nothing enters a step of a job that is being stopped. */
  const stopTime = ({ actual, modified }: Job<Wanted>) => actual.transitions.at(-1)?.StartTime ?? modified;
  const unfinished = Object.entries(kind.definition.statuses ?? {}).flatMap(([name, { final }]) => (final ? [] : name));

  /** Writes the run before it is started, so that every started run has a document. */
  async function begin(job: Job<Wanted>, context: ReconcileContext): Promise<Result<Wanted>> {
    reached(context, "created");
    const spot = runs.spot?.(job, context);
    const time = context.clock.now();
    if (spot && spot.waitsUntil <= time) return finishAs(job, job.actual, spot.waited, time, context);
    const weight = runs.weight(job, context);
    if (!context.hasRoom(weight)) return spot ? { again: spot.waitsUntil } : {};
    try {
      const planned = await runs.plan(job, kind.arn(job.key), context);
      const hosts: HostRun[] = [];
      const changes: ResourceChange[] = [];
      for (const plan of runs.apart ? [planned].flat() : groupOf(planned, context.ids.ulid())) {
        const id = context.ids.ulid();
        hosts.push({ id, statesSeen: 0 });
        changes.push((await beginRun(context, id, job, plan, weight)).change);
      }
      const attempt = spot && { spot: newSpotAttempt(job.actual.transitions, spot, context.random.next()) };
      return { update: { actual: { ...job.actual, runs: hosts, ...attempt } }, changes };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return finish(job, job.actual, { how: "refused", message: error.message }, context.clock.now(), context);
    }
  }

  async function follow(
    job: Job<Wanted>,
    hosts: readonly HostRun[],
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    const stopping = job.status === statuses.stopping;
    const spot = runs.spot?.(job, context);
    const next = stopping || !spot ? undefined : nextSpotEnd(job.actual, spot);
    if (next && next.at <= context.clock.now())
      return { update: { actual: { ...job.actual, spot: { ...job.actual.spot, ends: next.ends } } } };
    const ending = stopping || job.actual.spot?.ends !== undefined;
    const begun = await startOrStop(job, hosts, ending, context);
    if (begun === "not begun" && !stopping)
      return conclude(job, job.actual, { loss: undefined, counted: job.actual.counted }, context);
    if (begun === "not begun") return finish(job, job.actual, { how: "stopped" }, context.clock.now(), context);
    if (begun !== "begun") return conclude(job, job.actual, { loss: begun, counted: job.actual.counted }, context);

    if (job.actual.changed && !ending && runs.news)
      for (const { id } of hosts) await tellRun(await executorOf(context, id), id, runs.news(job));
    const metrics = runs.metrics?.(job, context);
    const { counted } = job.actual;
    const point = (name: string) => reached(context, name);
    const followed: FollowedRun[] = [];
    const logs: KeptLog[] = [];
    let actual = job.actual;
    let status: string | undefined;
    for (const [host, { id, statesSeen }] of hosts.entries()) {
      const run = await context.follow(id);
      followed.push(run);
      // Points of several hosts would be counted as those of one, and after a kill be taken for written.
      const ofHost = host === 0 ? ([metrics, run, counted] as const) : ([undefined, run, undefined] as const);
      const place = runs.log(job, host);
      const kept = keptBefore(run, ofHost[2]);
      const leaveOut = () => stopping && leaveOutBacklog(context, place, run, stopTime(job), kept);
      const ship = async () => (await leaveOut()) || (await shipJobLog(context, place, ...ofHost, point));
      const isEnding = async () => ending || (await hasLongEnded(context, id, run.lines.length));
      logs.push(await shipUnlessFull(run, isEnding, ship, kept));
      const news = run.states.filter(({ number }) => number > statesSeen);
      for (const { state } of news) if (toldStates.includes(state)) point(state.toLowerCase());
      actual = news.reduce((before, state) => withState(before, state, host, ending), actual);
      if (host === 0) status = statusAfter(news, ending);
    }
    if (!followed.every(({ ended }) => ended)) {
      if (!ending && !runs.apart && followed.some(endsOthers)) {
        await stopRunning(hosts, graceOfOthers(followed, runs.graceSeconds), context);
      }
      const again = next && { again: next.at };
      return actual === job.actual ? { ...again } : { update: { status: status ?? job.status, actual }, ...again };
    }
    const exit = decidingExit(followed);
    const loss = (await firstLoss(context, hosts, followed)) ?? killedStage(actual, exit);
    const after = withMetrics(actual, logs[0]!);
    return conclude(job, after, { exit, loss, counted: logs[0]!.counted }, context);
  }

  /** Ends the job after an attempt, or begins another one. */
  function conclude(
    job: Job<Wanted>,
    actual: JobActual,
    { exit, loss, counted }: AttemptEnd,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    const time = exit?.time ?? context.clock.now();
    const chances = { stopping: job.status === statuses.stopping, mayRetry: actual.lostAttempts < runs.retries(job) };
    const ends = chances.stopping ? undefined : actual.spot?.ends;
    const end = endOfAttempt(actual, exit, loss?.words, {
      ...chances,
      mayRetry: chances.mayRetry || ends !== undefined,
    });
    if (ends !== undefined && typeof end === "string") {
      const { waited, interrupted } = runs.spot!(job, context)!;
      if (ends === "waited") return finishAs(job, actual, waited, time, context);
      return restart({ ...actual, counted }, undefined, time, context, interrupted);
    }
    if (typeof end === "object") {
      const isRetried = chances.mayRetry && !chances.stopping && runs.retriesFaults?.(job) === true;
      const { reason } = isRetried ? outcomeOf(end, { ...job, actual }, context) : {};
      if (reason === undefined || !isOurs(reason)) return finish(job, actual, end, time, context);
      const fault = { runId: actual.runs?.[0]?.id ?? "", words: reason };
      return restart({ ...actual, counted }, fault, time, context);
    }
    return restart({ ...actual, counted }, end === "retry" ? loss : undefined, time, context);
  }

  /**
   * Starts the runs that are written and not started, unless the job is to stop; then it asks them to end. A run that
   * this machine cannot start is lost, with its reason in the host's log.
   */
  async function startOrStop(
    job: Job<Wanted>,
    hosts: readonly HostRun[],
    stopping: boolean,
    context: ReconcileContext,
  ): Promise<"begun" | "not begun" | RunLoss> {
    let isBegun = !stopping;
    for (const [host, { id }] of hosts.entries()) {
      const executor = await executorOf(context, id);
      const { state } = await executor.find(id);
      if (state === "unknown" && !stopping) {
        reached(context, "run-written");
        const refusal = await startRun(context, id);
        if (refusal !== undefined) {
          await addToLog(context, runs.log(job, host), { timestamp: context.clock.now(), message: refusal });
          return { runId: id, words: refusal };
        }
        reached(context, "run-started");
      }
      if (state === "running" && stopping) {
        reached(context, "stopping");
        await executor.stop(id, runs.graceSeconds);
      }
      isBegun ||= state !== "unknown";
    }
    return isBegun ? "begun" : "not begun";
  }

  async function stopRunning(
    hosts: readonly HostRun[],
    graceSeconds: number,
    context: ReconcileContext,
  ): Promise<void> {
    for (const { id } of hosts) {
      const executor = await executorOf(context, id);
      if ((await executor.find(id)).state === "running") await executor.stop(id, graceSeconds);
    }
  }

  /** The first host's states are the job's steps. A job that is being stopped stays so while its runs save results. */
  function withState(
    actual: JobActual,
    { number, state, time, detail }: RunState,
    host: number,
    stopping: boolean,
  ): JobActual {
    const name = runs.stepOfState[state];
    const isAlone = actual.runs!.length === 1;
    const told = isAlone ? { ...actual.told, [state]: detail } : toldByHost(actual.told, { state, time, detail });
    const hosts = actual.runs!.map((run, index) => (index === host ? { ...run, statesSeen: number } : run));
    if (host > 0) return { ...actual, runs: hosts, told };
    return {
      ...actual,
      runs: hosts,
      transitions: name && !stopping ? step(actual, name, time) : actual.transitions,
      started: state === runs.startsWith ? (actual.started ?? time) : actual.started,
      told,
    };
  }

  const withMetrics = (actual: JobActual, { metrics }: KeptLog): JobActual => {
    const finalMetrics = lastValues(actual.finalMetrics ?? [], metrics);
    return finalMetrics.length > 0 ? { ...actual, finalMetrics } : actual;
  };

  /** Returns the status that the last of these states leads to, if one does. */
  const statusAfter = (states: readonly RunState[], stopping: boolean): string | undefined =>
    stopping
      ? undefined
      : states.map(({ state }) => runs.steps[runs.stepOfState[state] ?? ""]?.becomes).findLast(Boolean);

  async function restart(
    actual: JobActual,
    loss: RunLoss | undefined,
    time: number,
    context: ReconcileContext,
    between = "Restarting",
  ): Promise<Result<Wanted>> {
    const { runs: hosts = [], spot: _ended, ...rest } = actual;
    // A plain process may outlive its keeper.
    if (loss) for (const { id } of hosts) await (await executorOf(context, id)).stop(id, 0);
    if (loss) context.tell(`Run ${loss.runId} was lost, and another attempt begins. ${loss.words}`);
    return {
      update: {
        status: statuses.begun,
        actual: {
          ...rest,
          told: {},
          transitions: step(actual, between, time),
          lostAttempts: actual.lostAttempts + Number(loss !== undefined),
        },
      },
      changes: await endRuns(hosts, context),
    };
  }

  async function endRuns(
    hosts: readonly HostRun[],
    context: ReconcileContext,
    how: { readonly keep?: boolean } = {},
  ): Promise<ResourceChange[]> {
    const changes: ResourceChange[] = [];
    for (const { id } of hosts) changes.push(...(await endRun(context, id, how)));
    return changes;
  }

  const outcomeOf = <How extends keyof JobEnds>(
    end: JobEnds[How] & { readonly how: How },
    job: Job<Wanted>,
    context: ReconcileContext,
  ) => runs.outcome[end.how](end, job, context);

  async function finish(
    job: Job<Wanted>,
    actual: JobActual,
    end: JobEnd,
    time: number,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    return finishAs(job, actual, outcomeOf(end, { ...job, actual }, context), time, context);
  }

  async function finishAs(
    job: Job<Wanted>,
    actual: JobActual,
    outcome: JobOutcome,
    time: number,
    context: ReconcileContext,
  ): Promise<Result<Wanted>> {
    reached(context, "before-final-write");
    const { status, step: last } = outcome;
    const reason = outcome.reason?.slice(0, longestReason);
    const keep = isOurs(reason);
    if (keep) await tellFault(context, runs, job, reason);
    const ended: JobActual = {
      ...actual,
      transitions: step(actual, last, time, true),
      ended: actual.started === undefined ? undefined : time,
      failureReason: reason,
    };
    return {
      update: { status, actual: ended },
      changes: await endRuns(job.actual.runs ?? [], context, { keep }),
    };
  }

  return defineReconciler({
    kind,
    unfinished,
    killPoints,
    grants: (job, context) => [
      ...(job.actual.runs ?? []).flatMap((_, host) => logGrants(runs.log(job, host))),
      ...metricGrants(runs.metrics?.(job, context)),
      ...(runs.grants?.(job) ?? []),
    ],
    async reconcile(job, context) {
      if (job.actual.runs) return follow(job, job.actual.runs, context);
      if (job.status === statuses.stopping)
        return finish(job, job.actual, { how: "stopped" }, context.clock.now(), context);
      return begin(job, context);
    },
  });
}

/** How an attempt ended, and why one of its runs was lost. */
interface AttemptEnd {
  readonly exit?: RunExit | undefined;
  readonly loss: RunLoss | undefined;
  readonly counted: JobActual["counted"];
}

/** The longest FailureReason that AWS shows. */
const longestReason = 1024;
