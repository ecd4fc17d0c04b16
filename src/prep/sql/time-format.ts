import { text } from "../column-type.ts";
import { StepFault } from "../step-fault.ts";
import { duckdb } from "./dialects/duckdb.ts";
import { spark } from "./dialects/spark.ts";
import { call, type Expression } from "./expression.ts";
import { weekdayText } from "./functions/times.ts";

/** How a time is written: fields, and texts between them. */
export type TimeFormat = readonly (TimeField | { readonly text: string })[];

type TimeField = keyof typeof fields;

/**
 * Each field as Python and DuckDB write it (after "%"), and as Java and Spark do; `short` is Java's letter that also takes a
 * number without its zero, or an offset without its colon.
 */
const fields = {
  year: { code: "Y", java: "yyyy", shape: String.raw`\d{4}` },
  shortYear: { code: "y", java: "yy", shape: String.raw`\d{2}` },
  month: { code: "m", java: "MM", short: "M", shape: "(?:1[0-2]|0?[1-9])" },
  monthName: {
    code: "B",
    java: "MMMM",
    shape: "(?:January|February|March|April|May|June|July|August|September|October|November|December)",
  },
  shortMonthName: { code: "b", java: "MMM", shape: "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)" },
  day: { code: "d", java: "dd", short: "d", shape: "(?:3[01]|[12][0-9]|0?[1-9])" },
  hour: { code: "H", java: "HH", short: "H", shape: "(?:2[0-3]|[01]?[0-9])" },
  hour12: { code: "I", java: "hh", short: "h", shape: "(?:1[0-2]|0?[1-9])" },
  minute: { code: "M", java: "mm", short: "m", shape: "[0-5]?[0-9]" },
  second: { code: "S", java: "ss", short: "s", shape: "[0-5]?[0-9]" },
  fraction: { code: "f", java: "SSSSSS", shape: String.raw`\d{1,6}` },
  half: { code: "p", java: "a", shape: "(?:AM|PM)" },
  weekdayName: { code: "A", java: "EEEE", shape: "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)" },
  shortWeekdayName: { code: "a", java: "E", shape: "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)" },
  dayOfYear: { code: "j", java: "DDD", shape: String.raw`\d{1,3}` },
  offset: { code: "z", java: "XXX", short: "[XXX][XX]", shape: String.raw`(?:Z|[+-]\d{2}:?\d{2})` },
} as const;

const names = Object.keys(fields) as TimeField[];
const unnumbered: readonly TimeField[] = [
  "monthName",
  "shortMonthName",
  "half",
  "weekdayName",
  "shortWeekdayName",
  "offset",
];

/** Reads a format in Python's codes ("%d.%m.%Y") or in Java's letters ("dd.MM.yyyy"). @throws StepFault */
export function readTimeFormat(format: string): TimeFormat {
  const parts = format.includes("%") ? readPython(format) : readJava(format);
  if (parts.some((part) => typeof part === "string")) return parts;
  throw new StepFault(
    `The format ${JSON.stringify(format)} has no field of a time; give one such as "%Y-%m-%d %H:%M:%S" or "yyyy-MM-dd HH:mm:ss".`,
  );
}

function readPython(format: string): TimeFormat {
  return [...format.matchAll(/%-?(.)|([^%]+)|%$/gs)].map(([whole, code, between]) => {
    if (between !== undefined) return { text: between };
    if (code === "%") return { text: "%" };
    return (
      names.find((name) => fields[name].code === code) ?? unknown(whole, format, "%Y, %m, %d, %H, %I, %M, %S, %f, %p")
    );
  });
}

