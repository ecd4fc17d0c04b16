import { expect, test } from "vitest";
import { defineKind } from "../../frame/define-kind.ts";
import { defineReconciler, type ReconcilerUnit } from "../../frame/define-reconciler.ts";
import { Conflict } from "../../stores/resources/port.ts";
import { job, keyOf, kindOf, newDocument, settle, useEngine } from "./engine.fixture.ts";

const on = useEngine();

test("takes a document from status to status, and leaves finished documents alone", async () => {
  const seen: string[] = [];
  const unit = defineReconciler({
    kind: job,
    unfinished: ["New", "Working"],
    async reconcile(document, { clock }) {
      seen.push(`${document.key.name} ${document.status}`);
      if (document.status === "New") return { update: { status: "Working", actual: { since: clock.now() } } };
      const { since } = document.actual as { since: number };
      return on.clock.now() < since + 500 ? { again: since + 500 } : { update: { status: "Done" } };
    },
  });
  await on.start({ unit });
  await on.resources.write([newDocument("job", "a", { status: "New" }), newDocument("job", "b", { status: "Done" })]);
  await settle();
  expect(await on.statusOf("job", "a")).toBe("Working");
  on.timer.pass(499);
  await settle();
  expect(await on.statusOf("job", "a")).toBe("Working");
  on.timer.pass(1);
  await settle();
  expect(await on.resources.get(keyOf("job", "a"))).toMatchObject({ status: "Done", modified: 1_500 });
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
  await on.start({ unit });
  await on.resources.write([newDocument("job", "a", { status: "New" })]);
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
  await on.start({ unit: unit as ReconcilerUnit<never, never> });
  await on.resources.write([newDocument("job", "a", { status: "New", wanted: { minutes: 2 } })]);
  await settle();
  expect(seen).toEqual([{ seconds: 120 }]);
  expect(await on.resources.get(keyOf("job", "a"))).toMatchObject({
    ...{ schema: 2, status: "Done", wanted: { seconds: 120 }, actual: { done: true } },
  });
});

test("at start finds what is unfinished in every region, and loads only what that needs", async () => {
  await on.resources.write([
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
  await on.start(
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
  await on.start({ unit });
  await on.resources.write(Array.from({ length: 40 }, (_, i) => newDocument("job", `${i}`, { status: "New" })));
  await settle();
  expect(most).toBe(16);
  const { put } = newDocument("job", "0", { status: "New" });
  await on.resources.write([{ put, expected: 1 }]);
  let stopped = false;
  const stop = on.engine!.stop().then(() => (stopped = true));
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
      at.push(on.clock.now());
      throw outcome;
    },
  });
  await on.start({ unit });
  await on.resources.write([newDocument("job", "a", { status: "New" })]);
  await settle();
  for (let i = 0; i < 200; i++) {
    on.timer.pass(1_000);
    await settle();
  }
  expect(at.slice(1).map((time, index) => (time - at[index]!) / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(on.reports[1]).toBe("test/job a could not be reconciled; again in 2 s");
  outcome = new Conflict(keyOf("job", "a"), "absent");
  at.length = 0;
  on.timer.pass(60_000);
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
      if (seen.length === 1) await on.resources.write([{ put: { ...document, wanted: { More: 1 } }, expected: 1 }]);
      return { update: { status: "Done" }, changes: [newDocument("other", `made-by-${document.version}`)] };
    },
  });
  await on.start({ unit });
  await on.resources.write([newDocument("job", "a", { status: "New" })]);
  await settle();
  expect(seen).toEqual([1, 2]);
  expect(await on.resources.get(keyOf("other", "made-by-1"))).toBeUndefined();
  expect(await on.resources.get(keyOf("job", "a"))).toMatchObject({ status: "Done", wanted: { More: 1 } });
  expect(on.reports).toEqual([]);
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
  await on.start({ unit });
  await on.resources.write([newDocument("job", "a/b", { status: "Waiting" })]);
  await settle();
  const child = newDocument("child", "c");
  await on.resources.write([child]);
  await settle();
  await on.resources.write([
    { delete: child.put.key, expected: 1 },
    newDocument("stranger", "d", { parent: "test/job a/b" }),
  ]);
  await settle();
  expect(looks).toBe(3);
});

test("what a document listens to wakes it, also within the reconcile that began to; a reconcile that does not ends it", async () => {
  const listeners = new Set<() => void>();
  let [looks, listens] = [0, true];
  const unit = defineReconciler({
    kind: job,
    unfinished: ["Waiting"],
    async reconcile(_document, { listen }) {
      looks++;
      if (!listens) return {};
      listen("bell", (wake) => {
        listeners.add(wake);
        return () => listeners.delete(wake);
      });
      // It rings between the begin of listening and the look at what rang.
      if (looks === 1) for (const wake of listeners) wake();
      return {};
    },
  });
  await on.start({ unit });
  await on.resources.write([newDocument("job", "a", { status: "Waiting" })]);
  await settle();
  expect([looks, listeners.size]).toEqual([2, 1]);
  listens = false;
  for (const wake of listeners) wake();
  await settle();
  expect([looks, listeners.size]).toEqual([3, 0]);
});
