import type { Caller, Grant } from "../../aws/caller.ts";
import { backOffMilliseconds } from "../../base/back-off.ts";
import type { Clock } from "../../base/clock.ts";
import type { Executors } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import type { ReconcileContext, ReconcilerEntry } from "../../frame/define-reconciler.ts";
import { stateEvents } from "../../frame/state-event.ts";
import { createRunRoom, type RunWeight } from "../../runs/run-room.ts";
import { createRunSweep } from "../../runs/run-sweep.ts";
import { systemTimer, type Timer } from "../../runs/timer.ts";
import {
  allDocuments,
  Conflict,
  keyText,
  keyWords,
  type ResourceKey,
  type ResourceStore,
} from "../../stores/resources/port.ts";
import { followFeed } from "./follow-feed.ts";
import { createRunOwners } from "./run-owners.ts";
import { createStayingMemory } from "./staying-memory.ts";
import { createTaskRuns, type TaskRuns } from "./task-runs.ts";

/** The most resources reconciled at the same time; others wait their turn. */
const mostAtOnce = 16;
/** After this many write conflicts in a row, a resource waits as after an error. */
const mostConflicts = 10;
/** The longest delay of a timer; a resource that asked for a later time is reconciled then, and asks again. */
const longestWaitMilliseconds = 86_400_000;

/** Runs the reconcilers: wakes each resource that has something to do, with one reconcile of it at a time. */
export interface ReconcileEngine {
  /** Finds everything unfinished and begins. Returns when all of it is found, not when it is done. */
  start(): Promise<void>;
  /** Lets the reconciles under way end and wakes nothing more. Runs go on. */
  stop(): Promise<void>;
}

export interface ReconcileEngineOptions {
  readonly resources: ResourceStore;
  readonly executors: Executors;
  readonly reconcilers: readonly ReconcilerEntry[];
  /**
   * Returns the service's own context, in the account and region of a document; `origin` is the document's ARN, `grants`
   * what its reconciler may do besides; or the context of `caller` in its place.
   */
  readonly contextFor: (
    key: ResourceKey,
    origin: string,
    as?: { readonly grants?: readonly Grant[]; readonly caller?: Caller },
  ) => Context;
  readonly clock: Clock;
  readonly timer?: Timer;
  /** The machine's room for runs; unlimited by default. */
  readonly room?: RunWeight;
  /** Called with errors that will be retried. */
  readonly report: (what: string, error: unknown) => void;
  /** Called with what went wrong with a document, in words. */
  readonly tell?: (words: string) => void;
}

/** A resource that the engine reconciles. */
interface Task {
  readonly key: ResourceKey;
  readonly entry: ReconcilerEntry;
  state: "resting" | "queued" | "running";
  /** Set when the resource is woken during a reconcile. */
  again: boolean;
  conflicts: number;
  failures: number;
  cancelTimer: () => void;
  readonly runs: TaskRuns;
  /** What the resource watches, each with the function that ends the watch. */
  watched: Map<string, () => void>;
}

const endlessRoom: RunWeight = { cores: Number.POSITIVE_INFINITY, memoryBytes: Number.POSITIVE_INFINITY };

