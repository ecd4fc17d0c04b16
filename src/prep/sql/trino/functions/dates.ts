import { castText, castValue, coerce } from "../cast.ts";
import type { Scope, SpecialFunction, Translation } from "../scope.ts";
import { SqlFault } from "../sql-fault.ts";
import {
  bigintType,
  dateType,
  type SqlType,
  timestampOf,
  typeText,
  varcharOf,
  varcharType,
  zonedOf,
} from "../sql-type.ts";
import type { Call } from "../syntax.ts";
import { commonType } from "../type-relations.ts";
import { quoteText, type Value } from "../value.ts";
import { zoneName } from "../zone-name.ts";
import { jodaFormat, mysqlFormat } from "./date-formats.ts";

const parts: Readonly<Record<string, string>> = {
  year: "year",
  quarter: "quarter",
  month: "month",
  week: "week",
  week_of_year: "week",
  day: "day",
  day_of_month: "day",
  day_of_week: "isodow",
  dow: "isodow",
  day_of_year: "dayofyear",
  doy: "dayofyear",
  year_of_week: "isoyear",
  yow: "isoyear",
  hour: "hour",
  minute: "minute",
  second: "second",
};
const clock = ["hour", "minute", "second"];

/** A part of a date, of a moment, of a moment in its own zone, and of a time. */
const partLines = Object.entries(parts).flatMap(([name, duck]) => [
  ...(clock.includes(name) ? [] : [`${name}(date) -> bigint = ${duck}($1)`]),
  `${name}(timestamp(p)) -> bigint = ${duck}($1)`,
  `${name}(timestamp(p) with time zone) -> bigint = ${duck}(trino_local($1))`,
  ...(clock.includes(name) ? [`${name}(time(p)) -> bigint = ${duck}($1)`] : []),
]);

/** How far the clock of a moment's zone is from that of UTC. */
const offset = (unit: number): string =>
  `CAST(trunc((epoch_us(trino_local($1)) - epoch_us(struct_extract($1, 'i'))) / ${unit}) AS BIGINT)`;

export const dateTable = `
${partLines.join("\n")}
millisecond(timestamp(p)) -> bigint = (millisecond($1) % 1000)
millisecond(timestamp(p) with time zone) -> bigint = (millisecond(trino_local($1)) % 1000)
day(interval day to second) -> bigint = ($1 // 86400000)
hour(interval day to second) -> bigint = ($1 // 3600000 % 24)
minute(interval day to second) -> bigint = ($1 // 60000 % 60)
second(interval day to second) -> bigint = ($1 // 1000 % 60)
millisecond(time(p)) -> bigint = (millisecond($1) % 1000)
millisecond(interval day to second) -> bigint = ($1 % 1000)
year(interval year to month) -> bigint = ($1 // 12)
month(interval year to month) -> bigint = ($1 % 12)
to_milliseconds(interval day to second) -> bigint = $1
last_day_of_month(date) -> date = last_day($1)
last_day_of_month(timestamp(p)) -> date = last_day($1)
last_day_of_month(timestamp(p) with time zone) -> date = last_day(trino_local($1))
to_unixtime(timestamp(p)) -> double = (epoch_us($1) / 1000000.0::DOUBLE)
to_unixtime(timestamp(p) with time zone) -> double = (epoch_us(struct_extract($1, 'i')) / 1000000.0::DOUBLE)
from_iso8601_date(varchar) -> date = trino_iso_date($1)
from_iso8601_timestamp(varchar) -> timestamp(3) with time zone = trino_iso_moment($1)
timezone_hour(timestamp(p) with time zone) -> bigint = ${offset(3_600_000_000)}
timezone_minute(timestamp(p) with time zone) -> bigint = (${offset(60_000_000)} % 60)
timezone(timestamp(p) with time zone) -> varchar = struct_extract($1, 'z')
`;

export function values(node: Call, counts: readonly number[], scope: Scope, translation: Translation): Value[] {
  if (!counts.includes(node.arguments.length)) throw wrong(node, []);
  return node.arguments.map((part) => translation.expression(part, scope));
}

