import { type ColumnType, date, listOf, text, timestamp, typeWords } from "../column-type.ts";
import { type DataType, dataTypes } from "../data-type.ts";
import { StepFault } from "../step-fault.ts";
import { duckdb } from "./dialects/duckdb.ts";
import { as, call, cast, choose, type Expression, literal } from "./expression.ts";
import { isPresent } from "./is-present.ts";
import { formatOperand, knownTimeFormats, pythonOf, type TimeFormat } from "./time-format.ts";

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
    return formats.datetime ? parsed(value, formats.datetime) : freeTime(value);
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

const parsed = (value: Expression, format: TimeFormat): Expression =>
  call("parseTimestamp", value, formatOperand(format));

const isoDate = "\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\\s*";
const isoTime = "\\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]{1,9})?)?)?\\s*";
const germanDate: TimeFormat = ["day", { text: "-" }, "month", { text: "-" }, "year"];

/** The date that a text says as ISO 8601 has it. */
export const isoDateOf = (value: Expression): Expression =>
  choose([[call("matchesWhole", value, isoDate), cast(value, date)]]);

const dateOf = (value: Expression, format: TimeFormat | undefined): Expression =>
  format
    ? call("toDate", parsed(value, format))
    : call("coalesce", call("toDate", parsed(value, germanDate)), isoDateOf(value));

/** The time that a text says in whatever known format. */
export const freeTime = (value: Expression): Expression =>
  call(
    "coalesce",
    choose([[call("matchesWhole", value, isoTime), cast(value, timestamp)]]),
    inAny(
      value,
      knownTimeFormats.filter((format) => !format.includes("offset")),
    ),
    inAny(
      value,
      knownTimeFormats.filter((format) => format.includes("offset")),
    ),
  );

/** The time in the first of several formats that reads it. */
function inAny(value: Expression, formats: readonly TimeFormat[]): Expression {
  const list: Expression = {
    kind: "written",
    sql: { duckdb: `[${formats.map((format) => duckdb.literal(pythonOf(format), text)).join(", ")}]`, spark: "''" },
    type: listOf(text),
  };
  return call("parseTimestamps", value, list, call("coalesce", ...formats.map((format) => parsed(value, format))));
}
