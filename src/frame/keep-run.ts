import { Fault } from "../aws/faults.ts";
import { backOffMilliseconds } from "../base/back-off.ts";
import type { RunExit } from "../executors/port.ts";
import type { RunState } from "../runs/follow-run.ts";
import { addToLog, type LogPlace, openLog, shipLines, shipUnlessFull } from "../runs/ship-log.ts";
import type { ResourceChange, ResourceDocument } from "../stores/resources/port.ts";
import type { ReconcileContext } from "./define-reconciler.ts";
import { beginRun, endRun, executorOf, hasLeft, type RunPlan, startRun } from "./run.ts";
import { lossOf } from "./run-loss.ts";

/** Something that must stay up: a model server, an app, a notebook. When its run ends, a new run takes its place. */
export interface KeptRun {
  /** The current run; absent while it waits to be started. */
  readonly runId?: string;
  /** The executor that has the run. */
  readonly executor?: string;
  /** Whether the run has reported that it is ready. */
  readonly ready: boolean;
  /** What it told with the state in which it is ready. */
  readonly readyDetail?: Readonly<Record<string, unknown>>;
  /** When the run became ready, in milliseconds since 1970. */
  readonly readySince?: number;
  /** How many times in a row a run ended by itself soon after its start. */
  readonly failures: number;
  /** The earliest time of the next start, in milliseconds since 1970. */
  readonly notBefore: number;
  /** The reason that the run reported with its last state Failed, or with the state that says that it hangs. */
  readonly told?: string;
  /** Why and when the run before this one ended. */
  readonly lastEnd?: { readonly reason: string; readonly time: number };
}

/** A run that is no longer needed: it is asked to end at `stopAt`, and forgotten when it has ended. */
export interface RetiringRun {
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly stopAt: number;
  readonly stopped: boolean;
}

export const newKeptRun: KeptRun = { ready: false, failures: 0, notBefore: 0 };

/** What `keepRun` did. */
export interface Kept<K> {
  /** The same object when nothing changed; undefined when a new run is to take its place. */
  readonly kept: K | undefined;
  readonly next?: Pick<KeptRun, "failures" | "notBefore" | "lastEnd">;
  readonly changes: readonly ResourceChange[];
  /** When to look again, in milliseconds since 1970. */
  readonly again?: number;
  /** Why the run ended before it was ready. `lost`: by the platform's fault, so that what it left is worth keeping. */
  readonly failure?: { readonly reason: string; readonly lost?: string };
}

/** What to keep up, and how. */
export interface KeepOptions {
  /** What the run belongs to. */
  readonly of: Pick<ResourceDocument, "key" | "id">;
  readonly log: LogPlace;
  /** The state by which a run reports that it is ready. */
  readonly readyState: string;
  /** The state by which it reports that it no longer is, and is about to end. */
  readonly unreadyState: string;
  plan(): RunPlan;
  /** Called at named points, where a test may have the server kill itself. */
  reached(point: "created" | "run-written" | "run-started"): void;
  /** Returns words for the end of a run that reported no reason; `early`: before it was ready. */
  ended(exit: Pick<RunExit, "code" | "reason"> & { readonly early: boolean }): string;
}

/** After so many runs in a row that were lost before they were ready, what they are for has failed. */
const mostLosses = 3;

/** A run that was ready for this long no longer counts as failing. */
const stableMilliseconds = 60_000;

/** Does the next step to keep a run up: writes the run, then starts it, then follows it. */
export async function keepRun<K extends KeptRun>(
  context: ReconcileContext,
  kept: K,
  options: KeepOptions,
): Promise<Kept<K>> {
  const { runId, notBefore } = kept;
  const now = context.clock.now();
  if (runId === undefined) {
    if (now < notBefore) return { kept, changes: [], again: notBefore };
    options.reached("created");
    const id = context.ids.ulid();
    try {
      const { change, executor } = await beginRun(context, id, options.of, options.plan());
      return { kept: { ...kept, runId: id, executor }, changes: [change] };
    } catch (error) {
      // An image or an executor that was there when the request was checked is gone.
      if (!(error instanceof Fault)) throw error;
      const next = nextStart(kept.failures + 1, now);
      return { kept: undefined, next, changes: [], failure: { reason: error.message } };
    }
  }
  const executor = await executorOf(context, runId);
  if ((await executor.find(runId)).state === "unknown") {
    options.reached("run-written");
    await openLog(context, options.log);
    const refusal = await startRun(context, runId);
    if (refusal !== undefined) {
      await addToLog(context, options.log, { timestamp: now, message: refusal });
      return lostRun(context, kept, runId, refusal);
    }
    options.reached("run-started");
  }
  const run = await followKept(context, options.log, runId);
  const told = reasonIn(run.states, options) ?? kept.told;
  const turn = run.states.findLast(({ state }) => state === options.readyState || state === options.unreadyState);
  const ready = turn ? turn.state === options.readyState : kept.ready;
  // Also where the run has ended since: both may be seen at once.
  if (kept.ready && !ready) context.tell(`Run ${runId}: ${told}`);
  if (run.ended) return endOf(context, { ...kept, told }, runId, run.exit, options);
  if (ready !== kept.ready) {
    const readyDetail = ready ? turn?.detail : undefined;
    return { kept: { ...kept, ready, readyDetail, readySince: kept.readySince ?? now, told }, changes: [] };
  }
  return { kept: told === kept.told ? kept : { ...kept, told }, changes: [] };
}

