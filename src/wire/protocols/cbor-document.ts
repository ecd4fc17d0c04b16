import { major } from "./cbor-items.ts";

/** The first bytes of items that have but one. A map is written without its length, so that it is written in one pass. */
const initial = {
  false: 0xf4,
  true: 0xf5,
  null: 0xf6,
  single: 0xfa,
  double: 0xfb,
  map: 0xbf,
  break: 0xff,
  epoch: 0xc1,
};

/** A document that is being written. */
export class CborDocument {
  #bytes = Buffer.allocUnsafe(512);
  #at = 0;

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#room(value.byteLength);
    this.#bytes.set(value, this.#at);
    this.#at += value.byteLength;
  }

  /** Writes the beginning of an item with the number or length that it has, in the fewest bytes. */
  head(kind: number, count: number): void {
    this.#room(9);
    const first = kind << 5;
    if (count < 24) this.#at = this.#bytes.writeUInt8(first | count, this.#at);
    else if (count < 2 ** 32) {
      const [minor, width] = count < 2 ** 8 ? [24, 1] : count < 2 ** 16 ? [25, 2] : [26, 4];
      this.#at = this.#bytes.writeUInt8(first | minor!, this.#at);
      this.#at = this.#bytes.writeUIntBE(count, this.#at, width!);
    } else {
      this.#at = this.#bytes.writeUInt8(first | 27, this.#at);
      this.#at = this.#bytes.writeBigUInt64BE(BigInt(count), this.#at);
    }
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    this.head(major.text, size);
    this.#room(size);
    this.#at += this.#bytes.write(value, this.#at, size, "utf8");
  }

  integer(value: number): void {
    if (value < 0) this.head(major.negative, -1 - value);
    else this.head(major.natural, value);
  }

  double(value: number): void {
    this.byte(initial.double);
    this.#room(8);
    this.#at = this.#bytes.writeDoubleBE(value, this.#at);
  }

  single(value: number): void {
    this.byte(initial.single);
    this.#room(4);
    this.#at = this.#bytes.writeFloatBE(value, this.#at);
  }

  boolean(value: boolean): void {
    this.byte(value ? initial.true : initial.false);
  }

  null(): void {
    this.byte(initial.null);
  }

  /** Writes seconds since 1970 as a float even when they are whole, because some clients read nothing else. */
  timestamp(value: Date): void {
    this.byte(initial.epoch);
    this.double(value.getTime() / 1000);
  }

  openMap(): void {
    this.byte(initial.map);
  }

  close(): void {
    this.byte(initial.break);
  }

  #room(sizeBytes: number): void {
    if (this.#at + sizeBytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#at + sizeBytes));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}
