import { afterEach, beforeEach, expect, test } from "vitest";
import type { Clock } from "../../base/clock.ts";
import { keyOf, make, put } from "./documents.fixture.ts";
import { Conflict, type ResourceKey, type ResourceStore } from "./port.ts";

/** Part of the contract of resource stores: the change feed, events, watches and followers. */
export function resourceFeedContract(create: (clock: Clock) => Promise<ResourceStore> | ResourceStore): void {
  let now = 5_000;
  let store: ResourceStore;
  beforeEach(async () => {
    now = 5_000;
    store = await create({ now: () => now });
  });
  afterEach(() => store.close());

  test("the feed tells every change once and in order", async () => {
    const { sequence: start } = await store.write([]);
    await store.write([make("a", { parent: "p/1", status: "New" })]);
    await store.write([{ put: put("a", { status: "Old" }), expected: 1 }, make("b")]);
    const { sequence } = await store.write([{ delete: keyOf("a"), expected: 2 }]);
    const entries = await store.changes(start, 10);
    expect(entries.map((entry) => [entry.key.name, entry.version, entry.status, entry.deleted])).toEqual([
      ["a", 1, "New", false],
      ["a", 2, "Old", false],
      ["b", 1, undefined, false],
      ["a", 2, "Old", true],
    ]);
    expect(entries[0]).toMatchObject({ parent: "p/1", id: "id-a", time: 5_000 });
    expect(entries.map((entry) => entry.sequence)).toEqual([1, 2, 3, 4].map((i) => start + i));
    expect(sequence).toBe(start + 4);
    expect(await store.changes(start + 1, 2)).toEqual(entries.slice(1, 3));
    await expect(store.changes(sequence + 1, 1)).rejects.toThrow(RangeError);
  });

  test("one who waits at the feed hears of the next change, of an abort and of the end", async () => {
    await store.write([make("a")]);
    const abort = new AbortController();
    const next = store.changes("latest", 10, abort.signal);
    await store.write([make("b")]);
    expect((await next).map(({ key }) => key.name)).toEqual(["b"]);
    const nothing = store.changes("latest", 10, abort.signal);
    abort.abort();
    expect(await nothing).toEqual([]);
    const last = store.changes("latest", 10, new AbortController().signal);
    await store.close();
    expect(await last).toEqual([]);
    store = await create({ now: () => now });
  });

  test("events are entries of the feed, after the changes of their batch", async () => {
    await store.write([make("a"), make("old", { status: "Old", parent: "p" })]);
    const events = [
      { type: "Made", key: keyOf("b"), detail: { Deep: [1] } },
      { type: "Told", key: keyOf("old"), detail: null },
      { type: "Gone", key: keyOf("a"), detail: undefined },
    ];
    const { sequence } = await store.write([make("b", { status: "New" }), { delete: keyOf("a"), expected: 1 }], {
      events,
    });
    expect(sequence).toBe(7);
    expect(await store.changes(2, 10)).toEqual([
      { sequence: 3, key: keyOf("b"), id: "id-b", version: 1, status: "New", deleted: false, time: now },
      { sequence: 4, key: keyOf("a"), id: "id-a", version: 1, deleted: true, time: now },
      ...[
        { key: keyOf("b"), id: "id-b", version: 1, status: "New" },
        { key: keyOf("old"), id: "id-old", version: 1, status: "Old", parent: "p" },
        { key: keyOf("a"), id: "", version: 0 },
      ].map((entry, i) => {
        const { type, detail } = events[i]!;
        return { sequence: 5 + i, ...entry, deleted: false, time: now, event: { type, detail } };
      }),
    ]);
    await expect(store.write([make("b")], { events })).rejects.toThrow(Conflict);
    expect(await store.write([])).toEqual({ sequence });
  });

  test("one who watches documents hears of their changes alone", async () => {
    const heard: string[] = [];
    const watch = (name: string, ...keys: ResourceKey[]) => store.watch(keys, () => heard.push(name));
    const end = watch("a", keyOf("a"));
    watch("both", keyOf("a"), keyOf("b"));
    const endSame = watch("a again", keyOf("a"));
    const hears = async (...expected: string[]) => {
      expect(heard.splice(0).sort()).toEqual(expected);
    };
    await store.write([make("x")], { events: [{ type: "t", key: keyOf("a"), detail: 1 }] });
    await store.write([{ require: keyOf("a"), expected: "absent" }]);
    await hears();
    await store.write([make("a"), make("b")]);
    await hears("a", "a again", "both");
    endSame();
    endSame();
    await expect(store.write([{ put: put("a"), expected: 7 }])).rejects.toThrow(Conflict);
    await hears();
    await store.write([{ put: put("a"), expected: 1 }]);
    await hears("a", "both");
    end();
    await store.write([{ delete: keyOf("a"), expected: 2 }]);
    await hears("both");
    await store.clear();
    await hears("both");
    await store.close();
    await hears("both");
    store = await create({ now: () => now });
  });

  test("one who hears of a change finds it written", async () => {
    const seen: unknown[] = [];
    const read = async () => seen.push((await store.get(keyOf("a")))?.version);
    const end = store.watch([keyOf("a")], read);
    await store.write([make("a")]);
    await store.write([{ put: put("a"), expected: 1 }]);
    expect(seen).toEqual([1, 2]);
    end();
  });

  test("the feed keeps what a follower has not passed", async () => {
    await store.write([make("a")]);
    expect(await store.cursor("slow")).toBe(1);
    await store.write([make("b"), make("c")]);
    expect(await store.cursor("slow")).toBe(1);
    expect(await store.cursor("quick")).toBe(3);
    await expect(store.advance("slow", 4)).rejects.toThrow(RangeError);
    const later = async (days: number) => {
      now += days * 86_400_000;
      return store.write([make(`at ${now}`)]);
    };
    await later(30);
    await later(30);
    expect((await store.changes(1, 10)).map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5]);
    await store.advance("slow", 2);
    await store.advance("slow", 1);
    expect(await store.cursor("slow")).toBe(2);
    await later(30);
    await expect(store.changes(1, 10)).rejects.toThrow(RangeError);
    expect((await store.changes(2, 10)).map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6]);
    await store.advance("quick", 6);
    await store.forgetFollowers(["quick"]);
    await later(30);
    expect((await store.changes(6, 10)).map(({ sequence }) => sequence)).toEqual([7]);
    await expect(store.changes(5, 10)).rejects.toThrow(RangeError);
    expect(await store.cursor("slow")).toBe(7);
  });

  test("the feed forgets after seven days and says so", async () => {
    await store.write([make("a")]);
    now += 6 * 86_400_000;
    const { sequence } = await store.write([make("b")]);
    expect(await store.changes(sequence - 2, 10)).toHaveLength(2);
    now += 6 * 86_400_000;
    await store.write([make("c")]);
    await expect(store.changes(sequence - 2, 10)).rejects.toThrow(RangeError);
    expect((await store.changes(sequence - 1, 10)).map(({ key }) => key.name)).toEqual(["b", "c"]);
    now += 30 * 86_400_000;
    await store.write([]);
    expect(await store.write([make("d")])).toEqual({ sequence: sequence + 2 });
  });
}
