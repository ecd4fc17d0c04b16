import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type KeyRange, type KeyVisitor, RecordConflict, type RecordStore } from "./port.ts";

/** What every record store does. `place` returns a function that opens the same store again. */
export function recordStoreContract(driver: string, place: () => () => RecordStore): void {
  describe(`the record store of ${driver}`, () => {
    let open: () => RecordStore;
    let store: RecordStore;
    beforeEach(() => {
      open = place();
      store = open();
    });
    afterEach(() => store.close());

    const put = (key: string, value = key, space = "s") => store.write([{ space, key, value }]);
    const keys = async (range: KeyRange = {}, visit: KeyVisitor = () => undefined, space = "s") => {
      const visited: string[] = [];
      await store.scan(space, range, (key) => {
        visited.push(key);
        return visit(key);
      });
      return visited;
    };

    test("keeps what was written, also when it is opened again", async () => {
      await put("a", "1");
      await put("a", "2");
      await put("b", "");
      await store.close();
      store = open();
      expect(await store.get("s", ["b", "a", "c"])).toEqual(["", "2", undefined]);
      expect(await store.get("other", ["a"])).toEqual([undefined]);
    });

    test("gives values as bytes, which stay as they are", async () => {
      const long = "\u{1f33f} é".repeat(20_000);
      await store.write(["", "é", long].map((value, at) => ({ space: "s", key: `k${at}`, value })));
      const found = await store.getBytes("s", ["k1", "k2", "none", "k0", "k1"]);
      await put("k1", "another");
      await store.getBytes("s", ["k1", "k2"]);
      expect(found.map((bytes) => bytes && Buffer.from(bytes).toString("utf8"))).toEqual([
        ...["é", long, undefined],
        ...["", "é"],
      ]);
      expect(await store.getBytes("other", ["a"])).toEqual([undefined]);
      expect(await store.getBytes("s", [])).toEqual([]);
    });

    test("a batch is written whole or not at all", async () => {
      await put("a");
      const batch = [
        { space: "s", key: "b", value: "b" },
        { space: "t", key: "a", value: "a" },
      ];
      for (const [key, expected, found] of [
        ["a", "absent", "present"],
        ["c", "present", "absent"],
      ] as const) {
        const failed = await store.write([...batch, { space: "s", key, value: "x", expected }]).catch((error) => error);
        expect(failed).toBeInstanceOf(RecordConflict);
        expect(failed).toMatchObject({ key, found });
      }
      expect(await keys()).toEqual(["a"]);
      expect(await keys({}, undefined, "t")).toEqual([]);
      await store.write([
        ...batch,
        { space: "s", key: "a", expected: "present" },
        { space: "s", key: "c", value: "c", expected: "absent" },
      ]);
      expect(await keys()).toEqual(["b", "c"]);
      expect(await keys({}, undefined, "t")).toEqual(["a"]);
    });

    test("a write may expect a value, and sees what its own batch wrote before", async () => {
      await put("a", "1");
      for (const expected of [{ is: "2" }, { is: "" }])
        await expect(store.write([{ space: "s", key: "a", value: "3", expected }])).rejects.toBeInstanceOf(
          RecordConflict,
        );
      await store.write([
        { space: "s", key: "a", value: "2", expected: { is: "1" } },
        { space: "s", key: "a", value: "3", expected: { is: "2" } },
        { space: "s", key: "b", value: "4", expected: "absent" },
        { space: "s", key: "b", expected: { is: "4" } },
      ]);
      expect(await store.get("s", ["a", "b"])).toEqual(["3", undefined]);
      const raced = await Promise.allSettled(
        ["4", "5", "6"].map((value) => store.write([{ space: "s", key: "a", value, expected: { is: "3" } }])),
      );
      expect(raced.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    test("of several that make the same record at once one does", async () => {
      const made = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) =>
          store.write([{ space: "s", key: "a", value: String(n), expected: "absent" }]),
        ),
      );
      expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    });

    test("keys are in the order of their UTF-8 bytes", async () => {
      const order = ["", "\0", "\u0001", "A", "a", "a\0", "ab", "é", "\uFFFD", "🌿"];
      for (const key of order.toReversed()) await put(key);
      expect(await keys()).toEqual(order);
      expect(await keys({ from: "\uFFFD" })).toEqual(["\uFFFD", "🌿"]);
      expect(await keys({ from: "a", before: "b" })).toEqual(["a", "a\0", "ab"]);
    });

    test("a scan jumps and ends as the visitor says", async () => {
      const all = Array.from({ length: 5000 }, (_, n) => `${n % 10}/${String(n).padStart(4, "0")}`);
      await store.write(all.map((key) => ({ space: "s", key, value: "v" })));
      expect(await keys()).toEqual(all.toSorted());
      const next = (key: string) => ({ from: String.fromCharCode(key.charCodeAt(0) + 1) });
      expect(await keys({}, next)).toEqual(all.slice(0, 10));
      expect(await keys({}, (key) => (key > "3" ? "end" : next(key)))).toEqual(all.slice(0, 4));
      // A key that is not behind the visited one is the next.
      expect((await keys({ before: "1" }, () => ({ from: "" }))).length).toBe(500);
    });

    test("in many steps it is what a plain map is", async () => {
      const letters = fc.string({ unit: fc.constantFrom("a", "b", "é", "🌿"), maxLength: 3 });
      const step = fc.record({ key: letters, value: fc.option(letters, { nil: undefined }) });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), letters, letters, async (steps, from, jump) => {
          await store.drop("s");
          const plain = new Map<string, string>();
          for (const { key, value } of steps) {
            await store.write([{ space: "s", key, value }]);
            if (value === undefined) plain.delete(key);
            else plain.set(key, value);
          }
          const bytes = (text: string) => Buffer.from(text);
          const order = [...plain.keys()].sort((one, other) => bytes(one).compare(bytes(other)));
          const after = order.filter((key) => bytes(key).compare(bytes(from)) >= 0);
          expect(await keys({ from })).toEqual(after);
          const jumped = after.filter((key, place) => place === 0 || bytes(key).compare(bytes(jump)) >= 0);
          expect(await keys({ from }, () => ({ from: jump }))).toEqual(jumped);
          expect(await store.get("s", order)).toEqual(order.map((key) => plain.get(key)));
        }),
        { numRuns: 60 },
      );
    });

    test("a space is dropped, and made anew by the next write", async () => {
      for (const space of ["t/1", "t/2", "u/1"]) await put("a", "a", space);
      expect(await store.spaces("t/", undefined, 10)).toEqual(["t/1", "t/2"]);
      expect(await store.spaces("t/", "t/1", 10)).toEqual(["t/2"]);
      expect(await store.spaces("", undefined, 1)).toEqual(["t/1"]);
      await store.drop("t/1");
      await store.drop("none");
      expect(await store.spaces("", undefined, 10)).toEqual(["t/2", "u/1"]);
      await put("b", "b", "t/1");
      expect(await keys({}, undefined, "t/1")).toEqual(["b"]);
    });

    test("has nothing after it was cleared", async () => {
      await put("a");
      await store.clear();
      expect(await keys()).toEqual([]);
      await put("b");
      expect(await keys()).toEqual(["b"]);
    });
  });
}
