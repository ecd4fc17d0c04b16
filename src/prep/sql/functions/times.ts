import { date, long, text, timestamp } from "../../column-type.ts";
import { differing, type SqlFunction, same } from "./sql-function.ts";

const parseInDuckDb =
  "make_timestamp(epoch_us(try_strptime(CASE WHEN contains($2, '%z') THEN regexp_replace(trim($1), '[zZ]$', '+00:00') ELSE trim($1) END, $2)))";

/** What stands in Spark's formats, and in texts that it reads, in place of the name of a weekday. */
export const weekdayText = "~";
const weekdayNames = "(?<![a-z])(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?(?![a-z])";

/** Dates and times. */
export const times = {
  year: same(long, "CAST(year($1) AS BIGINT)"),
  quarter: same(long, "CAST(quarter($1) AS BIGINT)"),
  month: same(long, "CAST(month($1) AS BIGINT)"),
  /** Of ISO 8601. */
  week: same(long, "CAST(weekofyear($1) AS BIGINT)"),
  dayOfYear: same(long, "CAST(dayofyear($1) AS BIGINT)"),
  dayOfMonth: same(long, "CAST(day($1) AS BIGINT)"),
  /** Monday is 0. */
  dayOfWeek: differing(long, "CAST(isodow($1) - 1 AS BIGINT)", "CAST(weekday($1) AS BIGINT)"),
  hour: same(long, "CAST(hour($1) AS BIGINT)"),
  minute: same(long, "CAST(minute($1) AS BIGINT)"),
  second: same(long, "CAST(second($1) AS BIGINT)"),
  /** Microseconds since 1970. */
  microseconds: differing(long, "epoch_us($1)", "unix_micros(CAST($1 AS TIMESTAMP))"),
  fromMicroseconds: differing(
    timestamp,
    "make_timestamp($1)",
    "CAST(timestamp_micros(CAST($1 AS BIGINT)) AS TIMESTAMP_NTZ)",
  ),
  toDate: same(date, "CAST($1 AS DATE)"),
  /** Seconds since 1970, without their fraction. */
  secondsOf: differing(
    long,
    "CAST(floor(epoch_us($1) / 1000000) AS BIGINT)",
    "CAST(floor(unix_micros(CAST($1 AS TIMESTAMP)) / 1000000) AS BIGINT)",
  ),
  addDays: differing(date, "CAST($1 + CAST($2 AS INT) AS DATE)", "date_add($1, CAST($2 AS INT))"),
  /** A day that the month lacks becomes its last. */
  addMonths: differing(date, "CAST($1 + to_months(CAST($2 AS INT)) AS DATE)", "add_months($1, CAST($2 AS INT))"),
  /** The hour stays; a day that the month lacks becomes its last. */
  addMonthsToTime: differing(
    timestamp,
    "CAST($1 + to_months(CAST($2 AS INT)) AS TIMESTAMP)",
    "CAST(CAST($1 AS TIMESTAMP_NTZ) + make_ym_interval(0, CAST($2 AS INT)) AS TIMESTAMP_NTZ)",
  ),
  /** From the second operand to the first. */
  daysBetween: differing(long, "date_diff('day', $2, $1)", "CAST(datediff($1, $2) AS BIGINT)"),
  lastDay: same(date, "last_day($1)"),
  /** To the start of a year, quarter, month, week (its Monday), day, hour, minute, second. */
  truncateTime: differing(
    timestamp,
    "CAST(date_trunc($1, $2) AS TIMESTAMP)",
    "CAST(date_trunc($1, $2) AS TIMESTAMP_NTZ)",
  ),

  /** ISO 8601 in UTC, with milliseconds. */
  isoText: differing(
    text,
    "strftime($1, '%Y-%m-%dT%H:%M:%S.%gZ')",
    "date_format($1, \"yyyy-MM-dd'T'HH:mm:ss.SSS'Z'\")",
  ),
  json: differing(text, "CAST(to_json($1) AS VARCHAR)", "to_json($1)"),
  base64: same(text, "base64($1)"),
  /** Of a text in a format (`parseTime`); null where it is not written so. A time with an offset becomes that of UTC. */
  parseTimestamp: differing(timestamp, parseInDuckDb, "CAST(try_to_timestamp(trim($1), $2) AS TIMESTAMP_NTZ)"),
  /** The same in a format with the name of a weekday, which Spark does not read: each becomes the format's own text. */
  parseWeekdayTimestamp: differing(
    timestamp,
    parseInDuckDb,
    `CAST(try_to_timestamp(regexp_replace(trim($1), '(?i)${weekdayNames}', '${weekdayText}'), $2) AS TIMESTAMP_NTZ)`,
  ),
  /** The same in the first of several formats that reads it, all with an offset or none: a list for DuckDB, and what Spark does. */
  parseTimestamps: differing(
    timestamp,
    "make_timestamp(epoch_us(try_strptime(regexp_replace(trim($1), '[zZ]$', '+00:00'), $2)))",
    "$3",
  ),
  formatTimestamp: differing(text, "strftime($1, $2)", "date_format($1, $2)"),
} satisfies Readonly<Record<string, SqlFunction>>;
