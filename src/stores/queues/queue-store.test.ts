import { afterEach, expect, test } from "vitest";
import { createRandom } from "../../base/random.ts";
import { createSqliteRecordStore } from "../records/sqlite.ts";
import type { QueueOf, TakenMessage } from "./port.ts";
import { createQueueStore } from "./queue-store.ts";

const day = 86_400_000;
let end: (() => Promise<void>) | undefined;
afterEach(() => end?.());

/** A store in memory whose time passes by `pass`, which also runs what was to happen by then. */
function openStore() {
  let now = Date.UTC(2026, 0, 1);
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const records = createSqliteRecordStore({ path: ":memory:" });
  const timer = {
    after(milliseconds: number, run: () => void) {
      const one = { at: now + milliseconds, run };
      timers.add(one);
      return () => void timers.delete(one);
    },
  };
  const options = { records, clock: { now: () => now }, timer };
  let store = createQueueStore(options);
  end = async () => {
    await store.close();
    await records.close();
  };
  return {
    get store() {
      return store;
    },
    /** As after a restart: nothing is known but what is kept. */
    restart() {
      store = createQueueStore(options);
    },
    pass(milliseconds: number) {
      now += milliseconds;
      for (const one of [...timers])
        if (one.at <= now) {
          timers.delete(one);
          one.run();
        }
    },
  };
}

const message = (body: string, more: object = {}) => ({
  messageId: body,
  body,
  details: "{}",
  delayMilliseconds: 0,
  ...more,
});
const signal = new AbortController().signal;
const taking = (limit: number, more: object = {}) => ({
  limit,
  hiddenMilliseconds: 30_000,
  waitMilliseconds: 0,
  signal,
  ...more,
});
const bodies = (messages: readonly TakenMessage[]) => messages.map(({ body }) => body);
const plain: QueueOf = { id: "plain", retentionMilliseconds: 4 * day };
const fifo: QueueOf = { id: "fifo", retentionMilliseconds: 4 * day, fifo: { deduplicatesInGroup: false } };

test("thousands of random steps on a queue are those of a plain list, restarts between", async () => {
  const opened = openStore();
  const random = createRandom(7);
  const below = (limit: number) => Math.floor(random.next() * limit);
  let model: { body: string; until: number; receives: number; delayed: boolean }[] = [];
  let time = 0;
  const held: { handle: string; body: string; receives: number }[] = [];
  for (let step = 0; step < 1_500; step++) {
    const { store } = opened;
    const what = below(8);
    if (what < 3) {
      const delay = below(4) === 0 ? below(40_000) : 0;
      const sent = Array.from({ length: 1 + below(3) }, (_, index) => `${step}-${index}`);
      await store.send(
        plain,
        sent.map((body) => message(body, { delayMilliseconds: delay })),
      );
      for (const body of sent)
        model.push({ body, until: delay > 0 ? time + delay : 0, receives: 0, delayed: delay > 0 });
    } else if (what < 5) {
      const limit = 1 + below(10);
      const taken = await store.receive(plain, taking(limit));
      const there = model.filter(({ until }) => until <= time).slice(0, limit);
      expect(bodies(taken)).toEqual(there.map(({ body }) => body));
      for (const [index, one] of there.entries()) {
        Object.assign(one, { until: time + 30_000, receives: one.receives + 1, delayed: false });
        expect(taken[index]!.receives).toBe(one.receives);
        held.push({ handle: taken[index]!.handle, body: one.body, receives: one.receives });
      }
    } else if (what === 5 && held.length > 0) {
      const [{ handle, body, receives }] = held.splice(below(held.length), 1) as [(typeof held)[number]];
      const found = model.find((one) => one.body === body);
      const isLatest = found?.receives === receives;
      const isHidden = isLatest && found.until > time;
      if (below(2) === 0) {
        expect(await store.remove(plain, [handle])).toEqual([isLatest ? "done" : "stale"]);
        if (isLatest) model = model.filter((one) => one !== found);
      } else {
        const milliseconds = below(2) * 10_000;
        const outcome = isHidden ? "done" : isLatest ? "visible" : "stale";
        expect(await store.hide(plain, [{ handle, milliseconds }])).toEqual([outcome]);
        if (isHidden) found.until = milliseconds === 0 ? 0 : time + milliseconds;
      }
    } else if (what === 6) {
      const passed = below(20_000);
      time += passed;
      opened.pass(passed);
    } else if (below(10) === 0) opened.restart();
    if (step % 20 === 0) {
      const ready = model.filter(({ until }) => until <= time).length;
      const delayed = model.filter(({ until, delayed }) => until > time && delayed).length;
      expect(await opened.store.counts(plain)).toEqual({ ready, hidden: model.length - ready - delayed, delayed });
    }
  }
});

