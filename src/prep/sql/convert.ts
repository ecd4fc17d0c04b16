import { type ColumnType, date, listOf, text, timestamp, typeWords } from "../column-type.ts";
import { type DataType, dataTypes } from "../data-type.ts";
import { StepFault } from "../step-fault.ts";
import { duckdb } from "./dialects/duckdb.ts";
import { allOf, as, call, cast, choose, type Expression, literal, nullOf } from "./expression.ts";
import { isPresent } from "./is-present.ts";
import { literalPattern } from "./pattern.ts";
import { knownTimeFormats, parseTime, pythonOf, type TimeFormat } from "./time-format.ts";

interface Formats {
  /** How dates are written. Absent: day, month and year, or as ISO 8601 has them. */
  readonly date?: TimeFormat;
  /** How times are written. Absent: as ISO 8601 has them, or in the first known format that reads the value. */
  readonly datetime?: TimeFormat;
}

/** Returns a value as one of another type: null where it is none. @throws StepFault where no value can be one */
export function convert(value: Expression, to: DataType, formats: Formats = {}): Expression {
  const wanted = dataTypes[to];
  if (value.type.kind === wanted.kind) return value;
  if (wanted.kind === "text") return as(value, wanted);
  if (wanted.kind === "date")
    return value.type.kind === "text" ? dateOf(value, formats.date) : call("toDate", timeOf(value));
  if (wanted.kind === "timestamp") {
    if (value.type.kind !== "text") return timeOf(value);
    return formats.datetime ? parseTime(value, formats.datetime) : freeTime(value);
  }
  if (!convertible(value.type, wanted)) refuse(value.type, to);
  return cast(value, wanted);
}

const convertible = ({ kind }: ColumnType, wanted: ColumnType): boolean =>
  kind === "text" || ((kind === "long" || kind === "double" || kind === "boolean") && wanted.kind !== "text");

function refuse(type: ColumnType, to: string): never {
  throw new StepFault(`Values of type ${typeWords(type)} cannot become ${to}; parse them as string first.`);
}

/** The time that a date or a number says: seconds since 1970, or by its size thousandths, millionths, billionths of them. */
function timeOf(value: Expression): Expression {
  if (value.type.kind === "timestamp") return value;
  if (value.type.kind === "date") return as(value, timestamp);
  if (value.type.kind !== "long" && value.type.kind !== "double") return refuse(value.type, "date or datetime");
  const size = call("absolute", value);
  const scaled = (factor: number): Expression => {
    const exact = call("multiply", value, literal(factor));
    return call("fromMicroseconds", value.type.kind === "long" ? exact : call("floor", exact));
  };
  const bySize = choose(
    [
      [call("less", size, 2 ** 34), scaled(1_000_000)],
      [call("less", size, 2 ** 44), scaled(1_000)],
      [call("less", size, 2 ** 54), scaled(1)],
    ],
    call("fromMicroseconds", call("floor", call("divide", value, 1_000))),
  );
  return choose([[isPresent(value), bySize]]);
}

const isoDate = "\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s*";
const isoTime = "\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?)?\\s*";
const dayMonthYear: TimeFormat = ["day", { text: "-" }, "month", { text: "-" }, "year"];

/** The date that a text says as ISO 8601 has it. */
export const isoDateOf = (value: Expression): Expression =>
  choose([[call("matchesWhole", value, isoDate), cast(value, date)]]);

const dateOf = (value: Expression, format: TimeFormat | undefined): Expression =>
  format
    ? call("toDate", parseTime(value, format))
    : call("coalesce", call("toDate", parseTime(value, dayMonthYear)), isoDateOf(value));

/** What every known format needs: a year, and as many signs as the shortest. A number with a point is no time. */
const mayBeTime = (value: Expression): Expression =>
  allOf([
    call("greaterOrEqual", call("length", value), 8),
    call("matches", value, "[0-9]{4}"),
    call("matches", value, "^\\s*(?:[0-9]{8}\\s*$|.*[^0-9.eE+\\s-])|[0-9]-|[0-9]\\.[0-9]+\\."),
  ]);

/** The known formats by what a text in them begins with, so that few are tried: all with an offset, or none. */
const byBeginning = Map.groupBy(zonedFirst(knownTimeFormats), (format) => {
  const [first, second, third] = format;
  const zone = format.includes("offset") ? ".*(?:[zZ]|[+-][0-9]{2}:?[0-9]{2})\\s*$" : "";
  return `^\\s*${beginningOf(first)}${beginningOf(second)}${typeof third === "string" ? beginningOf(third) : ""}${zone}`;
});

function zonedFirst(formats: readonly TimeFormat[]): readonly TimeFormat[] {
  const isZoned = (format: TimeFormat): boolean => format.includes("offset");
  return [...formats.filter(isZoned), ...formats.filter((format) => !isZoned(format))];
}

function beginningOf(part: TimeFormat[number] | undefined): string {
  if (part === undefined) return "";
  if (typeof part !== "string") return literalPattern(part.text);
  if (part === "year") return "[0-9]{4}";
  return part.endsWith("Name") ? "[A-Za-z]+" : "[0-9]{1,2}";
}

/** The time that a text says in whatever known format. */
export function freeTime(value: Expression): Expression {
  const iso = call("matchesWhole", value, isoTime);
  return choose([
    [iso, cast(value, timestamp)],
    [call("not", mayBeTime(value)), nullOf(timestamp)],
    ...[...byBeginning].map(
      ([beginning, formats]) => [call("matches", value, beginning), inAny(value, formats)] as const,
    ),
  ]);
}

/** The time in the first of several formats that reads it. */
function inAny(value: Expression, formats: readonly TimeFormat[]): Expression {
  const list: Expression = {
    kind: "written",
    sql: { duckdb: `[${formats.map((format) => duckdb.literal(pythonOf(format), text)).join(", ")}]`, spark: "''" },
    type: listOf(text),
  };
  return call("parseTimestamps", value, list, call("coalesce", ...formats.map((format) => parseTime(value, format))));
}