export const wrong = ({ name, at }: Call, given: readonly Value[]): SqlFault =>
  new SqlFault(
    "FUNCTION_NOT_FOUND",
    `Unexpected parameters (${given.map((value) => typeText(value.type)).join(", ")}) for function ${name}`,
    at,
  );

/** A text that has to be known when the statement is translated. */
export function constant(value: Value, what: string, { name, at }: Call): string {
  if (value.text === undefined)
    throw new SqlFault("NOT_SUPPORTED", `${name} with ${what} that is not a constant is not supported`, at);
  return value.text;
}

const units = ["millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"];

function unitOf(value: Value, node: Call, type: SqlType): string {
  const unit = constant(value, "a unit", node).toLowerCase();
  const [ofTimes, ofDates] = [units.slice(0, 4), units.slice(4)];
  if (!(type.name === "date" ? ofDates : type.name === "time" ? ofTimes : units).includes(unit))
    throw new SqlFault(
      "INVALID_FUNCTION_ARGUMENT",
      `'${unit}' is not a valid ${type.name === "date" || type.name === "time" ? type.name.toUpperCase() : "Timestamp"} field`,
      node.at,
    );
  return unit;
}

const steps: Readonly<Record<string, (count: string) => string>> = {
  millisecond: (count) => `to_milliseconds(${count})`,
  second: (count) => `to_seconds(${count})`,
  minute: (count) => `to_minutes(${count})`,
  hour: (count) => `to_hours(${count})`,
  day: (count) => `to_days(CAST(${count} AS INTEGER))`,
  week: (count) => `to_days(CAST(7 * ${count} AS INTEGER))`,
  month: (count) => `to_months(CAST(${count} AS INTEGER))`,
  quarter: (count) => `to_months(CAST(3 * ${count} AS INTEGER))`,
  year: (count) => `to_months(CAST(12 * ${count} AS INTEGER))`,
};

export const isMoment = (type: SqlType): boolean =>
  ["date", "timestamp", "timestamp with time zone"].includes(type.name);

/** Hours and less are counted as they go by, whatever a zone does to its clock; days and more by the clock. */
const isOfClock = (unit: string): boolean => units.indexOf(unit) < units.indexOf("day");

/** The moment on its own clock, for what is computed there. */
export const local = ({ sql, type }: Value): string =>
  type.name === "timestamp with time zone"
    ? `trino_local(${sql})`
    : type.name === "time"
      ? `(DATE '2000-01-01' + ${sql})`
      : sql;

const shifted = ({ sql }: Value, step: string): string =>
  `trino_zoned(trino_at(${sql}) ${step}, struct_extract(${sql}, 'z'))`;

/** What the distance from one moment to another is taken of; days and more are counted by the clock of the first. */
function measured(sql: string, first: string, type: SqlType, unit: string): string {
  if (type.name === "time") return `(DATE '2000-01-01' + ${sql})`;
  if (type.name !== "timestamp with time zone") return `CAST(${sql} AS TIMESTAMP)`;
  const instant = `struct_extract(${sql}, 'i')`;
  return isOfClock(unit) ? instant : `trino_local(trino_zoned(${instant}, struct_extract(${first}, 'z')))`;
}

/** A result on the clock of `like`, back in its zone. */
const backIn = (sql: string, { sql: like, type }: Value): string =>
  type.name === "date"
    ? `CAST(${sql} AS DATE)`
    : type.name === "timestamp"
      ? sql
      : type.name === "time"
        ? `CAST(${sql} AS TIME)`
        : `trino_zoned(trino_instant(${sql}, struct_extract(${like}, 'z')), struct_extract(${like}, 'z'))`;

/** The first of the hundred years in which date_parse sees one of two digits. */
export const mysqlCentury = 1970;

const weekdayNames = /mon|tue|wed|thu|fri|sat|sun/i;

