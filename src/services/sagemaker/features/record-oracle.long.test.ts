import fc from "fast-check";
import { expect, test } from "vitest";
import { Fault } from "../../../aws/faults.ts";
import { createFeatureContext, makeGroup, valuesOf } from "./feature-group.fixture.ts";
import { readOfflineWrites } from "./offline-journal.ts";
import { bruteForce, type Happening, ownValues } from "./record-oracle.fixture.ts";

const runtime = "sagemaker-featurestore-runtime";
const start = 1_700_000_000;
const ids = ["a", "b"];

const id = fc.constantFrom(...ids);
const time = fc.integer({ min: 0, max: 12 }).map((second) => start + second);
const values = fc.dictionary(fc.constantFrom("text", "ratio"), fc.constantFrom("1", "2", "3"), { maxKeys: 2 });
const seconds = fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined });
const stores = fc.option(
  fc.constantFrom(
    ["OnlineStore" as const],
    ["OfflineStore" as const],
    ["OnlineStore" as const, "OfflineStore" as const],
  ),
  { nil: undefined, freq: 4 },
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ what: fc.constant("put" as const), id, time, values, seconds, stores }).map(aliveOnline),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("delete" as const), id, time, hard: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ what: fc.constant("update" as const), id, time: fc.option(time, { nil: undefined }), values, seconds })
      .map(timed),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("wait" as const), seconds: fc.integer({ min: 1, max: 8 }) }) },
);

/** Time to live is of the online store. */
function aliveOnline<P extends { stores?: readonly string[] | undefined; seconds?: number | undefined }>(put: P): P {
  return put.stores && !put.stores.includes("OnlineStore") ? { ...put, seconds: undefined } : put;
}

/** A time to live needs an event time, and an update changes something. */
function timed<U extends { time?: number | undefined; seconds?: number | undefined; values: object }>(update: U): U {
  const changed = Object.keys(update.values).length > 0 ? update : { ...update, values: { text: "4" } };
  return changed.time === undefined ? { ...changed, seconds: undefined } : changed;
}

const groupOf = {
  FeatureDefinitions: [
    { FeatureName: "id", FeatureType: "String" as const },
    { FeatureName: "time", FeatureType: "Fractional" as const },
    { FeatureName: "text", FeatureType: "String" as const },
    { FeatureName: "ratio", FeatureType: "Fractional" as const },
  ],
  OnlineStoreConfig: { EnableOnlineStore: true, StorageType: "Standard_V2" },
};

test("after any log of events the stores are what a brute-force reading of it says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 30 }), async (log) => {
      const context = createFeatureContext();
      context.setTime(start * 1000);
      const group = await makeGroup(context, groupOf);
      const named = (RecordIdentifierValueAsString: string) => ({
        ...{ FeatureGroupName: "clicks", RecordIdentifierValueAsString },
      });
      const ttl = (seconds: number | undefined) => seconds && { Unit: "Seconds" as const, Value: seconds };
      const tell = async (event: Happening): Promise<unknown> => {
        if (event.what === "wait") return context.passTime(event.seconds * 1000);
        if (event.what === "put")
          return context.call(runtime, "PutRecord", {
            FeatureGroupName: "clicks",
            Record: valuesOf({ id: event.id, time: String(event.time), ...event.values }),
            TargetStores: event.stores && [...event.stores],
            TtlDuration: ttl(event.seconds) || undefined,
          });
        if (event.what === "delete")
          return context.call(runtime, "DeleteRecord", {
            ...{ ...named(event.id), EventTime: String(event.time) },
            DeletionMode: event.hard ? "HardDelete" : "SoftDelete",
          });
        return context.call(runtime, "UpdateRecord", {
          ...named(event.id),
          Features: valuesOf({ ...event.values, ...(event.time !== undefined && { time: String(event.time) }) }),
          TtlDuration: ttl(event.seconds) || undefined,
        });
      };
      const answers: object[] = [];
      for (const event of log)
        answers.push(
          await tell(event).then(
            () => ({}),
            (error) => ({ refusal: error instanceof Fault ? error.code : String(error) }),
          ),
        );
      const right = bruteForce(log, start);
      expect(answers).toEqual(right.answers);
      for (const one of ids) {
        const { Record } = await context.call(runtime, "GetRecord", named(one));
        const wanted = right.online(one);
        expect(
          Record && {
            time: Number(Record.find(({ FeatureName }) => FeatureName === "time")!.ValueAsString),
            values: ownValues(Record),
          },
        ).toEqual(wanted);
      }
      const told = (await readOfflineWrites(context, group.id, 1000)).map(({ record, eventTime, isDeleted }) => ({
        id: record.find(({ FeatureName }) => FeatureName === "id")!.ValueAsString,
        ...{ time: eventTime / 1000, deleted: isDeleted, values: ownValues(record) },
      }));
      expect(told).toEqual(right.history);
      // Expiry removes what is not answered, and nothing else.
      await context.onlineStore.expire(context.clock.now());
      for (const one of ids)
        expect((await context.call(runtime, "GetRecord", named(one))).Record === undefined).toBe(
          right.online(one) === undefined,
        );
    }),
    { numRuns: 1000 },
  );
}, 120_000);
