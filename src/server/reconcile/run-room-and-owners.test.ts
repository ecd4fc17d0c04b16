import { expect, test } from "vitest";
import { defineReconciler } from "../../frame/define-reconciler.ts";
import { job, keyOf, newDocument, newRun, settle, useEngine } from "./engine.fixture.ts";

const on = useEngine();

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
    (await on.resources.list("test/job", { limit: 10 })).documents.map(({ key, status }) => `${key.name} ${status}`);
  const end = async (name: string) => {
    const [document, run] = [
      await on.resources.get(keyOf("job", name)),
      await on.resources.get(keyOf("run", `run-${name}`)),
    ];
    await on.resources.write([
      { put: { ...document!, status: "Done" }, expected: document!.version },
      { put: { ...run!, status: "Ended" }, expected: run!.version },
    ]);
    await settle();
  };
  await on.start({ unit });
  await on.resources.write(["a", "b", "c", "d"].map((name) => newDocument("job", name, { status: "New" })));
  await settle();
  expect(await statuses()).toEqual(["a Running", "b Running", "c New", "d New"]);
  await on.engine!.stop();
  await on.start({ unit });
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
  const ids = async () => (await on.resources.list("sagebrush/run", { limit: 10 })).documents.map(({ id }) => id);
  const ran = { status: "Active", parent: "test/job gone" };
  const ofOther = { executor: "process", weight: { cores: 1, memoryBytes: 0 }, ownerId: "an earlier one" };
  for (const id of ["of-gone", "of-done", "of-earlier"]) on.scripted.runOf(id);
  await on.resources.write([
    newRun("of-gone", ran),
    newDocument("job", "done", { status: "Done" }),
    newRun("of-done", { ...ran, parent: "test/job done" }),
    newDocument("job", "a", { status: "New" }),
    newRun("of-earlier", { ...ran, parent: "test/job a", wanted: ofOther }),
    newDocument("job", "b", { status: "New" }),
  ]);
  await on.start({ unit });
  expect(new Set(on.scripted.removed)).toEqual(new Set(["of-done", "of-earlier", "of-gone"]));
  expect(await ids()).toEqual(["run-a", "run-b"]);

  const remove = async (name: string) => {
    const found = await on.resources.get(keyOf("job", name));
    await on.resources.write([{ delete: keyOf("job", name), expected: found!.version }]);
  };
  await on.resources.write([newDocument("job", "c", { status: "New" })]);
  await settle();
  expect(await ids()).toEqual(["run-a", "run-b"]);
  await remove("a");
  await settle();
  expect(await ids()).toEqual(["run-b", "run-c"]);
  expect(on.scripted.removed).toContain("run-a");
  // A document that has the name by the time the deletion is seen keeps its own run.
  await remove("c");
  await on.resources.write([newDocument("job", "c", { id: "c2", status: "New" })]);
  await settle();
  expect((await ids()).sort()).toEqual(["run-b", "run-c2"]);
  expect(on.reports).toEqual([]);
});

test("removes every run whose document is not Active", async () => {
  for (const id of ["known", "ended", "stray"]) on.scripted.runOf(id);
  await on.resources.write([newRun("known", { status: "Active" }), newRun("ended", { status: "Ended" })]);
  await on.start();
  expect(on.scripted.removed).toEqual(["ended", "stray"]);
  await on.resources.write([{ put: newRun("known", { status: "Ended" }).put, expected: 1 }]);
  await settle();
  expect(on.scripted.removed).toEqual(["ended", "stray", "known"]);
});
