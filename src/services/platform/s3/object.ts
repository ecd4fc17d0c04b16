import { noSuchKey } from "../../../aws/object-faults.ts";
import { s3Arn } from "../../../aws/s3-arn.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { ByteRange, StoredObject } from "../../../stores/objects/port.ts";
import { announcedChecksum, bodyOptions, checksumOutput, objectChecksumOutput } from "./body-checksum.ts";
import { withBody } from "./body-stream.ts";
import { type RangeMembers, requestedRange } from "./byte-range.ts";
import { checkReadConditions, quoted, writeCondition } from "./conditions.ts";
import { type AddressMembers, requireAddress } from "./object-address.ts";
import { attributesOutput, encryptionOutput, newAttributes, refuseUnbuilt } from "./object-attributes.ts";
import { tagCountOutput } from "./object-tags.ts";
import { invalidArgument, namingBucket, notFound, refuseMembers } from "./s3-faults.ts";
import { onNewObject, onObject } from "./s3-permissions.ts";

const permissions = {
  HeadObject: onObject("s3:GetObject"),
  GetObject: onObject("s3:GetObject"),
  PutObject: onNewObject,
};

/** One object: its body and its attributes. */
export const object = defineOperations("s3", permissions, {
  PutObject: (input, context) =>
    withBody(input.Body, async (body) => {
      const at = await requireAddress(context, input);
      refuseUnbuilt(context, input);
      const condition = writeCondition(input, context);
      const announced = announcedChecksum(input, context);
      const options = {
        ...bodyOptions(announced, input.ContentMD5),
        attributes: newAttributes(context, input),
        ...(condition && { condition }),
      };
      const stored = await namingBucket(input.Bucket, context.objects.put(at, body, options));
      return {
        ETag: quoted(stored.etag),
        ...objectChecksumOutput(stored.checksum),
        ...encryptionOutput(stored.attributes),
      };
    }),

  async GetObject(input, context) {
    const at = await requireAddress(context, input);
    refuseMembers(context, input, "", ["SSECustomerAlgorithm", "SSECustomerKey"]);
    let range: ByteRange | undefined;
    const found = await context.objects.get(at, (object) => {
      checkReadConditions(input, object);
      range = requestedRange(input, object);
      return range;
    });
    if (!found) throw noSuchKey(input.Key);
    return { ...objectOutput(input, context, found.object, range), ...overrides(input), Body: found.body };
  },

  async HeadObject(input, context) {
    const at = await requireAddress(context, input);
    refuseMembers(context, input, "", ["SSECustomerAlgorithm", "SSECustomerKey"]);
    const found = await context.objects.head(at);
    if (!found) throw notFound();
    checkReadConditions(input, found);
    return { ...objectOutput(input, context, found, requestedRange(input, found)), ...overrides(input) };
  },
});

type ReadMembers = RangeMembers & AddressMembers & { readonly ChecksumMode?: string | undefined };

function objectOutput(input: ReadMembers, context: Context, object: StoredObject, range: ByteRange | undefined) {
  const { sizeBytes, parts } = object;
  return {
    ...attributesOutput(object.attributes),
    ...tagCountOutput(context, object.attributes, s3Arn(input.Bucket, input.Key)),
    AcceptRanges: "bytes",
    LastModified: new Date(object.modified),
    ETag: quoted(object.etag),
    ContentLength: range ? range.last - range.first + 1 : sizeBytes,
    ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${sizeBytes}` }),
    ...(input.PartNumber !== undefined && parts && { PartsCount: parts.length }),
    ...(input.ChecksumMode === "ENABLED" && checksumOf(input, object, range)),
  };
}

/** Clients verify the answer's bytes by it. A part has the checksum of the part; any other range has none. */
function checksumOf({ PartNumber }: RangeMembers, { checksum, parts }: StoredObject, range: ByteRange | undefined) {
  if (!checksum) return {};
  const part = PartNumber === undefined ? undefined : parts?.[PartNumber - 1];
  if (part?.checksum !== undefined)
    return { ...checksumOutput({ algorithm: checksum.algorithm, value: part.checksum }), ChecksumType: checksum.type };
  return range && PartNumber === undefined ? {} : objectChecksumOutput(checksum);
}

interface OverrideMembers {
  readonly ResponseCacheControl?: string | undefined;
  readonly ResponseContentDisposition?: string | undefined;
  readonly ResponseContentEncoding?: string | undefined;
  readonly ResponseContentLanguage?: string | undefined;
  readonly ResponseContentType?: string | undefined;
  readonly ResponseExpires?: Date | undefined;
}

const overridden = [
  ["ResponseCacheControl", "response-cache-control"],
  ["ResponseContentDisposition", "response-content-disposition"],
  ["ResponseContentEncoding", "response-content-encoding"],
  ["ResponseContentLanguage", "response-content-language"],
  ["ResponseContentType", "response-content-type"],
] as const;

/** Headers of the answer that the request sets itself, which presigned links do. */
function overrides(input: OverrideMembers) {
  const { ResponseCacheControl, ResponseContentDisposition, ResponseContentEncoding, ResponseContentLanguage } = input;
  const { ResponseContentType, ResponseExpires } = input;
  for (const [member, parameter] of overridden) {
    const value = input[member];
    if (value !== undefined && /[^\0-\xff]/.test(value))
      throw invalidArgument("Header value cannot be represented using ISO-8859-1.", parameter, value);
  }
  return {
    ...(ResponseCacheControl !== undefined && { CacheControl: ResponseCacheControl }),
    ...(ResponseContentDisposition !== undefined && { ContentDisposition: ResponseContentDisposition }),
    ...(ResponseContentEncoding !== undefined && { ContentEncoding: ResponseContentEncoding }),
    ...(ResponseContentLanguage !== undefined && { ContentLanguage: ResponseContentLanguage }),
    ...(ResponseContentType !== undefined && { ContentType: ResponseContentType }),
    ...(ResponseExpires && { Expires: ResponseExpires }),
  };
}
