/**
 * Values of partitions are texts, and are compared as the types of their keys say. What is compared is written as a text
 * whose order is that of the values; it has no character below U+0003, which the keys of partitions use.
 */
export interface KeyType {
  /** The type as AWS's refusals name it: "Integral data type doesn't support operation 'LIKE'". */
  readonly title: string;
  /** A value that cannot be read: `"x" is not an integer`. */
  readonly article: string;
  /** Whether the value itself is what is compared. */
  readonly isText?: true;
  /** Returns what is compared; undefined for a text that is no value of the type. */
  order(value: string): string | undefined;
}

const text: KeyType = { title: "String", article: "a string", isText: true, order: (value) => orderedText(value) };

const integer: KeyType = {
  title: "Integral",
  article: "an integer",
  order(value) {
    if (!/^[+-]?\d{1,19}$/.test(value)) return undefined;
    const number = BigInt(value) + 2n ** 63n;
    return number < 0n || number >= 2n ** 64n ? undefined : number.toString(16).padStart(16, "0");
  },
};

const wholeDigits = 60;
const decimal: KeyType = {
  title: "Decimal",
  article: "a decimal",
  order(value) {
    const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(value);
    const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts ?? [];
    if (!parts || whole + fraction === "") return undefined;
    const digits = whole + fraction;
    const point = whole.length + Number(exponent);
    const placed = point < 0 ? "0".repeat(-point) + digits : digits.padEnd(point, "0");
    const above = placed.slice(0, Math.max(point, 0)).replace(/^0+/, "");
    if (above.length > wholeDigits) return undefined;
    const below = placed.slice(Math.max(point, 0)).replace(/0+$/, "");
    const magnitude = `${above.padStart(wholeDigits, "0")}.${below}`;
    const isNegative = sign === "-" && /[1-9]/.test(digits);
    return isNegative ? `-${magnitude.replaceAll(/\d/g, (digit) => String(9 - Number(digit)))}~` : `0${magnitude}`;
  },
};

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (value: string): boolean => {
  if (!dayPattern.test(value)) return false;
  const time = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(value);
};

const date: KeyType = {
  title: "Date",
  article: "a date",
  order: (value) => (isDay(value) ? value : undefined),
};

const timestamp: KeyType = {
  title: "Timestamp",
  article: "a timestamp",
  order(value) {
    const parts = /^(\S+) (([01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?$/.exec(value);
    if (!parts || !isDay(parts[1]!)) return undefined;
    return `${parts[1]} ${parts[2]}.${(parts[4] ?? "").padEnd(9, "0")}`;
  },
};

const types: Readonly<Record<string, KeyType>> = {
  ...{ string: text, char: text, varchar: text },
  ...{ tinyint: integer, smallint: integer, int: integer, integer, bigint: integer, long: integer },
  ...{ decimal, date, timestamp },
};

/** Returns the type of a partition key; undefined for one that expressions do not know, whose values are as texts. */
export const keyType = (name: string | undefined): KeyType | undefined =>
  types[/^\s*(\w*)/.exec((name ?? "string").toLowerCase())![1]!];

/** Writes a text as its UTF-8 bytes, one a character, and what is below U+0003 as two. Its order is that of the text. */
export function orderedText(value: string): string {
  if (/^[ -~]*$/.test(value)) return value;
  const bytes = Buffer.from(value).toString("latin1");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what keys are divided by
  return bytes.replaceAll(/[\0-\x02]/g, (character) => `\x02${character.charCodeAt(0) + 3}`);
}

/** Reads what orderedText has written. */
export function plainText(ordered: string): string {
  if (/^[ -~]*$/.test(ordered)) return ordered;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  const bytes = ordered.replaceAll(/\x02(.)/g, (_, digit) => String.fromCharCode(Number(digit) - 3));
  return Buffer.from(bytes, "latin1").toString();
}
