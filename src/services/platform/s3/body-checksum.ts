import { Fault } from "../../../aws/faults.ts";
import { badDigest } from "../../../aws/object-faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { BodyOptions, ChecksumAlgorithm, ObjectChecksum } from "../../../stores/objects/port.ts";
import { invalidRequest, notBuilt } from "./s3-faults.ts";

const supported: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};
const others = ["SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"] as const;

type MemberOf<A extends string> = `Checksum${A}`;
/** The members by which requests announce the checksum of a body and answers give it. */
export type ChecksumMembers = {
  readonly [A in MemberOf<ChecksumAlgorithm | (typeof others)[number]>]?: string | undefined;
};

export interface AnnouncedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Absent when it comes in the trailer: the stream checks it. */
  readonly value?: string;
}

/** @throws Fault for an algorithm that is not built, for more than one, or for a malformed value */
export function announcedChecksum(
  input: ChecksumMembers & { readonly ChecksumAlgorithm?: string | undefined },
  context: Pick<Context, "settings" | "headers">,
): AnnouncedChecksum | undefined {
  const unbuilt = others.find((name) => input[`Checksum${name}`] !== undefined);
  if (unbuilt) throw refusal(context, unbuilt);
  const given = algorithms.filter((name) => input[`Checksum${name}`] !== undefined);
  if (given.length > 1)
    throw invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
  const trailer = /x-amz-checksum-([a-z0-9]+)/i.exec(context.headers["x-amz-trailer"] ?? "")?.[1];
  const named = given[0] ?? input.ChecksumAlgorithm ?? trailer;
  if (named === undefined) return undefined;
  const algorithm = checksumAlgorithm(context, named);
  const value = input[`Checksum${algorithm}`];
  if (value !== undefined && !isDigest(value, supported[algorithm]))
    throw invalidRequest(`Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid.`);
  return { algorithm, ...(value !== undefined && { value }) };
}

const algorithms = Object.keys(supported) as ChecksumAlgorithm[];

/** @throws Fault for one that is not built; it names those that are */
export function checksumAlgorithm(context: Pick<Context, "settings">, name: string): ChecksumAlgorithm {
  const found = algorithms.find((algorithm) => algorithm === name.toUpperCase());
  if (!found) throw refusal(context, name);
  return found;
}

/**
 * Returns what the object store computes of a body, and the check of the result against what the request announced.
 */
export function bodyOptions(announced: AnnouncedChecksum | undefined, ContentMD5: string | undefined): BodyOptions {
  if (ContentMD5 !== undefined && !isDigest(ContentMD5, 16))
    throw new Fault("InvalidDigest", "The Content-MD5 you specified is not valid.", {
      members: { "Content-MD5": ContentMD5 },
    });
  return {
    ...(announced && { checksum: announced.algorithm }),
    check({ md5, checksum }) {
      if (ContentMD5 !== undefined && Buffer.from(ContentMD5, "base64").toString("hex") !== md5)
        throw new Fault("BadDigest", "The Content-MD5 you specified did not match what we received.", {
          members: { ExpectedDigest: ContentMD5, CalculatedDigest: Buffer.from(md5, "hex").toString("base64") },
        });
      if (announced?.value !== undefined && announced.value !== checksum) throw badDigest(announced.algorithm);
    },
  };
}

/** Returns the member of an answer that holds the checksum, without its type. */
export function checksumOutput(checksum: Pick<ObjectChecksum, "algorithm" | "value"> | undefined): ChecksumMembers {
  return checksum ? { [`Checksum${checksum.algorithm}`]: checksum.value } : {};
}

/** Returns the same member, and the type of the checksum. */
export function objectChecksumOutput(checksum: ObjectChecksum | undefined) {
  return checksum ? { ...checksumOutput(checksum), ChecksumType: checksum.type } : {};
}

const refusal = (context: Pick<Context, "settings">, name: string): Fault =>
  notBuilt(context, `The checksum algorithm ${name}`, `use one of ${algorithms.join(", ")}`);

const isDigest = (text: string, bytes: number): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) && Buffer.from(text, "base64").length === bytes;
