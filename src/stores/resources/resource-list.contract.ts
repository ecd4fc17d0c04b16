import { expect, test } from "vitest";
import { here, keyOf, make, put } from "./documents.fixture.ts";
import { createMemoryResourceStore } from "./memory.ts";
import type { Labels, ResourceChange, ResourceQuery, ResourceStore } from "./port.ts";

const clock = { now: () => 5_000 };

/** Part of the contract of resource stores: labels, sorts and pages. `open` opens an empty store. */
export function resourceListContract(open: () => Promise<ResourceStore> | ResourceStore): void {
  const opened = async (...documents: readonly ResourceChange[]) => {
    const store = await open();
    await store.write(documents);
    const names = async (query: Partial<ResourceQuery>) =>
      (await store.list("model", { ...here, limit: 100, ...query })).documents.map(({ key }) => key.name);
    return { store, names };
  };
  const labelled = (name: string, labels: Labels, created = 1000) => make(name, { labels, created });

  test("lists by labels: equal, in a range, containing a text; by each value of a list", async () => {
    const { store, names } = await opened(
      labelled("one", { Team: "Churn", Cost: 5, Tags: ["red", "blue"] }, 1),
      labelled("two", { Team: "fraud", Cost: 20, Tags: ["blue", "Blue", "blue"] }, 2),
      labelled("three", { Team: "churn", Cost: 5.5 }, 3),
      labelled("four", { Team: "", Cost: "5", Tags: [] }, 4),
      make("none", { created: 5 }),
    );
    const by = (labels: ResourceQuery["labels"]) => names({ labels });
    expect(await by({ Team: "churn" })).toEqual(["three"]);
    expect(await by({ Team: { contains: "CHUR" } })).toEqual(["one", "three"]);
    expect(await by({ Team: { contains: "" } })).toEqual(["one", "two", "three", "four"]);
    expect(await by({ Cost: { contains: "5" } })).toEqual(["four"]);
    expect(await by({ Tags: "blue" })).toEqual(["one", "two"]);
    expect(await by({ Tags: "blue", Team: "fraud" })).toEqual(["two"]);
    expect(await by({ Tags: {} })).toEqual(["one", "two"]);
    expect(await by({ Cost: 5 })).toEqual(["one"]);
    expect(await by({ Cost: "5" })).toEqual(["four"]);
    expect(await by({ Cost: { after: 5, before: 20 } })).toEqual(["three"]);
    expect(await by({ Cost: { from: 5, to: 5.5 } })).toEqual(["one", "three"]);
    expect(await by({ Cost: { from: 5, to: 20 }, Team: undefined })).toEqual(["one", "two", "three"]);
    expect(await by({ Team: { after: "Churn" } })).toEqual(["two", "three"]);
    expect(await by({ Other: "x" })).toEqual([]);
    await expect(names({ labels: { "a'b": 1 } })).rejects.toThrow(RangeError);
    expect((await store.get(keyOf("two")))!.labels).toEqual({
      Team: "fraud",
      Cost: 20,
      Tags: ["blue", "Blue", "blue"],
    });
    await store.close();
  });

  test("sorts by a label: without it first, of several values the smallest", async () => {
    const { store, names } = await opened(
      labelled("b", { Cost: 2 }),
      labelled("none", {}),
      labelled("text", { Cost: "1" }),
      labelled("a", { Cost: [30, 1] }),
      labelled("empty", { Cost: [] }),
      labelled("c", { Cost: 2 }),
    );
    const ascending = ["empty", "none", "a", "b", "c", "text"];
    expect(await names({ sort: { by: "label:Cost" } })).toEqual(ascending);
    expect(await names({ sort: { by: "label:Cost", descending: true } })).toEqual(ascending.toReversed());
    const sort = { by: "label:Cost" } as const;
    expect(await names({ sort, labels: { Cost: { from: 2, to: 100 } } })).toEqual(["a", "b", "c"]);
    expect(await names({ sort: { by: "label:Other" } })).toHaveLength(6);
    const { next } = await store.list("model", { ...here, limit: 1, sort });
    const other = store.list("model", { ...here, limit: 1, sort: { by: "label:Other" }, after: next });
    await expect(other).rejects.toThrow(RangeError);
    await expect(names({ sort: { by: "label:'" } })).rejects.toThrow(RangeError);
    await store.close();
  });

  test("a change of the labels is a change of the lists", async () => {
    const { store, names } = await opened(labelled("a", { Team: "x", Cost: 1 }), labelled("b", { Team: "x" }));
    await store.write([{ put: put("a", { labels: { Team: "y", Cost: [1, 2] } }), expected: 1 }]);
    expect(await names({ labels: { Team: "x" } })).toEqual(["b"]);
    expect(await names({ labels: { Team: "y", Cost: 2 } })).toEqual(["a"]);
    await store.write([{ put: put("a", { labels: { Cost: 2 }, created: 7, id: "new" }), expected: 2 }]);
    expect(await names({ labels: { Cost: 2 }, created: { before: 8 } })).toEqual(["a"]);
    expect(await names({ labels: { Cost: 1 } })).toEqual([]);
    await store.write([{ delete: keyOf("a"), expected: 3 }]);
    expect(await names({ labels: { Cost: 2 } })).toEqual([]);
    await store.clear();
    expect(await names({ labels: { Team: "x" } })).toEqual([]);
    await store.close();
  });

  test("lists by the beginning of the name, several statuses, inclusive times", async () => {
    const { store, names } = await opened(
      make("group\u001F1", { status: "A", created: 1 }),
      make("group\u001F2", { status: "B", created: 2 }),
      make("Group\u001F3", { status: "C", created: 3 }),
      make("group%", { created: 4 }),
      make("group\u{10FFFF}x", { created: 5 }),
    );
    expect(await names({ namePrefix: "group\u001F" })).toEqual(["group\u001F1", "group\u001F2"]);
    expect(await names({ namePrefix: "group\u{10FFFF}" })).toEqual(["group\u{10FFFF}x"]);
    expect(await names({ nameContains: "P%" })).toEqual(["group%"]);
    expect(await names({ nameIncludes: "p%" })).toEqual(["group%"]);
    expect(await names({ nameIncludes: "P%" })).toEqual([]);
    expect(await names({ nameIncludes: "roup\u001F", namePrefix: "G" })).toEqual(["Group\u001F3"]);
    expect(await names({ status: ["C", "A", "A"] })).toEqual(["group\u001F1", "Group\u001F3"]);
    const byStatus = { by: "status", descending: true } as const;
    expect(await names({ status: ["A", "C"], sort: byStatus })).toEqual(["Group\u001F3", "group\u001F1"]);
    expect(await names({ status: [] })).toEqual([]);
    expect(await names({ created: { from: 2, to: 3 } })).toEqual(["group\u001F2", "Group\u001F3"]);
    await store.close();
  });

  test("lists what was made for a document, and what a caller made", async () => {
    const job = "arn:aws:sagemaker:us-east-1:123456789012:tuning-job/t";
    const caller = "arn:aws:sts::123456789012:assumed-role/r/s";
    const { store, names } = await opened(
      make("a", { origin: job, created: 2, status: "A" }),
      make("b", { origin: caller, created: 1 }),
      make("c", { origin: job, created: 1, status: "B" }),
      make("d"),
      make("e", { origin: `${job}2` }),
      make("f", { origin: caller, created: 3 }),
    );
    expect(await names({ origin: job })).toEqual(["c", "a"]);
    expect(await names({ origin: job, sort: { by: "name" } })).toEqual(["a", "c"]);
    expect(await names({ origin: job, status: "A" })).toEqual(["a"]);
    expect(await names({ origin: caller })).toEqual(["b", "f"]);
    expect(await names({ origin: "" })).toEqual([]);
    const { next } = await store.list("model", { ...here, limit: 1, origin: job });
    expect(await names({ origin: job, after: next })).toEqual(["a"]);
    await expect(names({ origin: caller, after: next })).rejects.toThrow(RangeError);
    await store.close();
  });

  test("of several regions a list is one list", async () => {
    const { store } = await opened(
      ...["us-east-1", "eu-west-1"].flatMap((region) =>
        [1, 2, 3].map((i) => make("", { key: keyOf(`n${i}`, { region }), id: `${i}${region}`, created: i })),
      ),
    );
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.list("model", { account: here.account, sort: { by: "name" }, limit: 2, after });
      seen.push(...page.documents.map(({ key }) => `${key.name} ${key.region}`));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual([1, 2, 3].flatMap((i) => [`n${i} eu-west-1`, `n${i} us-east-1`]));
    await store.close();
  });

  test("lists of many documents are those of the plain model", { timeout: 120_000 }, async () => {
    const some = (i: number) =>
      make(`n${(i * 7919) % 9_001}`, {
        created: i,
        modified: (i * 31) % 5_000,
        status: i % 3 === 0 ? undefined : `s${i % 5}`,
        labels: { Even: i % 2, Rank: (i * 17) % 4_001, ...(i % 50 === 0 ? { Rare: [i, -i] } : {}) },
      });
    const documents = Array.from({ length: 9_000 }, (_, i) => some(i));
    const { store } = await opened(...documents);
    const model = createMemoryResourceStore({ clock });
    await model.write(documents);
    const queries: Partial<ResourceQuery>[] = [
      { labels: { Even: 1 }, status: "s1" },
      { labels: { Even: 1, Rank: { after: 3_990 } }, sort: { by: "name" } },
      { labels: { Even: 1 }, status: ["s1", "s2"], created: { after: 8_900 }, sort: { by: "name" } },
      { labels: { Even: 0 }, modified: { before: 2_500 }, sort: { by: "label:Rank", descending: true } },
      { labels: { Even: 0 }, sort: { by: "label:Rare" } },
      { labels: { Rare: { from: 0 } }, sort: { by: "label:Rare", descending: true } },
      { labels: { Rank: { contains: "1" } }, sort: { by: "modified" } },
      { nameContains: "99", sort: { by: "status" } },
      { nameContains: "99", status: "s1", labels: { Even: 1 }, sort: { by: "name", descending: true } },
      { namePrefix: "n1", labels: { Even: 1 }, modified: { after: 100 }, sort: { by: "status" } },
      // Each lets half through, both together nothing.
      { created: { before: 4_500 }, labels: { Rank: { from: 4_001 } }, sort: { by: "modified" } },
      { created: { before: 3_000 }, modified: { from: 4_999 }, sort: { by: "name" } },
    ];
    for (const query of queries) {
      let after: string | undefined;
      for (let pages = 0; pages < 4; pages++) {
        const asked = { ...here, ...query, limit: 40, after };
        const page = await store.list("model", asked);
        expect(page, JSON.stringify(query)).toEqual(await model.list("model", asked));
        after = page.next;
        if (after === undefined) break;
      }
    }
    await store.close();
  });
}