export function createReconcileEngine(options: ReconcileEngineOptions): ReconcileEngine {
  const { resources, executors, contextFor, clock, timer = systemTimer, report, tell = () => {} } = options;
  const reconcilers = new Map(options.reconcilers.map((entry) => [entry.kind, entry]));
  const owners = createRunOwners({ resources, reconcilers, report });
  const sweep = createRunSweep({ executors, resources, report });
  const tasks = new Map<string, Task>();
  const staying = createStayingMemory({ executors, resources, clock });
  const room = createRunRoom(options.room ?? endlessRoom, wake, staying.bytes);
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
        runs: createTaskRuns({ executors, resources, clock, timer, place: key, wake: () => wake(key) }),
        watched: new Map(),
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
        // After an error it is unknown what of its runs was dealt with, so the runs are read again.
        task.runs.letGo();
        task.again = false;
        waitMilliseconds = backOffMilliseconds(++task.failures);
        if (!stopping.signal.aborted)
          report(`${keyWords(task.key)} could not be reconciled; again in ${waitMilliseconds / 1000} s`, error);
      }
    }
    task.state = "resting";
    if (task.again) wake(task.key);
    else if (waitMilliseconds !== undefined && !stopping.signal.aborted)
      task.cancelTimer = timer.after(Math.min(Math.max(waitMilliseconds, 0), longestWaitMilliseconds), () =>
        wake(task.key),
      );
  }

  /** Runs one reconcile and writes its result. Returns when to look again. */
  async function reconcile(task: Task): Promise<number | undefined | "finished"> {
    const { key, entry } = task;
    const status = (await resources.get(key))?.status;
    if (!entry.unfinished.includes(status ?? "")) return "finished";
    const { kind, grants, caller, reconcile } = await entry.load();
    const service = contextFor(key, kind.arn(key));
    const document = await kind.find(service, key);
    if (!document) return "finished";
    const base =
      grants || caller
        ? contextFor(key, kind.arn(key), {
            ...(grants && { grants: grants(document, service) }),
            ...(caller && { caller: caller(document) }),
          })
        : service;
    const asked = new Set<string>();
    // What changes after the reconcile has looked at it is heard.
    const listen: ReconcileContext["listen"] = (name, begin) => {
      asked.add(name);
      if (!task.watched.has(name))
        task.watched.set(
          name,
          begin(() => wake(task.key)),
        );
    };
    task.runs.begin();
    const context: ReconcileContext = extended<OwnMembers>(base, {
      signal: stopping.signal,
      hasRoom: (weight) => {
        staying.refresh();
        return room.enter(key, weight);
      },
      watch: (other) => listen(keyText(other), (woken) => resources.watch([other], woken)),
      listen,
      follow: (runId) => task.runs.follow(runId),
      tell: (words) => tell(`${key.kind} ${key.name} (${key.region}): ${words}`),
    });
    const { update, changes = [], events, again } = await reconcile(document, context);
    task.runs.end();
    watchOnly(task, asked);
    const after = update && { ...document, ...update, modified: clock.now() };
    const own = after ? [await kind.put(base, after)] : [];
    const told = after ? await stateEvents(kind as never, document, after, base) : [];
    const whole = [...own, ...changes];
    const progress = await task.runs.progress(whole, base);
    if (whole.length + progress.changes.length > 0) {
      const all = [...told, ...(events ?? [])];
      await resources.write([...whole, ...progress.changes], { events: all });
    }
    await progress.saved();
    return again;
  }

  function watchOnly(task: Task, asked: ReadonlySet<string>): void {
    for (const [id, end] of task.watched) {
      if (asked.has(id)) continue;
      end();
      task.watched.delete(id);
    }
  }

  function forget(task: Task): void {
    room.leave(task.key);
    task.runs.letGo();
    watchOnly(task, new Set());
    task.state = "resting";
    tasks.delete(keyText(task.key));
    // The document may have been created again, or set back to work, since it was read.
    if (task.again) wake(task.key);
  }

  async function wakeUnfinished(): Promise<void> {
    for (const { kind, unfinished } of reconcilers.values())
      for (const status of unfinished)
        for await (const { key } of allDocuments(resources, kind, { status, sort: { by: "created" } })) wake(key);
  }

  return {
    async start() {
      // The place in the feed is taken first, so a write during the search for unfinished documents is seen by the
      // search, by the feed, or by both.
      const { sequence } = await resources.write([]);
      const occupants = await owners.all();
      await sweep.all();
      for (const { key, weight } of occupants) room.occupy(key, weight);
      await wakeUnfinished();
      following = followFeed({ resources, start: sequence, timer, signal: stopping.signal, report }, (entry) => {
        sweep.entry(entry);
        owners.entry(entry);
        const { key, status, deleted, event } = entry;
        if (event) return;
        const isUnfinished = !deleted && reconcilers.get(key.kind)?.unfinished.includes(status ?? "");
        if (isUnfinished || tasks.has(keyText(key))) wake(key);
      });
    },
    async stop() {
      stopping.abort();
      for (const task of tasks.values()) task.cancelTimer();
      await following;
      await Promise.all(running);
      for (const task of tasks.values()) {
        task.runs.letGo();
        watchOnly(task, new Set());
      }
      await owners.settled();
      await sweep.settled();
    },
  };
}

/** What the context of one document has of its own. */
type OwnMembers = Pick<ReconcileContext, "signal" | "hasRoom" | "watch" | "listen" | "follow" | "tell">;

/** Returns a context with further members. It has those of `context` by prototype, because some are made on demand. */
const extended = <More extends object>(context: Context, more: More): Context & More =>
  Object.create(context, Object.getOwnPropertyDescriptors(more));
