import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags, type Tag } from "../../../frame/resource-tags.ts";
import { findQueue, invalidValue, missingParameter, onQueue, type QueueDocument, queueKind } from "./queue-kind.ts";

const mostTags = 50;

/** Tags of queues. */
export const queueTags = defineOperations(
  "sqs",
  { TagQueue: onQueue("TagQueue"), UntagQueue: onQueue("UntagQueue"), ListQueueTags: onQueue("ListQueueTags") },
  {
    async TagQueue({ QueueUrl, Tags: given }, context) {
      const added = Object.entries(given).map(([Key, Value]) => ({ Key, Value: Value! }));
      if (added.length === 0) throw missingParameter("Tags");
      checkTags(added, invalidValue);
      await changeTags(context, QueueUrl, (present, { wanted }) => {
        const merged = new Map([...present, ...added].map((tag) => [tag.Key, tag]));
        if (merged.size > mostTags) throw invalidValue(`Too many tags added for queue ${wanted.QueueName}.`);
        return [...merged.values()];
      });
      return {};
    },

    async UntagQueue({ QueueUrl, TagKeys }, context) {
      if (TagKeys.length === 0) throw invalidValue("Tag keys must be between 1 and 128 characters in length.");
      await changeTags(context, QueueUrl, (present) => present.filter(({ Key }) => !TagKeys.includes(Key)));
      return {};
    },

    async ListQueueTags({ QueueUrl }, context) {
      const { wanted } = await findQueue(context, QueueUrl);
      const Tags = Object.fromEntries(wanted.Tags.map(({ Key, Value }) => [Key, Value]));
      return { Tags: wanted.Tags.length > 0 ? Tags : undefined };
    },
  },
);

const changeTags = (
  context: Context,
  url: string,
  change: (present: readonly Tag[], queue: QueueDocument) => readonly Tag[],
) =>
  againOnConflict(context, async () => {
    const document = await findQueue(context, url);
    const wanted = { ...document.wanted, Tags: change(document.wanted.Tags, document) };
    await context.resources.write([await queueKind.put(context, { ...document, wanted })]);
  });
