import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { loadKind } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags, type Tag } from "../../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { invalidInput, notFound } from "./glue-faults.ts";

const mostTags = 50;

const onResource =
  (operation: string) =>
  ({ ResourceArn = "*" }: { readonly ResourceArn?: string | undefined }) => [
    { action: `glue:${operation}`, resource: ResourceArn },
  ];

/** Tags of everything of Glue that has some, found by its ARN. A change of tags is no change of the thing itself. */
export const glueTags = defineOperations(
  "glue",
  {
    TagResource: onResource("TagResource"),
    UntagResource: onResource("UntagResource"),
    GetTags: onResource("GetTags"),
  },
  {
    async TagResource({ ResourceArn, TagsToAdd }, context) {
      const added = tagList(TagsToAdd);
      await changeTags(context, ResourceArn, (present) => {
        const merged = new Map([...present, ...added].map((tag) => [tag.Key, tag]));
        if (merged.size > mostTags)
          throw invalidInput(`The resource would have ${merged.size} tags; it may have at most ${mostTags}.`);
        return [...merged.values()];
      });
      return {};
    },

    async UntagResource({ ResourceArn, TagsToRemove }, context) {
      await changeTags(context, ResourceArn, (present) => present.filter(({ Key }) => !TagsToRemove.includes(Key)));
      return {};
    },

    async GetTags({ ResourceArn }, context) {
      const tags = tagsOf(await tagged(context, ResourceArn));
      return { Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) };
    },
  },
);

/** Returns the tags that a request gives, as documents keep them. */
export function tagList(given: Readonly<Record<string, string | undefined>> = {}): Tag[] {
  const tags = Object.entries(given).map(([Key, Value]) => ({ Key, Value: Value ?? "" }));
  checkTags(tags, invalidInput);
  return tags;
}

const tagsOf = ({ wanted }: ResourceDocument): readonly Tag[] => (wanted as { readonly Tags?: Tag[] }).Tags ?? [];

async function tagged(context: Context, arn: string): Promise<ResourceDocument> {
  const found = context.kinds.parse(arn);
  const isOwn =
    found?.entry.service === "glue" && found.key.account === context.account && found.key.region === context.region;
  const document = isOwn && found.entry.tags ? await context.resources.get(found.key) : undefined;
  if (!document) throw notFound(`Resource ${arn} not found.`);
  // Refuses a document of a newer shape.
  (await loadKind(found!.entry)).read(document);
  return document;
}

const changeTags = (context: Context, arn: string, change: (present: readonly Tag[]) => readonly Tag[]) =>
  againOnConflict(context, async () => {
    const document = await tagged(context, arn);
    const wanted = { ...(document.wanted as object), Tags: change(tagsOf(document)) };
    // Tags are no label, so the document is written in the shape that it has.
    await context.resources.write([{ put: { ...document, wanted }, expected: document.version }]);
  });
