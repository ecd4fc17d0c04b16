import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags, type Tag } from "../../../frame/resource-tags.ts";
import { invalidParameter, type TopicDocument, topicKind } from "./topic-kind.ts";

const mostTags = 50;

const onResource =
  (operation: string) =>
  ({ ResourceArn = "*" }: { readonly ResourceArn?: string | undefined }) => [
    { action: `sns:${operation}`, resource: ResourceArn },
  ];

/** Tags of topics. */
export const topicTags = defineOperations(
  "sns",
  {
    TagResource: onResource("TagResource"),
    UntagResource: onResource("UntagResource"),
    ListTagsForResource: onResource("ListTagsForResource"),
  },
  {
    async TagResource({ ResourceArn, Tags }, context) {
      const added = Tags.map(({ Key, Value }) => ({ Key: Key!, Value: Value! }));
      checkTags(added, invalidParameter);
      await changeTags(context, ResourceArn, (present) => {
        const merged = new Map([...present, ...added].map((tag) => [tag.Key, tag]));
        if (merged.size > mostTags)
          throw new Fault(
            "TagLimitExceededException",
            "Could not complete request: tag quota of per resource exceeded",
          );
        return [...merged.values()];
      });
      return {};
    },

    async UntagResource({ ResourceArn, TagKeys }, context) {
      await changeTags(context, ResourceArn, (present) => present.filter(({ Key }) => !TagKeys.includes(Key)));
      return {};
    },

    async ListTagsForResource({ ResourceArn }, context) {
      const { wanted } = await tagged(context, ResourceArn);
      return { Tags: wanted.Tags.map((tag) => ({ ...tag })) };
    },
  },
);

async function tagged(context: Context, arn: string): Promise<TopicDocument> {
  const key = topicKind.parse(arn);
  const found = key && topicKind.isIn(context, key) ? await topicKind.find(context, key) : undefined;
  if (!found) throw new Fault("ResourceNotFoundException", "Resource does not exist", { status: 404 });
  return found;
}

const changeTags = (context: Context, arn: string, change: (present: readonly Tag[]) => readonly Tag[]) =>
  againOnConflict(context, async () => {
    const document = await tagged(context, arn);
    const wanted = { ...document.wanted, Tags: change(document.wanted.Tags) };
    await context.resources.write([await topicKind.put(context, { ...document, wanted })]);
  });
