import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { Fault } from "../../aws/faults.ts";
import { tooLarge } from "./request-body.ts";

const inflate = promisify(gunzip);

type Decoder = (body: Uint8Array, maximumBytes: number) => Uint8Array | Promise<Uint8Array>;

const asItIs: Decoder = (body) => body;
const gzip: Decoder = (body, maxOutputLength) => inflate(body, { maxOutputLength });

/** The codings that clients use. `amz-1.0` is how older AWS clients name the JSON protocol, which encodes nothing. */
const decoders: Readonly<Record<string, Decoder>> = { gzip, "x-gzip": gzip, identity: asItIs, "amz-1.0": asItIs };

/** No client needs more than its own coding and the SDK's. Every layer costs an inflation up to the limit. */
const mostCodings = 4;

/**
 * Undoes the codings of Content-Encoding, the last one first. No layer may have more than `maximumBytes`, so a bomb
 * costs no more than a plain body of that size. An empty body is empty in any coding.
 * @param unreadable the protocol's code for a body that cannot be read
 */
export async function decodeContent(
  body: Uint8Array,
  contentEncoding: string,
  maximumBytes: number,
  unreadable: string,
): Promise<Uint8Array> {
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "");
  if (codings.length > mostCodings) throw unsupported(`${codings.length} content codings`);
  const layers = codings.map((coding) => {
    if (!Object.hasOwn(decoders, coding)) throw unsupported(`The content coding "${coding}"`);
    return decoders[coding]!;
  });
  let decoded = body;
  for (const decode of layers.reverse()) {
    if (decoded.byteLength === 0) break;
    try {
      decoded = await decode(decoded, maximumBytes);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
        ? tooLarge(maximumBytes)
        : new Fault(unreadable, `Could not inflate the request body: ${(error as Error).message}`);
    }
  }
  return decoded;
}

const unsupported = (what: string): Fault =>
  new Fault(
    "UnsupportedMediaTypeException",
    `${what} can not be read; use gzip (${mostCodings} codings at most), or leave out Content-Encoding.`,
    { status: 415 },
  );
