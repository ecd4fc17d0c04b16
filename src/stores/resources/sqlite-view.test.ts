import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { here, keyOf, make, put } from "./documents.fixture.ts";
import type { ResourceStore } from "./port.ts";
import { createSqliteResourceStore } from "./sqlite.ts";
import { openSqliteResourceView } from "./sqlite-view.ts";

let folder: string;
let store: ResourceStore;
let view: ReturnType<typeof openSqliteResourceView>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-view-"));
  const path = join(folder, "resources.sqlite");
  store = createSqliteResourceStore({ path, clock: { now: () => 1000 } });
  await store.write([make("before")]);
  view = openSqliteResourceView(path);
});
afterEach(async () => {
  await view.resources.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const cached = async (name: string) => view.cache.get(keyOf(name));

it("sees each write as soon as it is acknowledged", async () => {
  expect(await cached("before")).toMatchObject({ version: 1 });
  expect(await cached("new")).toBeUndefined();
  await store.write([make("new")]);
  expect(await cached("new")).toMatchObject({ version: 1, wanted: { Name: "new" } });
  await store.write([{ put: put("new", { status: "InService" }), expected: 1 }]);
  expect(await cached("new")).toMatchObject({ version: 2, status: "InService" });
  expect(await view.resources.get(keyOf("new"))).toMatchObject({ version: 2 });
  await store.write([{ delete: keyOf("new"), expected: 2 }]);
  expect(await cached("new")).toBeUndefined();
  await store.write([make("new", { id: "another" })]);
  expect(await cached("new")).toMatchObject({ version: 1, id: "another" });
});

it("gives what is known without a promise, and keeps it while other documents change", async () => {
  const known = await cached("before");
  await store.write([make("other")]);
  expect(view.cache.get(keyOf("before"))).toBe(known);
});

it("sees documents of a kind, an account and a region that were not there when it was opened", async () => {
  const elsewhere = { account: "210987654321", region: "eu-west-1", kind: "endpoint" };
  await store.write([make("far", { key: keyOf("far", elsewhere) })]);
  expect(await view.cache.get(keyOf("far", elsewhere))).toMatchObject({ id: "id-far" });
});

it("sees many changes at once, and that all was cleared", async () => {
  const names = Array.from({ length: 1_500 }, (_, index) => `n${index}`);
  await store.write(names.map((name) => make(name)));
  for (const name of names) await cached(name);
  await store.write(names.map((name) => ({ put: put(name, { status: "x" }), expected: 1 })));
  for (const name of names) expect(await cached(name)).toMatchObject({ version: 2 });
  await store.clear();
  expect(await cached("before")).toBeUndefined();
  expect(await cached("n7")).toBeUndefined();
});

it("lists what there is now", async () => {
  await store.write([make("beside")]);
  const { documents } = await view.resources.list("model", { ...here, sort: { by: "name" }, limit: 10 });
  expect(documents.map(({ key }) => key.name)).toEqual(["before", "beside"]);
  await store.write([{ put: put("beside", { status: "Failed" }), expected: 1 }]);
  const failed = await view.resources.list("model", { ...here, status: "Failed", limit: 10 });
  expect(failed.documents.map(({ key, version }) => [key.name, version])).toEqual([["beside", 2]]);
});

it("writes nothing", async () => {
  await expect(view.resources.write([make("mine")])).rejects.toThrow("writes no resource");
  await expect(view.resources.clear()).rejects.toThrow("writes no resource");
  expect(await store.get(keyOf("mine"))).toBeUndefined();
});
