import { defineFollower } from "../../../frame/define-follower.ts";
import { indexDocument, searchFollowerName } from "./searched-kind.ts";

/** Keeps the search index true: what is searched for the first time is indexed then, and followed from then on. */
export const searchFollower = defineFollower({
  name: searchFollowerName,
  kinds: ({ search }) => search !== undefined,
  async handle({ key, event }, context) {
    const entry = context.kinds.named(key.kind);
    if (entry && !event) await indexDocument(entry, key, context);
  },
});
