import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags } from "../../../frame/resource-tags.ts";
import { type AlarmDocument, alarmKind } from "./alarm-kind.ts";
import { invalidValue } from "./metric-points.ts";

const mostTags = 50;

const onResource =
  (operation: string) =>
  ({ ResourceARN = "*" }: { readonly ResourceARN?: string | undefined }) => [
    { action: `cloudwatch:${operation}`, resource: ResourceARN },
  ];

/** Tags of alarms, the only things of CloudWatch that have some here. A change of tags is no change of the alarm. */
export const tags = defineOperations(
  "cloudwatch",
  {
    TagResource: onResource("TagResource"),
    UntagResource: onResource("UntagResource"),
    ListTagsForResource: onResource("ListTagsForResource"),
  },
  {
    async TagResource({ ResourceARN, Tags }, context) {
      checkTags(Tags as never);
      await changeTags(context, ResourceARN, (present) => {
        const merged = new Map([...present, ...Tags].map((tag) => [tag.Key, tag]));
        if (merged.size > mostTags)
          throw invalidValue(`The alarm would have ${merged.size} tags; it may have at most ${mostTags}.`);
        return [...merged.values()];
      });
      return {};
    },

    async UntagResource({ ResourceARN, TagKeys }, context) {
      await changeTags(context, ResourceARN, (present) => present.filter(({ Key }) => !TagKeys.includes(Key!)));
      return {};
    },

    async ListTagsForResource({ ResourceARN }, context) {
      return { Tags: [...tagsOf(await tagged(context, ResourceARN))] };
    },
  },
);

const tagsOf = ({ wanted }: AlarmDocument) => wanted.Tags ?? [];

async function tagged(context: Context, arn: string): Promise<AlarmDocument> {
  const key = alarmKind.parse(arn);
  const isOwn = key?.account === context.account && key.region === context.region;
  const document = isOwn ? await alarmKind.find(context, key) : undefined;
  if (!document) throw new Fault("ResourceNotFoundException", "Unknown", { status: 404 });
  return document;
}

const changeTags = (context: Context, arn: string, change: (present: readonly Tag[]) => readonly Tag[]) =>
  againOnConflict(context, async () => {
    const document = await tagged(context, arn);
    const wanted = { ...document.wanted, Tags: change(tagsOf(document)) } as typeof document.wanted;
    await context.resources.write([await alarmKind.put(context, { ...document, wanted })]);
  });

type Tag = NonNullable<AlarmDocument["wanted"]["Tags"]>[number];
