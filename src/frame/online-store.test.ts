import { expect, test } from "vitest";
import { createSqliteRecordStore } from "../stores/records/sqlite.ts";
import { createOnlineStore } from "./online-store.ts";

const write = (group: string, eventTime: number, offline?: string) => ({
  ...{ group, identifier: "a", eventTime, now: 1 },
  ...{ online: { eventTime, features: "[]" }, ...(offline !== undefined && { offline }) },
});

test("whoever watches a group's journal is told of entries, and of what another process has written", async () => {
  const others: string[] = [];
  const store = createOnlineStore(createSqliteRecordStore({ path: ":memory:" }), (group) => others.push(group));
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