/** Reads a moment from a text. The day of a week that it names is that of the week in which its date lies. */
export function parsed(sql: string, pattern: string, century: number, { name, at }: Call): string {
  const moment = parsedDate(sql, pattern, century);
  if (!/%[aA]/.test(pattern)) return moment;
  if (weekdayNames.test(pattern.replaceAll(/%-?[A-Za-z%]/g, " ")))
    throw new SqlFault("NOT_SUPPORTED", `${name} of a day of the week beside other words for one is not supported`, at);
  const macro = /%-?[dj]/.test(pattern)
    ? "trino_on_weekday"
    : /%-?[mbB]/.test(pattern)
      ? "trino_weekday_of_month"
      : "trino_weekday_of_year";
  return `${macro}(${moment}, ${sql})`;
}

/** A text as a moment. Without a year it has 2000 when the text names a day or a month, else it is of 1970. */
function parsedDate(sql: string, pattern: string, century: number): string {
  const specifiers = [...pattern.matchAll(/%(-?[A-Za-z%])/g)].map(([, letter]) => letter!.replace("-", ""));
  if (specifiers.includes("Y")) return `trino_parse_moment(${sql}, ${quoteText(pattern)})`;
  if (specifiers.includes("y"))
    return `trino_of_century(trino_parse_moment(${sql}, ${quoteText(pattern)}), ${century})`;
  const year = specifiers.some((letter) => "mbBdjaA".includes(letter)) ? 2000 : 1970;
  return `trino_parse_moment(${sql}, ${quoteText(pattern)}, '${year} ')`;
}

