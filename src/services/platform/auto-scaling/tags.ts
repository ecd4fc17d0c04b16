import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags, type Tag } from "../../../frame/resource-tags.ts";
import { scalableTargetKind, type TargetDocument } from "./scaling-kinds.ts";

const mostTags = 50;

const onResource =
  (operation: string) =>
  ({ ResourceARN = "*" }: { readonly ResourceARN?: string | undefined }) => [
    { action: `application-autoscaling:${operation}`, resource: ResourceARN },
  ];

/** Tags of scalable targets. A change of tags is no change of the target. */
export const scalableTargetTags = defineOperations(
  "application-autoscaling",
  {
    TagResource: onResource("TagResource"),
    UntagResource: onResource("UntagResource"),
    ListTagsForResource: onResource("ListTagsForResource"),
  },
  {
    async TagResource({ ResourceARN, Tags }, context) {
      const added = Object.entries(Tags).map(([Key, Value]) => ({ Key, Value: Value as string }));
      checkTags(added);
      await changeTags(context, ResourceARN, (present) => {
        const merged = new Map([...present, ...added].map((tag) => [tag.Key, tag]));
        if (merged.size > mostTags)
          throw new Fault(
            "TooManyTagsException",
            `The scalable target would have ${merged.size} tags; it may have at most ${mostTags}.`,
          );
        return [...merged.values()];
      });
      return {};
    },

    async UntagResource({ ResourceARN, TagKeys }, context) {
      await changeTags(context, ResourceARN, (present) => present.filter(({ Key }) => !TagKeys.includes(Key)));
      return {};
    },

    async ListTagsForResource({ ResourceARN }, context) {
      const { wanted } = await tagged(context, ResourceARN);
      return { Tags: Object.fromEntries(wanted.Tags.map(({ Key, Value }) => [Key, Value])) };
    },
  },
);

async function tagged(context: Context, arn: string): Promise<TargetDocument> {
  const key = scalableTargetKind.parse(arn);
  const isOwn = key?.account === context.account && key.region === context.region;
  const document = isOwn ? await scalableTargetKind.find(context, key) : undefined;
  if (!document)
    throw new Fault("ResourceNotFoundException", `The specified resource doesn't exist: ${arn}`, {
      members: { ResourceName: arn },
    });
  return document;
}

const changeTags = (context: Context, arn: string, change: (present: readonly Tag[]) => readonly Tag[]) =>
  againOnConflict(context, async () => {
    const document = await tagged(context, arn);
    const wanted = { ...document.wanted, Tags: change(document.wanted.Tags) };
    await context.resources.write([await scalableTargetKind.put(context, { ...document, wanted })]);
  });
