import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { OnlineState, OnlineWrite } from "../../../frame/online-write.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type Client, type FeatureValue, shown, validationError } from "./feature-value.ts";
import type { GroupSchema } from "./group-schema.ts";
import { offlineEntry } from "./offline-journal.ts";
import {
  checkIdentifier,
  checkRecord,
  checkSize,
  checkTtl,
  plainValue,
  readEventTime,
  recordBytes,
  targetsOf,
  valueIn,
} from "./record-write.ts";
import { expiryOf, type TtlDuration, ttlMilliseconds } from "./time-to-live.ts";

type UpdateRecord = InputOf<Client, "UpdateRecord">;

const mostFeatures = 100;

/**
 * Returns the write that changes some features of a record that is there. Without an event time the record keeps its own;
 * without a time to live it keeps that, counted from the event time that it then has.
 * @throws Fault
 */
export function updateWrite(schema: GroupSchema, input: UpdateRecord, { clock }: Pick<Context, "clock">): OnlineWrite {
  const features = input.Features as readonly FeatureValue[];
  if (!schema.online || schema.storageType === "Standard")
    throw validationError(
      `UpdateRecord needs an online store with StorageType Standard_V2 or InMemory; ${schema.name} has ${schema.online ? "Standard, which UpdateFeatureGroup can make Standard_V2" : "no online store"}.`,
    );
  const targets = targetsOf(schema, input.TargetStores);
  if (features.length > mostFeatures)
    throw validationError(`UpdateRecord changes ${mostFeatures} features at most, not ${features.length}.`);
  checkRecord(schema, features);
  const identifier = checkIdentifier(schema, input.RecordIdentifierValueAsString);
  const own = valueIn(features, schema.identifier.FeatureName!);
  if (own !== undefined && own !== identifier)
    throw validationError(
      `Features has ${schema.identifier.FeatureName} ${shown(own)}, and RecordIdentifierValueAsString is ${shown(identifier)}: a record keeps its identifier.`,
    );
  const time = valueIn(features, schema.eventTime.FeatureName!);
  const ttl = input.TtlDuration as TtlDuration | undefined;
  checkTtl(schema, ttl, targets.online);
  if (ttl && time === undefined)
    throw validationError(`TtlDuration needs the event time ${schema.eventTime.FeatureName} among Features.`);
  const eventTime = time === undefined ? undefined : readEventTime(schema, time);
  const now = clock.now();
  let record: readonly FeatureValue[] = [];
  let recordTime = 0;

  function change(present: OnlineState | undefined): OnlineState {
    if (present?.features === undefined)
      throw new Fault(
        "ResourceNotFound",
        `${schema.name} has no record ${shown(identifier)} in its online store; PutRecord makes one.`,
        { status: 404 },
      );
    if (eventTime !== undefined && eventTime < present.eventTime) throw older(schema, time!, present);
    recordTime = eventTime ?? present.eventTime;
    record = merged(JSON.parse(present.features) as FeatureValue[], features);
    checkSize(recordBytes(record));
    if (!targets.online) return present;
    const kept = present.expires === undefined ? undefined : present.expires - present.eventTime;
    return {
      eventTime: recordTime,
      expires: expiryOf(recordTime, ttlMilliseconds(ttl) ?? kept),
      features: JSON.stringify(record),
    };
  }

  return {
    ...{ group: schema.id, identifier, eventTime: eventTime ?? 0, now },
    online: change,
    offline: targets.offline
      ? () => offlineEntry({ record, eventTime: recordTime, isDeleted: false, apiInvocationTime: now, writeTime: now })
      : undefined,
  };
}

/** Features keep their places; new ones come last. */
function merged(present: readonly FeatureValue[], changed: readonly FeatureValue[]): FeatureValue[] {
  const values = new Map(present.map((value) => [value.FeatureName!, value]));
  for (const value of changed) values.set(value.FeatureName!, plainValue(value));
  return [...values.values()];
}

const older = (schema: GroupSchema, time: string, present: OnlineState): Fault =>
  new Fault(
    "ConflictException",
    `The event time ${time} is older than that of the record in ${schema.name}, ${new Date(present.eventTime).toISOString()}. Get the record and give an event time that is not older.`,
    { status: 409 },
  );
