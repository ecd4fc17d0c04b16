import { hash } from "node:crypto";
import { pipeline, Readable, type Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { Fault } from "../../aws/faults.ts";
import { checksumMakers } from "../../stores/objects/checksums.ts";
import type { ChecksumAlgorithm } from "../../stores/objects/port.ts";
import { AwsChunkedDecoder, type TrailerChecksum } from "../../wire/aws-chunked.ts";
import { checkPayloadHash, payloadHashMismatch } from "../../wire/payload-hash.ts";
import type { Identified } from "../request/authenticate.ts";
import type { HttpRequest } from "./http-request.ts";
import { tooLarge } from "./request-body.ts";

/** Makes the service's refusal of what is not built. */
type NotBuilt = (what: string, instead: string) => Fault;

/** Returns the whole body, verified against what was signed. Refuses a body over that size. */
export async function wholeBody(
  request: HttpRequest,
  identified: Identified,
  maximumBytes: number,
  notBuilt: NotBuilt,
): Promise<Uint8Array> {
  if (isChunked(request, identified)) {
    // The decoder holds the body to the length announced here.
    if (Number(request.head.headers["x-amz-decoded-content-length"]) > maximumBytes) throw tooLarge(maximumBytes);
    return buffer(streamedBody(request, identified, notBuilt));
  }
  const body = await request.body.whole(maximumBytes);
  const { payloadHash } = identified;
  if (payloadHash !== undefined && payloadHash !== "UNSIGNED-PAYLOAD") {
    const computed = hash("sha256", body, "hex");
    if (computed !== payloadHash) throw payloadHashMismatch(payloadHash, computed);
  }
  return body;
}

/** Returns the body as a decoded stream, which fails at the first difference from what was signed or announced. */
export function streamedBody(request: HttpRequest, identified: Identified, notBuilt: NotBuilt): Readable {
  const { payloadHash } = identified;
  if (payloadHash === undefined) return readWhole(request);
  const check = isChunked(request, identified)
    ? chunkDecoder(request, identified, notBuilt)
    : payloadHash === "UNSIGNED-PAYLOAD"
      ? undefined
      : checkPayloadHash(payloadHash);
  return check ? through(request.body.stream(), check) : request.body.stream();
}

/** Returns the body of a service other than S3, which was read whole to verify the signature. */
const readWhole = (request: HttpRequest): Readable => Readable.from([request.body.whole(Number.POSITIVE_INFINITY)]);

const isChunked = (request: HttpRequest, { payloadHash }: Identified): boolean =>
  payloadHash !== undefined &&
  (payloadHash.startsWith("STREAMING-") ||
    /(^|,\s*)aws-chunked(\s*,|$)/.test(request.head.headers["content-encoding"] ?? ""));

function through(body: Readable, check: Transform): Transform {
  // The reader of `check` gets its error; the callback only keeps the error from being thrown a second time.
  pipeline(body, check, () => {});
  return check;
}

function chunkDecoder(
  request: HttpRequest,
  { payloadHash, chunkSigning }: Identified,
  notBuilt: NotBuilt,
): AwsChunkedDecoder {
  const { headers } = request.head;
  const length = headers["x-amz-decoded-content-length"] ?? "";
  if (!/^\d{1,15}$/.test(length)) {
    throw new Fault(
      "MissingContentLength",
      `A body in aws-chunked needs its length in x-amz-decoded-content-length, a whole number; it is "${length}".`,
      { status: 411 },
    );
  }
  const trailerNames = (headers["x-amz-trailer"] ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (payloadHash?.endsWith("-TRAILER") && trailerNames.length === 0) {
    throw new Fault("MalformedTrailerError", "x-amz-content-sha256 announces trailers, and x-amz-trailer names none.");
  }
  return new AwsChunkedDecoder({
    decodedBytes: Number(length),
    signing: payloadHash?.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD") ? chunkSigning : undefined,
    trailerNames,
    checksum: trailerChecksum(trailerNames, notBuilt),
  });
}

const algorithms = Object.keys(checksumMakers);

function trailerChecksum(trailerNames: readonly string[], notBuilt: NotBuilt): TrailerChecksum | undefined {
  const name = trailerNames.find((trailer) => trailer.startsWith("x-amz-checksum-"));
  if (!name) return undefined;
  const algorithm = name.slice("x-amz-checksum-".length).toUpperCase();
  const make = checksumMakers[algorithm as ChecksumAlgorithm];
  if (make) return { name, ...make() };
  throw notBuilt(`The checksum algorithm ${algorithm}`, `use one of ${algorithms.join(", ")}`);
}
