import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations, onDataPlane } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import { featureGroup } from "./feature-group.ts";
import { type Client, validationError } from "./feature-value.ts";
import { findSchema } from "./group-schema.ts";
import { checkNames, checkOnline, expiryText, featuresOf, ready } from "./record.ts";
import { checkIdentifier, putWrite } from "./record-write.ts";
import { shownExpiry } from "./time-to-live.ts";

type BatchGet = InputOf<Client, "BatchGetRecord">;
type Identifier = NonNullable<BatchGet["Identifiers"]>[number];
type Got = OutputOf<Client, "BatchGetRecord">;
type Missed = NonNullable<Got["Errors"]>;
type Entry = NonNullable<InputOf<Client, "BatchWriteRecord">["Entries"]>[number];

const mostRecords = 100;
const mostGroups = 10;

/** Every group that a batch names must be allowed. */
const onGroups = (action: string, member: string) => (input: object, place: Place) => {
  const parts = (input as Readonly<Record<string, readonly object[] | undefined>>)[member] ?? [];
  const resources = new Set(parts.map((part) => featureGroup.pattern(place, part)));
  return [...resources].map((resource) => ({ action: `sagemaker:${action}`, resource }));
};

const operations = defineOperations(
  "sagemaker-featurestore-runtime",
  {
    BatchGetRecord: onGroups("BatchGetRecord", "Identifiers"),
    BatchWriteRecord: onGroups("BatchWriteRecord", "Entries"),
  },
  {
    async BatchGetRecord({ Identifiers, ExpirationTimeResponse }, context) {
      const asked = Identifiers as readonly Identifier[];
      checkBatch(asked);
      const records: Piece[] = [];
      const Errors: Missed = [];
      for (const one of asked) {
        try {
          const found = await getSome(context, one, ExpirationTimeResponse === "Enabled");
          for (const piece of found) records.push(piece);
        } catch (error) {
          Errors.push(...refusedReads(one, error));
        }
      }
      // The first record has a comma before it, as all have.
      if (records.length > 0) records[0] = (records[0] as string).slice(1);
      return ready('{"Records":[', ...records, `],"Errors":${JSON.stringify(Errors)},"UnprocessedIdentifiers":[]}`);
    },

    async BatchWriteRecord({ Entries, TtlDuration }, context) {
      const entries = Entries as readonly Entry[];
      const results = await Promise.all(
        entries.map(async (entry) => {
          try {
            const schema = await findSchema(context, entry.FeatureGroupName!);
            await context.onlineStore.write(
              putWrite(schema, { ...entry, TtlDuration: entry.TtlDuration ?? TtlDuration }, context),
            );
            return undefined;
          } catch (error) {
            return faultOf(error);
          }
        }),
      );
      const failed = entries.flatMap((Entry, place) => {
        const fault = results[place];
        return fault ? [{ Entry, fault }] : [];
      });
      return {
        Errors: failed
          .filter(({ fault }) => fault.status < 500)
          .map(({ Entry, fault }) => ({ Entry, ErrorCode: fault.code, ErrorMessage: fault.message })),
        // These may succeed when they are sent again.
        UnprocessedEntries: failed.filter(({ fault }) => fault.status >= 500).map(({ Entry }) => Entry),
      };
    },
  },
);

export const recordBatch = onDataPlane(operations);

function checkBatch(asked: readonly Identifier[]): void {
  const records = asked.reduce((sum, one) => sum + one.RecordIdentifiersValueAsString!.length, 0);
  if (records > mostRecords)
    throw validationError(`BatchGetRecord gets ${mostRecords} records at most; this request names ${records}.`);
  const groups = new Set(asked.map(({ FeatureGroupName }) => FeatureGroupName)).size;
  if (groups > mostGroups)
    throw validationError(`BatchGetRecord reads ${mostGroups} feature groups at most; this request names ${groups}.`);
}

type Piece = string | Uint8Array;

/** Returns the records that there are as pieces of JSON, each after a comma. */
async function getSome(context: Context, one: Identifier, showsExpiry: boolean): Promise<Piece[]> {
  const schema = await findSchema(context, one.FeatureGroupName!);
  checkOnline(schema);
  checkNames(schema, one.FeatureNames);
  const identifiers = one.RecordIdentifiersValueAsString!.map((value) => checkIdentifier(schema, value));
  const states = await context.onlineStore.read(schema.id, identifiers, context.clock.now());
  const group = JSON.stringify(one.FeatureGroupName);
  const found: Piece[] = [];
  for (const [place, state] of states.entries()) {
    if (!state) continue;
    const expires = showsExpiry ? shownExpiry(state.expires) : undefined;
    found.push(
      `,{"FeatureGroupName":${group},"RecordIdentifierValueAsString":${JSON.stringify(identifiers[place])},"Record":`,
      featuresOf(state, one.FeatureNames),
      `${expiryText(expires)}}`,
    );
  }
  return found;
}

function refusedReads(
  { FeatureGroupName, RecordIdentifiersValueAsString: identifiers }: Identifier,
  error: unknown,
): Missed {
  const { code, message } = faultOf(error);
  return identifiers!.map((RecordIdentifierValueAsString) => ({
    ...{ FeatureGroupName, RecordIdentifierValueAsString, ErrorCode: code, ErrorMessage: message },
  }));
}

/** What is no refusal is a defect, which the request is answered by. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  throw error;
}
