import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { createExecutors } from "../../executors/executors.ts";
import type { Executor, RunEvent } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import { defineKind } from "../../frame/define-kind.ts";
import {
  defineReconciler,
  type ReconcileContext,
  type ReconcilerEntry,
  type ReconcilerUnit,
} from "../../frame/define-reconciler.ts";
import { shipLines } from "../../runs/ship-log.ts";
import { createMemoryResourceStore } from "../../stores/resources/memory.ts";
import { Conflict, type ResourceDocument, type ResourceStore } from "../../stores/resources/port.ts";
import type { Call } from "../../wire/call.ts";
import { createReconcileEngine, type ReconcileEngine } from "./reconcile.ts";
import { createManualTimer } from "./test-timer.ts";

const kindName = (kind: string) => (kind === "run" ? "sagebrush/run" : `test/${kind}`);
const keyOf = (kind: string, name: string, region = "us-east-1") => ({
  account: "123456789012",
  region,
  kind: kindName(kind),
  name,
});
const newDocument = (kind: string, name: string, more: Partial<ResourceDocument> = {}) => ({
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
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
}

const kindOf = (kind: string) => defineKind({ service: "test", kind, key: ["Name"], exactCase: true });
const job = kindOf("job");

/** Makes a run's document, as far as the engine reads it. */
const newRun = (name: string, more: Partial<ResourceDocument> = {}) =>
  newDocument("run", name, {
    schema: 2,
    wanted: { executor: "process", weight: { cores: 1, memoryBytes: 0 }, grants: [], spec: {} },
    ...more,
  });

describe("the reconcile engine", () => {
  const clock = { time: 1_000, now: () => clock.time };
  let timer: ReturnType<typeof createManualTimer>;
  let scripted: ReturnType<typeof createScriptedExecutor>;
  let resources: ResourceStore;
  let engine: ReconcileEngine | undefined;
  let reports: string[];
  beforeEach(() => {
    clock.time = 1_000;
    timer = createManualTimer(clock);
    scripted = createScriptedExecutor();
    resources = createMemoryResourceStore({ clock });
    reports = [];
  });
  afterEach(() => engine?.stop());

  async function start(...units: { unit?: ReconcilerUnit<never, never> | ReconcilerUnit; loaded?: () => void }[]) {
    const reconcilers: ReconcilerEntry[] = units.map(({ unit, loaded }) => ({
      kind: unit!.kind.name,
      unfinished: unit!.unfinished,
      load: async () => {
        loaded?.();
        return unit as ReconcilerUnit;
      },
    }));
    engine = createReconcileEngine({
      resources,
      executors: createExecutors([scripted.executor], "process"),
      reconcilers,
      contextFor: ({ account, region }, _origin, grants) =>
        ({ account, region, clock, resources, caller: { grants } }) as unknown as Context,
      clock,
      timer,
      room: { cores: 2, memoryBytes: Number.POSITIVE_INFINITY },
      report: (what) => reports.push(what),
    });
    await engine.start();
    await settle();
  }
  const statusOf = async (kind: string, name: string) => (await resources.get(keyOf(kind, name)))?.status;

  test("takes a document from status to status, and leaves finished documents alone", async () => {
    const seen: string[] = [];
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New", "Working"],
      async reconcile(document, { clock }) {
        seen.push(`${document.key.name} ${document.status}`);
        if (document.status === "New") return { update: { status: "Working", actual: { since: clock.now() } } };
        const { since } = document.actual as { since: number };
        return clock.now() < since + 500 ? { again: since + 500 } : { update: { status: "Done" } };
      },
    });
    await start({ unit });
    await resources.write([newDocument("job", "a", { status: "New" }), newDocument("job", "b", { status: "Done" })]);
    await settle();
    expect(await statusOf("job", "a")).toBe("Working");
    timer.pass(499);
    await settle();
    expect(await statusOf("job", "a")).toBe("Working");
    timer.pass(1);
    await settle();
    expect(await resources.get(keyOf("job", "a"))).toMatchObject({ status: "Done", modified: 1_500 });
    expect(seen).toEqual(["a New", "a Working", "a Working"]);
  });

  test("acts with the grants that the reconciler declares for the document", async () => {
    const seen: unknown[] = [];
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New"],
      grants: ({ key }, { caller }) => [{ actions: [`x:${caller.grants}`], resources: [key.name] }],
      async reconcile(_document, { caller }) {
        seen.push(caller.grants);
        return { update: { status: "Done" } };
      },
    });
    await start({ unit });
    await resources.write([newDocument("job", "a", { status: "New" })]);
    await settle();
    expect(seen).toEqual([[{ actions: ["x:undefined"], resources: ["a"] }]]);
  });

  test("reads a document of an older shape as today's, and writes it so", async () => {
    const seen: unknown[] = [];
    const unit = defineReconciler<{ seconds: number }, { done: boolean }>({
      kind: defineKind({
        ...{ service: "test", kind: "job", key: ["Name"], exactCase: true },
        schema: 2,
        upgrade: {
          1: ({ wanted, actual }) => ({ wanted: { seconds: (wanted as { minutes: number }).minutes * 60 }, actual }),
        },
      }),
      unfinished: ["New"],
      async reconcile({ wanted }) {
        seen.push(wanted);
        return { update: { status: "Done", actual: { done: true } } };
      },
    });
    await start({ unit: unit as ReconcilerUnit<never, never> });
    await resources.write([newDocument("job", "a", { status: "New", wanted: { minutes: 2 } })]);
    await settle();
    expect(seen).toEqual([{ seconds: 120 }]);
    expect(await resources.get(keyOf("job", "a"))).toMatchObject({
      ...{ schema: 2, status: "Done", wanted: { seconds: 120 }, actual: { done: true } },
    });
  });

  test("at start finds what is unfinished in every region, and loads only what that needs", async () => {
    await resources.write([
      newDocument("job", "a", { status: "New" }),
      newDocument("job", "b", { key: keyOf("job", "b", "eu-west-1"), status: "New" }),
      newDocument("other", "c", { status: "Done" }),
    ]);
    const seen: string[] = [];
    const loaded: string[] = [];
    const unit = (kind: string) =>
      defineReconciler({
        kind: kindOf(kind),
        unfinished: ["New"],
        async reconcile(_document, { region }) {
          seen.push(region);
          return { update: { status: "Done" } };
        },
      });
    await start(
      { unit: unit("job"), loaded: () => loaded.push("job") },
      { unit: unit("other"), loaded: () => loaded.push("other") },
    );
    expect(seen.sort()).toEqual(["eu-west-1", "us-east-1"]);
    expect(new Set(loaded)).toEqual(new Set(["job"]));
  });

  test("reconciles a document once at a time and up to 16 documents at once, and stops when these are done", async () => {
    let most = 0;
    const now = new Map<string, number>();
    const go: (() => void)[] = [];
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New"],
      async reconcile({ key }) {
        now.set(key.name, (now.get(key.name) ?? 0) + 1);
        expect(now.get(key.name)).toBe(1);
        most = Math.max(most, [...now.values()].filter((count) => count > 0).length);
        await new Promise<void>((resolve) => go.push(resolve));
        now.set(key.name, 0);
        return {};
      },
    });
    await start({ unit });
    await resources.write(Array.from({ length: 40 }, (_, i) => newDocument("job", `${i}`, { status: "New" })));
    await settle();
    expect(most).toBe(16);
    const { put } = newDocument("job", "0", { status: "New" });
    await resources.write([{ put, expected: 1 }]);
    let stopped = false;
    const stop = engine!.stop().then(() => (stopped = true));
    await settle();
    expect(stopped).toBe(false);
    for (const release of go) release();
    await stop;
    expect(go).toHaveLength(16);
  });

  test("an error is tried again after 1 s, growing to 60 s; a Conflict at once", async () => {
    const at: number[] = [];
    let outcome: Error = new Error("no such luck");
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New"],
      async reconcile() {
        at.push(clock.now());
        throw outcome;
      },
    });
    await start({ unit });
    await resources.write([newDocument("job", "a", { status: "New" })]);
    await settle();
    for (let i = 0; i < 200; i++) {
      timer.pass(1_000);
      await settle();
    }
    expect(at.slice(1).map((time, index) => (time - at[index]!) / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(reports[1]).toBe("test/job a could not be reconciled; again in 2 s");
    outcome = new Conflict(keyOf("job", "a"), "absent");
    at.length = 0;
    timer.pass(60_000);
    await settle();
    expect(at).toHaveLength(11);
  });

  test("a Conflict writes nothing and looks again at the document as it is then", async () => {
    const seen: number[] = [];
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New"],
      async reconcile(document) {
        seen.push(document.version);
        if (seen.length === 1) await resources.write([{ put: { ...document, wanted: { More: 1 } }, expected: 1 }]);
        return { update: { status: "Done" }, changes: [newDocument("other", `made-by-${document.version}`)] };
      },
    });
    await start({ unit });
    await resources.write([newDocument("job", "a", { status: "New" })]);
    await settle();
    expect(seen).toEqual([1, 2]);
    expect(await resources.get(keyOf("other", "made-by-1"))).toBeUndefined();
    expect(await resources.get(keyOf("job", "a"))).toMatchObject({ status: "Done", wanted: { More: 1 } });
    expect(reports).toEqual([]);
  });

  test("a change or the deletion of a watched document wakes the one that watches it", async () => {
    let looks = 0;
    const unit = defineReconciler({
      kind: job,
      unfinished: ["Waiting"],
      async reconcile(_document, { watch }) {
        looks++;
        watch(keyOf("child", "c"));
        return {};
      },
    });
    await start({ unit });
    await resources.write([newDocument("job", "a/b", { status: "Waiting" })]);
    await settle();
    const child = newDocument("child", "c");
    await resources.write([child]);
    await settle();
    await resources.write([
      { delete: child.put.key, expected: 1 },
      newDocument("stranger", "d", { parent: "test/job a/b" }),
    ]);
    await settle();
    expect(looks).toBe(3);
  });

  test("as many resources have a run as fit in the room; the others wait, across a restart too", async () => {
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New", "Running"],
      async reconcile({ key, status }, { hasRoom }) {
        if (status === "Running" || !hasRoom({ cores: 1, memoryBytes: 0 })) return {};
        return {
          update: { status: "Running" },
          changes: [newRun(`run-${key.name}`, { status: "Active", parent: `test/job ${key.name}` })],
        };
      },
    });
    const statuses = async () =>
      (await resources.list("test/job", { limit: 10 })).documents.map(({ key, status }) => `${key.name} ${status}`);
    const end = async (name: string) => {
      const [document, run] = [
        await resources.get(keyOf("job", name)),
        await resources.get(keyOf("run", `run-${name}`)),
      ];
      await resources.write([
        { put: { ...document!, status: "Done" }, expected: document!.version },
        { put: { ...run!, status: "Ended" }, expected: run!.version },
      ]);
      await settle();
    };
    await start({ unit });
    await resources.write(["a", "b", "c", "d"].map((name) => newDocument("job", name, { status: "New" })));
    await settle();
    expect(await statuses()).toEqual(["a Running", "b Running", "c New", "d New"]);
    await engine!.stop();
    await start({ unit });
    expect(await statuses()).toEqual(["a Running", "b Running", "c New", "d New"]);
    await end("b");
    expect(await statuses()).toEqual(["a Running", "b Done", "c Running", "d New"]);
    await end("a");
    expect(await statuses()).toEqual(["a Done", "b Done", "c Running", "d Running"]);
  });

  test("ends the runs of what is gone or has ended, at start and while it serves, and gives their room to others", async () => {
    const unit = defineReconciler({
      kind: job,
      unfinished: ["New", "Running"],
      async reconcile({ key, id, status }, { hasRoom }) {
        if (status === "Running" || !hasRoom({ cores: 1, memoryBytes: 0 })) return {};
        const { put } = newRun(`run-${id}`, { status: "Active", parent: `test/job ${key.name}` });
        const run = {
          put: { ...put, wanted: { ...(put.wanted as object), ownerId: id } },
          expected: "absent",
        } as const;
        return { update: { status: "Running" }, changes: [run] };
      },
    });
    const ids = async () => (await resources.list("sagebrush/run", { limit: 10 })).documents.map(({ id }) => id);
    const ran = { status: "Active", parent: "test/job gone" };
    const ofOther = { executor: "process", weight: { cores: 1, memoryBytes: 0 }, ownerId: "an earlier one" };
    for (const id of ["of-gone", "of-done", "of-earlier"]) scripted.runOf(id);
    await resources.write([
      newRun("of-gone", ran),
      newDocument("job", "done", { status: "Done" }),
      newRun("of-done", { ...ran, parent: "test/job done" }),
      newDocument("job", "a", { status: "New" }),
      newRun("of-earlier", { ...ran, parent: "test/job a", wanted: ofOther }),
      newDocument("job", "b", { status: "New" }),
    ]);
    await start({ unit });
    expect(new Set(scripted.removed)).toEqual(new Set(["of-done", "of-earlier", "of-gone"]));
    expect(await ids()).toEqual(["run-a", "run-b"]);

    const remove = async (name: string) => {
      const found = await resources.get(keyOf("job", name));
      await resources.write([{ delete: keyOf("job", name), expected: found!.version }]);
    };
    await resources.write([newDocument("job", "c", { status: "New" })]);
    await settle();
    expect(await ids()).toEqual(["run-a", "run-b"]);
    await remove("a");
    await settle();
    expect(await ids()).toEqual(["run-b", "run-c"]);
    expect(scripted.removed).toContain("run-a");
    // A document that has the name by the time the deletion is seen keeps its own run.
    await remove("c");
    await resources.write([newDocument("job", "c", { id: "c2", status: "New" })]);
    await settle();
    expect((await ids()).sort()).toEqual(["run-b", "run-c2"]);
    expect(reports).toEqual([]);
  });

  test("removes every run whose document is not Active", async () => {
    for (const id of ["known", "ended", "stray"]) scripted.runOf(id);
    await resources.write([newRun("known", { status: "Active" }), newRun("ended", { status: "Ended" })]);
    await start();
    expect(scripted.removed).toEqual(["ended", "stray"]);
    await resources.write([{ put: newRun("known", { status: "Ended" }).put, expected: 1 }]);
    await settle();
    expect(scripted.removed).toEqual(["ended", "stray", "known"]);
  });

  describe("following a run", () => {
    const following = (reconcile: (context: ReconcileContext) => Promise<{ update?: { status: string } }>) =>
      defineReconciler({
        kind: job,
        unfinished: ["Running"],
        reconcile: (_document, context) => reconcile(context),
      });
    const begin = () =>
      resources.write([
        newDocument("job", "a", { status: "Running" }),
        newRun("r", { status: "Active", parent: "test/job a" }),
      ]);

    test("states wake at once, lines gather, and the exit comes last", async () => {
      const looks: unknown[] = [];
      const unit = following(async (context) => {
        const run = await context.follow("r");
        looks.push([
          run.states.map(({ state }) => state).join(),
          run.lines.map(({ line }) => line).join(),
          run.exit?.code,
        ]);
        run.passLines(run.lines.length);
        return run.exit ? { update: { status: "Done" } } : {};
      });
      await start({ unit });
      await begin();
      await settle();
      scripted.state("r", 1, "started");
      await settle();
      scripted.line("r", 1, "one");
      await settle();
      scripted.line("r", 2, "two");
      await settle();
      expect(looks).toEqual([
        ["", "", undefined],
        ["started", "", undefined],
      ]);
      timer.pass(200);
      await settle();
      scripted.line("r", 3, "three");
      scripted.exit("r", 0);
      await settle();
      expect(looks.slice(2)).toEqual([
        ["started", "one,two", undefined],
        ["started", "three", 0],
      ]);
      expect(await statusOf("job", "a")).toBe("Done");
    });

    test("many lines are shown in parts, the exit with the last of them", async () => {
      const parts: number[] = [];
      const unit = following(async (context) => {
        const run = await context.follow("r");
        parts.push(run.lines.length);
        expect(run.exit !== undefined).toBe(run.ended);
        run.passLines(run.lines.length);
        return run.exit ? { update: { status: "Done" } } : {};
      });
      for (let i = 0; i < 25_500; i++) scripted.line("r", i, "x");
      scripted.exit("r", 0);
      await begin();
      await start({ unit });
      for (let i = 0; i < 20; i++) await settle();
      expect(await statusOf("job", "a")).toBe("Done");
      expect(parts.reduce((sum, part) => sum + part)).toBe(25_500);
      expect(Math.max(...parts)).toBe(1_000);
    });

    test("a run that is no longer followed is let go, and shown from its start when followed again", async () => {
      let ask = true;
      let looks = 0;
      const unit = following(async (context) => {
        looks++;
        if (ask) expect((await context.follow("r")).states.length).toBeGreaterThanOrEqual(looks > 1 ? 1 : 0);
        return {};
      });
      await start({ unit });
      await begin();
      await settle();
      scripted.state("r", 1, "started");
      await settle();
      ask = false;
      scripted.state("r", 2, "more");
      await settle();
      scripted.state("r", 3, "unheard");
      await settle();
      expect(looks).toBe(3);
    });

    test("every line is shipped exactly once, whatever fails and whenever the server restarts", async () => {
      const random = createRandom(4);
      const place = { logGroupName: "g", logStreamName: "s" };
      /** The log stream, in which the job writes events of its own between those of its log. */
      const stream: { timestamp: number; message: string }[] = [];
      const call = (async (_service: string, operation: string, input: Record<string, unknown>) => {
        if (operation === "PutLogEvents") stream.push(...(input.logEvents as typeof stream));
        if (operation !== "GetLogEvents") return {};
        const from = Number(input.nextToken ?? 0);
        const events = stream.filter(({ timestamp }) => timestamp >= (input.startTime as number));
        return { events: events.slice(from, from + 10), nextForwardToken: String(from + 10) };
      }) as Call;
      const unit = following(async (context) => {
        const run = await context.follow("r");
        if (random.below(4) === 0) throw new Error("before shipping");
        const { before } = await shipLines({ call }, place, run);
        if (random.below(3) === 0) stream.push({ timestamp: clock.now(), message: "the job's own" });
        if (random.below(4) === 0) throw new Error("after shipping, before it was known");
        run.passLines(run.lines.length, { resumed: run.resumed && before === run.lines.length });
        return run.exit ? { update: { status: "Done" } } : {};
      });
      await begin();
      const told: string[] = [];
      for (let i = 0; i < 300; i++) {
        if (random.below(20) === 0 || i === 0) {
          await engine?.stop();
          await start({ unit });
        }
        told.push(`line ${i % 3}`);
        scripted.line("r", Math.floor(i / 7), `line ${i % 3}`);
        timer.pass(random.below(1_500));
        await settle();
      }
      scripted.exit("r", 0);
      for (let i = 0; i < 500 && (await statusOf("job", "a")) !== "Done"; i++) {
        timer.pass(60_000);
        await settle();
      }
      expect(stream.map(({ message }) => message).filter((message) => message !== "the job's own")).toEqual(told);
      expect(await statusOf("job", "a")).toBe("Done");
      expect(scripted.trimmed.length).toBeGreaterThan(3);
    });
  });
});
