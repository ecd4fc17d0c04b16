import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../base/clock.ts";
import { createRandom } from "../../base/random.ts";
import { journalFolderContract } from "./journal-folder.contract.ts";
import { createMemoryJournalStore } from "./memory.ts";
import type { JournalStore } from "./port.ts";

/** What every driver of the journal store does. `create` opens an empty store. */
export function journalStoreContract(driver: string, create: (clock: Clock) => Promise<JournalStore> | JournalStore) {
  journalFolderContract(driver, create);
  describe(`journal store on ${driver}`, () => {
    let now = 5_000;
    let store: JournalStore;
    beforeEach(async () => {
      now = 5_000;
      store = await create({ now: () => now });
    });
    afterEach(() => store.close());

    const line = (data: string, time = 100) => ({ time, data });

    test("gives entries back in order, with positions", async () => {
      expect(await store.append("a", [line("one", 3), line("two", 1)])).toBe(0);
      now = 6_000;
      expect(await store.append("a", [line("\u0000 \u{1F332}\n", 2)])).toBe(2);
      expect(await store.read("a", 0, 10)).toEqual([
        { position: 0, time: 3, appended: 5_000, data: "one" },
        { position: 1, time: 1, appended: 5_000, data: "two" },
        { position: 2, time: 2, appended: 6_000, data: "\u0000 \u{1F332}\n" },
      ]);
      expect((await store.read("a", 1, 1)).map(({ data }) => data)).toEqual(["two"]);
      expect(await store.read("a", 3, 10)).toEqual([]);
      expect(await store.read("none", 0, 10)).toEqual([]);
    });

    test("sums a stream up", async () => {
      expect(await store.summary("a")).toBeUndefined();
      expect(await store.append("a", [])).toBe(0);
      expect(await store.summary("a")).toBeUndefined();
      await store.append("a", [line("é", 30), line("xyz", 10)]);
      now = 7_000;
      await store.append("a", [line("", 20)]);
      expect(await store.summary("a")).toEqual({
        first: 0,
        next: 3,
        firstTime: 10,
        lastTime: 30,
        lastAppended: 7_000,
        sizeBytes: 5,
        ordered: false,
      });
    });

    test("knows whether times ever went back", async () => {
      const ordered = async () => (await store.summary("a"))!.ordered;
      await store.append("a", [line("x", 10), line("y", 10)]);
      await store.append("a", [line("z", 10), line("w", 20)]);
      expect(await ordered()).toBe(true);
      await store.append("a", [line("late", 19)]);
      expect(await ordered()).toBe(false);
      await store.append("b", [line("x", 2), line("y", 1), line("z", 3)]);
      expect((await store.summary("b"))!.ordered).toBe(false);
    });

    test("names streams by prefix, page by page", async () => {
      for (const name of ["log/b", "log/a/1", "metric/a", "log/", "log/a", "log", "log/\u{1F332}", "log/\uFFFD"])
        await store.append(name, [line("x")]);
      expect(await store.streams("log/", undefined, 10)).toEqual([
        "log/",
        "log/a",
        "log/a/1",
        "log/b",
        "log/\uFFFD",
        "log/\u{1F332}",
      ]);
      expect(await store.streams("log/", "log/a", 2)).toEqual(["log/a/1", "log/b"]);
      expect(await store.streams("log/", "log/\u{1F332}", 2)).toEqual([]);
      expect(await store.streams("", undefined, 1)).toEqual(["log"]);
      expect(await store.streams("none", undefined, 1)).toEqual([]);
    });

    test("a prefix may end with any character", async () => {
      const ends = ["\u{10FFFF}", "\uD7FF", "\uFFFF", "\u001f", "%"];
      for (const end of ends)
        for (const rest of ["", "\u{10FFFF}", "\uE000"]) await store.append(end + rest, [line("x")]);
      for (const end of ends)
        expect((await store.streams(end, undefined, 10)).toSorted()).toEqual(
          ["", "\u{10FFFF}", "\uE000"].map((rest) => end + rest).toSorted(),
        );
      expect(await store.streams("", undefined, 100)).toHaveLength(15);
    });

    test("appends at the same time lose and mix nothing", async () => {
      const writers = Array.from({ length: 40 }, (_, i) =>
        store.append(`s${i % 4}`, [line(`${i} first`), line(`${i} second`)]),
      );
      const positions = await Promise.all(writers);
      for (const [i, position] of positions.entries())
        expect((await store.read(`s${i % 4}`, position, 2)).map(({ data }) => data)).toEqual([
          `${i} first`,
          `${i} second`,
        ]);
      expect(await store.summary("s0")).toMatchObject({ next: 20 });
    });

    test("trims, and drops a stream whole", async () => {
      for (let i = 0; i < 10; i++) await store.append("a", [line(`${i}`, i)]);
      await store.append("b", [line("stays")]);
      await store.trim("a", 4);
      const summary = (await store.summary("a"))!;
      expect(summary.first).toBeLessThanOrEqual(4);
      expect(summary).toMatchObject({ next: 10, firstTime: summary.first, lastTime: 9, sizeBytes: 10 - summary.first });
      expect((await store.read("a", 0, 100)).map(({ position }) => position)).toEqual(
        Array.from({ length: 10 - summary.first }, (_, i) => summary.first + i),
      );
      await store.trim("a", 10);
      expect(await store.summary("a")).toEqual({
        first: 10,
        next: 10,
        firstTime: undefined,
        lastTime: undefined,
        lastAppended: 5_000,
        sizeBytes: 0,
        ordered: true,
      });
      expect(await store.append("a", [line("next")])).toBe(10);
      await store.trim("a", 10, { dropEmpty: true });
      expect(await store.summary("a")).toMatchObject({ first: 10, next: 11 });
      await store.trim("a", 11, { dropEmpty: true });
      expect(await store.summary("a")).toBeUndefined();
      expect(await store.append("a", [line("again")])).toBe(0);
      await store.trim("a", Number.POSITIVE_INFINITY);
      await store.trim("none", Number.POSITIVE_INFINITY);
      expect(await store.summary("a")).toBeUndefined();
      expect(await store.append("a", [line("anew")])).toBe(0);
      await store.clear();
      expect(await store.streams("", undefined, 10)).toEqual([]);
      expect(await store.read("b", 0, 10)).toEqual([]);
    });

    test("appends without a sync, in order with the others", async () => {
      const appends = [false, true, false].map((sync, i) => store.append("a", [line(`${i}`)], { sync }));
      expect(await Promise.all(appends)).toEqual([0, 1, 2]);
      expect((await store.read("a", 0, 10)).map(({ data }) => data)).toEqual(["0", "1", "2"]);
    });

    test("wakes the waits for an entry that is there, and no other", async () => {
      const woken: string[] = [];
      const wait = (name: string, stream: string, after: number, signal = new AbortController().signal) =>
        store.wait(stream, after, signal).then(() => void woken.push(name));
      const append = async (stream: string, count: number) => {
        await store.append(
          stream,
          Array.from({ length: count }, () => line("x")),
        );
        // Waiters that an append wakes resume before the append after it returns.
        await store.append("z", [line("x")]);
      };
      await append("a", 2);
      await wait("there", "a", 1);
      await wait("aborted before", "a", 7, AbortSignal.abort());
      const leaving = new AbortController();
      const left = wait("aborted", "a", 2, leaving.signal);
      const waits = [wait("a 2", "a", 2), wait("a 4", "a", 4), wait("new", "new", 0), wait("dropped", "a", 9)];
      expect(woken).toEqual(["there", "aborted before"]);
      await append("b", 10);
      expect(woken).toHaveLength(2);
      leaving.abort();
      await left;
      await append("a", 1);
      expect(woken.slice(2)).toEqual(["aborted", "a 2"]);
      await append("a", 2);
      await append("new", 1);
      expect(woken.slice(4)).toEqual(["a 4", "new"]);
      await store.trim("a", 5);
      expect(woken).toHaveLength(6);
      await store.trim("a", Number.POSITIVE_INFINITY);
      await Promise.all(waits);
      const cleared = wait("cleared", "a", 0);
      await store.clear();
      await cleared;
      const closed = wait("closed", "a", 0);
      await store.close();
      await closed;
      store = await create({ now: () => now });
    });

    test("keeps large streams of lines short and long", { timeout: 60_000 }, async () => {
      const random = createRandom(7);
      const model = createMemoryJournalStore({ clock: { now: () => now } });
      const batches = Array.from({ length: 60 }, () =>
        Array.from({ length: 1 + random.below(400) }, () =>
          line("x".repeat(random.below(10) === 0 ? random.below(5_000) : random.below(100)), random.below(1_000_000)),
        ),
      );
      for (const batch of batches) {
        now += random.below(100);
        expect(await store.append("big", batch)).toBe(await model.append("big", batch));
      }
      expect(await store.summary("big")).toEqual(await model.summary("big"));
      for (let i = 0; i < 50; i++) {
        const from = random.below(13_000);
        const limit = 1 + random.below(3_000);
        expect(await store.read("big", from, limit)).toEqual(await model.read("big", from, limit));
      }
    });
  });
}
