import { Fault } from "../aws/faults.ts";
import { backOffMilliseconds } from "../base/back-off.ts";
import type { RunState } from "../runs/follow-run.ts";
import { type LogPlace, openLog, shipLines, shipUnlessFull } from "../runs/ship-log.ts";
import type { ResourceChange, ResourceDocument } from "../stores/resources/port.ts";
import type { ReconcileContext } from "./define-reconciler.ts";
import { beginRun, endRun, executorOf, type RunPlan, startRun } from "./run.ts";

/** Something that must stay up: a model server, an app, a notebook. When its run ends, a new run takes its place. */
export interface KeptRun {
  /** The current run; absent while it waits to be started. */
  readonly runId?: string;
  /** The executor that has the run. */
  readonly executor?: string;
  /** Whether the run has reported that it is ready. */
  readonly ready: boolean;
  /** When the run became ready, in milliseconds since 1970. */
  readonly readySince?: number;
  /** How many times in a row a run ended by itself soon after its start. */
  readonly failures: number;
  /** The earliest time of the next start, in milliseconds since 1970. */
  readonly notBefore: number;
  /** The reason that the run reported with its state Failed. */
  readonly told?: string;
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
  readonly next?: Pick<KeptRun, "failures" | "notBefore">;
  readonly changes: readonly ResourceChange[];
  /** When to look again, in milliseconds since 1970. */
  readonly again?: number;
  /** Why the run ended before it was ready. */
  readonly failure?: string;
}

/** What to keep up, and how. */
export interface KeepOptions {
  /** What the run belongs to. */
  readonly of: Pick<ResourceDocument, "key" | "id">;
  readonly log: LogPlace;
  /** The state by which a run reports that it is ready. */
  readonly readyState: string;
  plan(): RunPlan;
  /** Called at named points, where a test may have the server kill itself. */
  reached(point: "created" | "run-written" | "run-started"): void;
  /** Returns the failure of a run that ended before it was ready and reported no reason. */
  earlyEnd(exit: { readonly code?: number; readonly memory: boolean }): string;
}

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
      return { kept: undefined, next, changes: [], failure: error.message };
    }
  }
  const executor = await executorOf(context, runId);
  if ((await executor.find(runId)).state === "unknown") {
    options.reached("run-written");
    await openLog(context, options.log);
    await startRun(context, runId);
    options.reached("run-started");
  }
  const run = await followKept(context, options.log, runId);
  const told = reasonIn(run.states) ?? kept.told;
  if (run.ended) {
    const { exit } = run;
    // The machine went down or the server was stopped: the program itself did not fail.
    const interrupted = exit === undefined || exit.reason === "stopped";
    const neverReady = !interrupted && kept.readySince === undefined;
    const stable = kept.readySince !== undefined && now - kept.readySince >= stableMilliseconds;
    const failures = interrupted || stable ? 0 : kept.failures + 1;
    const early = { code: exit?.code, memory: exit?.reason === "memory" };
    return {
      kept: undefined,
      next: nextStart(failures, now),
      changes: await endRun(context, runId),
      failure: neverReady ? (told ?? options.earlyEnd(early)) : undefined,
    };
  }
  if (!kept.ready && run.states.some(({ state }) => state === options.readyState))
    return { kept: { ...kept, ready: true, readySince: now, told }, changes: [] };
  return { kept: told === kept.told ? kept : { ...kept, told }, changes: [] };
}

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

function reasonIn(states: readonly RunState[]): string | undefined {
  const reason = states.findLast(({ state }) => state === "Failed")?.detail.reason;
  return typeof reason === "string" ? reason : undefined;
}

/** What `retireRuns` did. */
export interface Retired<R> {
  /** The same array when nothing changed. */
  readonly left: readonly R[];
  readonly changes: readonly ResourceChange[];
  readonly again?: number;
}

/** Asks each run whose time has come to end, and forgets those that have ended. */
export async function retireRuns<R extends RetiringRun>(
  context: ReconcileContext,
  retiring: readonly R[],
  options: {
    readonly graceSeconds: number;
    log(one: R): LogPlace;
    reached(point: "before-stop" | "after-stop"): void;
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
