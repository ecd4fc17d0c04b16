import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../base/clock.ts";
import { here, keyOf, make, put } from "./documents.fixture.ts";
import {
  Conflict,
  mostDocumentBytes,
  mostEventBytes,
  type ResourceDocument,
  type ResourceQuery,
  type ResourceStore,
} from "./port.ts";
import { resourceFeedContract } from "./resource-feed.contract.ts";
import { resourceListContract } from "./resource-list.contract.ts";
import { resourceStepsContract } from "./resource-steps.contract.ts";

/** What every driver of the resource store does. `create` opens an empty store. */
export function resourceStoreContract(
  driver: string,
  create: (clock: Clock) => Promise<ResourceStore> | ResourceStore,
) {
  describe(`resource store on ${driver}`, () => {
    describe("the feed", () => resourceFeedContract(create));
    describe("lists", () => resourceListContract(() => create({ now: () => 5_000 })));
    describe("random steps", () => resourceStepsContract(() => create({ now: () => 5_000 })));

    let now = 5_000;
    let store: ResourceStore;
    beforeEach(async () => {
      now = 5_000;
      store = await create({ now: () => now });
    });
    afterEach(() => store.close());

    const names = async (query: Partial<ResourceQuery>) =>
      (await store.list("model", { ...here, limit: 100, ...query })).documents.map(({ key }) => key.name);

    test("gives back what was written, version by version", async () => {
      expect(await store.get(keyOf("a"))).toBeUndefined();
      await store.write([
        make("a", { parent: "endpoint/e", status: "InService", wanted: { Deep: [{ "\u0000é": 1 }] } }),
      ]);
      const first = await store.get(keyOf("a"));
      expect(first).toEqual({
        ...put("a", { parent: "endpoint/e", status: "InService", wanted: { Deep: [{ "\u0000é": 1 }] } }),
        version: 1,
      });
      await store.write([{ put: { ...first!, actual: { Ready: true }, status: undefined }, expected: 1 }]);
      const second = await store.get(keyOf("a"));
      expect(second).toMatchObject({ version: 2, actual: { Ready: true }, wanted: first!.wanted });
      expect(second!.status).toBeUndefined();
      await store.write([{ delete: keyOf("a"), expected: 2 }]);
      expect(await store.get(keyOf("a"))).toBeUndefined();
    });

    test("a batch that need not be synced is there, told and checked as any other", async () => {
      const { sequence } = await store.write([make("a", { status: "Creating" })], { sync: false });
      expect(await store.changes(sequence - 1, 10)).toMatchObject([{ key: keyOf("a") }]);
      await expect(store.write([make("a")], { sync: false })).rejects.toThrow(Conflict);
      await store.write([{ put: put("a", { status: "InService" }), expected: 1 }]);
      expect(await store.get(keyOf("a"))).toMatchObject({ version: 2, status: "InService" });
    });

    test("what it hands out cannot be changed", async () => {
      await store.write([make("a", { wanted: { List: [{ Name: "x" }] } })]);
      const document = (await store.get(keyOf("a"))) as ResourceDocument<{ List: { Name: string }[] }>;
      expect(() => document.wanted.List.push({ Name: "y" })).toThrow(TypeError);
      expect(() => Object.assign(document.wanted.List[0]!, { Name: "z" })).toThrow(TypeError);
    });

    test("a batch is written whole or not at all", async () => {
      await store.write([make("a")]);
      const batch = store.write([make("b"), { put: put("a"), expected: 7 }]);
      await expect(batch).rejects.toMatchObject({ name: "Conflict", found: 1, key: keyOf("a") });
      await expect(store.write([{ delete: keyOf("none"), expected: 1 }])).rejects.toMatchObject({ found: "absent" });
      expect(await names({})).toEqual(["a"]);
      expect((await store.changes(0, 10)).map(({ key }) => key.name)).toEqual(["a"]);
    });

    test("changes of one batch see each other", async () => {
      await store.write([make("a"), { put: put("a"), expected: 1 }, { delete: keyOf("a"), expected: 2 }, make("a")]);
      expect(await store.get(keyOf("a"))).toMatchObject({ version: 1 });
    });

    test("of writers at the same time one wins, and the others change nothing", async () => {
      await store.write([make("a")]);
      const writers = Array.from({ length: 20 }, () => store.write([{ put: put("a"), expected: 1 }]));
      const bystanders = Array.from({ length: 20 }, (_, i) => store.write([make(`b${i}`)]));
      const results = await Promise.allSettled(writers);
      expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      for (const result of results) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(Conflict);
      await Promise.all(bystanders);
      expect(await names({})).toHaveLength(21);
    });

    test("what a batch requires is checked with it, and neither written nor told", async () => {
      const { sequence } = await store.write([make("a"), make("b")]);
      await store.write([
        { require: keyOf("a"), expected: 1 },
        { require: keyOf("b"), expected: "present" },
        make("c"),
      ]);
      await store.write([{ require: keyOf("none"), expected: "absent" }]);
      expect((await store.changes(sequence, 10)).map(({ key }) => key.name)).toEqual(["c"]);
      for (const [expected, name, found] of [
        [2, "a", 1],
        ["absent", "a", 1],
        ["present", "none", "absent"],
        [1, "none", "absent"],
      ] as const)
        await expect(store.write([make("d"), { require: keyOf(name), expected }])).rejects.toMatchObject({
          name: "Conflict",
          key: keyOf(name),
          found,
        });
      // The batch's own changes count.
      await store.write([
        { delete: keyOf("a"), expected: 1 },
        { require: keyOf("a"), expected: "absent" },
      ]);
      expect(await names({})).toEqual(["b", "c"]);
    });

    test("a document, an event or a label that is too much is refused, and nothing of its batch is written", async () => {
      const text = (bytes: number) => "é".repeat((bytes - 2) / 2);
      await store.write([make("full", { wanted: text(mostDocumentBytes - 10), actual: "12345678" })]);
      await expect(store.write([make("a"), make("b", { wanted: text(mostDocumentBytes) })])).rejects.toMatchObject({
        code: "ValidationException",
        message: "The document of model b has 1048578 bytes; at most 1048576 are allowed.",
      });
      const event = { type: "t", key: keyOf("a"), detail: text(mostEventBytes + 2) };
      await expect(store.write([make("a")], { events: [event] })).rejects.toMatchObject({
        message: "The event t of model a has 262146 bytes; at most 262144 are allowed.",
      });
      await store.write([], { events: [{ ...event, detail: text(mostEventBytes) }] });
      for (const labels of [{ "a b": 1 }, { a: Number.NaN }, { a: [1, null as never] }])
        await expect(store.write([make("a", { labels })])).rejects.toThrow(RangeError);
      expect(await names({})).toEqual(["full"]);
    });

    test("lists by parent, status, part of the name and times", async () => {
      await store.write([
        make("Churn-1", { parent: "p/1", status: "Failed", created: 10, modified: 40 }),
        make("churn-2", { status: "Completed", created: 20, modified: 30 }),
        make("fraud_1", { parent: "p/1", status: "Completed", created: 30, modified: 20 }),
        { put: put("other", { key: { ...keyOf("other"), region: "eu-west-1" }, created: 40 }), expected: "absent" },
      ]);
      expect(await names({})).toEqual(["Churn-1", "churn-2", "fraud_1"]);
      expect(await names({ account: undefined, region: undefined })).toHaveLength(4);
      expect(await names({ parent: "p/1" })).toEqual(["Churn-1", "fraud_1"]);
      expect(await names({ status: "Completed" })).toEqual(["churn-2", "fraud_1"]);
      expect(await names({ nameContains: "cHURN" })).toEqual(["Churn-1", "churn-2"]);
      expect(await names({ nameContains: "_" })).toEqual(["fraud_1"]);
      expect(await names({ created: { after: 10, before: 30 } })).toEqual(["churn-2"]);
      expect(await names({ modified: { after: 29 } })).toEqual(["Churn-1", "churn-2"]);
      expect(await names({ sort: { by: "modified" } })).toEqual(["fraud_1", "churn-2", "Churn-1"]);
      expect(await names({ sort: { by: "name", descending: true } })).toEqual(["fraud_1", "churn-2", "Churn-1"]);
      expect(await names({ sort: { by: "status" } })).toEqual(["churn-2", "fraud_1", "Churn-1"]);
    });

    test("no page skips or repeats what was there, whatever is made or deleted meanwhile", async () => {
      for (const by of ["name", "created", "modified", "status"] as const)
        for (const descending of [false, true]) {
          await store.clear();
          // Times and statuses tie a lot; new ones land before, in and after the page.
          const some = (prefix: string, i: number) =>
            make(`${prefix}${i}`, { created: i % 3, modified: i % 2, status: `s${i % 4}`, id: `${i}${prefix}` });
          await store.write(Array.from({ length: 50 }, (_, i) => some("old", i)));
          const seen: string[] = [];
          let after: string | undefined;
          for (let round = 0; ; round++) {
            const page = await store.list("model", { ...here, sort: { by, descending }, limit: 7, after });
            expect(page.documents.length).toBeLessThanOrEqual(7);
            seen.push(...page.documents.map(({ key }) => key.name));
            after = page.next;
            if (after === undefined) break;
            await store.write([some("new", round), { delete: page.documents[0]!.key, expected: 1 }]);
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen.filter((name) => name.startsWith("old"))).toHaveLength(50);
        }
    });

    test("a page that ends exactly has no next; a strange token or limit is refused", async () => {
      await store.write([make("a"), make("b")]);
      expect(await store.list("model", { ...here, limit: 2 })).toMatchObject({ next: undefined });
      const { next } = await store.list("model", { ...here, limit: 1 });
      await expect(store.list("model", { ...here, limit: 1, after: "x" })).rejects.toThrow(RangeError);
      const otherSort = store.list("model", { ...here, limit: 1, after: next, sort: { by: "name" } });
      await expect(otherSort).rejects.toThrow(RangeError);
      for (const other of [{ region: "elsewhere" }, { account: "2" }, { nameContains: "a" }, { status: "Failed" }])
        await expect(store.list("model", { ...here, ...other, limit: 1, after: next })).rejects.toThrow(RangeError);
      await expect(store.list("other", { ...here, limit: 1, after: next })).rejects.toThrow(RangeError);
      const filters = { nameContains: "", created: { after: 0 - 1 } };
      const filtered = await store.list("model", { ...here, ...filters, limit: 1 });
      const turned = { created: filters.created, nameContains: "", ...here };
      const { documents } = await store.list("model", { ...turned, limit: 1, after: filtered.next });
      expect(documents).toHaveLength(1);
      await expect(store.list("model", { ...here, limit: 0 })).rejects.toThrow(RangeError);
    });

    test("a lease keeps others out until it ends, and an overtaken one cannot write", async () => {
      const first = await store.claim(keyOf("a"), "one", 10);
      expect(first).toEqual({ key: keyOf("a"), owner: "one", fence: 1, until: now + 10_000 });
      expect(await store.claim(keyOf("a"), "two", 10)).toBeUndefined();
      expect(await store.claim(keyOf("b"), "two", 10)).toMatchObject({ fence: 1 });
      await store.write([make("a")], { claim: first });
      now += 10_000;
      const second = await store.claim(keyOf("a"), "two", 10);
      expect(second).toMatchObject({ owner: "two", fence: 2 });
      await expect(store.write([make("x")], { claim: first })).rejects.toMatchObject({ name: "ClaimLost" });
      expect(await store.get(keyOf("x"))).toBeUndefined();
      expect(await store.claim(keyOf("a"), "two", 10)).toMatchObject({ fence: 3 });
    });

    test("clear deletes every document and tells it", async () => {
      const { sequence } = await store.write([make("a"), make("b", { status: "InService" })]);
      await store.clear();
      expect(await names({ account: undefined, region: undefined })).toEqual([]);
      expect(await store.get(keyOf("a"))).toBeUndefined();
      const entries = await store.changes(sequence, 10);
      expect(entries.map(({ key, deleted, status }) => [key.name, deleted, status])).toEqual([
        ["a", true, undefined],
        ["b", true, "InService"],
      ]);
      expect(await store.write([make("a")])).toEqual({ sequence: sequence + 3 });
    });
  });
}
