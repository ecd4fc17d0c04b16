import type { ResultColumn } from "../../engines/engine-frame.ts";
import { parseTrinoType } from "../../prep/sql/result-type.ts";

const asText = (value: string): string => `CAST(${value} AS VARCHAR)`;

/** Between them DuckDB writes dates as Athena does. */
const usual = "BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'";

/** A date's text; years beyond four digits, and those before the first, have forms of their own. */
const dateText = (value: string): string =>
  `CASE WHEN ${value} ${usual} THEN ${asText(value)} ELSE ${unusualDate(value)} END`;

const unusualDate = (value: string): string =>
  `format('{:s}{:04d}', CASE WHEN year(${value}) < 0 THEN '-' ELSE '' END, abs(year(${value}))) || strftime(${value}, '-%m-%d')`;

const clockText = (moment: string, precision: number): string =>
  precision === 0 ? `strftime(${moment}, '%H:%M:%S')` : `left(strftime(${moment}, '%H:%M:%S.%f'), ${9 + precision})`;

/** DuckDB leaves out zeros at the end of a second, which strftime does not, but takes long. */
const momentText = (moment: string, precision: number): string =>
  `left(${asText(moment)} || CASE WHEN epoch_us(${moment}) % 1000000 = 0 THEN '.000000' ELSE '000000' END, ${precision === 0 ? 19 : 20 + precision})`;

/** Java writes numbers from 1E7 on, and below 1E-3, with an exponent. */
const numberText = (value: string): string =>
  `CASE WHEN ${value} = 0 OR abs(${value}) >= 0.001 AND abs(${value}) < 10000000 THEN ${asText(value)} ELSE trino_float_text(${value}) END`;

const texts: Readonly<Record<string, (value: string, numbers: readonly number[]) => string>> = {
  boolean: asText,
  tinyint: asText,
  smallint: asText,
  integer: asText,
  bigint: asText,
  decimal: asText,
  varchar: (value) => value,
  char: (value, [length = 1]) => `rpad(${value}, greatest(${length}, CAST(length(${value}) AS INTEGER)), ' ')`,
  real: numberText,
  double: numberText,
  date: dateText,
  time: (value, [precision = 3]) => clockText(`(DATE '2000-01-01' + ${value})`, precision),
  timestamp: (value, [precision = 3]) =>
    `CASE WHEN ${value} ${usual} THEN ${momentText(value, precision)} ELSE ${unusualDate(value)} || ' ' || ${clockText(value, precision)} END`,
  unknown: asText,
};

/** DuckDB has six digits of a second. */
const mostDigits = 6;

/**
 * Returns a query for the texts of the values of a query, as Athena has them in its results, so that the engine writes the lines itself.
 * Undefined where a column is of a type whose texts the engine does not know.
 */
export function textQuery(sql: string, columns: readonly ResultColumn[]): string | undefined {
  const written = columns.map(({ type }, index) => {
    const { name, numbers } = parseTrinoType(type);
    const isKnown = (name !== "time" && name !== "timestamp") || (numbers[0] ?? 3) <= mostDigits;
    return isKnown ? texts[name]?.(`r.c${index}`, numbers) : undefined;
  });
  if (columns.length === 0 || written.includes(undefined) || /^\s*EXPLAIN\b/i.test(sql)) return undefined;
  const names = columns.map((_, index) => `c${index}`);
  return `SELECT ${written.map((text, index) => `${text} AS c${index}`).join(", ")} FROM (${sql}) AS r(${names.join(", ")})`;
}
