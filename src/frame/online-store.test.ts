import { expect, test } from "vitest";
import { createSqliteRecordStore } from "../stores/records/sqlite.ts";
import { createOnlineStore } from "./online-store.ts";

const write = (group: string, eventTime: number, offline?: string) => ({
  ...{ group, identifier: "a", eventTime, now: 1 },
  ...{ online: { eventTime, features: "[]" }, ...(offline !== undefined && { offline }) },
});

test("whoever watches a group's journal is told of entries, and of what another process has written", async () => {
  const others: string[] = [];
  const records = createSqliteRecordStore({ path: ":memory:" });
  const store = createOnlineStore(records, { tellOthers: (group) => others.push(group) });
  const told: string[] = [];
  const ends = ["clicks", "visits"].map((group) => store.watchOffline(group, () => told.push(group)));
  await store.write(write("clicks", 2, "one"));
  expect(await store.offlineNext("clicks")).toBe(1);
  // Nothing comes to a journal.
  await store.write(write("visits", 2));
  expect([told, others]).toEqual([["clicks"], ["clicks"]]);
  store.offlineWritten("visits");
  expect(told).toEqual(["clicks", "visits"]);
  store.offlineWritten();
  expect(told).toEqual(["clicks", "visits", "clicks", "visits"]);
  for (const end of ends) end();
  // An event that is too early is history all the same.
  expect(await store.write(write("clicks", 1, "two"))).toBe("kept out");
  expect([told.length, others]).toEqual([4, ["clicks", "clicks"]]);
});

test("the bytes of a group whose records are older than the counting are not told, and never wrong", async () => {
  const records = createSqliteRecordStore({ path: ":memory:" });
  const store = createOnlineStore(records);
  const write = (identifier: string) =>
    store.write({ group: "g", identifier, eventTime: 1, now: 1, online: { eventTime: 1, features: "{}" } });
  await write("old");
  await records.write([{ space: "online-bytes", key: "g" }]);
  await write("new");
  expect(await store.bytes("g")).toBe(undefined);
  await store.write({ group: "g", identifier: "old", eventTime: 2, now: 1, online: "removed" });
  expect(await store.bytes("g")).toBe(undefined);
});

test("the bytes of a group are those of its records, also when they change, expire, are deleted or dropped", async () => {
  const records = createSqliteRecordStore({ path: ":memory:" });
  const store = createOnlineStore(records);
  const put = (identifier: string, eventTime: number, features: string, expires?: number) =>
    store.write({ group: "g", identifier, eventTime, now: 1, online: { eventTime, expires, features } });
  const counted = async () => {
    const there = await records.get("online/g", ["ä", "b"]);
    return there.reduce(
      (sum, text, at) => sum + (text === undefined ? 0 : Buffer.byteLength(`${["ä", "b"][at]}${text}`)),
      0,
    );
  };
  expect(await store.bytes("g")).toBe(0);
  await Promise.all([put("ä", 2, '["ö"]'), put("b", 2, "[1,2,3]", 50), put("ä", 3, "[]"), put("ä", 1, "[too early]")]);
  const both = await counted();
  expect(both).toBeGreaterThan(10);
  expect(await store.bytes("g")).toBe(both);
  expect(await store.expire(60)).toBe(1);
  expect(await store.bytes("g")).toBe(await counted());
  expect(await counted()).toBeLessThan(both);
  await store.write({ group: "g", identifier: "ä", eventTime: 4, now: 70, online: "removed" });
  expect([await store.bytes("g"), await counted()]).toEqual([0, 0]);
  await put("b", 5, "[]");
  await store.drop("g");
  expect(await store.bytes("g")).toBe(0);
  expect(await store.groups()).toEqual([]);
});

test("processes that write together count no bytes", async () => {
  const store = createOnlineStore(createSqliteRecordStore({ path: ":memory:" }), { isShared: true });
  await store.write(write("clicks", 2));
  expect(await store.bytes("clicks")).toBe(undefined);
});
