import type { Clock } from "../../base/clock.ts";
import type { Executor } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import type { FollowedRun, ReconcileContext, ReconcilerEntry, ShippedLines } from "../../frame/define-reconciler.ts";
import {
  allDocuments,
  Conflict,
  type FeedEntry,
  keyText,
  type ResourceKey,
  type ResourceStore,
} from "../../stores/resources/port.ts";
import { createRunReader, type RunReader } from "./run-reader.ts";
import { createRunRoom } from "./run-room.ts";
import { createRunSweep } from "./run-sweep.ts";
import { systemTimer, type Timer } from "./timer.ts";

/** Resources reconciled at the same time; the others wait their turn. */
const mostAtOnce = 16;
/** A resource whose writes meet another version this often in a row waits like after an error. */
const mostConflicts = 10;
const firstRetryMilliseconds = 1_000;
const lastRetryMilliseconds = 60_000;
/** The longest a timer is set for; a resource that asked for later is looked at and asks again. */
const longestWaitMilliseconds = 86_400_000;

/** Runs the reconcilers: wakes each resource that has something to do, one reconcile of it at a time. */
export interface ReconcileEngine {
  /** Finds everything unfinished and begins. Returns when all of it is known, not when it is done. */
  start(): Promise<void>;
  /** Resolves when all that is being reconciled now has been. */
  settled(): Promise<void>;
  /** Lets what is running end, wakes nothing more. Runs go on. */
  stop(): Promise<void>;
}

/** A resource that is being looked after. */
interface Task {
  readonly key: ResourceKey;
  readonly entry: ReconcilerEntry;
  state: "resting" | "queued" | "running";
  /** Woken while it was running. */
  again: boolean;
  conflicts: number;
  failures: number;
  cancelTimer: () => void;
  runs: Map<string, RunReader>;
}

