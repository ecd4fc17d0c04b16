import { noSuchKey } from "../../../aws/object-faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { type AddressMembers, requireAddress } from "./object-address.ts";
import { checkedTags, type ObjectTag, tagAttribute, tagsOf } from "./object-tags.ts";
import { onObject } from "./s3-permissions.ts";

const permissions = {
  GetObjectTagging: onObject("s3:GetObjectTagging"),
  PutObjectTagging: onObject("s3:PutObjectTagging"),
  DeleteObjectTagging: onObject("s3:DeleteObjectTagging"),
};

/** The tags of an object. Setting them changes nothing else of it, its time of modification included. */
export const objectTagging = defineOperations("s3", permissions, {
  async GetObjectTagging(input, context) {
    const found = await context.objects.head(await requireAddress(context, input));
    if (!found) throw noSuchKey(input.Key);
    return { TagSet: tagsOf(found.attributes).map(({ Key, Value }) => ({ Key, Value })) };
  },

  async PutObjectTagging(input, context) {
    await setTags(context, input, checkedTags(input.Tagging.TagSet));
    return {};
  },

  async DeleteObjectTagging(input, context) {
    await setTags(context, input, []);
    return {};
  },
});

async function setTags(context: Context, input: AddressMembers, tags: readonly ObjectTag[]): Promise<void> {
  const at = await requireAddress(context, input);
  const found = await context.objects.setAttributes(at, ({ attributes }) => {
    const { TagSet: _before, ...others } = attributes;
    return { ...others, ...tagAttribute(tags) };
  });
  if (!found) throw noSuchKey(input.Key);
}
