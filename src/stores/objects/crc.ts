import { once } from "../../base/once.ts";

/**
 * Reflected cyclic redundancy checks with inverted initial and final value, which CRC-32 (ISO-HDLC), CRC-32C
 * (Castagnoli) and CRC-64/NVME are. Computes those that Node does not, and combines the checks of two texts into that of
 * their concatenation for all.
 */
const checks = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const;

export type CyclicCheck = keyof typeof checks;

/** Eight tables of 256 entries, low and high halves apart, to process eight bytes at a time. */
const crc64Tables = once(() => {
  const low = new Int32Array(8 * 256);
  const high = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ checks.CRC64NVME.polynomial : value >> 1n;
    low[byte] = Number(value & 0xffffffffn);
    high[byte] = Number(value >> 32n);
  }
  for (let at = 256; at < low.length; at++) {
    const before = low[at - 256]!;
    const next = before & 0xff;
    low[at] = ((before >>> 8) | (high[at - 256]! << 24)) ^ low[next]!;
    high[at] = (high[at - 256]! >>> 8) ^ high[next]!;
  }
  return { low, high };
});

/** A running CRC-64/NVME; `value()` may be called at any time. */
export function createCrc64(): { update(bytes: Uint8Array): void; value(): bigint } {
  const { low: lows, high: highs } = crc64Tables();
  let low = -1;
  let high = -1;
  return {
    update(bytes) {
      let at = 0;
      for (const end = bytes.length - 7; at < end; at += 8) {
        const a = low ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
        const b = high ^ (bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24));
        const i7 = 1792 + (a & 0xff);
        const i6 = 1536 + ((a >>> 8) & 0xff);
        const i5 = 1280 + ((a >>> 16) & 0xff);
        const i4 = 1024 + (a >>> 24);
        const i3 = 768 + (b & 0xff);
        const i2 = 512 + ((b >>> 8) & 0xff);
        const i1 = 256 + ((b >>> 16) & 0xff);
        const i0 = b >>> 24;
        low = lows[i7]! ^ lows[i6]! ^ lows[i5]! ^ lows[i4]! ^ lows[i3]! ^ lows[i2]! ^ lows[i1]! ^ lows[i0]!;
        high = highs[i7]! ^ highs[i6]! ^ highs[i5]! ^ highs[i4]! ^ highs[i3]! ^ highs[i2]! ^ highs[i1]! ^ highs[i0]!;
      }
      for (; at < bytes.length; at++) {
        const index = (low ^ bytes[at]!) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ lows[index]!;
        high = (high >>> 8) ^ highs[index]!;
      }
    },
    value: () => (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0),
  };
}

/** Eight tables of 256 entries, for CRC-32C. */
const crc32cTables = once(() => {
  const values = new Int32Array(8 * 256);
  const polynomial = Number(checks.CRC32C.polynomial);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    values[byte] = value;
  }
  for (let at = 256; at < values.length; at++) {
    const before = values[at - 256]!;
    values[at] = (before >>> 8) ^ values[before & 0xff]!;
  }
  return values;
});

/** A running CRC-32C; `value()` may be called at any time. */
export function createCrc32c(): { update(bytes: Uint8Array): void; value(): bigint } {
  const values = crc32cTables();
  let crc = -1;
  return {
    update(bytes) {
      let at = 0;
      for (const end = bytes.length - 7; at < end; at += 8) {
        const a = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
        crc =
          values[1792 + (a & 0xff)]! ^
          values[1536 + ((a >>> 8) & 0xff)]! ^
          values[1280 + ((a >>> 16) & 0xff)]! ^
          values[1024 + (a >>> 24)]! ^
          values[768 + bytes[at + 4]!]! ^
          values[512 + bytes[at + 5]!]! ^
          values[256 + bytes[at + 6]!]! ^
          values[bytes[at + 7]!]!;
      }
      for (; at < bytes.length; at++) crc = (crc >>> 8) ^ values[(crc ^ bytes[at]!) & 0xff]!;
    },
    value: () => BigInt(~crc >>> 0),
  };
}

/** Combines checks: `append(a, b, n)` is the check of a text followed by a text of n bytes, from the checks of both. */
export function crcCombiner(check: CyclicCheck): (first: bigint, second: bigint, secondBytes: number) => bigint {
  const { bits, polynomial } = checks[check];
  const one = 1n << BigInt(bits - 1);
  /** a * b modulo the polynomial; the highest bit stands for x^0. */
  const multiply = (a: bigint, b: bigint): bigint => {
    let product = 0n;
    for (let mask = one; mask > 0n; mask >>= 1n) {
      if (a & mask) product ^= b;
      b = b & 1n ? (b >> 1n) ^ polynomial : b >> 1n;
    }
    return product;
  };
  // Nearly all parts of an upload have the same size, so the power of the last size is kept.
  let knownBytes = 0;
  let knownPower = one;
  const shiftOf = (bytes: number): bigint => {
    if (bytes === knownBytes) return knownPower;
    let power = one;
    let square = one >> 8n;
    for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
      if (rest % 2) power = multiply(power, square);
      square = multiply(square, square);
    }
    knownBytes = bytes;
    knownPower = power;
    return power;
  };
  return (first, second, secondBytes) => multiply(shiftOf(secondBytes), first) ^ second;
}
