import type { AvroSchema, AvroType, Whole } from "./avro-codec.ts";
import { exact } from "./avro-codec.ts";

/**
 * A value of a plain type: days of a date, microseconds of a time or timestamp, the unscaled number of a decimal, bytes
 * of a uuid, fixed or binary.
 */
export type PlainValue = boolean | Whole | string | Uint8Array;

const decimalType = /^decimal\(\s*(\d+)\s*,\s*(\d+)\s*\)$/;
const fixedType = /^fixed\[(\d+)\]$/;
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const wholeTypes: Readonly<Record<string, 4 | 8>> = {
  ...{ int: 4, date: 4, long: 8, time: 8, timestamp: 8, timestamptz: 8 },
};

/** Writes a value as bounds and summaries hold it. @throws RangeError for a type that has no such form */
export function valueBytes(type: string, value: PlainValue): Uint8Array {
  const whole = wholeTypes[type];
  if (whole !== undefined) {
    const view = new DataView(new ArrayBuffer(whole));
    if (whole === 4) view.setInt32(0, Number(value), true);
    else view.setBigInt64(0, BigInt(value as Whole), true);
    return new Uint8Array(view.buffer);
  }
  if (type === "float" || type === "double") {
    const view = new DataView(new ArrayBuffer(type === "float" ? 4 : 8));
    if (type === "float") view.setFloat32(0, value as number, true);
    else view.setFloat64(0, value as number, true);
    return new Uint8Array(view.buffer);
  }
  if (type === "boolean") return Uint8Array.from([value ? 1 : 0]);
  if (type === "string") return encoder.encode(value as string);
  if (decimalType.test(type)) return decimalBytes(BigInt(value as Whole));
  if (isBytesType(type)) return value as Uint8Array;
  throw new RangeError(`Iceberg: values of ${type} have no bounds`);
}

/** Reads what valueBytes has written. An int that became a long, or a float a double, has the bytes of its old type. */
export function readValue(type: string, bytes: Uint8Array): PlainValue {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type in wholeTypes) return bytes.length === 4 ? view.getInt32(0, true) : exact(view.getBigInt64(0, true));
  if (type === "float" || type === "double")
    return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  if (type === "boolean") return bytes[0] !== 0;
  if (type === "string") return decoder.decode(bytes);
  if (decimalType.test(type)) return readDecimal(bytes);
  if (isBytesType(type)) return bytes;
  throw new RangeError(`Iceberg: values of ${type} have no bounds`);
}

const isBytesType = (type: string): boolean => type === "binary" || type === "uuid" || fixedType.test(type);

/** The shortest two's complement, the highest byte first. */
function decimalBytes(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.unshift(Number(BigInt.asUintN(8, rest)));
    rest >>= 8n;
  } while ((rest !== 0n && rest !== -1n) || (rest === -1n) !== bytes[0]! >= 0x80);
  return Uint8Array.from(bytes);
}

function readDecimal(bytes: Uint8Array): Whole {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return exact(BigInt.asIntN(bytes.length * 8, value));
}

/** Compares two values of one type. */
export function compareValues(one: PlainValue, other: PlainValue): number {
  if (typeof one === "string" || one instanceof Uint8Array) {
    const [left, right] = [one, other].map((value) => (typeof value === "string" ? encoder.encode(value) : value));
    return compareBytes(left as Uint8Array, right as Uint8Array);
  }
  return one < other ? -1 : one > other ? 1 : 0;
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return one[at]! - other[at]!;
  return one.length - other.length;
}

/** The type of Avro in which a manifest holds the values of a partition field. */
export function avroTypeOf(type: string): AvroSchema {
  const logical = (base: string, name: string, more: object = {}): AvroType => ({
    ...{ type: base, logicalType: name },
    ...more,
  });
  const decimal = decimalType.exec(type);
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])];
    const size = decimalSize(precision);
    return { ...logical("fixed", "decimal", { precision, scale }), name: `decimal_${precision}_${scale}`, size };
  }
  const fixed = fixedType.exec(type);
  if (fixed) return { type: "fixed", name: `fixed_${fixed[1]}`, size: Number(fixed[1]) };
  switch (type) {
    case "date":
      return logical("int", "date");
    case "time":
      return logical("long", "time-micros");
    case "timestamp":
    case "timestamptz":
      return logical("long", "timestamp-micros", { "adjust-to-utc": type === "timestamptz" });
    case "uuid":
      return { ...logical("fixed", "uuid"), name: "uuid_fixed", size: 16 };
    case "binary":
      return "bytes";
    default:
      return type;
  }
}

/** How many bytes hold every decimal of a precision. */
function decimalSize(precision: number): number {
  const most = 10n ** BigInt(precision) - 1n;
  let size = 1;
  while (most > 2n ** BigInt(size * 8 - 1) - 1n) size++;
  return size;
}

/** Returns the value of a partition field as Avro holds it, and back: decimals are bytes of one length there. */
export function partitionToAvro(type: string, value: PlainValue | undefined): unknown {
  const decimal = decimalType.exec(type);
  if (value === undefined || !decimal) return value;
  const short = decimalBytes(BigInt(value as Whole));
  const whole = new Uint8Array(decimalSize(Number(decimal[1]))).fill(short[0]! >= 0x80 ? 0xff : 0);
  whole.set(short, whole.length - short.length);
  return whole;
}

export const partitionFromAvro = (type: string, value: unknown): PlainValue | undefined =>
  value instanceof Uint8Array && decimalType.test(type) ? readDecimal(value) : (value as PlainValue | undefined);
