import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import { checkTags, type Tag } from "../../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { invalidRequest } from "./athena-faults.ts";
import { type ActualWorkGroup, type WantedWorkGroup, workGroupKind } from "./athena-kinds.ts";
import { athenaPage } from "./athena-page.ts";

const mostTags = 50;

const onResource =
  (operation: string) =>
  ({ ResourceARN = "*" }: { readonly ResourceARN?: string | undefined }) => [
    { action: `athena:${operation}`, resource: ResourceARN },
  ];

/** Tags of work groups. */
export const athenaTags = defineOperations(
  "athena",
  {
    TagResource: onResource("TagResource"),
    UntagResource: onResource("UntagResource"),
    ListTagsForResource: onResource("ListTagsForResource"),
  },
  {
    async TagResource({ ResourceARN, Tags }, context) {
      const added = Tags.map(({ Key = "", Value = "" }) => ({ Key, Value }));
      checkTags(added, invalidRequest);
      await changeTags(context, ResourceARN, (present) => [
        ...new Map([...present, ...added].map((tag) => [tag.Key, tag])).values(),
      ]);
      return {};
    },

    async UntagResource({ ResourceARN, TagKeys }, context) {
      await changeTags(context, ResourceARN, (present) => present.filter(({ Key }) => !TagKeys.includes(Key)));
      return {};
    },

    async ListTagsForResource({ ResourceARN, NextToken }, context) {
      const { wanted } = await tagged(context, ResourceARN);
      return listPage(athenaPage, { NextToken }, ({ after }) => {
        if (after !== undefined) throw new RangeError("There is one page");
        return { Tags: [...wanted.Tags] };
      });
    },
  },
);

async function tagged(context: Context, arn: string): Promise<ResourceDocument<WantedWorkGroup, ActualWorkGroup>> {
  const key = workGroupKind.parse(arn);
  const isOwn = key?.account === context.account && key.region === context.region;
  const document = isOwn ? await workGroupKind.find(context, key) : undefined;
  if (!document)
    throw new Fault("ResourceNotFoundException", `Resource ${arn} was not found`, { members: { ResourceName: arn } });
  return document;
}

const changeTags = (context: Context, arn: string, change: (present: readonly Tag[]) => readonly Tag[]) =>
  againOnConflict(context, async () => {
    const document = await tagged(context, arn);
    const wanted = { ...document.wanted, Tags: change(document.wanted.Tags) };
    const { length } = wanted.Tags;
    if (length > mostTags)
      throw invalidRequest(`The resource would have ${length} tags; it may have at most ${mostTags}.`);
    await context.resources.write([await workGroupKind.put(context, { ...document, wanted })]);
  });
