import { expect, test } from "vitest";
import { createResourceCache } from "./cache.ts";
import { createMemoryResourceStore } from "./memory.ts";
import type { ResourceKey, ResourceStore } from "./port.ts";

const key: ResourceKey = { account: "123456789012", region: "us-east-1", kind: "endpoint", name: "e" };
const put = { key, id: "1", schema: 1, status: "Creating", created: 0, modified: 0, wanted: {}, actual: {} };

const turn = () => new Promise((resolve) => setImmediate(resolve));

function begin() {
  const store = createMemoryResourceStore({ clock: { now: () => 0 } });
  let reads = 0;
  const counted: ResourceStore = {
    ...store,
    get(key) {
      reads++;
      return store.get(key);
    },
  };
  return { store: counted, cache: createResourceCache(counted), reads: () => reads };
}

test("a document is read once, until it changes", async () => {
  const { store, cache, reads } = begin();
  expect(await cache.get(key)).toBeUndefined();
  await store.write([{ put, expected: "absent" }]);
  await turn();
  const first = await cache.get(key);
  expect(first).toMatchObject({ version: 1 });
  expect(cache.get(key)).toBe(first);
  expect(reads()).toBe(2);
  await store.write([{ put: { ...put, status: "InService" }, expected: 1 }]);
  await turn();
  expect(await cache.get(key)).toMatchObject({ status: "InService" });
  await store.write([{ delete: key, expected: 2 }]);
  await turn();
  expect(await cache.get(key)).toBeUndefined();
  await cache.close();
});

test("a read that a change overtakes is not kept", async () => {
  const { store } = begin();
  await store.write([{ put, expected: "absent" }]);
  let answer = (): void => {};
  const slow = createResourceCache({
    ...store,
    async get(key) {
      const document = await store.get(key);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return document;
    },
  });
  const overtaken = slow.get(key);
  await store.write([{ put: { ...put, status: "InService" }, expected: 1 }]);
  await turn();
  answer();
  expect(await overtaken).toMatchObject({ status: "Creating" });
  const next = slow.get(key);
  await turn();
  answer();
  expect(await next).toMatchObject({ status: "InService" });
  await slow.close();
});

test("when the feed fails nothing stale is served", async () => {
  const { store } = begin();
  await store.write([{ put, expected: "absent" }]);
  let fail = (_error: Error): void => {};
  let feeds = 0;
  const cache = createResourceCache({
    get: store.get,
    changes(...asked) {
      feeds++;
      return Promise.race([store.changes(...asked), new Promise<never>((_resolve, reject) => (fail = reject))]);
    },
  });
  await cache.get(key);
  fail(new RangeError("seven days behind"));
  await turn();
  await store.write([{ put: { ...put, status: "InService" }, expected: 1 }]);
  expect(await cache.get(key)).toMatchObject({ status: "InService" });
  expect(feeds).toBe(2);
  await cache.close();
});
