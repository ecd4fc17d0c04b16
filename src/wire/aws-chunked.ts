import { createHash, type Hash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import { Fault } from "../aws/faults.ts";
import { badDigest } from "../aws/object-faults.ts";
import { signatureFaults } from "./signature-faults.ts";
import { type ChunkSigning, emptyPayloadHash, sameText } from "./sigv4.ts";

/** A running checksum; `value()` returns it in base64. */
export interface TrailerChecksum {
  /** The name of the trailer that carries the checksum: "x-amz-checksum-crc32". */
  readonly name: string;
  update(bytes: Uint8Array): void;
  value(): string;
}

export interface AwsChunkedOptions {
  /** The length of the body without its framing, from x-amz-decoded-content-length. */
  readonly decodedBytes: number;
  /** Set for signed chunks. */
  readonly signing?: ChunkSigning;
  /** The names in x-amz-trailer, in lower case. */
  readonly trailerNames: readonly string[];
  /** The checksum to compare with the trailer of its name. */
  readonly checksum?: TrailerChecksum;
}

const longestLineBytes = 4096;

/**
 * Decodes the content encoding `aws-chunked`, in which S3 clients send bodies whose hash they do not know beforehand:
 *
 *     SIZE[;chunk-signature=SIGNATURE]\r\n DATA\r\n ... 0[;chunk-signature=SIGNATURE]\r\n [NAME:VALUE\r\n ...] \r\n
 *
 * Each chunk's signature covers the one before it, so no chunk can be left out or moved. Data is passed on before its
 * chunk is verified; a wrong chunk, trailer, checksum or length destroys the stream with a Fault, and the reader
 * discards what it has received.
 */
export class AwsChunkedDecoder extends Transform {
  /** Complete and verified when the stream has ended. */
  readonly trailers: Record<string, string> = {};
  readonly #options: AwsChunkedOptions;
  #step: "size" | "data" | "after-data" | "trailer" | "done" = "size";
  #line = "";
  #chunkBytesLeft = 0;
  #decodedBytes = 0;
  #chunkSignature = "";
  #lastSignature: string;
  #hash: Hash | undefined;

  constructor(options: AwsChunkedOptions) {
    super();
    this.#options = options;
    this.#lastSignature = options.signing?.seed ?? "";
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      let at = 0;
      while (at < bytes.length) at = this.#step === "data" ? this.#takeData(bytes, at) : this.#takeLine(bytes, at);
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    done(this.#step === "done" ? null : incompleteBody());
  }

  #takeData(bytes: Buffer, at: number): number {
    const data = bytes.subarray(at, at + this.#chunkBytesLeft);
    this.#hash?.update(data);
    this.#options.checksum?.update(data);
    this.push(data);
    this.#chunkBytesLeft -= data.length;
    if (this.#chunkBytesLeft === 0) this.#step = "after-data";
    return at + data.length;
  }

  #takeLine(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(10, at);
    this.#line += bytes.toString("latin1", at, end < 0 ? bytes.length : end);
    if (this.#line.length > longestLineBytes) throw malformed("a line of the chunked body is too long");
    if (end < 0) return bytes.length;
    const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
    this.#line = "";
    if (this.#step === "size") this.#beginChunk(line);
    else if (this.#step === "after-data") this.#endChunk(line);
    else if (this.#step === "trailer") this.#takeTrailer(line);
    else if (line !== "") throw malformed("there is more after the end of the chunked body");
    return end + 1;
  }

  #beginChunk(line: string): void {
    const match = /^([0-9a-fA-F]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (!match) throw malformed(`"${line.slice(0, 100)}" is no chunk size`);
    const signing = this.#options.signing;
    if (signing && !match[2]) throw malformed("a chunk has no signature");
    this.#chunkSignature = match[2] ?? "";
    this.#chunkBytesLeft = Number.parseInt(match[1]!, 16);
    this.#decodedBytes += this.#chunkBytesLeft;
    if (this.#decodedBytes > this.#options.decodedBytes) throw wrongLength(this.#options.decodedBytes);
    if (this.#chunkBytesLeft > 0) {
      this.#hash = signing && createHash("sha256");
      this.#step = "data";
      return;
    }
    if (signing) this.#verifyChunk(signing, emptyPayloadHash);
    if (this.#decodedBytes !== this.#options.decodedBytes) throw wrongLength(this.#options.decodedBytes);
    this.#step = "trailer";
  }

  #endChunk(line: string): void {
    if (line !== "") throw malformed("a chunk is longer than its size");
    if (this.#options.signing) this.#verifyChunk(this.#options.signing, this.#hash!.digest("hex"));
    this.#step = "size";
  }

  #verifyChunk(signing: ChunkSigning, dataHash: string): void {
    const expected = signing.mac(
      `AWS4-HMAC-SHA256-PAYLOAD\n${signing.time}\n${signing.scope}\n${this.#lastSignature}\n${emptyPayloadHash}\n${dataHash}`,
    );
    if (!sameText(expected, this.#chunkSignature)) throw signatureFaults.mismatch("s3");
    this.#lastSignature = expected;
  }

  #takeTrailer(line: string): void {
    const colon = line.indexOf(":");
    if (colon > 0) {
      const name = line.slice(0, colon).trim().toLowerCase();
      if (name !== trailerSignature && !this.#options.trailerNames.includes(name)) {
        throw malformedTrailer(`the trailer ${name} is not announced in x-amz-trailer`);
      }
      this.trailers[name] = line.slice(colon + 1).trim();
    } else if (line !== "") {
      throw malformedTrailer(`"${line.slice(0, 100)}" is no trailer`);
    }
    // Some clients put an empty line between the trailers and their signature.
    const whole = this.#options.trailerNames.every((name) => name in this.trailers);
    const signed =
      !this.#options.signing || this.#options.trailerNames.length === 0 || trailerSignature in this.trailers;
    if (line === "" && whole && signed) this.#end();
    else if (line === "" && !whole)
      throw malformedTrailer(`of ${this.#options.trailerNames.join(", ")} not all are there`);
  }

  #end(): void {
    const { signing, checksum, trailerNames } = this.#options;
    if (signing && trailerNames.length > 0) {
      const text = trailerNames.map((name) => `${name}:${this.trailers[name]}\n`).join("");
      const hash = createHash("sha256").update(text, "latin1").digest("hex");
      const expected = signing.mac(
        `AWS4-HMAC-SHA256-TRAILER\n${signing.time}\n${signing.scope}\n${this.#lastSignature}\n${hash}`,
      );
      if (!sameText(expected, this.trailers[trailerSignature]!)) throw signatureFaults.mismatch("s3");
    }
    if (checksum && checksum.value() !== this.trailers[checksum.name]) {
      throw badDigest(checksum.name.replace("x-amz-checksum-", "").toUpperCase());
    }
    this.#step = "done";
  }
}

const trailerSignature = "x-amz-trailer-signature";

/** Makes the fault for a connection, or chunks, that ended before the body was complete. */
export const incompleteBody = (): Fault =>
  new Fault("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header");

const wrongLength = (decodedBytes: number): Fault =>
  new Fault(
    "IncompleteBody",
    `The chunks do not hold the ${decodedBytes} bytes that x-amz-decoded-content-length specifies`,
  );

const malformed = (what: string): Fault =>
  new Fault("InvalidRequest", `The aws-chunked body is not well-formed: ${what}.`);

const malformedTrailer = (what: string): Fault =>
  new Fault(
    "MalformedTrailerError",
    `The request contained trailing data that was not well-formed or did not conform to our published schema: ${what}.`,
  );
