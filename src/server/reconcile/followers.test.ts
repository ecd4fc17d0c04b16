import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defineFollower, type FollowerEntry } from "../../frame/define-follower.ts";
import type { FeedEntry, ResourceKey, ResourceStore } from "../../stores/resources/port.ts";
import { createSqliteResourceStore } from "../../stores/resources/sqlite.ts";
import { createTestContext } from "../request/test-context.ts";
import { createFollowers, type Followers } from "./followers.ts";
import { createManualTimer } from "./test-timer.ts";

const clock = { time: 0, now: () => clock.time };
const timer = createManualTimer(clock);
let folder: string;
let store: ResourceStore;
let running: Followers | undefined;
/** What was reported, and who waits for the next report. */
let reports: string[];
let reported: PromiseWithResolvers<void>;

const openStore = () => createSqliteResourceStore({ path: join(folder, "resources.sqlite"), clock });
beforeEach(() => {
  clock.time = Date.UTC(2026, 0, 1);
  folder = mkdtempSync(join(tmpdir(), "sagebrush-followers-"));
  store = openStore();
  reports = [];
  reported = Promise.withResolvers();
});
afterEach(async () => {
  await stop();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function start(...followers: FollowerEntry[]): Promise<void> {
  running = createFollowers({
    resources: store,
    followers,
    contextFor: ({ account, region }, origin) => ({ ...createTestContext({ units: [] }), account, region, origin }),
    timer,
    report(what) {
      reports.push(what);
      reported.resolve();
      reported = Promise.withResolvers();
    },
  });
  await running.start();
}
async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const keyOf = (name: string, kind = "test/thing"): ResourceKey => ({ account: "1", region: "eu", kind, name });
const putOf = (name: string, kind?: string) => {
  const put = { key: keyOf(name, kind), id: name, schema: 1, created: 0, modified: 0, wanted: {}, actual: {} };
  return { put, expected: "absent" as const };
};
const make = (name: string, kind?: string) => store.write([putOf(name, kind)]);

/** A follower that remembers what it was given; `handle` may throw. */
function follower(name: string, handle: (entry: FeedEntry) => unknown = () => {}, kinds = ["test/thing"]) {
  const seen: string[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const origins = new Set<string>();
  const unit = defineFollower({
    name,
    kinds,
    async handle(entry, { origin, account, region }) {
      seen.push(
        entry.event ? `${entry.key.name} ${entry.event.type}` : entry.key.name + (entry.deleted ? " gone" : ""),
      );
      origins.add(`${origin} ${account} ${region}`);
      for (const { count, resolve } of waiting) if (seen.length >= count) resolve();
      await handle(entry);
    },
  });
  /** Everything given so far, once it is so many entries. */
  const given = async (count: number): Promise<readonly string[]> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push({ count, resolve });
    if (seen.length < count) await promise;
    return seen;
  };
  return { name, kinds, load: async () => unit, given, seen, origins };
}

test("a follower is given the changes and events of its kinds, in order, as the service in their place", async () => {
  const some = follower("some");
  const all = follower("all", undefined, ["*"]);
  await start(some, all);
  await make("a");
  await make("other", "test/other");
  const events = [{ type: "Told", key: keyOf("a"), detail: {} }];
  await store.write([putOf("b")], { events });
  await store.write([{ delete: keyOf("a"), expected: 1 }]);
  expect(await some.given(4)).toEqual(["a", "b", "a Told", "a gone"]);
  expect(await all.given(5)).toEqual(["a", "other", "b", "a Told", "a gone"]);
  expect([...some.origins]).toEqual(["follower/some 1 eu"]);
});

test("a new follower begins at the end of the feed, and misses nothing after the start", async () => {
  await make("before");
  const one = follower("new");
  await start(one);
  await make("after");
  expect(await one.given(1)).toEqual(["after"]);
});

test("a follower goes on where it was, over a restart and for what changed meanwhile", async () => {
  const before = follower("lasting");
  await start(before);
  await make("a");
  await before.given(1);
  await stop();
  await make("while it was away");
  await store.close();

  store = openStore();
  const after = follower("lasting");
  await start(after);
  await make("b");
  expect(await after.given(2)).toEqual(["while it was away", "b"]);
  expect(before.seen).toEqual(["a"]);
});

test("an entry that was under way at a kill is given again", async () => {
  const stuck = Promise.withResolvers<void>();
  const before = follower("killed", ({ key }) => key.name === "b" && stuck.promise);
  await start(before);
  await make("a");
  await before.given(1);
  await make("b");
  await before.given(2);
  // A killed server does not come back to its entry; here it does, once another has taken its place.
  const killed = running;
  const after = follower("killed");
  await start(after);
  await make("c");
  expect(await after.given(2)).toEqual(["b", "c"]);
  stuck.resolve();
  await killed?.stop();
});

test("an error repeats its entry alone, later and later, while other followers go on", async () => {
  let fails = 3;
  const failing = follower("failing", ({ key }) => {
    if (key.name === "b" && fails-- > 0) throw new Error("cannot be done yet");
  });
  const other = follower("other");
  const error = reported.promise;
  await start(failing, other);
  // In one batch, so that they are read together.
  await store.write(["a", "b", "c"].map((name) => putOf(name)));
  expect(await other.given(3)).toEqual(["a", "b", "c"]);
  await error;
  for (const seconds of [1, 2, 4]) {
    expect(reports.at(-1)).toBe(`The follower failing met an error; again in ${seconds} s`);
    expect(failing.seen.at(-1)).toBe("b");
    const next = seconds < 4 ? reported.promise : failing.given(6);
    timer.pass(seconds * 1000);
    await next;
  }
  expect(failing.seen).toEqual(["a", "b", "b", "b", "b", "c"]);
  expect(reports).toHaveLength(3);
});

test("a stop waits for no follower that pauses after an error", async () => {
  await start(
    follower("failing", () => {
      throw new Error("cannot be done");
    }),
  );
  const error = reported.promise;
  await make("a");
  await error;
  await stop();
  const next = follower("failing");
  await start(next);
  expect(await next.given(1)).toEqual(["a"]);
});

test("a follower holds back the feed until it has passed, and no longer once it has left the list", async () => {
  const month = 30 * 86_400_000;
  const left = follower("left", () => {
    throw new Error("stands still");
  });
  const error = reported.promise;
  await start(left);
  const { sequence } = await make("first");
  await error;
  await stop();
  clock.time += month;
  await make("second");
  expect(await store.changes(sequence - 1, 10)).toHaveLength(2);

  await start(follower("stays"));
  clock.time += month;
  await make("third");
  await expect(store.changes(sequence - 1, 10)).rejects.toThrow(RangeError);
});

test("a follower passes changes of other kinds without a write for each", async () => {
  const rare = follower("rare", undefined, ["test/rare"]);
  await start(rare);
  const begun = await store.cursor("rare");
  for (let made = 0; made < 300; made++) await make(`other-${made}`);
  expect(await store.cursor("rare")).toBe(begun);
  for (let made = 300; made < 600; made++) await make(`other-${made}`);
  await expect.poll(() => store.cursor("rare")).toBeGreaterThanOrEqual(begun + 500);
  await make("one", "test/rare");
  expect(await rare.given(1)).toEqual(["one"]);
  await expect.poll(() => store.cursor("rare")).toBe(begun + 601);
});
