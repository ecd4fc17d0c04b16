type Piece = string | Uint8Array;

/**
 * An output that is JSON already, in pieces: those that are bytes as they were kept. It is written as it is, and read where
 * it is not written.
 */
export class ReadyDocument {
  readonly #pieces: readonly Piece[];
  constructor(...pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  bytes(): Uint8Array {
    let length = 0;
    // No text has more bytes of UTF-8 than three for each of its units.
    for (const piece of this.#pieces) length += typeof piece === "string" ? piece.length * 3 : piece.length;
    const whole = Buffer.allocUnsafe(length);
    let at = 0;
    for (const piece of this.#pieces) {
      if (typeof piece === "string") at += whole.write(piece, at);
      else {
        whole.set(piece, at);
        at += piece.length;
      }
    }
    return whole.subarray(0, at);
  }

  read(): unknown {
    return JSON.parse(Buffer.from(this.bytes()).toString("utf8"));
  }
}

/** The output as who called the operation in process sees it. */
export const plainOutput = (output: unknown): unknown => (output instanceof ReadyDocument ? output.read() : output);
