import { expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { defineReconciler, type ReconcileContext } from "../../frame/define-reconciler.ts";
import { shipLines } from "../../runs/ship-log.ts";
import type { Call } from "../../wire/call.ts";
import { job, newDocument, newRun, settle, useEngine } from "./engine.fixture.ts";

const on = useEngine();

const following = (reconcile: (context: ReconcileContext) => Promise<{ update?: { status: string } }>) =>
  defineReconciler({
    kind: job,
    unfinished: ["Running"],
    reconcile: (_document, context) => reconcile(context),
  });
const begin = () =>
  on.resources.write([
    newDocument("job", "a", { status: "Running" }),
    newRun("r", { status: "Active", parent: "test/job a" }),
  ]);

test("states wake at once, lines gather, and the exit comes last", async () => {
  const looks: unknown[] = [];
  const unit = following(async (context) => {
    const run = await context.follow("r");
    looks.push([run.states.map(({ state }) => state).join(), run.lines.map(({ line }) => line).join(), run.exit?.code]);
    run.passLines(run.lines.length);
    return run.exit ? { update: { status: "Done" } } : {};
  });
  await on.start({ unit });
  await begin();
  await settle();
  on.scripted.state("r", 1, "started");
  await settle();
  on.scripted.line("r", 1, "one");
  await settle();
  on.scripted.line("r", 2, "two");
  await settle();
  expect(looks).toEqual([
    ["", "", undefined],
    ["started", "", undefined],
  ]);
  on.timer.pass(200);
  await settle();
  on.scripted.line("r", 3, "three");
  on.scripted.exit("r", 0);
  await settle();
  expect(looks.slice(2)).toEqual([
    ["started", "one,two", undefined],
    ["started", "three", 0],
  ]);
  expect(await on.statusOf("job", "a")).toBe("Done");
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
  for (let i = 0; i < 25_500; i++) on.scripted.line("r", i, "x");
  on.scripted.exit("r", 0);
  await begin();
  await on.start({ unit });
  for (let i = 0; i < 20; i++) await settle();
  expect(await on.statusOf("job", "a")).toBe("Done");
  expect(parts.reduce((sum, part) => sum + part)).toBe(25_500);
  expect(Math.max(...parts)).toBe(5_000);
});

test("a run that is no longer followed is let go, and shown from its start when followed again", async () => {
  let ask = true;
  let looks = 0;
  const unit = following(async (context) => {
    looks++;
    if (ask) expect((await context.follow("r")).states.length).toBeGreaterThanOrEqual(looks > 1 ? 1 : 0);
    return {};
  });
  await on.start({ unit });
  await begin();
  await settle();
  on.scripted.state("r", 1, "started");
  await settle();
  ask = false;
  on.scripted.state("r", 2, "more");
  await settle();
  on.scripted.state("r", 3, "unheard");
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
    if (random.below(3) === 0) stream.push({ timestamp: on.clock.now(), message: "the job's own" });
    if (random.below(4) === 0) throw new Error("after shipping, before it was known");
    run.passLines(run.lines.length, { resumed: run.resumed && before === run.lines.length });
    return run.exit ? { update: { status: "Done" } } : {};
  });
  await begin();
  const told: string[] = [];
  for (let i = 0; i < 300; i++) {
    if (random.below(20) === 0 || i === 0) {
      await on.engine?.stop();
      await on.start({ unit });
    }
    told.push(`line ${i % 3}`);
    on.scripted.line("r", Math.floor(i / 7), `line ${i % 3}`);
    on.timer.pass(random.below(1_500));
    await settle();
  }
  on.scripted.exit("r", 0);
  for (let i = 0; i < 500 && (await on.statusOf("job", "a")) !== "Done"; i++) {
    on.timer.pass(60_000);
    await settle();
  }
  expect(stream.map(({ message }) => message).filter((message) => message !== "the job's own")).toEqual(told);
  expect(await on.statusOf("job", "a")).toBe("Done");
  expect(on.scripted.trimmed.length).toBeGreaterThan(3);
});
