import type { ValueType } from "../../engines/port.ts";
import type { TrinoType } from "../../prep/sql/result-type.ts";

/** Writes a value that is not null, as Athena does in its results. */
export type ValueText = (value: never) => string;

const microsADay = 86_400_000_000n;
const epochDays = (days: number): string => dateText(BigInt(days) * microsADay);

/** Returns how the values of a column are written. `type`: Trino's, where it is known. */
export function valueText(value: ValueType, type?: TrinoType): ValueText {
  switch (value.kind) {
    case "boolean":
    case "uuid":
    case "decimal":
      return String;
    case "integer":
    case "bigint":
      if (type?.name === "interval day to second") return (number: bigint) => intervalText(BigInt(number));
      if (type?.name === "interval year to month")
        return (months: bigint) => `${months < 0n ? "-" : ""}${absolute(months) / 12n}-${absolute(months) % 12n}`;
      return String;
    case "float":
      return (number: number) => javaNumber(number, floatDigits(number));
    case "double":
      return (number: number) => javaNumber(number, String(Math.abs(number)));
    case "string":
      if (type?.name === "char") return (text: string) => text.padEnd(type.numbers[0] ?? 1);
      return (text: string) => text;
    case "binary":
      return (bytes: Uint8Array) => (Buffer.from(bytes).toString("hex").match(/../g) ?? []).join(" ");
    case "date":
      return epochDays;
    case "time":
      return (micros: bigint) => timeText(micros, type?.numbers[0] ?? 3);
    case "timestamp":
      return (micros: bigint) => timestampText(micros, type?.numbers[0] ?? 3);
    case "interval":
      return String;
    case "list": {
      const element = orNull(valueText(value.element, type?.parts[0]?.type));
      return (items: readonly unknown[]) => `[${items.map(element).join(", ")}]`;
    }
    case "map": {
      const [key, item] = [value.key, value.value].map((part, index) =>
        orNull(valueText(part, type?.parts[index]?.type)),
      ) as [ReturnType<typeof orNull>, ReturnType<typeof orNull>];
      return (entries: readonly (readonly [unknown, unknown])[]) =>
        `{${entries.map(([name, of]) => `${key(name)}=${item(of)}`).join(", ")}}`;
    }
    case "struct":
      return structText(value, type);
  }
}

function structText({ fields }: ValueType & { readonly kind: "struct" }, type: TrinoType | undefined): ValueText {
  if (type?.name === "timestamp with time zone")
    return ([micros, zone]: readonly [bigint, string]) => `${zonedText(micros, zone, type.numbers[0] ?? 3)} ${zone}`;
  const parts = fields.map((field, index) => ({
    name: type ? (type.parts[index]?.name ?? `field${index}`) : field.name,
    text: orNull(valueText(field.type, type?.parts[index]?.type)),
  }));
  return (values: readonly unknown[]) =>
    `{${parts.map(({ name, text }, index) => `${name}=${text(values[index])}`).join(", ")}}`;
}

const orNull = (text: ValueText) => (value: unknown) => (value === null ? "null" : text(value as never));

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

/** Java writes numbers from 1E7 on, and below 1E-3, with an exponent. `shortest`: the digits of its absolute value. */
function javaNumber(number: number, shortest: string): string {
  if (Number.isNaN(number)) return "NaN";
  const sign = number < 0 || Object.is(number, -0) ? "-" : "";
  const size = Math.abs(number);
  if (size === Number.POSITIVE_INFINITY) return `${sign}Infinity`;
  if (size === 0) return `${sign}0.0`;
  const [mantissa = "", exponentText] = shortest.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const leading = /^0*/.exec(all)![0].length;
  const digits = all.slice(leading).replace(/0+$/, "") || "0";
  /** The number is 0.DIGITS times ten to the power of `point`. */
  const point = whole.length - leading + Number(exponentText ?? 0);
  if (size >= 1e-3 && size < 1e7) {
    if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
    return `${sign}${digits.padEnd(point, "0").slice(0, point)}.${digits.slice(point) || "0"}`;
  }
  return `${sign}${digits[0]}.${digits.slice(1) || "0"}E${point - 1}`;
}

/** The fewest digits by which a number of 32 bits is known. */
function floatDigits(number: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const text = Math.abs(number).toPrecision(precision);
    if (Math.fround(Number(text)) === Math.abs(number)) return text;
  }
  return Math.abs(number).toPrecision(9);
}

const twoDigits = (value: bigint | number) => String(value).padStart(2, "0");

function dateText(micros: bigint): string {
  const days = floorDivide(micros, microsADay);
  const date = new Date(Number(days) * 86_400_000);
  if (Number.isNaN(date.getTime())) return String(days);
  const year = date.getUTCFullYear();
  const shown = year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
  return `${shown}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

const floorDivide = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by;

function timeText(micros: bigint, precision: number): string {
  const seconds = micros / 1_000_000n;
  const text = `${twoDigits(seconds / 3600n)}:${twoDigits((seconds / 60n) % 60n)}:${twoDigits(seconds % 60n)}`;
  const fraction = String(micros % 1_000_000n)
    .padStart(6, "0")
    .padEnd(precision, "0")
    .slice(0, precision);
  return precision > 0 ? `${text}.${fraction}` : text;
}

const timestampText = (micros: bigint, precision: number): string =>
  `${dateText(micros)} ${timeText(((micros % microsADay) + microsADay) % microsADay, precision)}`;

function intervalText(milliseconds: bigint): string {
  const size = absolute(milliseconds);
  const time = timeText((size % 86_400_000n) * 1000n, 3);
  return `${milliseconds < 0n ? "-" : ""}${size / 86_400_000n} ${time}`;
}

/** A moment in the local time of a zone. */
function zonedText(micros: bigint, zone: string, precision: number): string {
  return timestampText(micros + BigInt(offsetMinutes(micros, zone)) * 60_000_000n, precision);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function offsetMinutes(micros: bigint, zone: string): number {
  const fixed = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (fixed) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  if (zone === "UTC" || zone === "Z") return 0;
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    formats.set(zone, format);
  }
  const name = format.formatToParts(Number(micros / 1000n)).find(({ type }) => type === "timeZoneName")!.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [undefined, "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The type in Trino's words of a column of which nothing else is known. */
export function trinoTypeOf(value: ValueType): string {
  const names = { string: "varchar", float: "real", binary: "varbinary", interval: "interval day to second" } as const;
  switch (value.kind) {
    case "list":
      return `array(${trinoTypeOf(value.element)})`;
    case "map":
      return `map(${trinoTypeOf(value.key)}, ${trinoTypeOf(value.value)})`;
    case "struct":
      return `row(${value.fields.map(({ name, type }) => `${name} ${trinoTypeOf(type)}`).join(", ")})`;
    case "string":
    case "float":
    case "binary":
    case "interval":
      return names[value.kind];
    default:
      return value.kind;
  }
}
