import { defineOperations, onDataPlane } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import type { OnlineRecord } from "../../../frame/online-write.ts";
import { ReadyDocument } from "../../../wire/ready-document.ts";
import { featureGroup } from "./feature-group.ts";
import { type FeatureValue, validationError } from "./feature-value.ts";
import { findSchema, type GroupSchema } from "./group-schema.ts";
import { updateWrite } from "./record-update.ts";
import { checkIdentifier, deleteWrite, putWrite } from "./record-write.ts";
import { shownExpiry } from "./time-to-live.ts";

const onGroup = (action: string) => (input: object, place: Place) => [
  { action: `sagemaker:${action}`, resource: featureGroup.pattern(place, input) },
];

const operations = defineOperations(
  "sagemaker-featurestore-runtime",
  {
    PutRecord: onGroup("PutRecord"),
    GetRecord: onGroup("GetRecord"),
    DeleteRecord: onGroup("DeleteRecord"),
    UpdateRecord: onGroup("UpdateRecord"),
  },
  {
    async PutRecord(input, context) {
      const schema = await findSchema(context, input.FeatureGroupName!);
      const write = putWrite(schema, input, context);
      await context.onlineStore.write(write);
      return {};
    },

    async GetRecord(input, context) {
      const schema = await findSchema(context, input.FeatureGroupName!);
      checkOnline(schema);
      checkNames(schema, input.FeatureNames);
      const identifier = checkIdentifier(schema, input.RecordIdentifierValueAsString);
      const [state] = await context.onlineStore.read(schema.id, [identifier], context.clock.now());
      if (!state) return {};
      const expires = input.ExpirationTimeResponse === "Enabled" ? shownExpiry(state.expires) : undefined;
      return ready('{"Record":', featuresOf(state, input.FeatureNames), `${expiryText(expires)}}`);
    },

    async DeleteRecord(input, context) {
      const schema = await findSchema(context, input.FeatureGroupName!);
      const write = deleteWrite(schema, input, context);
      if ((await context.onlineStore.write(write)) === "refused") throw tooEarly(input.EventTime!);
      return {};
    },

    async UpdateRecord(input, context) {
      const schema = await findSchema(context, input.FeatureGroupName!);
      const write = updateWrite(schema, input, context);
      await context.onlineStore.write(write);
      return {};
    },
  },
);

export const record = onDataPlane(operations);

const tooEarly = (eventTime: string) =>
  validationError(
    `EventTime: ${eventTime} is not later than the event time of the record in the online store, so HardDelete does not delete it. Give a later EventTime.`,
  );

/** @throws Fault for a group whose records are in the offline store alone */
export function checkOnline({ online, name }: GroupSchema): void {
  if (!online) throw validationError(`The feature group ${name} has no online store to read from.`);
}

/** @throws Fault for a name that no feature has */
export function checkNames({ definitions, name }: GroupSchema, names: readonly string[] | undefined): void {
  const unknown = names?.find((one) => !definitions.has(one));
  if (unknown !== undefined)
    throw validationError(`FeatureNames has ${unknown}, which is not defined in the feature group ${name}.`);
}

/** The output of an operation, written as JSON. */
export const ready = <Output>(...pieces: readonly (string | Uint8Array)[]): Output =>
  new ReadyDocument(...pieces) as Output;

export const expiryText = (expires: string | undefined): string =>
  expires === undefined ? "" : `,"ExpiresAt":"${expires}"`;

/** The values of a record, or those of some features, as the JSON that is answered: that which is kept. */
export function featuresOf({ features }: OnlineRecord, names: readonly string[] | undefined): string | Uint8Array {
  if (!names) return features;
  const all = JSON.parse(
    Buffer.from(features.buffer, features.byteOffset, features.byteLength).toString(),
  ) as FeatureValue[];
  return JSON.stringify(all.filter(({ FeatureName }) => names.includes(FeatureName!)));
}
