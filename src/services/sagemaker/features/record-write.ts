import type { Context } from "../../../frame/context.ts";
import type { OnlineWrite } from "../../../frame/online-write.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { eventTimeForms, eventTimeOf } from "./event-time.ts";
import { type Client, checkValue, type FeatureValue, shown, validationError } from "./feature-value.ts";
import type { GroupSchema } from "./group-schema.ts";
import { offlineEntry } from "./offline-journal.ts";
import { expiryOf, type TtlDuration, ttlMilliseconds } from "./time-to-live.ts";

type PutRecord = InputOf<Client, "PutRecord">;
type DeleteRecord = InputOf<Client, "DeleteRecord">;
type TargetStores = PutRecord["TargetStores"];

export const longestRecordBytes = 350 * 1024;
const longestIdentifierBytes = 2 * 1024;

/** Returns the write of a whole record. @throws Fault */
export function putWrite(
  schema: GroupSchema,
  { Record, TargetStores, TtlDuration }: Pick<PutRecord, "Record" | "TargetStores" | "TtlDuration">,
  { clock }: Pick<Context, "clock">,
): OnlineWrite {
  const record = Record as readonly FeatureValue[];
  const targets = targetsOf(schema, TargetStores);
  checkTtl(schema, TtlDuration as TtlDuration | undefined, targets.online);
  checkRecord(schema, record);
  const identifier = checkIdentifier(schema, valueIn(record, schema.identifier.FeatureName!));
  const eventTime = readEventTime(schema, valueIn(record, schema.eventTime.FeatureName!));
  const ttl = ttlMilliseconds(TtlDuration as TtlDuration | undefined) ?? schema.ttlMilliseconds;
  const now = clock.now();
  const kept = record.map(plainValue);
  return {
    ...{ group: schema.id, identifier, eventTime, now },
    online: targets.online
      ? { eventTime, expires: expiryOf(eventTime, ttl), features: JSON.stringify(kept) }
      : undefined,
    offline: targets.offline
      ? offlineEntry({ record: kept, eventTime, isDeleted: false, apiInvocationTime: now, writeTime: now })
      : undefined,
  };
}

/** Returns the write that deletes a record. @throws Fault */
export function deleteWrite(schema: GroupSchema, input: DeleteRecord, { clock }: Pick<Context, "clock">): OnlineWrite {
  const targets = targetsOf(schema, input.TargetStores);
  const isHard = input.DeletionMode === "HardDelete";
  const identifier = checkIdentifier(schema, input.RecordIdentifierValueAsString);
  const eventTime = readEventTime(schema, input.EventTime);
  const now = clock.now();
  const record = [
    { FeatureName: schema.identifier.FeatureName!, ValueAsString: identifier },
    { FeatureName: schema.eventTime.FeatureName!, ValueAsString: input.EventTime! },
  ];
  return {
    ...{ group: schema.id, identifier, eventTime, now, mustBeLater: isHard },
    online: targets.online ? (isHard ? "removed" : { eventTime }) : undefined,
    offline: targets.offline
      ? offlineEntry({ record, eventTime, isDeleted: true, apiInvocationTime: now, writeTime: now })
      : undefined,
  };
}

/** Returns the stores that a write goes to: all that the group has, unless the request names some. @throws Fault */
export function targetsOf(
  schema: GroupSchema,
  asked: TargetStores,
): { readonly online: boolean; readonly offline: boolean } {
  if (!asked) return schema;
  for (const [store, has] of [
    ["OnlineStore", schema.online],
    ["OfflineStore", schema.offline],
  ] as const)
    if (asked.includes(store) && !has)
      throw validationError(`TargetStores has ${store}, which the feature group ${schema.name} does not have.`);
  return { online: asked.includes("OnlineStore"), offline: asked.includes("OfflineStore") };
}

/** A time to live is of the online store. @throws Fault */
export function checkTtl(schema: GroupSchema, ttl: TtlDuration | undefined, online: boolean): void {
  if (!ttl) return;
  if (!online)
    throw validationError(
      `TtlDuration is for records of the online store, and this write to ${schema.name} does not go there.`,
    );
  if (ttl.Unit === undefined || ttl.Value === undefined) throw validationError("TtlDuration needs a Unit and a Value.");
}

/** Checks the values of a record or of a part of it, and its size. @throws Fault */
export function checkRecord(schema: GroupSchema, record: readonly FeatureValue[]): void {
  const seen = new Set<string>();
  let bytes = 0;
  for (const value of record) {
    const name = value.FeatureName;
    if (name === undefined) throw validationError("A value of the record has no FeatureName.");
    const definition = schema.definitions.get(name);
    if (!definition)
      throw validationError(
        `The feature ${shown(name)} is not defined in the feature group ${schema.name}; UpdateFeatureGroup adds definitions.`,
      );
    if (seen.has(name)) throw validationError(`The record has the feature ${name} twice.`);
    seen.add(name);
    checkValue(value, definition);
    bytes += name.length + bytesOf(value);
  }
  checkSize(bytes);
}

export function checkSize(bytes: number): void {
  if (bytes > longestRecordBytes)
    throw validationError(
      `The record has ${bytes} bytes of names and values; a record has ${longestRecordBytes} at most (350 KB).`,
    );
}

const bytesOf = ({ ValueAsString: single, ValueAsStringList: list }: FeatureValue): number => {
  if (single !== undefined) return Buffer.byteLength(single);
  let bytes = 0;
  for (const element of list ?? []) bytes += Buffer.byteLength(element);
  return bytes;
};
export const recordBytes = (record: readonly FeatureValue[]): number =>
  record.reduce((bytes, value) => bytes + value.FeatureName!.length + bytesOf(value), 0);

export const valueIn = (record: readonly FeatureValue[], feature: string): string | undefined =>
  record.find(({ FeatureName }) => FeatureName === feature)?.ValueAsString;

/** Returns the value that names a record. @throws Fault */
export function checkIdentifier({ identifier, name }: GroupSchema, value: string | undefined): string {
  const feature = identifier.FeatureName!;
  if (value === undefined || value === "")
    throw validationError(`The record has no value of ${feature}, which identifies records of ${name}.`);
  const bytes = Buffer.byteLength(value);
  if (bytes > longestIdentifierBytes)
    throw validationError(
      `The record identifier ${feature} has ${bytes} bytes; it has ${longestIdentifierBytes} at most (2 KB).`,
    );
  checkValue({ FeatureName: feature, ValueAsString: value }, identifier);
  return value;
}

/** Returns the time of an event in milliseconds. @throws Fault */
export function readEventTime({ eventTime, name }: GroupSchema, value: string | undefined): number {
  const feature = eventTime.FeatureName!;
  if (value === undefined)
    throw validationError(`The record has no value of ${feature}, which is the event time of ${name}.`);
  const time = eventTimeOf(value, eventTime.FeatureType!);
  if (time !== undefined) return time;
  throw validationError(
    `The event time ${feature} is ${shown(value)}; it must be ${eventTimeForms(eventTime.FeatureType!)}.`,
  );
}

/** A value with the members that are answered, in their order. */
export const plainValue = ({ FeatureName, ValueAsString, ValueAsStringList }: FeatureValue): FeatureValue =>
  ValueAsString === undefined ? { FeatureName, ValueAsStringList } : { FeatureName, ValueAsString };
