import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ObjectAttributes } from "../../../stores/objects/port.ts";
import { accessDenied, invalidArgument } from "./s3-faults.ts";

/** A tag of an object, as on the wire. */
export interface ObjectTag {
  readonly Key: string;
  readonly Value: string;
}

const mostTags = 10;
/** Lengths in UTF-16, as S3 counts them. */
const longest = { Key: 128, Value: 256 };
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Returns the tags in the order in which they are kept: by key.
 *
 * @throws Fault BadRequest for too many, InvalidTag for a tag that S3 does not take
 */
export function checkedTags(tags: readonly ObjectTag[]): readonly ObjectTag[] {
  if (tags.length > mostTags) throw new Fault("BadRequest", `Object tags cannot be greater than ${mostTags}`);
  const keys = new Set<string>();
  for (const { Key, Value } of tags) {
    if (Key === "" || Key.length > longest.Key || !allowed.test(Key))
      throw invalidTag("The TagKey you have provided is invalid", { TagKey: Key });
    if (Value.length > longest.Value || !allowed.test(Value))
      throw invalidTag("The TagValue you have provided is invalid", { TagKey: Key, TagValue: Value });
    if (Key.startsWith("aws:")) throw invalidTag("System tags cannot be added/updated by requester", { TagKey: Key });
    if (keys.has(Key)) throw invalidTag("Cannot provide multiple Tags with the same key", { TagKey: Key });
    keys.add(Key);
  }
  return tags.map(({ Key, Value }) => ({ Key, Value })).sort((a, b) => (a.Key < b.Key ? -1 : 1));
}

const invalidTag = (message: string, members: Record<string, string>): Fault =>
  new Fault("InvalidTag", message, { members });

/**
 * Returns the tags of the header x-amz-tagging, which holds them as the query of a URL does: a blank is "+" or "%20",
 * and a key without "=" has the empty value.
 *
 * @throws Fault InvalidArgument for a text that is no query or names a key twice
 */
export function tagsOfHeader(header: string | undefined): readonly ObjectTag[] {
  if (header === undefined || header === "") return [];
  const tags = header
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", value = "", ...more] = pair.split("=");
      if (more.length > 0) throw invalidHeader(header);
      return { Key: decoded(name, header), Value: decoded(value, header) };
    });
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) throw invalidHeader(header);
  return checkedTags(tags);
}

function decoded(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    throw invalidHeader(header);
  }
}

const invalidHeader = (header: string): Fault =>
  invalidArgument(
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    "x-amz-tagging",
    header,
  );

/** Tags are kept among the attributes of an object; an object without tags has no such attribute. */
export const tagAttribute = (tags: readonly ObjectTag[]): { readonly TagSet?: readonly ObjectTag[] } =>
  tags.length > 0 ? { TagSet: tags } : {};

export const tagsOf = (attributes: ObjectAttributes): readonly ObjectTag[] =>
  (attributes as { readonly TagSet?: readonly ObjectTag[] }).TagSet ?? [];

/** Returns the member of GetObject's and HeadObject's answers, for a caller who may read the tags. */
export function tagCountOutput(
  context: Pick<Context, "decide">,
  attributes: ObjectAttributes,
  resource: string,
): { readonly TagCount?: number } {
  const { length } = tagsOf(attributes);
  if (length === 0 || context.decide({ action: "s3:GetObjectTagging", resource }).decision !== "allowed") return {};
  return { TagCount: length };
}

/**
 * A copy that takes the tags of its source needs the permissions to read and to write them.
 *
 * @throws Fault AccessDenied
 */
export function checkMayCopyTags(context: Pick<Context, "decide">, source: string, target: string): void {
  for (const [action, resource] of [
    ["s3:GetObjectTagging", source],
    ["s3:PutObjectTagging", target],
  ] as const) {
    const { refusal } = context.decide({ action, resource });
    if (refusal !== undefined) throw accessDenied(refusal);
  }
}
