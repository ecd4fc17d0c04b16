import type { EngineFunction } from "../../../../base/engine-function.ts";
import { fail } from "./fail.ts";
import { sha512 } from "./sha512.ts";
import { spooky64 } from "./spooky.ts";

const mask = (1n << 64n) - 1n;
const rotated = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (64n - bits))) & mask;
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A number as so many bytes, the highest first. */
function bigEndian(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = size - 1, rest = value; index >= 0; index--, rest >>= 8n) bytes[index] = Number(rest & 255n);
  return bytes;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): bigint {
  let value = 0xffffffff;
  for (const byte of bytes) value = crcTable[(value ^ byte) & 255]! ^ (value >>> 8);
  return BigInt((value ^ 0xffffffff) >>> 0);
}

const primes = [
  ...[11400714785074694791n, 14029467366897019727n, 1609587929392839161n, 9650029242287828579n, 2870177450012600261n],
] as const;

/** XXH64 with the seed 0. */
function xxhash64(bytes: Uint8Array): Uint8Array {
  const [p1, p2, p3, p4, p5] = primes as unknown as [bigint, bigint, bigint, bigint, bigint];
  const view = viewOf(bytes);
  const round = (lane: bigint, input: bigint) => (rotated((lane + input * p2) & mask, 31n) * p1) & mask;
  let at = 0;
  let hash: bigint;
  if (bytes.length >= 32) {
    const lanes = [(p1 + p2) & mask, p2, 0n, -p1 & mask];
    for (; at + 32 <= bytes.length; at += 32)
      for (let lane = 0; lane < 4; lane++) lanes[lane] = round(lanes[lane]!, view.getBigUint64(at + 8 * lane, true));
    const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint];
    hash = (rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n)) & mask;
    for (const lane of lanes) hash = ((hash ^ round(0n, lane)) * p1 + p4) & mask;
  } else hash = p5;
  hash = (hash + BigInt(bytes.length)) & mask;
  for (; at + 8 <= bytes.length; at += 8)
    hash = (rotated(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * p1 + p4) & mask;
  if (at + 4 <= bytes.length) {
    hash = (rotated(hash ^ ((BigInt(view.getUint32(at, true)) * p1) & mask), 23n) * p2 + p3) & mask;
    at += 4;
  }
  for (; at < bytes.length; at++) hash = (rotated(hash ^ ((BigInt(bytes[at]!) * p5) & mask), 11n) * p1) & mask;
  hash = ((hash ^ (hash >> 33n)) * p2) & mask;
  hash = ((hash ^ (hash >> 29n)) * p3) & mask;
  return bigEndian(hash ^ (hash >> 32n), 8);
}

const little = (value: bigint): Uint8Array => bigEndian(value, 8).reverse();

