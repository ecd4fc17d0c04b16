import type { Whole } from "./avro-codec.ts";
import { exact } from "./avro-codec.ts";
import { type PlainValue, valueBytes } from "./iceberg-value.ts";

/** How the value of a partition comes from that of its column. */
export interface Transform {
  /** The type of its values. */
  type(source: string): string;
  /** `source`: the type of the column. */
  apply(value: PlainValue, source: string): PlainValue | undefined;
  /** Whether its values are in the order of the column's, so that a range of these is a range of those. */
  readonly keepsOrder: boolean;
}

const dayMicroseconds = 86_400_000_000n;
const floor = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by;

/** The whole hours or days since 1970 of a date or a timestamp. */
const since1970 = (value: PlainValue, source: string, microseconds: bigint): number =>
  source === "date" ? Number(value) : Number(floor(BigInt(value as Whole), microseconds));
const dateOf = (value: PlainValue, source: string): Date =>
  new Date(since1970(value, source, dayMicroseconds) * 86_400_000);

const ofTime = (type: string, apply: Transform["apply"]): Transform => ({ type: () => type, apply, keepsOrder: true });

const named: Readonly<Record<string, Transform>> = {
  identity: { type: (source) => source, apply: (value) => value, keepsOrder: true },
  void: { type: (source) => source, apply: () => undefined, keepsOrder: false },
  year: ofTime("int", (value, source) => dateOf(value, source).getUTCFullYear() - 1970),
  month: ofTime("int", (value, source) => {
    const date = dateOf(value, source);
    return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  }),
  day: ofTime("date", (value, source) => since1970(value, source, dayMicroseconds)),
  hour: ofTime("int", (value, source) => since1970(value, source, dayMicroseconds / 24n)),
};

/** Returns the transform of that name: "identity", "bucket[16]". @throws RangeError for one that is not known */
export function transformNamed(name: string): Transform {
  const [, kind, text] = /^(bucket|truncate)\[(\d+)\]$/.exec(name) ?? [];
  if (kind === "bucket") return bucket(Number(text));
  if (kind === "truncate") return truncate(Number(text));
  const transform = named[name];
  if (!transform) throw new RangeError(`Iceberg: the partition transform ${name} is not known`);
  return transform;
}

const bucket = (count: number): Transform => ({
  type: () => "int",
  apply: (value, source) => (murmur3(hashedBytes(source, value)) & 0x7fffffff) % count,
  keepsOrder: false,
});

/** Whole numbers and times are hashed as longs, so that an int may become a long. */
const hashedBytes = (type: string, value: PlainValue): Uint8Array =>
  valueBytes(type === "int" || type === "date" ? "long" : type, value);

const truncate = (width: number): Transform => ({
  type: (source) => source,
  apply(value, source) {
    if (typeof value === "string") return [...value].slice(0, width).join("");
    if (value instanceof Uint8Array) return value.slice(0, width);
    if (source === "boolean") throw new RangeError("Iceberg: a boolean is not truncated");
    const [long, by] = [BigInt(value as Whole), BigInt(width)];
    return exact(floor(long, by) * by);
  },
  keepsOrder: true,
});

/** The 32-bit hash Murmur3 with the seed 0. */
export function murmur3(bytes: Uint8Array): number {
  const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
  const mix = (value: number) => Math.imul(rotate(Math.imul(value, 0xcc9e2d51), 15), 0x1b873593);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash = 0;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4)
    hash = (Math.imul(rotate(hash ^ mix(view.getInt32(at, true)), 13), 5) + 0xe6546b64) | 0;
  let rest = 0;
  for (let place = bytes.length - 1; place >= at; place--) rest = (rest << 8) | bytes[place]!;
  if (at < bytes.length) hash ^= mix(rest);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
