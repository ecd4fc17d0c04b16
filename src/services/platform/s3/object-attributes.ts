import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ObjectAttributes } from "../../../stores/objects/port.ts";
import { type ObjectTag, tagAttribute, tagsOfHeader } from "./object-tags.ts";
import { checkCannedAcl } from "./owner-acl.ts";
import { invalidArgument, notBuilt, refuseMembers } from "./s3-faults.ts";

/** The attributes of an object in a request, named as on the wire. */
export interface AttributeMembers {
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly ContentType?: string | undefined;
  /** A text where it came in a header, which S3 keeps as it is. */
  readonly Expires?: Date | string | undefined;
  readonly Metadata?: Readonly<Record<string, string | undefined>> | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** Returns the attributes of a new object: those that the request says, how it is stored, and its tags. */
export const newAttributes = (
  context: Context,
  input: AttributeMembers & StorageMembers & { readonly Tagging?: string | undefined },
): ObjectAttributes => ({
  ...attributesOf(input),
  ...storageOf(context, input),
  ...tagAttribute(tagsOfHeader(input.Tagging)),
});

/** How an object is stored and who may read it. A copy does not take these from its source. */
export interface StorageMembers {
  readonly ACL?: string | undefined;
  readonly StorageClass?: string | undefined;
  readonly ServerSideEncryption?: string | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly SSEKMSEncryptionContext?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/** The attributes as the object store keeps them. */
export interface KeptAttributes extends Omit<AttributeMembers, "Expires" | "Metadata"> {
  readonly Metadata: Record<string, string>;
  /** The text that came, or milliseconds since 1970 UTC. */
  readonly Expires?: string | number;
  readonly ServerSideEncryption: "AES256" | "aws:kms" | "aws:kms:dsse";
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
  readonly TagSet?: readonly ObjectTag[];
}

const longestMetadataBytes = 2048;

export function attributesOf(input: AttributeMembers): Omit<KeptAttributes, keyof StorageMembers | "TagSet"> {
  const { Metadata = {}, Expires } = input;
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(Metadata))
    metadataBytes += Buffer.byteLength(name) + Buffer.byteLength(value ?? "");
  if (metadataBytes > longestMetadataBytes)
    throw new Fault("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", {
      members: { Size: metadataBytes, MaxSizeAllowed: longestMetadataBytes },
    });
  return {
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: contentEncoding(input.ContentEncoding),
    ContentLanguage: input.ContentLanguage,
    ContentType: input.ContentType ?? "binary/octet-stream",
    ...(Expires && { Expires: typeof Expires === "string" ? Expires : Expires.getTime() }),
    Metadata: Metadata as Record<string, string>,
    WebsiteRedirectLocation: input.WebsiteRedirectLocation,
  };
}

/** "aws-chunked" is how the request was framed, not an encoding of the object. */
function contentEncoding(header: string | undefined): string | undefined {
  const codings = header?.split(",").map((coding) => coding.trim());
  return codings?.filter((coding) => coding !== "aws-chunked").join(",") || undefined;
}

const encryptions = ["AES256", "aws:kms", "aws:kms:dsse"] as const;

/** Encryption members are kept and answered; what encrypts is the disk. ACLs are off, as on every new bucket of AWS. */
export function storageOf(
  context: Context,
  input: StorageMembers,
): Pick<KeptAttributes, "ServerSideEncryption" | "SSEKMSKeyId" | "BucketKeyEnabled"> {
  const { ACL, StorageClass, ServerSideEncryption = "AES256", SSEKMSKeyId, BucketKeyEnabled } = input;
  checkCannedAcl(ACL);
  if (StorageClass !== undefined && StorageClass !== "STANDARD")
    throw notBuilt(context, `StorageClass ${StorageClass}`);
  const encryption = encryptions.find((name) => name === ServerSideEncryption);
  if (!encryption)
    throw invalidArgument(
      "The encryption method specified is not supported",
      "x-amz-server-side-encryption",
      ServerSideEncryption,
    );
  return {
    ServerSideEncryption: encryption,
    ...(SSEKMSKeyId !== undefined && { SSEKMSKeyId }),
    ...(BucketKeyEnabled && { BucketKeyEnabled }),
  };
}

/** Returns the attributes that a copy takes from its source: all but those of storage, the redirect and the tags. */
export function copiedAttributes(attributes: ObjectAttributes): ObjectAttributes {
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, WebsiteRedirectLocation, TagSet, ...said } = attributes;
  return said;
}

const unbuilt = [
  "GrantFullControl",
  "GrantRead",
  "GrantReadACP",
  "GrantWriteACP",
  "SSECustomerAlgorithm",
  "SSECustomerKey",
  "ObjectLockMode",
  "ObjectLockRetainUntilDate",
  "ObjectLockLegalHoldStatus",
  "WriteOffsetBytes",
] as const;

/** Refuses the members of writes that are not built. */
export function refuseUnbuilt(context: Context, input: { readonly [N in (typeof unbuilt)[number]]?: unknown }): void {
  refuseMembers(context, input, "", unbuilt);
}

/** Returns the encryption members of an answer. */
export function encryptionOutput(attributes: ObjectAttributes) {
  const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = attributes as unknown as KeptAttributes;
  return {
    ServerSideEncryption,
    ...(SSEKMSKeyId !== undefined && { SSEKMSKeyId }),
    ...(BucketKeyEnabled && { BucketKeyEnabled }),
  };
}

/** Returns the members of GetObject's and HeadObject's answers. */
export function attributesOutput(attributes: ObjectAttributes) {
  const { Expires, TagSet: _, ...kept } = attributes as unknown as KeptAttributes;
  // The model has a time here; the wire writes a text as it is.
  return {
    ...kept,
    ...(Expires !== undefined && { Expires: (typeof Expires === "number" ? new Date(Expires) : Expires) as Date }),
  };
}
