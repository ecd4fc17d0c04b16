import { afterEach, beforeEach } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import { createExecutors } from "../../executors/executors.ts";
import type { Executor, RunEvent } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import { defineKind } from "../../frame/define-kind.ts";
import type { ReconcilerEntry, ReconcilerUnit } from "../../frame/define-reconciler.ts";
import { createMemoryResourceStore } from "../../stores/resources/memory.ts";
import type { ResourceDocument, ResourceStore } from "../../stores/resources/port.ts";
import { createReconcileEngine, type ReconcileEngine } from "./reconcile.ts";
import { createManualTimer } from "./test-timer.ts";

const kindName = (kind: string) => (kind === "run" ? "sagebrush/run" : `test/${kind}`);
export const keyOf = (kind: string, name: string, region = "us-east-1") => ({
  account: "123456789012",
  region,
  kind: kindName(kind),
  name,
});
export const newDocument = (kind: string, name: string, more: Partial<ResourceDocument> = {}) => ({
  put: { key: keyOf(kind, name), id: name, schema: 1, created: 0, modified: 0, wanted: {}, actual: {}, ...more },
  expected: "absent" as const,
});

/** Makes an executor whose runs report what the test has them report. */
function createScriptedExecutor() {
  const runs = new Map<string, { events: RunEvent[]; ended: boolean; more: Set<() => void> }>();
  const removed: string[] = [];
  const runOf = (id: string) => {
    if (!runs.has(id)) runs.set(id, { events: [], ended: false, more: new Set() });
    return runs.get(id)!;
  };
  const say = (id: string, event: RunEvent) => {
    const run = runOf(id);
    // A cursor is the number of events up to and including this one.
    run.events.push({ ...event, cursor: String(run.events.length + 1) });
    run.ended ||= event.type === "exit";
    for (const wake of run.more) wake();
  };
  const trimmed: string[] = [];
  const executor: Pick<Executor, "name" | "events" | "trim" | "usage" | "remove" | "list"> = {
    name: "process",
    async *events(id, after, signal) {
      const run = runOf(id);
      for (let next = Number(after ?? 0); ; ) {
        if (signal?.aborted) return;
        if (next < run.events.length) yield run.events[next++]!;
        else if (run.ended) return;
        else
          await new Promise<void>((resolve) => {
            run.more.add(resolve);
            signal?.addEventListener("abort", () => resolve());
          });
      }
    },
    async trim(_id, cursor) {
      trimmed.push(cursor);
    },
    usage: async () => new Map(),
    async remove(id) {
      runs.delete(id);
      removed.push(id);
    },
    list: async () => [...runs.keys()],
  };
  return {
    executor: executor as Executor,
    removed,
    trimmed,
    runOf,
    line: (id: string, time: number, line: string) => say(id, { type: "log", cursor: "", time, line }),
    state: (id: string, number: number, state: string) =>
      say(id, { type: "state", cursor: "", number, time: 0, state, detail: {} }),
    exit: (id: string, code: number) => say(id, { type: "exit", cursor: "", time: 0, exit: { code, time: 0 } }),
  };
}

/** Lets everything run that is ready to. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

export const kindOf = (kind: string) => defineKind({ service: "test", kind, key: ["Name"], exactCase: true });
export const job = kindOf("job");

/** Makes a run's document, as far as the engine reads it. */
export const newRun = (name: string, more: Partial<ResourceDocument> = {}) =>
  newDocument("run", name, {
    schema: 3,
    wanted: { executor: "process", weight: { cores: 1, memoryBytes: 0 }, grants: [], spec: {} },
    ...more,
  });

/** An engine to start, and what it works with; all of it is new for each test. */
export interface TestEngine {
  readonly clock: { time: number; now(): number };
  timer: ReturnType<typeof createManualTimer>;
  scripted: ReturnType<typeof createScriptedExecutor>;
  resources: ResourceStore;
  engine: ReconcileEngine | undefined;
  reports: string[];
  start(...units: { unit?: ReconcilerUnit<never, never> | ReconcilerUnit; loaded?: () => void }[]): Promise<void>;
  statusOf(kind: string, name: string): Promise<string | undefined>;
}

export function useEngine(): TestEngine {
  const clock = { time: 1_000, now: () => clock.time };
  const on = { clock, start, statusOf } as TestEngine;
  beforeEach(() => {
    clock.time = 1_000;
    on.timer = createManualTimer(clock);
    on.scripted = createScriptedExecutor();
    on.resources = createMemoryResourceStore({ clock });
    on.reports = [];
    on.engine = undefined;
  });
  afterEach(() => on.engine?.stop());

  async function start(...units: { unit?: ReconcilerUnit<never, never> | ReconcilerUnit; loaded?: () => void }[]) {
    const reconcilers: ReconcilerEntry[] = units.map(({ unit, loaded }) => ({
      kind: unit!.kind.name,
      unfinished: unit!.unfinished,
      load: async () => {
        loaded?.();
        return unit as ReconcilerUnit;
      },
    }));
    const { resources, timer } = on;
    on.engine = createReconcileEngine({
      resources,
      executors: createExecutors([on.scripted.executor], "process"),
      reconcilers,
      contextFor: ({ account, region }, _origin, { grants, caller = { grants } as Caller } = {}) =>
        ({ account, region, clock, resources, caller }) as unknown as Context,
      clock,
      timer,
      room: { cores: 2, memoryBytes: Number.POSITIVE_INFINITY },
      report: (what) => on.reports.push(what),
    });
    await on.engine.start();
    await settle();
  }
  async function statusOf(kind: string, name: string) {
    return (await on.resources.get(keyOf(kind, name)))?.status;
  }
  return on;
}
