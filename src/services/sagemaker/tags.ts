import { parseArn } from "../../aws/arn.ts";
import { arnTemplate } from "../../aws/arn-template.ts";
import { validationFault } from "../../aws/faults.ts";
import { againOnConflict } from "../../frame/again-on-conflict.ts";
import type { Context } from "../../frame/context.ts";
import { loadKind } from "../../frame/define-kind.ts";
import { defineOperations } from "../../frame/define-operations.ts";
import { listPage } from "../../frame/list-page.ts";
import type { PermissionsOf } from "../../frame/permissions.ts";
import { checkTags, type Tag } from "../../frame/resource-tags.ts";
import type { ResourceDocument } from "../../stores/resources/port.ts";

const mostTags = 50;
const mostListed = 50;

const onResource =
  (action: string): PermissionsOf =>
  ({ ResourceArn }) => [{ action: `sagemaker:${action}`, resource: String(ResourceArn) }];

/**
 * Tags of every SageMaker resource, found by its ARN, whatever its kind. The tags are part of the document, in
 * `wanted.Tags`; a change of tags leaves the time of modification alone.
 */
export const tags = defineOperations(
  "sagemaker",
  { AddTags: onResource("AddTags"), DeleteTags: onResource("DeleteTags"), ListTags: onResource("ListTags") },
  {
    async AddTags(input, context) {
      const added = input.Tags;
      checkTags(added);
      const result = await changeTags(context, input.ResourceArn, (present) => {
        const merged = new Map(present.map((tag) => [tag.Key, tag]));
        for (const tag of added) merged.set(tag.Key, tag);
        if (merged.size > mostTags) {
          throw validationFault(`The resource would have ${merged.size} tags; it may have at most ${mostTags}.`);
        }
        return [...merged.values()];
      });
      return { Tags: result };
    },

    async DeleteTags(input, context) {
      await changeTags(context, input.ResourceArn, (present) =>
        present.filter(({ Key }) => !input.TagKeys.includes(Key)),
      );
      return {};
    },

    async ListTags(input, context) {
      const all = tagsOf(await taggedDocument(context, input.ResourceArn)).sort(byKey);
      const { shown, next } = await listPage({ size: mostListed }, input, ({ after, limit }) => {
        const rest = after === undefined ? all : all.filter(({ Key }) => Key > keyOfToken(after));
        return { shown: rest.slice(0, limit), next: rest.length > limit ? tokenOf(rest[limit - 1]!.Key) : undefined };
      });
      return { Tags: shown, NextToken: next };
    },
  },
);

const byKey = (one: Tag, other: Tag): number => (one.Key < other.Key ? -1 : 1);

/** A page is continued after a key, so that tags added or removed in between neither repeat nor hide one. */
const tokenOf = (key: string): string => Buffer.from(JSON.stringify({ after: key })).toString("base64url");

/** @throws RangeError for a token that `tokenOf` did not make */
function keyOfToken(token: string): string {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(token, "base64url").toString()).after;
  } catch {
    key = undefined;
  }
  if (typeof key === "string" && tokenOf(key) === token) return key;
  throw new RangeError("The page token is not one that a page of tags gave");
}

const tagsOf = (document: ResourceDocument): Tag[] => [...((document.wanted as { Tags?: Tag[] }).Tags ?? [])];

async function taggedDocument(context: Context, resourceArn: string): Promise<ResourceDocument> {
  const arn = parseArn(resourceArn);
  if (arn?.service !== "sagemaker") {
    throw validationFault(`"${resourceArn}" is not the ARN of a SageMaker resource.`);
  }
  const found = context.kinds.parse(resourceArn);
  const isOwn = found?.key.account === context.account && found.key.region === context.region;
  const { tags: tagged = false } = found?.entry ?? {};
  const document = isOwn && tagged ? await context.resources.get(found.key) : undefined;
  if (!document) {
    const noun = arn.resource.split("/", 1)[0]!.replaceAll("-", " ");
    throw validationFault(`Could not find ${noun || "resource"} "${resourceArn}".`);
  }
  if (typeof tagged === "string" && !arnTemplate(tagged).parse(arn.resource))
    throw validationFault(`"${resourceArn}" cannot have tags; only ${tagged} can.`);
  // Refuses a document of a newer shape, whose tags may mean something else there.
  (await loadKind(found!.entry)).read(document);
  return document;
}

const changeTags = (context: Context, resourceArn: string, change: (present: Tag[]) => Tag[]): Promise<Tag[]> =>
  againOnConflict(context, async () => {
    const document = await taggedDocument(context, resourceArn);
    const changed = change(tagsOf(document));
    // Tags are no label, so the document is written in the shape that it has.
    const wanted = { ...(document.wanted as object), Tags: changed };
    await context.resources.write([{ put: { ...document, wanted }, expected: document.version }]);
    return changed;
  });