function readJava(format: string): TimeFormat {
  return [...format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g)].map(([whole, quoted, letter]) => {
    if (quoted !== undefined) return { text: quoted === "" ? "'" : quoted.replaceAll("''", "'") };
    if (letter === undefined) return { text: whole };
    if (letter === "S") return "fraction";
    if (letter === "y" || letter === "u") return whole.length === 2 ? "shortYear" : "year";
    if (/^E{1,3}$/.test(whole)) return "shortWeekdayName";
    if (/^(?:X+|x+|Z+|VV|z+)$/.test(whole)) return "offset";
    const known = names.find(
      (name) => fields[name].java === whole || ("short" in fields[name] && fields[name].short === whole),
    );
    return known ?? unknown(whole, format, "yyyy, MM, dd, HH, hh, mm, ss, SSS, a");
  });
}

function unknown(code: string, format: string, known: string): never {
  throw new StepFault(
    `The format ${JSON.stringify(format)} has ${JSON.stringify(code)}, which is no field; there are ${known}.`,
  );
}

/** The time that a text says in a format; null where it is not written so. */
export const parseTime = (value: Expression, format: TimeFormat): Expression =>
  call(format.some(isWeekday) ? "parseWeekdayTimestamp" : "parseTimestamp", value, formatOperand(format));

const isWeekday = (part: TimeFormat[number]): boolean => part === "weekdayName" || part === "shortWeekdayName";

/** The format as an operand of `parseTimestamp`; with `writing`, of `formatTimestamp`. */
export const formatOperand = (format: TimeFormat, writing = false): Expression => ({
  kind: "written",
  sql: { duckdb: duckdb.literal(pythonOf(format), text), spark: spark.literal(javaOf(format, writing), text) },
  type: text,
});

export const pythonOf = (format: TimeFormat): string =>
  format.map((part) => (typeof part === "string" ? `%${fields[part].code}` : part.text.replaceAll("%", "%%"))).join("");

function javaOf(format: TimeFormat, writing: boolean): string {
  const isNumber = (part: TimeFormat[number] | undefined) => typeof part === "string" && !unnumbered.includes(part);
  const parts = format.map((part, index) => {
    if (typeof part !== "string") return `'${part.text.replaceAll("'", "''")}'`;
    if (!writing && isWeekday(part)) return `'${weekdayText}'`;
    const field = fields[part];
    const isApart = !isNumber(part) || (!isNumber(format[index - 1]) && !isNumber(format[index + 1]));
    return !writing && isApart && "short" in field ? field.short : field.java;
  });
  return parts.join("");
}

/** Whether a text is written so. */
export const isWrittenAs = (value: string, format: TimeFormat): boolean =>
  new RegExp(
    `^${format.map((part) => (typeof part === "string" ? fields[part].shape : part.text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))).join("")}$`,
    "i",
  ).test(value.trim());

const dates = ["%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d"];
const spelled = ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%b %d %Y", "%d-%b-%Y"];
const times = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p"];
const zoned = [
  "%Y-%m-%dT%H:%M:%S%z",
  "%Y-%m-%dT%H:%M:%S.%f%z",
  "%Y-%m-%d %H:%M:%S%z",
  "%Y-%m-%d %H:%M:%S.%f%z",
  "%Y-%m-%dT%H:%M%z",
];
const joined = [
  "%Y-%m-%dT%H:%M:%S",
  "%Y-%m-%dT%H:%M:%S.%f",
  "%Y-%m-%dT%H:%M",
  "%a, %d %b %Y %H:%M:%S",
  "%a %b %d %H:%M:%S %Y",
];

/** The formats that are tried where none is given; of two that read the same text, the earlier one is meant. */
export const knownTimeFormats: readonly TimeFormat[] = [
  ...dates,
  ...joined,
  ...zoned,
  ...dates.flatMap((date) => times.map((time) => `${date} ${time}`)),
  ...spelled,
  ...spelled.flatMap((date) => times.flatMap((time) => [`${date} ${time}`, `${date}, ${time}`])),
].map(readPython);

/** The first of the known formats that a text is written in. */
export const timeFormatOf = (value: string): TimeFormat | undefined =>
  knownTimeFormats.find((format) => isWrittenAs(value, format));
