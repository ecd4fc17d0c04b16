import type { EngineFunction } from "../../../../base/engine-function.ts";
import { readDecimal } from "./decimal-text.ts";
import { fail } from "./fail.ts";

function bitCount(value: bigint, bits: bigint): bigint {
  if (bits < 2n || bits > 64n) fail("Bits specified in bit_count must be between 2 and 64, got ".concat(String(bits)));
  if (BigInt.asIntN(Number(bits), value) !== value)
    fail(`Number must be representable with the bits specified. ${value} cannot be represented with ${bits} bits`);
  return BigInt(BigInt.asUintN(Number(bits), value).toString(2).replaceAll("0", "").length);
}

const shiftFunctions = (
  [
    ["own_shift_left", (value, shift, bits) => BigInt.asUintN(bits, value) << shift],
    ["own_shift_right", (value, shift, bits) => BigInt.asUintN(bits, value) >> shift],
    ["own_shift_right_arithmetic", (value, shift) => value >> shift],
  ] satisfies [string, (value: bigint, shift: bigint, bits: number) => bigint][]
).map(
  ([name, shifted]): EngineFunction => ({
    ...{ name, takes: ["bigint", "bigint", "integer"], gives: "bigint" },
    call(value: bigint, shift: bigint, bits: number) {
      // What is shifted out by one bit less is shifted out by more.
      const count = shift < 0n || shift > 64n ? 64n : shift;
      return BigInt.asIntN(bits, shifted(value, count, bits));
    },
  }),
);

/** So many digits behind the point at most, of the binary number itself; half a unit goes up. */
const shortText = (value: number, places: number): string => String(Number(value.toFixed(places)));

/** `1.23M`. */
function formatNumber(value: bigint): string {
  let rest = Math.abs(Number(value));
  let unit = "";
  for (const next of ["K", "M", "B", "T", "Q"]) {
    if (rest < 1000) break;
    rest /= 1000;
    unit = next;
  }
  const text = shortText(rest, rest < 10 || value < 0n ? 2 : rest < 100 ? 1 : 0);
  return `${value < 0n && text !== "0" ? "-" : ""}${text}${unit}`;
}

function readableSeconds(value: number): string {
  if (!Number.isFinite(value)) fail(`Invalid argument found: ${value}`);
  let rest = Math.abs(Math.round(value));
  const parts: string[] = [];
  for (const [name, size] of [
    ["week", 604_800],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (name === "second" && parts.length === 0)) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return parts.join(", ");
}

const durations: Readonly<Record<string, number>> = {
  ...{ ns: 1e-6, us: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 },
};

function parseDuration(text: string): bigint {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*$/.exec(text) ?? [];
  const size = durations[unit];
  if (number === undefined || size === undefined) return fail(`duration is not a valid data duration string: ${text}`);
  return BigInt(Math.round(Number(number) * size));
}

const sizes = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/** A size in bytes, as the text of a number. */
function parseDataSize(text: string): string {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]+)$/.exec(text) ?? [];
  const power = sizes.indexOf(unit);
  if (number === undefined || power < 0) return fail(`Invalid data size: '${text}'`);
  const { digits, scale } = readDecimal(number)!;
  return ((digits * 1024n ** BigInt(power)) / 10n ** BigInt(scale)).toString();
}

const bytesOf = (size: number, write: (view: DataView) => void): Uint8Array => {
  const view = new DataView(new ArrayBuffer(size));
  write(view);
  return new Uint8Array(view.buffer);
};

const viewOf = (bytes: Uint8Array, size: number, what: string): DataView => {
  if (bytes.length !== size) fail(`Input ${what} must be a ${size * 8}-bit ${size}-byte array`);
  return new DataView(bytes.buffer, bytes.byteOffset, size);
};

export const numberFunctions: readonly EngineFunction[] = [
  { ...{ name: "own_bit_count", takes: ["bigint", "bigint"], gives: "bigint" }, call: bitCount },
  ...shiftFunctions,
  { ...{ name: "own_format_number", takes: ["bigint"], gives: "text" }, call: formatNumber },
  { ...{ name: "own_readable_seconds", takes: ["double"], gives: "text" }, call: readableSeconds },
  { ...{ name: "own_parse_duration", takes: ["text"], gives: "bigint" }, call: parseDuration },
  { ...{ name: "own_parse_data_size", takes: ["text"], gives: "text" }, call: parseDataSize },
  {
    ...{ name: "own_to_big_endian_32", takes: ["integer"], gives: "bytes" },
    call: (value: number) => bytesOf(4, (view) => view.setInt32(0, value)),
  },
  {
    ...{ name: "own_to_big_endian_64", takes: ["bigint"], gives: "bytes" },
    call: (value: bigint) => bytesOf(8, (view) => view.setBigInt64(0, value)),
  },
  {
    ...{ name: "own_from_big_endian_32", takes: ["bytes"], gives: "integer" },
    call: (bytes: Uint8Array) => viewOf(bytes, 4, "of from_big_endian_32").getInt32(0),
  },
  {
    ...{ name: "own_from_big_endian_64", takes: ["bytes"], gives: "bigint" },
    call: (bytes: Uint8Array) => viewOf(bytes, 8, "of from_big_endian_64").getBigInt64(0),
  },
  {
    ...{ name: "own_to_ieee754_32", takes: ["double"], gives: "bytes" },
    call: (value: number) => bytesOf(4, (view) => view.setFloat32(0, value)),
  },
  {
    ...{ name: "own_to_ieee754_64", takes: ["double"], gives: "bytes" },
    call: (value: number) => bytesOf(8, (view) => view.setFloat64(0, value)),
  },
  {
    ...{ name: "own_from_ieee754_32", takes: ["bytes"], gives: "double" },
    call: (bytes: Uint8Array) => viewOf(bytes, 4, "of from_ieee754_32").getFloat32(0),
  },
  {
    ...{ name: "own_from_ieee754_64", takes: ["bytes"], gives: "double" },
    call: (bytes: Uint8Array) => viewOf(bytes, 8, "of from_ieee754_64").getFloat64(0),
  },
];