test("a FIFO queue keeps the order of each group, and a group waits for its messages that are taken", async () => {
  const opened = openStore();
  const { store } = opened;
  const send = (body: string, group: string, deduplication = body) =>
    store.send(fifo, [message(body, { group, deduplication })]);
  for (const [body, group] of ["a1", "a2", "b1", "a3", "b2"].map((body) => [body, body[0]!] as const))
    await send(body, group);
  const [repeated] = await send("again", "a", "a1");
  expect(repeated!.messageId).toBe("a1");
  const first = await store.receive(fifo, taking(2));
  expect(bodies(first)).toEqual(["a1", "a2"]);
  expect(bodies(await store.receive(fifo, taking(10)))).toEqual(["b1", "b2"]);
  expect(await store.receive(fifo, taking(10))).toEqual([]);
  await store.remove(fifo, [first[0]!.handle]);
  expect(await store.receive(fifo, taking(10))).toEqual([]);
  opened.pass(30_000);
  expect(bodies(await store.receive(fifo, taking(1)))).toEqual(["a2"]);
  expect(await store.remove(fifo, [first[1]!.handle])).toEqual(["stale"]);
  opened.pass(300_000);
  // The id is forgotten after five minutes.
  const [anew] = await send("again", "c", "a1");
  expect(anew!.messageId).toBe("again");
  const attempt = { attempt: "one" };
  const taken = await store.receive(fifo, taking(10, attempt));
  expect(bodies(taken)).toEqual(["a2", "a3", "b1", "b2", "again"]);
  expect(await store.receive(fifo, taking(10, attempt))).toEqual(taken);
});

test("a wait ends with a message that is sent, with one that is due, with its time, and with its signal", async () => {
  const opened = openStore();
  const { store } = opened;
  const waiting = (more: object = {}) => store.receive(plain, taking(1, { waitMilliseconds: 20_000, ...more }));
  const sent = waiting();
  await store.send(plain, [message("sent")]);
  expect(bodies(await sent)).toEqual(["sent"]);

  const due = waiting();
  await store.send(plain, [message("due", { delayMilliseconds: 5_000 })]);
  await store.counts(plain);
  opened.pass(5_001);
  expect(bodies(await due)).toEqual(["due"]);

  const late = waiting();
  await store.counts(plain);
  opened.pass(20_000);
  expect(await late).toEqual([]);

  const ending = new AbortController();
  const ended = waiting({ signal: ending.signal });
  await store.counts(plain);
  ending.abort();
  expect(await ended).toEqual([]);
});

test("dead letters, moves, retention and purges", async () => {
  const opened = openStore();
  const { store } = opened;
  const dead: QueueOf = { id: "dead", retentionMilliseconds: 14 * day };
  const deadLetters = { to: dead, receives: 1, source: "plain" };
  await store.send(plain, [message("poison"), message("good")]);
  expect(bodies(await store.receive(plain, taking(1, { hiddenMilliseconds: 0, deadLetters })))).toEqual(["poison"]);
  expect(bodies(await store.receive(plain, taking(1, { deadLetters })))).toEqual(["good"]);
  expect(await store.receive(dead, taking(1, { hiddenMilliseconds: 0 }))).toMatchObject([
    { body: "poison", source: "plain" },
  ]);
  expect(await store.move(dead, 10, ({ source }) => (source === "plain" ? plain : undefined))).toEqual({ moved: 1 });
  expect(await store.counts(plain)).toEqual({ ready: 1, hidden: 1, delayed: 0 });
  expect(await store.counts(dead)).toEqual({ ready: 0, hidden: 0, delayed: 0 });
  opened.pass(4 * day + 1);
  expect(await store.counts(plain)).toEqual({ ready: 0, hidden: 0, delayed: 0 });
  await store.send(plain, [message("old")]);
  await store.purge(plain);
  await store.send(plain, [message("new")]);
  expect(bodies(await store.receive(plain, taking(10)))).toEqual(["new"]);
  opened.restart();
  expect(await opened.store.counts(plain)).toEqual({ ready: 0, hidden: 1, delayed: 0 });
  expect((await opened.store.ids("")).toSorted()).toEqual(["dead", "plain"]);
  await opened.store.drop("plain");
  expect(await opened.store.counts(plain)).toEqual({ ready: 0, hidden: 0, delayed: 0 });
});

test("no more are taken than may be hidden at once; who waits is woken when one of them is removed", async () => {
  const { store } = openStore();
  const few: QueueOf = { ...plain, mostHidden: 2 };
  await store.send(few, [message("a"), message("b"), message("c")]);
  const taken = await store.receive(few, taking(10));
  expect(bodies(taken)).toEqual(["a", "b"]);
  expect(await store.receive(few, taking(10))).toEqual([]);
  const waiting = store.receive(few, taking(10, { waitMilliseconds: 20_000 }));
  await store.counts(few);
  await store.remove(few, [taken[0]!.handle]);
  expect(bodies(await waiting)).toEqual(["c"]);
});

test("a message is hidden no longer than it may be since it was taken, through a restart", async () => {
  const opened = openStore();
  await opened.store.send(plain, [message("long")]);
  const [{ handle }] = (await opened.store.receive(plain, taking(1))) as [TakenMessage];
  const hide = (milliseconds: number) => opened.store.hide(plain, [{ handle, milliseconds, mostMilliseconds: 60_000 }]);
  opened.pass(10_000);
  expect(await hide(50_001)).toEqual(["beyond"]);
  expect(await hide(50_000)).toEqual(["done"]);
  opened.pass(49_000);
  opened.restart();
  expect(await hide(1_001)).toEqual(["beyond"]);
  expect(await hide(1_000)).toEqual(["done"]);
  opened.pass(1_001);
  const [again] = (await opened.store.receive(plain, taking(1))) as [TakenMessage];
  // Its taking begins anew.
  expect(await opened.store.hide(plain, [{ ...again, milliseconds: 60_000, mostMilliseconds: 60_000 }])).toEqual([
    "done",
  ]);
});