export const dateFunctions: Readonly<Record<string, SpecialFunction>> = {
  date(node, scope, translation) {
    const [value] = values(node, [1], scope, translation) as [Value];
    return castValue(value, dateType, node.at);
  },
  date_trunc(node, scope, translation) {
    const [unit, value] = values(node, [2], scope, translation) as [Value, Value];
    if (!isMoment(value.type) && value.type.name !== "time") throw wrong(node, [unit, value]);
    const name = unitOf(unit, node, value.type);
    const cut = `date_trunc('${name}', ${local(value)})`;
    if (value.type.name === "timestamp with time zone" && isOfClock(name))
      return { sql: shifted(value, `- (${local(value)} - ${cut})`), type: value.type };
    return { sql: backIn(cut, value), type: value.type };
  },
  date_add(node, scope, translation) {
    const [unit, count, value] = values(node, [3], scope, translation) as [Value, Value, Value];
    const number = coerce(count, bigintType);
    const isTime = value.type.name === "time";
    if (number === undefined || !(isMoment(value.type) || isTime)) throw wrong(node, [unit, count, value]);
    const name = unitOf(unit, node, value.type);
    const type =
      name === "millisecond" && !isTime && "precision" in value.type
        ? { ...value.type, precision: Math.max(3, value.type.precision as number) }
        : value.type;
    const step = steps[name]!(number.sql);
    if (type.name === "timestamp with time zone" && isOfClock(name)) return { sql: shifted(value, `+ ${step}`), type };
    const sql = `(${local(value)} + ${step})`;
    if (type.name === "time") return { sql: castText(sql, timestampOf(6), type), type };
    return { sql: backIn(sql, value), type: type as SqlType };
  },
  date_diff(node, scope, translation) {
    const [unit, from, to] = values(node, [3], scope, translation) as [Value, Value, Value];
    const type = commonType(from.type, to.type);
    if (type === undefined || !(isMoment(type) || type.name === "time")) throw wrong(node, [unit, from, to]);
    const name = unitOf(unit, node, type);
    const [a, b] = [from, to].map((value) => coerce(value, type)!.sql) as [string, string];
    return {
      sql: `trino_date_diff_${name}(${measured(a, a, type, name)}, ${measured(b, a, type, name)})`,
      type: bigintType,
    };
  },
  date_format(node, scope, translation) {
    const [value, format] = values(node, [2], scope, translation) as [Value, Value];
    if (!isMoment(value.type)) throw wrong(node, [value, format]);
    return { sql: mysqlFormat(constant(format, "a format", node), node).write(local(value)), type: varcharType };
  },
  date_parse(node, scope, translation) {
    const [value, format] = values(node, [2], scope, translation) as [Value, Value];
    if (value.type.name !== "varchar") throw wrong(node, [value, format]);
    const read = mysqlFormat(constant(format, "a format", node), node);
    return { sql: parsed(value.sql, read.pattern(), mysqlCentury, node), type: timestampOf(3) };
  },
  format_datetime(node, scope, translation) {
    const [value, format] = values(node, [2], scope, translation) as [Value, Value];
    if (!isMoment(value.type)) throw wrong(node, [value, format]);
    return { sql: jodaFormat(constant(format, "a format", node), node).write(local(value)), type: varcharType };
  },
  parse_datetime(node, scope, translation) {
    const [value, format] = values(node, [2], scope, translation) as [Value, Value];
    if (value.type.name !== "varchar") throw wrong(node, [value, format]);
    const read = jodaFormat(constant(format, "a format", node), node);
    // Years of two digits lie about the one thirty years ago.
    const century = new Date(translation.session.now).getUTCFullYear() - 80;
    return { sql: `trino_zoned(${parsed(value.sql, read.pattern(), century, node)}, 'UTC')`, type: zonedOf(3) };
  },
  to_iso8601(node, scope, translation) {
    const [value] = values(node, [1], scope, translation) as [Value];
    if (value.type.name === "date") return { sql: `CAST(${value.sql} AS VARCHAR)`, type: varcharOf(16) };
    const { type } = value;
    if (type.name !== "timestamp" && type.name !== "timestamp with time zone")
      throw new SqlFault("NOT_SUPPORTED", `to_iso8601 of ${typeText(type)} is not supported`, node.at);
    const digits = type.precision === 0 ? 0 : 1 + type.precision;
    const sql = `left(strftime(${local(value)}, '%Y-%m-%dT%H:%M:%S.%f'), ${19 + digits})`;
    if (type.name === "timestamp") return { sql, type: varcharOf(22 + digits) };
    return { sql: `(${sql} || trino_offset_text(${value.sql}))`, type: varcharOf(28 + digits) };
  },
  from_unixtime(node, scope, translation) {
    const [seconds, zone, minutes] = values(node, [1, 2, 3], scope, translation) as [Value, Value?, Value?];
    const moment = coerce(seconds, { name: "double" });
    if (moment === undefined) throw wrong(node, [seconds]);
    const instant = `make_timestamp(CAST(round(${moment.sql} * 1000) AS BIGINT) * 1000)`;
    const packed = (name: string): Value => ({ sql: `trino_zoned(${instant}, ${name})`, type: zonedOf(3) });
    if (zone === undefined) return packed("'UTC'");
    if (minutes === undefined) return packed(quoteText(zoneName(constant(zone, "a zone", node))));
    const [hour, minute] = [zone, minutes].map((part) => coerce(part, bigintType)?.sql);
    if (hour === undefined || minute === undefined) throw wrong(node, [seconds, zone, minutes]);
    return packed(`trino_zone(60 * ${hour} + ${minute})`);
  },
  at_timezone: (node, scope, translation) =>
    translation.expression(
      { kind: "at-zone", value: node.arguments[0]!, zone: node.arguments[1]!, at: node.at },
      scope,
    ),
  with_timezone(node, scope, translation) {
    const [value, zone] = values(node, [2], scope, translation) as [Value, Value];
    const moment = coerce(value, value.type.name === "date" ? timestampOf(3) : value.type)!;
    if (moment.type.name !== "timestamp") throw wrong(node, [value, zone]);
    const name = quoteText(zoneName(constant(zone, "a zone", node)));
    return {
      sql: `trino_zoned(trino_instant(${moment.sql}, ${name}), ${name})`,
      type: zonedOf(moment.type.precision),
    };
  },
};
