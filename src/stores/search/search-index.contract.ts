import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PropertyValue, SearchCondition, SearchEntry, SearchIndex } from "./port.ts";

const space = { account: "1", region: "eu", kind: "test/thing" };
const entry = (name: string, values: readonly PropertyValue[], of: Partial<SearchEntry> = {}): SearchEntry => ({
  space,
  name,
  id: `id-${name}`,
  values,
  ...of,
});
const text = (path: string, text: string, item = 0): PropertyValue => ({ path, text, item });
const number = (path: string, number: number): PropertyValue => ({ path, number, text: String(number), item: 0 });

/** What every search index does. `place` returns a function that opens the same index again. */
export function searchIndexContract(driver: string, place: () => () => SearchIndex): void {
  describe(`the search index of ${driver}`, () => {
    let open: () => SearchIndex;
    let index: SearchIndex;
    beforeEach(() => {
      open = place();
      index = open();
    });
    afterEach(() => index.close());

    const find = (where: SearchCondition, sort = "size", descending = false) =>
      index.find(space, { where, sort: { path: sort, descending }, limit: 100 }).found.map(({ name }) => name);
    const all: SearchCondition = { all: [] };

    const fill = () =>
      Promise.all([
        index.put(entry("a", [text("colour", "red"), number("size", 3.7), text("part.name", "lid", 0)])),
        index.put(
          entry("b", [
            text("colour", "dark red"),
            number("size", 12),
            ...[text("part.name", "lid", 0), text("part.form", "round", 1), text("part.name", "box", 1)],
          ]),
        ),
        index.put(entry("c", [text("part.name", "lid", 2), text("part.form", "round", 2)])),
      ]);

    test.each<[string, SearchCondition, readonly string[]]>([
      ["everything", all, ["a", "b", "c"]],
      ["an equal text", { path: "colour", test: { is: "equal", text: "red" } }, ["a"]],
      ["another text, or none", { path: "colour", test: { is: "equal", text: "red" }, not: true }, ["b", "c"]],
      ["a part of a text", { path: "colour", test: { is: "containing", text: "red" } }, ["a", "b"]],
      ["one of several", { path: "colour", test: { is: "one of", texts: ["red", "blue"] } }, ["a"]],
      ["a property that is there", { path: "colour", test: { is: "there" } }, ["a", "b"]],
      ["a property that is not", { path: "colour", test: { is: "there" }, not: true }, ["c"]],
      ["what has properties below", { path: "part", test: { is: "there" } }, ["a", "b", "c"]],
      ["a property of no entry", { path: "weight", test: { is: "there" } }, []],
      ["a number", { path: "size", test: { is: "=", number: 12 } }, ["b"]],
      ["a number that is greater", { path: "size", test: { is: ">", number: 3.7 } }, ["b"]],
      ["a number that is no less", { path: "size", test: { is: ">=", number: 3.7 } }, ["a", "b"]],
      ["a number as a whole one", { path: "size", test: { is: "=", number: 3, whole: true } }, ["a"]],
      [
        "one element with both",
        {
          elementOf: "part",
          all: [
            { path: "part.name", test: { is: "equal", text: "lid" } },
            { path: "part.form", test: { is: "equal", text: "round" } },
          ],
        },
        ["c"],
      ],
      [
        "one element with the one and without the other",
        {
          elementOf: "part",
          all: [
            { path: "part.name", test: { is: "equal", text: "lid" } },
            { path: "part.form", test: { is: "there" }, not: true },
          ],
        },
        ["a", "b"],
      ],
      [
        "either",
        {
          any: [
            { path: "size", test: { is: "<", number: 5 } },
            { path: "part.name", test: { is: "equal", text: "box" } },
          ],
        },
        ["a", "b"],
      ],
      [
        "conditions in conditions",
        {
          all: [{ any: [{ path: "colour", test: { is: "there" } }] }, { path: "size", test: { is: "<=", number: 4 } }],
        },
        ["a"],
      ],
    ])("finds %s", async (_, where, names) => {
      await fill();
      expect(find(where)).toEqual(names);
    });

    test("sorts by numbers, then texts, those without a value last in both directions", async () => {
      await index.put(entry("none", []));
      await index.put(entry("ten", [number("size", 10)]));
      await index.put(entry("two", [number("size", 2)]));
      expect(find(all)).toEqual(["two", "ten", "none"]);
      expect(find(all, "size", true)).toEqual(["ten", "two", "none"]);
      expect(find(all, "unknown")).toEqual(["none", "ten", "two"]);
      await index.put(entry("x", [text("colour", "x")]));
      await index.put(entry("y", [text("colour", "y")]));
      expect(find(all, "colour", true).slice(0, 2)).toEqual(["y", "x"]);
    });

    test("gives pages that together are the whole, whatever is added before them", async () => {
      const names = Array.from({ length: 25 }, (_, n) => `n${String(n).padStart(2, "0")}`);
      await Promise.all(names.map((name, n) => index.put(entry(name, n % 5 === 0 ? [] : [number("size", n % 3)]))));
      for (const descending of [false, true]) {
        const whole = find(all, "size", descending);
        const read: string[] = [];
        let after: string | undefined;
        do {
          const page = index.find(space, { where: all, sort: { path: "size", descending }, limit: 7, after });
          expect(page.total).toBeGreaterThanOrEqual(25);
          read.push(...page.found.map(({ name }) => name));
          after = page.next;
          await index.put(entry("early", [number("size", descending ? 99 : -1)]));
        } while (after);
        expect(read).toEqual(whole.filter((name) => name !== "early" || read[0] === "early"));
      }
      expect(() =>
        index.find(space, { where: all, sort: { path: "size", descending: false }, limit: 1, after: "bm9uZQ" }),
      ).toThrow(RangeError);
    });

    test("a replaced entry is found by its new values only, a removed one by none", async () => {
      await index.put(entry("a", [text("colour", "red")]));
      await index.put(entry("a", [text("colour", "blue")]));
      expect(find({ path: "colour", test: { is: "equal", text: "red" } })).toEqual([]);
      expect(find(all)).toEqual(["a"]);
      await index.remove(space, "a");
      expect(find(all)).toEqual([]);
      expect(index.paths(space, "", 10)).toEqual([]);
    });

    test("what is in one account, region or kind is not found in another", async () => {
      await index.put(entry("mine", [text("colour", "red")]));
      for (const other of [{ account: "2" }, { region: "us" }, { kind: "test/thing-2" }])
        await index.put(entry("other", [text("colour", "red"), text("odd", "x")], { space: { ...space, ...other } }));
      expect(find({ path: "colour", test: { is: "there" } })).toEqual(["mine"]);
      expect(index.paths(space, "", 10)).toEqual(["colour"]);
    });

    test("knows the paths that have values", async () => {
      await fill();
      expect(index.paths(space, "part.", 10)).toEqual(["part.form", "part.name"]);
      expect(index.paths(space, "", 2)).toEqual(["colour", "part.form"]);
    });

    test("is whole in the form it was made in, also when it is opened again, and not while it is made", async () => {
      expect(index.isWhole(space.kind, "1")).toBe(false);
      async function* entries() {
        expect(index.isWhole(space.kind, "1")).toBe(false);
        for (let n = 0; n < 450; n++) yield entry(`n${n}`, [number("size", n)]);
      }
      await index.put(entry("old", []));
      await index.rebuild(space.kind, "1", entries());
      index.close();
      index = open();
      expect(index.isWhole(space.kind, "1")).toBe(true);
      expect(index.isWhole(space.kind, "2")).toBe(false);
      expect(index.find(space, { where: all, sort: { path: "size", descending: false }, limit: 1 }).total).toBe(450);
    });

    test("work alone waits for other work alone, also after one that fails", async () => {
      const order: string[] = [];
      const failing = index.alone(async () => {
        order.push("first");
        await Promise.resolve();
        order.push("end of first");
        throw new Error("fails");
      });
      const second = index.alone(async () => order.push("second"));
      await expect(failing).rejects.toThrow("fails");
      await second;
      expect(order).toEqual(["first", "end of first", "second"]);
    });

    test("has nothing after it was cleared", async () => {
      await index.rebuild(space.kind, "1", (async function* () {})());
      await fill();
      await index.clear();
      expect(find(all)).toEqual([]);
      expect(index.isWhole(space.kind, "1")).toBe(false);
    });
  });
}