/** MurmurHash3 of 128 bits for machines of 64, with the seed 0. */
function murmur3(bytes: Uint8Array): Uint8Array {
  const [c1, c2] = [0x87c37b91114253d5n, 0x4cf5ad432745937fn];
  const mixed = (value: bigint, from: bigint, bits: bigint, to: bigint) =>
    (rotated((value * from) & mask, bits) * to) & mask;
  let [a, b] = [0n, 0n];
  const whole = bytes.length & ~15;
  const view = viewOf(bytes);
  for (let at = 0; at < whole; at += 16) {
    a ^= mixed(view.getBigUint64(at, true), c1, 31n, c2);
    a = (((rotated(a, 27n) + b) & mask) * 5n + 0x52dce729n) & mask;
    b ^= mixed(view.getBigUint64(at + 8, true), c2, 33n, c1);
    b = (((rotated(b, 31n) + a) & mask) * 5n + 0x38495ab5n) & mask;
  }
  const tail = new Uint8Array(16);
  tail.set(bytes.subarray(whole));
  const rest = viewOf(tail);
  b ^= mixed(rest.getBigUint64(8, true), c2, 33n, c1);
  a ^= mixed(rest.getBigUint64(0, true), c1, 31n, c2);
  const final = (value: bigint): bigint => {
    let mix = ((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn) & mask;
    mix = ((mix ^ (mix >> 33n)) * 0xc4ceb9fe1a85ec53n) & mask;
    return mix ^ (mix >> 33n);
  };
  a ^= BigInt(bytes.length);
  b ^= BigInt(bytes.length);
  a = (a + b) & mask;
  b = (b + a) & mask;
  a = final(a);
  b = final(b);
  a = (a + b) & mask;
  b = (b + a) & mask;
  const answer = new Uint8Array(16);
  answer.set(little(a));
  answer.set(little(b), 8);
  return answer;
}

/** A key of HMAC in its block, mixed with a byte. A key that is longer than the block comes as its hash. */
function hmacPad(key: Uint8Array, block: number, mix: number): Uint8Array {
  if (key.length === 0) fail("Empty key", "GENERIC_INTERNAL_ERROR");
  const bytes = new Uint8Array(block).fill(mix);
  for (const [index, byte] of key.subarray(0, block).entries()) bytes[index] = byte ^ mix;
  return bytes;
}

function hmacSha512(data: Uint8Array, key: Uint8Array): Uint8Array {
  const short = key.length > 128 ? sha512(key) : key;
  const joined = (pad: number, rest: Uint8Array): Uint8Array => {
    const all = new Uint8Array(128 + rest.length);
    all.set(hmacPad(short, 128, pad));
    all.set(rest, 128);
    return all;
  };
  return sha512(joined(0x5c, sha512(joined(0x36, data))));
}

/** By which checksum() multiplies the hash of each value; null counts as the number itself. */
const checksumPrime = BigInt.asIntN(64, 0x9e3779b185ebca87n);

export const hashFunctions: readonly EngineFunction[] = [
  { ...{ name: "own_crc32", takes: ["bytes"], gives: "bigint" }, call: crc32 },
  { ...{ name: "own_xxhash64", takes: ["bytes"], gives: "bytes" }, call: xxhash64 },
  {
    ...{ name: "own_spooky64", takes: ["bytes"], gives: "bytes" },
    call(bytes: Uint8Array) {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigUint64(0, spooky64(bytes));
      return new Uint8Array(view.buffer);
    },
  },
  {
    ...{ name: "own_spooky32", takes: ["bytes"], gives: "bytes" },
    call(bytes: Uint8Array) {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, Number(spooky64(bytes) & 0xffffffffn));
      return new Uint8Array(view.buffer);
    },
  },
  {
    ...{ name: "own_checksum_part", takes: ["bytes"], gives: "bigint" },
    call(bytes: Uint8Array) {
      const hash = xxhash64(bytes);
      const value = new DataView(hash.buffer, hash.byteOffset, 8).getBigInt64(0);
      return BigInt.asIntN(64, value * checksumPrime);
    },
  },
  {
    ...{ name: "own_checksum_whole", takes: ["bigint"], gives: "bigint" },
    call(number: bigint) {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigInt64(0, number, true);
      const hash = xxhash64(new Uint8Array(view.buffer));
      const value = new DataView(hash.buffer, hash.byteOffset, 8).getBigInt64(0);
      return BigInt.asIntN(64, value * checksumPrime);
    },
  },
  {
    // The sum is wider than a bigint, and therefore a text.
    ...{ name: "own_checksum_bytes", takes: ["text"], gives: "bytes" },
    call(sum: string) {
      const view = new DataView(new ArrayBuffer(8));
      view.setBigInt64(0, BigInt.asIntN(64, BigInt(sum)), true);
      return new Uint8Array(view.buffer);
    },
  },
  { ...{ name: "own_murmur3", takes: ["bytes"], gives: "bytes" }, call: murmur3 },
  { ...{ name: "own_sha512", takes: ["bytes"], gives: "bytes" }, call: sha512 },
  { ...{ name: "own_hmac_sha512", takes: ["bytes", "bytes"], gives: "bytes" }, call: hmacSha512 },
  { ...{ name: "own_hmac_pad", takes: ["bytes", "integer", "integer"], gives: "bytes" }, call: hmacPad },
];