/** Decides what the end of a run means: its place is free, and a deployment that never was ready may have failed. */
async function endOf<K extends KeptRun>(
  context: ReconcileContext,
  kept: K,
  runId: string,
  exit: RunExit | undefined,
  options: KeepOptions,
): Promise<Kept<K>> {
  const loss = await lossOf(exit, await executorOf(context, runId), runId);
  if (!exit || loss !== undefined) return lostRun(context, kept, runId, loss!);
  const now = context.clock.now();
  // The server was stopped, or was away for long: the program itself did not fail.
  const interrupted = exit.reason === "stopped" || exit.reason === "lost";
  const early = kept.readySince === undefined;
  const reason = kept.told ?? options.ended({ code: exit.code, reason: exit.reason, early });
  return {
    kept: undefined,
    next: {
      ...nextStart(interrupted || isStable(kept, now) ? 0 : kept.failures + 1, now),
      lastEnd: { reason, time: now },
    },
    changes: await endRun(context, runId),
    failure: early && !interrupted ? { reason } : undefined,
  };
}

/**
 * A run that the platform lost is replaced, because a machine that went down loses all of them. One that is lost again
 * and again before it is ready fails what it is for.
 */
async function lostRun<K extends KeptRun>(
  context: ReconcileContext,
  kept: K,
  runId: string,
  loss: string,
): Promise<Kept<K>> {
  const now = context.clock.now();
  const failures = isStable(kept, now) ? 0 : kept.failures + 1;
  const failed = kept.readySince === undefined && failures >= mostLosses;
  const hasLeftSome = await hasLeft(context, runId);
  // A plain process may outlive its keeper.
  await (await executorOf(context, runId)).stop(runId, 0);
  context.tell(
    failed
      ? `Run ${runId} was lost, as the ${mostLosses - 1} before it${hasLeftSome ? "; what it left is kept for a day" : ""}. ${loss}`
      : `Run ${runId} was lost, and another one takes its place. ${loss}`,
  );
  return {
    kept: undefined,
    next: { ...nextStart(failures, now), lastEnd: { reason: loss, time: now } },
    changes: await endRun(context, runId),
    failure: failed ? { reason: `The run was lost ${failures} times in a row. ${loss}`, lost: runId } : undefined,
  };
}

const isStable = ({ readySince }: KeptRun, now: number): boolean =>
  readySince !== undefined && now - readySince >= stableMilliseconds;

/** Returns the next start: at once after the first failure, after a longer pause each time that follows. */
function nextStart(failures: number, now: number): Pick<KeptRun, "failures" | "notBefore"> {
  const pause = failures < 2 ? 0 : backOffMilliseconds(failures - 1);
  return { failures, notBefore: now + pause };
}

/** Follows a run and ships its lines to its log stream. */
async function followKept(context: ReconcileContext, log: LogPlace, runId: string, ending = false) {
  const run = await context.follow(runId);
  const ship = async () => {
    const { before } = await shipLines(context, log, run);
    run.passLines(run.lines.length, { resumed: run.resumed && before === run.lines.length });
  };
  if (run.lines.length > 0) await shipUnlessFull(run, ending, ship, undefined);
  return run;
}

function reasonIn(states: readonly RunState[], { unreadyState }: KeepOptions): string | undefined {
  const reason = states.findLast(({ state }) => state === "Failed" || state === unreadyState)?.detail.reason;
  return typeof reason === "string" ? reason : undefined;
}

/** What `retireRuns` did. */
export interface Retired<R> {
  /** The same array when nothing changed. */
  readonly left: readonly R[];
  readonly changes: readonly ResourceChange[];
  readonly again?: number;
}

/** How soon a busy run is asked again. */
const busyMilliseconds = 250;

/** Asks each run whose time has come to end, and forgets those that have ended. */
export async function retireRuns<R extends RetiringRun>(
  context: ReconcileContext,
  retiring: readonly R[],
  options: {
    readonly graceSeconds: number;
    log(one: R): LogPlace;
    reached(point: "before-stop" | "after-stop"): void;
    /** Whether a run whose time has come still does something; it is asked again soon. */
    isBusy?(one: R): boolean;
  },
): Promise<Retired<R>> {
  const left: R[] = [];
  const changes: ResourceChange[] = [];
  let again: number | undefined;
  for (const one of retiring) {
    const run = await followKept(context, options.log(one), one.runId, true);
    if (run.ended) changes.push(...(await endRun(context, one.runId)));
    else if (one.stopped) left.push(one);
    else if (context.clock.now() < one.stopAt) {
      left.push(one);
      again = Math.min(again ?? one.stopAt, one.stopAt);
    } else if (options.isBusy?.(one)) {
      left.push(one);
      const soon = context.clock.now() + busyMilliseconds;
      again = Math.min(again ?? soon, soon);
    } else {
      options.reached("before-stop");
      await (await executorOf(context, one.runId)).stop(one.runId, options.graceSeconds);
      options.reached("after-stop");
      left.push({ ...one, stopped: true });
    }
  }
  const same = left.length === retiring.length && left.every((one, index) => one === retiring[index]);
  return { left: same ? retiring : left, changes, again };
}
