import { Fault } from "../../../aws/faults.ts";
import type { ByteRange, StoredObject } from "../../../stores/objects/port.ts";
import { invalidArgument, invalidRequest } from "./s3-faults.ts";

/** The part of an object that a request asks for: a range of bytes, or one of the parts it was uploaded in. */
export interface RangeMembers {
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
}

/** undefined for the whole object. @throws Fault when the object has no such bytes */
export function requestedRange({ Range, PartNumber }: RangeMembers, object: StoredObject): ByteRange | undefined {
  if (Range !== undefined && PartNumber !== undefined)
    throw invalidRequest("Cannot specify both Range header and partNumber query parameter");
  if (PartNumber !== undefined) return partRange(PartNumber, object);
  return Range === undefined ? undefined : byteRange(Range, object.sizeBytes);
}

/** S3 ignores a header that is not a single range of bytes. */
function byteRange(header: string, sizeBytes: number): ByteRange | undefined {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header);
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const suffix = match[1] === "";
  const from = suffix ? Math.max(sizeBytes - Number(match[2]), 0) : Number(match[1]);
  const to = suffix || match[2] === "" ? sizeBytes - 1 : Math.min(Number(match[2]), sizeBytes - 1);
  if (!suffix && match[2] !== "" && Number(match[2]) < from) return undefined;
  if (from >= sizeBytes || (suffix && Number(match[2]) === 0)) throw notSatisfiable("range", header, sizeBytes);
  return { first: from, last: to };
}

function partRange(number: number, { parts, sizeBytes }: StoredObject): ByteRange | undefined {
  if (number < 1 || number > 10_000) throw invalidPartNumber(number);
  const sizes = parts?.map((part) => part.sizeBytes) ?? [sizeBytes];
  const size = sizes[number - 1];
  if (size === undefined)
    throw new Fault("InvalidPartNumber", "The requested partnumber is not satisfiable", {
      status: 416,
      members: { PartNumberRequested: number, ActualPartCount: sizes.length },
    });
  if (sizeBytes === 0) return undefined;
  const first = sizes.slice(0, number - 1).reduce((sum, part) => sum + part, 0);
  return { first, last: first + size - 1 };
}

/** Returns the range of the source that a part is copied from: exactly "bytes=first-last", inside the source. */
export function copySourceRange(header: string, sizeBytes: number): ByteRange {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header);
  const range = { first: Number(match?.[1]), last: Number(match?.[2]) };
  if (!match || range.first > range.last)
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based " +
        "offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      header,
    );
  if (range.last >= sizeBytes)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${sizeBytes}`,
      "x-amz-copy-source-range",
      header,
    );
  return range;
}

export const invalidPartNumber = (number: number): Fault =>
  invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", number);

const notSatisfiable = (what: string, requested: string, sizeBytes: number): Fault =>
  new Fault("InvalidRange", `The requested ${what} is not satisfiable`, {
    status: 416,
    members: { RangeRequested: requested, ActualObjectSize: sizeBytes },
  });
