import { afterEach, expect, test } from "vitest";
import { defineConsumer } from "../../frame/define-consumer.ts";
import { createQueueStore } from "../../stores/queues/queue-store.ts";
import { createSqliteRecordStore } from "../../stores/records/sqlite.ts";
import { createTestContext } from "../request/test-context.ts";
import { type Consumers, createConsumers } from "./consumers.ts";
import { createManualTimer } from "./test-timer.ts";

const clock = { time: Date.UTC(2026, 0, 1), now: () => clock.time };
const timer = createManualTimer(clock);
const queue = { id: "posts", retentionMilliseconds: 86_400_000 };
const records = createSqliteRecordStore({ path: ":memory:" });
const queues = createQueueStore({ records, clock, timer });
let running: Consumers | undefined;
afterEach(() => running?.stop());

const patience = { timeout: 30_000, interval: 5 };
const put = (...bodies: string[]) =>
  queues.send(
    queue,
    bodies.map((body) => ({ messageId: body, body, details: "", delayMilliseconds: 0 })),
  );

/** Starts a consumer whose lanes are the first letters of the messages. Returns its reports. */
function start(handle: (body: string) => Promise<number | undefined>): string[] {
  const reports: string[] = [];
  const unit = defineConsumer({
    ...{ name: "posts", queue, atOnce: 2, hiddenMilliseconds: 60_000, laneOf: ({ body }) => body[0]! },
    handle: ({ body }) => handle(body),
  });
  running = createConsumers({
    ...{ queues, consumers: [{ name: "posts", queue, load: async () => unit }], clock, timer },
    contextFor: () => createTestContext({ units: [] }),
    report: (what) => void reports.push(what),
  });
  running.start();
  return reports;
}

test("messages of one lane wait for each other alone, and what is left is taken up by the next server", async () => {
  const begun: string[] = [];
  const held = Promise.withResolvers<undefined>();
  start((body) => {
    begun.push(body);
    return body.startsWith("a") ? held.promise : Promise.resolve(undefined);
  });
  await put("a1", "a2", "a3", "a4", "b1", "b2", "b3");
  await expect.poll(() => begun.toSorted(), patience).toEqual(["a1", "a2", "b1", "b2", "b3"]);
  const stopped = running!.stop();
  held.resolve(undefined);
  await stopped;
  running = undefined;

  begun.length = 0;
  start(async (body) => void begun.push(body) as undefined);
  await expect.poll(() => begun.toSorted(), patience).toEqual(["a3", "a4"]);
  // The lane in which nothing was left is gone.
  await expect.poll(() => queues.ids("posts-lane-"), patience).toEqual(["posts-lane-a"]);
});

test("a message is handled again when its handler says so, and after an error when it is not hidden any more", async () => {
  const begun: string[] = [];
  const reports = start(async (body) => {
    begun.push(body);
    if (begun.length === 1) return 5_000;
    if (begun.length === 2) throw new Error("broken");
    return undefined;
  });
  await put("c");
  const countOf = async () => (await queues.counts({ ...queue, id: "posts-lane-c" })).hidden;
  for (const [index, milliseconds] of [5_001, 60_001].entries()) {
    await expect.poll(() => begun.length, patience).toBe(index + 1);
    if (index === 1) await expect.poll(() => reports.length, patience).toBe(1);
    await expect
      .poll(async () => {
        timer.pass(milliseconds / 10);
        return begun.length;
      }, patience)
      .toBe(index + 2);
  }
  await expect.poll(countOf, patience).toBe(0);
  expect(begun).toEqual(["c", "c", "c"]);
});
