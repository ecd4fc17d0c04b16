import { beforeEach, describe, expect, test } from "vitest";
import type { TestContext } from "../../../server/request/test-context.ts";
import { createFeatureContext, makeGroup, valuesOf } from "./feature-group.fixture.ts";
import { dropOfflineWrites, nextOfflinePosition, readOfflineWrites } from "./offline-journal.ts";

const runtime = "sagemaker-featurestore-runtime";
let context: TestContext;
let groupId: string;
beforeEach(async () => {
  context = createFeatureContext();
  groupId = (await makeGroup(context)).id;
});

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, "0")}Z`;
const put = (second: number, text = `at ${second}`, more: object = {}) =>
  context.call(runtime, "PutRecord", {
    FeatureGroupName: "clicks",
    Record: valuesOf({ id: "1", time: at(second), text }),
    ...more,
  });
const get = async (more: object = {}) =>
  context.call(runtime, "GetRecord", { FeatureGroupName: "clicks", RecordIdentifierValueAsString: "1", ...more });
const remove = (second: number, more: object = {}) =>
  context.call(runtime, "DeleteRecord", {
    FeatureGroupName: "clicks",
    RecordIdentifierValueAsString: "1",
    EventTime: at(second),
    ...more,
  });
const text = async () => (await get()).Record?.find(({ FeatureName }) => FeatureName === "text")?.ValueAsString;
const journal = async () =>
  (await readOfflineWrites(context, groupId, 100)).map(({ eventTime, isDeleted }) => [
    new Date(eventTime).getUTCSeconds(),
    isDeleted,
  ]);

describe("writes in the order of their events", () => {
  test("a later event replaces the whole record, others are history", async () => {
    expect(await get()).toEqual({});
    await put(5);
    await put(3);
    await put(5, "the same time");
    expect(await text()).toBe("at 5");
    await put(6);
    expect(await get()).toEqual({ Record: valuesOf({ id: "1", time: at(6), text: "at 6" }), ExpiresAt: undefined });
    expect((await get({ FeatureNames: ["text"] })).Record).toEqual(valuesOf({ text: "at 6" }));
    expect(await journal()).toEqual([5, 3, 5, 6].map((second) => [second, false]));
  });

  test("a softly deleted record comes back with a later event only", async () => {
    await put(5);
    await remove(5);
    expect(await text()).toBe("at 5");
    await remove(6);
    expect(await get()).toEqual({});
    await put(6);
    expect(await get()).toEqual({});
    await put(7);
    expect(await text()).toBe("at 7");
    expect(await journal()).toEqual([
      [5, false],
      [5, true],
      [6, true],
      [6, false],
      [7, false],
    ]);
  });

  test("a hard deletion must be later, and leaves nothing that an older event meets", async () => {
    await put(5);
    await expect(remove(5, { DeletionMode: "HardDelete" })).rejects.toMatchObject({ code: "ValidationError" });
    expect(await journal()).toHaveLength(1);
    await remove(6, { DeletionMode: "HardDelete" });
    expect(await get()).toEqual({});
    await put(1);
    expect(await text()).toBe("at 1");
  });
});

test("the stores that a write names get it, and no other", async () => {
  await put(5, "online", { TargetStores: ["OnlineStore"] });
  await put(6, "offline", { TargetStores: ["OfflineStore"] });
  expect(await text()).toBe("online");
  const writes = await readOfflineWrites(context, groupId, 10);
  const now = context.clock.now();
  expect(writes).toEqual([
    {
      position: 0,
      record: valuesOf({ id: "1", time: at(6), text: "offline" }),
      eventTime: Date.parse(at(6)),
      ...{ isDeleted: false, apiInvocationTime: now, writeTime: now },
    },
  ]);
});

test("the offline journal counts on when its entries are dropped", async () => {
  for (const second of [1, 2, 3]) await put(second);
  expect(await nextOfflinePosition(context, groupId)).toBe(3);
  await dropOfflineWrites(context, groupId, 2);
  expect((await readOfflineWrites(context, groupId, 10)).map(({ position }) => position)).toEqual([2]);
  await dropOfflineWrites(context, groupId, 3);
  await put(4);
  expect((await readOfflineWrites(context, groupId, 10)).map(({ position }) => position)).toEqual([3]);
});

test("a record expires at its event time plus its time to live, or that of its group", async () => {
  context.setTime(Date.parse(at(10)));
  await put(5, "long", { TtlDuration: { Unit: "Seconds", Value: 10 } });
  expect(await get({ ExpirationTimeResponse: "Enabled" })).toMatchObject({ ExpiresAt: "2026-01-01T00:00:15.000Z" });
  await put(6, "dead on arrival", { TtlDuration: { Unit: "Seconds", Value: 4 } });
  expect(await get()).toEqual({});
  await put(6, "anew", { TtlDuration: { Unit: "Minutes", Value: 1 } });
  expect(await text()).toBe("anew");
  context.passTime(60_000);
  expect(await get()).toEqual({});
  expect(await context.onlineStore.expire(context.clock.now())).toBe(1);
  expect(await context.onlineStore.expire(context.clock.now())).toBe(0);
  expect(await context.onlineStore.list(groupId, { limit: 9, now: 0, deleted: true })).toEqual([]);
});

test.each([
  [{ text: "no id", time: at(1) }, /no value of id/],
  [{ id: "1", text: "no time" }, /no value of time/],
  [{ id: "one", time: at(1) }, /FeatureType Integral, and its value is "one"/],
  [{ id: "9223372036854775808", time: at(1) }, /whole number of 64 bits/],
  [{ id: "1", time: "2026-02-30T00:00:00Z" }, /event time time is "2026-02-30T00:00:00Z"; it must be yyyy/],
  [{ id: "1", time: "1769846400" }, /event time/],
  [{ id: "1", time: at(1), ratio: "much" }, /Fractional/],
  [{ id: "1", time: at(1), other: "1" }, /not defined/],
  [{ id: "1", time: at(1), text: "x".repeat(358_400) }, /350 KB/],
])("refuses %j", async (values, words) => {
  const refused = context.call(runtime, "PutRecord", {
    FeatureGroupName: "clicks",
    Record: valuesOf(values as Record<string, string>),
  });
  await expect(refused).rejects.toMatchObject({ code: "ValidationError", message: expect.stringMatching(words) });
  expect(await journal()).toEqual([]);
});

test("an unknown group is not found", async () => {
  await expect(get({ FeatureGroupName: "none" })).rejects.toMatchObject({ code: "ResourceNotFound" });
});

test("collections are lists of values, each of the feature's type, and a vector has its dimension", async () => {
  const collection = (FeatureName: string, FeatureType: string, CollectionType: string, more: object = {}) => ({
    ...{ FeatureName, FeatureType, CollectionType, ...more },
  });
  await makeGroup(context, {
    FeatureGroupName: "vectors",
    OnlineStoreConfig: { EnableOnlineStore: true, StorageType: "InMemory" },
    FeatureDefinitions: [
      { FeatureName: "id", FeatureType: "Integral" },
      { FeatureName: "time", FeatureType: "String" },
      collection("list", "Integral", "List"),
      collection("set", "String", "Set"),
      collection("vector", "Fractional", "Vector", { CollectionConfig: { VectorConfig: { Dimension: 2 } } }),
    ],
  });
  const write = (FeatureName: string, ValueAsStringList: string[], ValueAsString?: string) =>
    context.call(runtime, "PutRecord", {
      FeatureGroupName: "vectors",
      Record: [...valuesOf({ id: "1", time: at(1) }), { FeatureName, ValueAsStringList, ValueAsString }],
    });
  for (const [name, list, words] of [
    ["list", ["1", "x"], /FeatureType Integral/],
    ["set", ["a", "a"], /has a value twice/],
    ["vector", ["1.5"], /dimension 2, and ValueAsStringList has 1/],
  ] as const)
    await expect(write(name, [...list])).rejects.toThrow(words);
  await expect(write("list", ["1"], "1")).rejects.toThrow(/is a List: give ValueAsStringList/);
  await write("vector", ["1.5", "-2"]);
  const { Record } = await get({ FeatureGroupName: "vectors" });
  expect(Record!.at(-1)).toEqual({ FeatureName: "vector", ValueAsStringList: ["1.5", "-2"] });
  await expect(
    context.call(runtime, "PutRecord", {
      FeatureGroupName: "clicks",
      Record: [...valuesOf({ id: "1", time: at(1) }), { FeatureName: "text", ValueAsStringList: ["a"] }],
    }),
  ).rejects.toThrow(/single value/);
});
