import type { IncomingMessage } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import { Fault } from "../../aws/faults.ts";
import { incompleteBody } from "../../wire/aws-chunked.ts";

const noBytes = Buffer.alloc(0);

/** The body of a request, read once, whole or as a stream. A body that is cut off becomes the fault IncompleteBody. */
export class RequestBody {
  /** Whether the request has a body at all. */
  readonly present: boolean;
  readonly #request: IncomingMessage;
  /** The announced length; 0 for a body in chunks. */
  readonly #announcedBytes: number;
  readonly #invite: () => void;
  #whole: Promise<Buffer> | undefined;
  #stream: Readable | undefined;
  #fail: ((fault: Fault) => void) | undefined;

  /** @param invite tells a client that waits for "100 Continue" to send the body */
  constructor(request: IncomingMessage, headers: Readonly<Record<string, string>>, invite: () => void) {
    this.#request = request;
    this.#announcedBytes = Number(headers["content-length"] ?? 0);
    this.present = this.#announcedBytes > 0 || headers["transfer-encoding"] !== undefined;
    this.#invite = invite;
  }

  /** Returns the bytes of the body, the same ones at every call. Refuses a body over that size. */
  whole(maximumBytes: number): Promise<Buffer> {
    this.#whole ??= this.present ? this.#collect(maximumBytes) : Promise.resolve(noBytes);
    return this.#whole;
  }

  #collect(maximumBytes: number): Promise<Buffer> {
    const request = this.#request;
    if (this.#announcedBytes > maximumBytes) return Promise.reject(tooLarge(maximumBytes));
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      this.#fail = reject;
      request.on("data", (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (sizeBytes > maximumBytes) reject(tooLarge(maximumBytes));
        else chunks.push(chunk);
      });
      request.on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, sizeBytes)));
      request.on("error", () => reject(incompleteBody()));
      this.#invite();
    });
  }

  /** The whole body where it has been asked for. */
  get taken(): Promise<Buffer> | undefined {
    return this.#whole;
  }

  /** Returns the body as it arrives. */
  stream(): Readable {
    const stream = new PassThrough();
    this.#fail = (fault) => stream.destroy(fault);
    this.#request.on("error", () => stream.destroy(incompleteBody()));
    this.#request.pipe(stream);
    stream.on("close", () => this.#request.unpipe(stream).resume());
    this.#stream = stream;
    this.#invite();
    return stream;
  }

  /**
   * Reads and drops the rest of the body after the response, because otherwise the connection could not be used again.
   */
  drop(): void {
    this.#stream?.destroy();
  }

  /** Fails the body: by default because the client has ended its side before the body was whole. */
  cutOff(fault = incompleteBody()): void {
    this.#fail?.(fault);
  }
}

export const tooLarge = (maximumBytes: number): Fault =>
  new Fault("RequestEntityTooLarge", `The body of this request may have ${maximumBytes} bytes at most.`, {
    status: 413,
  });
