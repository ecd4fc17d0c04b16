import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import type { StreamedBody } from "./send-request.ts";

const { crc32 } = process.getBuiltinModule("node:zlib");
const { createHash } = process.getBuiltinModule("node:crypto");

interface Sum {
  add(bytes: Uint8Array): void;
  /** In base64. */
  value(): string;
}

function crcSum(): Sum {
  let sum = 0;
  return {
    add(bytes) {
      sum = crc32(bytes, sum);
    },
    value() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(sum);
      return bytes.toString("base64");
    },
  };
}

const hashSum = (hash: Hash): Sum => ({ add: (bytes) => void hash.update(bytes), value: () => hash.digest("base64") });

/** By the end of the header's name. A checksum of another kind is not looked at. */
const sums: Readonly<Record<string, () => Sum>> = {
  crc32: crcSum,
  sha1: () => hashSum(createHash("sha1")),
  sha256: () => hashSum(createHash("sha256")),
};

/** The file, or the part of it that follows `start`, with its checksum behind it, in the encoding aws-chunked. */
export const checksummedFile = (file: string, sizeBytes: number, start = 0): StreamedBody =>
  checksummed(sizeBytes, () => createReadStream(file, { start, end: start + sizeBytes - 1 }));

/** The same of bytes in pieces. */
export const checksummedBytes = (pieces: readonly Uint8Array[]): StreamedBody =>
  checksummed(
    pieces.reduce((sum, { length }) => sum + length, 0),
    () => pieces,
  );

function checksummed(sizeBytes: number, open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>): StreamedBody {
  return {
    sizeBytes,
    payload: "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    async *bytes() {
      const sum = crcSum();
      if (sizeBytes > 0) {
        for await (const piece of open()) {
          if (piece.length === 0) continue;
          sum.add(piece);
          yield Buffer.from(`${piece.length.toString(16)}\r\n`);
          yield piece;
          yield lineEnd;
        }
      }
      yield Buffer.from(`0\r\n${checksumTrailer}:${sum.value()}\r\n\r\n`);
    },
  };
}

const lineEnd = Buffer.from("\r\n");
const checksumTrailer = "x-amz-checksum-crc32";

/** The headers of such a body. */
export const checksumHeaders = ({ sizeBytes }: StreamedBody): Record<string, string> => ({
  "content-encoding": "aws-chunked",
  "x-amz-decoded-content-length": String(sizeBytes),
  "x-amz-sdk-checksum-algorithm": "CRC32",
  "x-amz-trailer": checksumTrailer,
});

/**
 * Passes the body of an object on, and fails at its end when it has not the checksum that the answer names. That of an
 * object of several parts, which has their number, is not one of its bytes.
 */
export async function* checkedBody(answer: IncomingMessage): AsyncGenerator<Uint8Array> {
  for (const [name, make] of Object.entries(sums)) {
    const wanted = answer.headers[`x-amz-checksum-${name}`];
    if (typeof wanted !== "string" || wanted.includes("-") || answer.statusCode === 206) continue;
    const sum = make();
    for await (const piece of answer) {
      sum.add(piece);
      yield piece;
    }
    const value = sum.value();
    if (value !== wanted) throw new Error(`The ${name} of the object is ${value} and not ${wanted}: it is damaged`);
    return;
  }
  yield* answer;
}
