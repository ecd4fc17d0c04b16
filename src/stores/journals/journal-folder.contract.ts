import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../base/clock.ts";
import { createRandom } from "../../base/random.ts";
import { createMemoryJournalStore } from "./memory.ts";
import type { FolderPage, FolderQuery, JournalStore } from "./port.ts";

/** What every driver of the journal store does with streams that lie in folders. */
export function journalFolderContract(driver: string, create: (clock: Clock) => Promise<JournalStore> | JournalStore) {
  describe(`folders of the journal store on ${driver}`, () => {
    const clock = { now: () => 5_000 };
    let store: JournalStore;
    beforeEach(async () => {
      store = await create(clock);
    });
    afterEach(() => store.close());

    const append = (stream: string, ...times: number[]) =>
      store.append(
        stream,
        times.map((time) => ({ time, data: "é" })),
      );
    const names = async (query: Partial<FolderQuery> = {}) =>
      (await store.byTime("f", { limit: 100, ...query })).streams.map((name) => name.slice("f\u001f".length));

    test("a stream may be made before it has an entry", async () => {
      await store.make("f\u001fa");
      const empty = { first: 0, next: 0, sizeBytes: 0, ordered: true };
      expect(await store.summary("f\u001fa")).toEqual({
        ...empty,
        firstTime: undefined,
        lastTime: undefined,
        lastAppended: undefined,
      });
      expect(await store.read("f\u001fa", 0, 10)).toEqual([]);
      expect(await append("f\u001fa", 3)).toBe(0);
      await store.make("f\u001fa");
      expect(await store.summary("f\u001fa")).toMatchObject({ next: 1, lastTime: 3, lastAppended: 5_000 });
      expect(await store.streams("f", undefined, 10)).toEqual(["f\u001fa"]);
    });

    test("a folder knows how many streams and bytes it has, whatever is appended, trimmed and dropped", async () => {
      const folder = () => store.folder("f");
      expect(await folder()).toEqual({ streams: 0, sizeBytes: 0 });
      await Promise.all([append("f\u001fa", 1, 2), append("f\u001fb", 1), store.make("f\u001fc"), append("f", 1)]);
      await Promise.all([append("f2\u001fa", 1), append("f/\u001fa", 1), append("e\u001ff\u001fa", 1)]);
      expect(await folder()).toEqual({ streams: 3, sizeBytes: 6 });
      await append("f\u001fa", 3, 4);
      expect(await folder()).toEqual({ streams: 3, sizeBytes: 10 });
      await store.trim("f\u001fa", 4);
      expect(await folder()).toEqual({ streams: 3, sizeBytes: 2 });
      await store.trim("f\u001fb", Number.POSITIVE_INFINITY);
      expect(await folder()).toEqual({ streams: 2, sizeBytes: 0 });
      await append("f\u001fb", 1);
      for (const name of ["a", "b", "c"]) await store.trim(`f\u001f${name}`, Number.POSITIVE_INFINITY);
      expect(await folder()).toEqual({ streams: 0, sizeBytes: 0 });
      expect(await store.folder("e")).toEqual({ streams: 1, sizeBytes: 2 });
      await store.clear();
      expect(await store.folder("e")).toEqual({ streams: 0, sizeBytes: 0 });
      await append("e\u001fa", 1);
      expect(await store.folder("e")).toEqual({ streams: 1, sizeBytes: 2 });
    });

    test("names its streams by their latest entry, both ways, those without entries as the earliest", async () => {
      expect(await names()).toEqual([]);
      for (const name of ["empty", "cleared"]) await store.make(`f\u001f${name}`);
      await append("f\u001flate", 1, 900, 2);
      await append("f\u001fz", 500);
      await append("f\u001fa", 500);
      await append("f\u001fa\u001f2", 500);
      await append("f\u001fearly", -4);
      await append("f2\u001fother", 700);
      await append("f", 700);
      await append("f\u001fcleared", 999);
      await store.trim("f\u001fcleared", 1);
      const ascending = ["cleared", "empty", "early", "a", "a\u001f2", "z", "late"];
      expect(await names()).toEqual(ascending);
      expect(await names({ descending: true })).toEqual(ascending.toReversed());
      await append("f\u001fearly", 901);
      await append("f\u001flate", 3);
      expect((await names({ descending: true })).slice(0, 2)).toEqual(["early", "late"]);
    });

    test("what is trimmed or dropped counts no more", async () => {
      await append("f\u001fa", 900);
      await append("f\u001fa", 100);
      await append("f\u001fb", 500);
      expect(await names()).toEqual(["b", "a"]);
      await store.trim("f\u001fa", 1);
      const { lastTime } = (await store.summary("f\u001fa"))!;
      // A driver may keep what lies in the same segment.
      expect(await names()).toEqual(lastTime === 100 ? ["a", "b"] : ["b", "a"]);
      await store.trim("f\u001fa", Number.POSITIVE_INFINITY);
      expect(await names()).toEqual(["b"]);
      await append("f\u001fa", 1);
      expect(await names()).toEqual(["a", "b"]);
    });

    test.each([false, true])("pages while streams grow, come and go: descending %s", async (descending) => {
      const still = Array.from({ length: 20 }, (_, i) => `s${String(i).padStart(2, "0")}`);
      for (const [i, name] of still.entries()) await append(`f\u001f${name}`, 100 * i);
      for (const name of ["grows", "goes"]) await append(`f\u001f${name}`, descending ? 150 : 1_750);
      const seen: string[] = [];
      let page: FolderPage = { streams: [] };
      for (let turn = 0; turn === 0 || page.next !== undefined; turn++) {
        page = await store.byTime("f", { descending, limit: 3, after: page.next });
        seen.push(...page.streams.map((name) => name.slice("f\u001f".length)));
        await append("f\u001fgrows", 3_000 + turn);
        await append(`f\u001fnew-${turn}`, descending ? 5_000 : -1);
        await store.trim(turn === 0 ? "f\u001fgoes" : "f\u001fnew-0", Number.POSITIVE_INFINITY);
      }
      expect(seen).toEqual(descending ? still.toReversed() : [...still, "grows"]);
    });

    test("a page has a token only when there are more, and a token serves its own folder and order only", async () => {
      for (const name of ["a", "b", "c"]) await store.make(`f\u001f${name}`);
      const { next } = await store.byTime("f", { limit: 2 });
      expect(await store.byTime("f", { limit: 1, after: next })).toEqual({ streams: ["f\u001fc"], next: undefined });
      expect((await store.byTime("f", { limit: 3 })).next).toBeUndefined();
      const refused = [
        store.byTime("g", { limit: 1, after: next }),
        store.byTime("f", { limit: 1, after: next, descending: true }),
        ...["", "x", "W10", `${next}A`].map((after) => store.byTime("f", { limit: 1, after })),
      ];
      for (const refusal of refused) await expect(refusal).rejects.toThrow(RangeError);
    });

    test("is what the memory says after a thousand random steps", { timeout: 60_000 }, async () => {
      const random = createRandom(11);
      const model = createMemoryJournalStore({ clock });
      const stream = () => `${["f", "g"][random.below(2)]}\u001f${random.below(20)}`;
      for (let step = 0; step < 1_000; step++) {
        const name = stream();
        if (random.below(4) > 0) {
          const entries = [{ time: random.below(100), data: "x".repeat(random.below(9)) }];
          await Promise.all([store.append(name, entries, { sync: false }), model.append(name, entries)]);
        } else if (random.below(2) > 0) await Promise.all([store.make(name), model.make(name)]);
        else await Promise.all([store, model].map((each) => each.trim(name, Number.POSITIVE_INFINITY)));
        if (step % 50 > 0) continue;
        for (const folder of ["f", "g"]) {
          expect(await store.folder(folder)).toEqual(await model.folder(folder));
          for (const descending of [false, true])
            expect(await store.byTime(folder, { descending, limit: 7 })).toEqual(
              await model.byTime(folder, { descending, limit: 7 }),
            );
        }
      }
    });
  });
}
