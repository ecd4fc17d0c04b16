import type { Row } from "../../define-transform.ts";
import { as, call, cast, choose, type Expression, literal } from "../../sql/expression.ts";
import { filter, limit, type Relation, select } from "../../sql/relation.ts";
import { knownTimeFormats, parseTime, pythonOf, readTimeFormat, timeFormatOf } from "../../sql/time-format.ts";
import { StepFault } from "../../step-fault.ts";

export interface TimeReading {
  readonly infer_datetime_format: boolean;
  readonly date_time_format?: string;
}

/** The format of a column, found in its first text; null where each value is tried in all formats. */
export type FoundFormat = { readonly format: string | null };

/** What finds the format of a column that is asked to have one. */
export function askFormat(
  column: Expression,
  input: Relation,
  values: TimeReading,
): Readonly<Record<string, Relation>> {
  if (column.type.kind !== "text" || !values.infer_datetime_format || values.date_time_format) return {};
  const isFilled = call("differs", call("trimBoth", column, " "), "");
  return { first: limit(select(filter(input, isFilled), [{ name: "text", value: column }]), 1) };
}

export function learnFormat({ first = [] }: Readonly<Record<string, readonly Row[]>>): FoundFormat {
  const found = first[0] === undefined ? undefined : String(first[0].text);
  if (found === undefined) return { format: null };
  const format = timeFormatOf(found);
  if (format) return { format: pythonOf(format) };
  throw new StepFault(
    `The first value, ${JSON.stringify(found)}, is in no format of a time that is known. Give the format in date_time_format, or do not ask to infer it.`,
  );
}

/** The time that a value says: a number is of seconds, milliseconds, microseconds or nanoseconds, by its size. */
export function readTime(column: Expression, values: TimeReading, { format }: FoundFormat): Expression {
  const { kind } = column.type;
  if (kind === "timestamp") return column;
  if (kind === "date") return as(column, { kind: "timestamp" });
  if (kind === "long" || kind === "double") return call("fromMicroseconds", microsecondsOf(column));
  const given = values.date_time_format || format;
  if (given) return parseTime(column, readTimeFormat(given));
  return call("coalesce", ...knownTimeFormats.map((one) => parseTime(column, one)));
}

function microsecondsOf(column: Expression): Expression {
  const size = call("absolute", column);
  const below = (power: number) => call("less", size, literal(2 ** power));
  const times = (factor: number) => cast(call("multiply", column, factor), { kind: "long" });
  const isNumber = column.type.kind === "double" ? call("not", call("isNaN", column)) : call("isNotNull", column);
  const divided = cast(call("divide", column, 1_000), { kind: "long" });
  const known = choose(
    [
      [below(34), times(1_000_000)],
      [below(44), times(1_000)],
      [below(54), times(1)],
    ],
    divided,
  );
  return choose([[isNumber, known]]);
}