export function createReconcileEngine(options: {
  readonly resources: ResourceStore;
  readonly executor: Executor;
  readonly reconcilers: readonly ReconcilerEntry[];
  /** The context of the service itself, in that account and region. */
  readonly contextFor: (key: ResourceKey, origin: string) => Context;
  readonly clock: Clock;
  readonly timer?: Timer;
  /** How many resources of a kind that asks for room have a run at the same time. Default: any number. */
  readonly mostRuns?: number;
  /** Told of what went wrong and will be tried again. */
  readonly report: (what: string, error: unknown) => void;
}): ReconcileEngine {
  const { resources, executor, contextFor, clock, timer = systemTimer, report } = options;
  const reconcilers = new Map(options.reconcilers.map((entry) => [entry.kind, entry]));
  const sweep = createRunSweep({ executor, resources, report });
  const tasks = new Map<string, Task>();
  const room = createRunRoom(options.mostRuns ?? Number.POSITIVE_INFINITY, wake);
  const queue: Task[] = [];
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let following: Promise<void> = Promise.resolve();

  function wake(key: ResourceKey): void {
    const entry = reconcilers.get(key.kind);
    if (!entry || stopping.signal.aborted) return;
    const id = keyText(key);
    let task = tasks.get(id);
    if (!task) {
      task = {
        key,
        entry,
        state: "resting",
        again: false,
        conflicts: 0,
        failures: 0,
        cancelTimer: () => {},
        runs: new Map(),
      };
      tasks.set(id, task);
    }
    if (task.state === "running") task.again = true;
    else if (task.state === "resting") {
      task.cancelTimer();
      task.state = "queued";
      queue.push(task);
      advance();
    }
  }

  function advance(): void {
    while (running.size < mostAtOnce && !stopping.signal.aborted) {
      const task = queue.shift();
      if (!task) return;
      task.state = "running";
      const turn = run(task).finally(() => {
        running.delete(turn);
        advance();
      });
      running.add(turn);
    }
  }

  async function run(task: Task): Promise<void> {
    task.again = false;
    let waitMilliseconds: number | undefined;
    try {
      const again = await reconcile(task);
      if (again === "finished") return forget(task);
      task.failures = task.conflicts = 0;
      if (again !== undefined) waitMilliseconds = again - clock.now();
    } catch (error) {
      if (error instanceof Conflict && task.conflicts++ < mostConflicts) task.again = true;
      else {
        // What of it was shipped is asked anew.
        letGo(task, task.runs.keys());
        task.again = false;
        waitMilliseconds = Math.min(firstRetryMilliseconds * 2 ** task.failures++, lastRetryMilliseconds);
        if (!stopping.signal.aborted)
          report(
            `${task.key.kind} ${task.key.name} could not be reconciled; again in ${waitMilliseconds / 1000} s`,
            error,
          );
      }
    }
    task.state = "resting";
    if (task.again) wake(task.key);
    else if (waitMilliseconds !== undefined && !stopping.signal.aborted)
      task.cancelTimer = timer.after(Math.min(Math.max(waitMilliseconds, 0), longestWaitMilliseconds), () =>
        wake(task.key),
      );
  }

  /** One reconcile and the write of what it found. Gives when to look again. */
  async function reconcile(task: Task): Promise<number | undefined | "finished"> {
    const { key, entry } = task;
    const found = await resources.get(key);
    if (!found || !entry.unfinished.includes(found.status ?? "")) return "finished";
    const { read, arn, reconcile } = await entry.load();
    const document = read(found);
    const asked = new Set<string>();
    const context: ReconcileContext = {
      ...contextFor(key, arn(key)),
      signal: stopping.signal,
      hasRoom: () => room.enter(key),
      follow(runId, shipped) {
        asked.add(runId);
        return follow(task, runId, shipped);
      },
    };
    const { update, changes = [], again } = await reconcile(document, context);
    letGo(
      task,
      [...task.runs.keys()].filter((runId) => !asked.has(runId)),
    );
    const own = update ? [{ put: { ...document, ...update, modified: clock.now() }, expected: document.version }] : [];
    if (own.length + changes.length > 0) await resources.write([...own, ...changes]);
    return again;
  }

  async function follow(
    task: Task,
    runId: string,
    shipped: (() => Promise<ShippedLines | undefined>) | undefined,
  ): Promise<FollowedRun> {
    let reader = task.runs.get(runId);
    if (!reader) {
      reader = createRunReader({ executor, runId, shipped: await shipped?.(), timer, wake: () => wake(task.key) });
      task.runs.set(runId, reader);
    }
    return reader.look();
  }

  function letGo(task: Task, runIds: Iterable<string>): void {
    for (const runId of [...runIds]) {
      task.runs.get(runId)?.close();
      task.runs.delete(runId);
    }
  }

  function forget(task: Task): void {
    room.leave(task.key);
    letGo(task, task.runs.keys());
    task.state = "resting";
    tasks.delete(keyText(task.key));
    // Made anew, or set back to work, since it was read.
    if (task.again) wake(task.key);
  }

  function handle(entry: FeedEntry): void {
    sweep.entry(entry);
    const { key, parent, status, deleted } = entry;
    const isUnfinished = !deleted && reconcilers.get(key.kind)?.unfinished.includes(status ?? "");
    if (isUnfinished || tasks.has(keyText(key))) wake(key);
    const owner = parentKey(key, parent);
    if (owner && reconcilers.get(owner.kind)?.watches.includes(key.kind)) wake(owner);
  }

  async function occupyRoom(): Promise<void> {
    for await (const { key, parent } of allDocuments(resources, "run", { status: "Active" })) {
      const job = parentKey(key, parent);
      if (job) room.occupy(job);
    }
  }

  async function wakeUnfinished(): Promise<void> {
    for (const { kind, unfinished } of reconcilers.values())
      for (const status of unfinished)
        for await (const { key } of allDocuments(resources, kind, { status, sort: { by: "created" } })) wake(key);
  }

  async function followFeed(start: number): Promise<void> {
    let position = start;
    while (!stopping.signal.aborted) {
      try {
        for (const entry of await resources.changes(position, 1_000, stopping.signal)) {
          handle(entry);
          position = entry.sequence;
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        report("The change feed could not be read; again in 1 s", error);
        await new Promise<void>((resolve) => {
          const cancel = timer.after(firstRetryMilliseconds, resolve);
          stopping.signal.addEventListener("abort", () => {
            cancel();
            resolve();
          });
        });
      }
    }
  }

  return {
    async start() {
      // The place in the feed first: what is written while the unfinished are looked up is in one of the two, or both.
      const { sequence } = await resources.write([]);
      await sweep.all();
      await occupyRoom();
      await wakeUnfinished();
      following = followFeed(sequence);
    },
    async settled() {
      await Promise.all(running);
    },
    async stop() {
      stopping.abort();
      for (const task of tasks.values()) task.cancelTimer();
      await following;
      await Promise.all(running);
      for (const task of tasks.values()) letGo(task, task.runs.keys());
      await sweep.settled();
    },
  };
}

/** The document that a parent, "kind/name", names; it is in the account and region of its child. */
function parentKey(key: ResourceKey, parent: string | undefined): ResourceKey | undefined {
  const split = parent?.indexOf("/") ?? -1;
  return split < 0 ? undefined : { ...key, kind: parent!.slice(0, split), name: parent!.slice(split + 1) };
}
