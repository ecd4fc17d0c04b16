/** The major types of CBOR (RFC 8949, section 3.1). */
export const major = { natural: 0, negative: 1, bytes: 2, text: 3, list: 4, map: 5, tag: 6, simple: 7 } as const;
export const simple = { false: 20, true: 21, null: 22, undefined: 23, half: 25, single: 26, double: 27 } as const;

const indefinite = 31;
const breakByte = 0xff;

/** Bytes that are not CBOR, as distinct from CBOR of the wrong type. */
export class MalformedCbor extends Error {}

/**
 * Reads the items of a document one after the other, by what the caller expects. `head` reads the beginning of an item
 * and leaves what it says in `major`, `minor` and `count`; the other methods read what follows.
 */
export class CborItems {
  at = 0;
  major = 0;
  minor = 0;
  /** The number of an integer, the number of a tag, or a length; infinite for an indefinite length. */
  count = 0;
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  head(): void {
    const first = this.#bytes[this.at];
    if (first === undefined) throw this.#ended();
    this.major = first >> 5;
    this.minor = first & 31;
    const at = this.at + 1;
    if (this.minor < 24) {
      this.at = at;
      this.count = this.minor;
      return;
    }
    if (this.minor === indefinite && this.major >= major.bytes && this.major <= major.map) {
      this.at = at;
      this.count = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.minor > simple.double) throw this.#malformed(`the byte 0x${first.toString(16)} begins no item`);
    const width = 1 << (this.minor - 24);
    if (at + width > this.#bytes.length) throw this.#ended();
    this.at = at + width;
    if (width === 1) this.count = this.#bytes[at]!;
    else if (width === 2) this.count = this.#view.getUint16(at);
    // The bits of a wider float are read by `float`.
    else if (this.major === major.simple) this.count = 0;
    else if (width === 4) this.count = this.#view.getUint32(at);
    else this.count = this.#view.getUint32(at) * 2 ** 32 + this.#view.getUint32(at + 4);
  }

  /** Whether the last head is that of null or undefined. */
  isNull(): boolean {
    return this.major === major.simple && (this.minor === simple.null || this.minor === simple.undefined);
  }

  /** Returns the float whose head was the last one. */
  float(): number {
    if (this.minor === simple.double) return this.#view.getFloat64(this.at - 8);
    if (this.minor === simple.single) return this.#view.getFloat32(this.at - 4);
    return halfPrecision(this.count);
  }

  /** Whether a list or map has one more item. `read` counts those of a definite length. */
  hasMore(read: number, count: number): boolean {
    if (count !== Number.POSITIVE_INFINITY) return read < count;
    if (this.#bytes[this.at] !== breakByte) return true;
    this.at++;
    return false;
  }

  /** Returns the text whose head was the last one. */
  text(): string {
    return this.#joined(major.text, decodeText, (parts) => parts.join(""));
  }

  /** Returns the byte string whose head was the last one, as a copy. */
  byteString(): Uint8Array {
    return this.#joined(
      major.bytes,
      (bytes) => Buffer.from(bytes),
      (parts) => Buffer.concat(parts),
    );
  }

  /** Returns a key that is a text. Members of structures are ASCII, so another text needs only to be another. */
  memberName(): string {
    this.head();
    if (this.major !== major.text) throw this.#malformed("a key is not a text");
    return this.#joined(major.text, asciiText, (parts) => parts.join(""));
  }

  /** Returns a key of a map. */
  key(): string {
    this.head();
    if (this.major !== major.text) throw this.#malformed("a key is not a text");
    return this.text();
  }

  /** Passes over the item whose head was the last one. */
  skip(): void {
    switch (this.major) {
      case major.bytes:
      case major.text:
        this.#joined(this.major, nothing, nothing);
        return;
      case major.list:
      case major.map: {
        const { count } = this;
        const items = this.major === major.map ? 2 : 1;
        for (let read = 0; this.hasMore(read, count); read++) {
          for (let item = 0; item < items; item++) {
            this.head();
            this.skip();
          }
        }
        return;
      }
      case major.tag:
        this.head();
        this.skip();
    }
  }

  /** Checks that nothing follows. */
  end(): void {
    const left = this.#bytes.length - this.at;
    if (left > 0) throw this.#malformed("bytes follow the document");
  }

  #joined<T>(kind: number, read: (bytes: Buffer) => T, join: (parts: T[]) => T): T {
    if (this.count !== Number.POSITIVE_INFINITY) return read(this.#take());
    const parts: T[] = [];
    while (this.hasMore(0, Number.POSITIVE_INFINITY)) {
      this.head();
      if (this.major !== kind || this.count === Number.POSITIVE_INFINITY) {
        throw this.#malformed("a part of a text or byte string is of another kind");
      }
      parts.push(read(this.#take()));
    }
    return join(parts);
  }

  #take(): Buffer {
    const end = this.at + this.count;
    if (end > this.#bytes.length) throw this.#ended();
    const taken = this.#bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  #malformed(what: string): MalformedCbor {
    return new MalformedCbor(`${what}, at byte ${this.at}`);
  }

  #ended(): MalformedCbor {
    return this.#malformed("the document ends within an item");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to this length a look at each byte is faster than a decoder. */
const shortText = 64;

function decodeText(bytes: Buffer): string {
  if (bytes.length <= shortText && isAscii(bytes)) return bytes.toString("latin1");
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedCbor("a text is not UTF-8");
  }
}

function isAscii(bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index]! > 127) return false;
  return true;
}

const asciiText = (bytes: Buffer): string => bytes.toString("latin1");
const nothing = (): undefined => undefined;

/** IEEE 754 binary16: a sign, five bits of exponent, ten of fraction. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 0x3ff) / 1024;
  if (exponent === 0) return sign * 2 ** -14 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 15) * (1 + fraction);
}
