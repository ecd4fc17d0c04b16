import { exact } from "./avro-codec.ts";
import { type PlainValue, valueBytes } from "./iceberg-value.ts";

const day = 86_400_000;

/** Whole microseconds of "12:34:56.123456". */
function microseconds(clock: string): bigint {
  const [, hours = "0", minutes = "0", seconds = "0", fraction = ""] =
    /^(\d+):(\d+)(?::(\d+)(?:\.(\d+))?)?/.exec(clock) ?? [];
  const whole = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  return whole * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

function days(text: string): number | undefined {
  const [, sign = "", year = "", month = "", date = ""] = /^([+-]?)(\d+)-(\d+)-(\d+)$/.exec(text) ?? [];
  if (year === "") return undefined;
  return new Date(0).setUTCFullYear(Number(`${sign}${year}`), Number(month) - 1, Number(date)) / day;
}

/** Reads a value from its text in SQL: "2024-01-01 10:00:00", "1.50", "true"; undefined for one that is not of the type. */
export function valueOfText(type: string, text: string): PlainValue | undefined {
  if (type === "string") return text;
  if (type === "int" || type === "long") return /^[+-]?\d+$/.test(text) ? exact(BigInt(text)) : undefined;
  if (type === "float" || type === "double") {
    const number = Number(text.replace(/^([+-]?)inf(inity)?$/i, "$1Infinity"));
    return text === "" || Number.isNaN(number) ? undefined : number;
  }
  if (type === "boolean") return /^(true|1)$/.test(text) ? true : /^(false|0)$/.test(text) ? false : undefined;
  if (type === "date") return days(text);
  if (type === "time") return exact(microseconds(text));
  if (type === "timestamp" || type === "timestamptz") {
    const [, date = "", clock = "00:00:00", zone] =
      /^(\S+?)(?:[ T](\d[\d:.]*))?(?:\s*(Z|UTC|\+00(?::?00)?))?$/.exec(text) ?? [];
    const since = days(date);
    if (since === undefined || (zone !== undefined && type === "timestamp")) return undefined;
    return exact(BigInt(since) * BigInt(day) * 1000n + microseconds(clock));
  }
  const scale = /^decimal\(\s*\d+\s*,\s*(\d+)\s*\)$/.exec(type)?.[1];
  if (scale !== undefined) {
    const [, sign = "", whole = "", fraction = ""] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
    if (whole + fraction === "" || /[1-9]/.test(fraction.slice(Number(scale)))) return undefined;
    return exact(BigInt(`${sign}${whole}${fraction.slice(0, Number(scale)).padEnd(Number(scale), "0")}`));
  }
  if (type === "uuid") return bytesOfHex(text.replaceAll("-", ""));
  return undefined;
}

export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** Long texts are not kept whole as bounds. */
const boundCharacters = 16;

/** Returns a value as the bound of a column, in hex; of a long text its beginning, raised where it is the upper bound. */
export function boundOf(type: string, text: string, isUpper: boolean, isWhole = false): string | undefined {
  const value = valueOfText(type, text);
  if (value === undefined || (typeof value === "number" && Number.isNaN(value))) return undefined;
  if (type !== "string") return hexOf(valueBytes(type, value));
  const characters = [...text];
  if (isWhole || characters.length <= boundCharacters) return hexOf(valueBytes(type, text));
  const start = characters.slice(0, boundCharacters);
  if (!isUpper) return hexOf(valueBytes(type, start.join("")));
  while (start.length > 0) {
    const next = start.pop()!.codePointAt(0)! + 1;
    if (next > 0x10ffff || (next >= 0xd800 && next <= 0xdfff)) continue;
    return hexOf(valueBytes(type, start.join("") + String.fromCodePoint(next)));
  }
  return undefined;
}
