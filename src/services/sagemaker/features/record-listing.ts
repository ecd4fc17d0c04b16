import { defineOperations, onDataPlane } from "../../../frame/define-operations.ts";
import { featureGroup } from "./feature-group.ts";
import { validationError } from "./feature-value.ts";
import { findSchema } from "./group-schema.ts";
import { checkOnline } from "./record.ts";

const defaultPage = 100;

const operations = defineOperations(
  "sagemaker-featurestore-runtime",
  {
    ListRecords: (input, place) => [{ action: "sagemaker:ListRecords", resource: featureGroup.pattern(place, input) }],
  },
  {
    async ListRecords(input, context) {
      const schema = await findSchema(context, input.FeatureGroupName!);
      checkOnline(schema);
      const limit = input.MaxResults ?? defaultPage;
      const found = await context.onlineStore.list(schema.id, {
        after: input.NextToken === undefined ? undefined : identifierOf(input.NextToken),
        // One more says whether there is another page.
        ...{ limit: limit + 1, now: context.clock.now(), deleted: input.IncludeSoftDeletedRecords ?? false },
      });
      const shown = found.slice(0, limit);
      return { RecordIdentifiers: shown, NextToken: found.length > limit ? tokenOf(shown.at(-1)!) : undefined };
    },
  },
);

export const recordListing = onDataPlane(operations);

/** A page goes on after an identifier, so that records that come or go in between neither repeat nor hide one. */
const tokenOf = (identifier: string): string => Buffer.from(JSON.stringify([identifier])).toString("base64url");

function identifierOf(token: string): string {
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(token, "base64url").toString())[0];
  } catch {
    read = undefined;
  }
  if (typeof read === "string" && tokenOf(read) === token) return read;
  throw validationError("NextToken is not one that ListRecords gave; leave it out to begin with the first page.");
}
