import type { HiveType } from "../hive-type.ts";
import { columnType } from "./column-type.ts";
import { literal } from "./quote.ts";

export type PrimitiveType = HiveType & { readonly kind: "primitive" };

export const integers = new Set(["tinyint", "smallint", "int", "integer", "bigint", "long"]);
const floating = new Set(["float", "real", "double"]);

/** How numbers and times are written. DuckDB would also take underscores, slashes, zones that it leaves out, and a half for a whole. */
const forms = {
  whole: String.raw`[+-]?\d+`,
  // What most numbers are; the form of all of them takes longer to look at.
  plain: String.raw`[+-]?\d+(\.\d+)?`,
  cut: String.raw`([+-]?\d+)(\.\d*)?`,
  floating: String.raw`\s*[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)\s*`,
  decimal: String.raw`[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`,
  date: String.raw`\s*[+-]?\d+-\d{1,2}-\d{1,2}( .*)?`,
  moment: String.raw`\s*[+-]?\d+-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{1,2}:\d{1,2}(\.\d*)?\s*`,
} as const;

const read = (text: string, form: string, value: string): string =>
  `CASE WHEN regexp_full_match(${text}, ${literal(form)}) THEN ${value} END`;

export const isText = ({ name }: PrimitiveType): boolean => ["string", "varchar", "char", "json"].includes(name);

/** A whole number, and nothing else. */
export const wholeNumber = (text: string, target: string): string =>
  read(text, forms.whole, `TRY_CAST(${text} AS ${target})`);

/** A number of days since 1970 as a date. */
export const dayOf = (text: string): string =>
  `DATE '1970-01-01' + TRY_CAST(${wholeNumber(text, "INTEGER")} AS INTEGER)`;

/** A moment on a clock without a zone. */
export const momentOf = (text: string): string => read(text, forms.moment, `TRY_CAST(${text} AS TIMESTAMP)`);

/** Returns the value of a type from its text, null where it has none: as Hive reads text. What follows a point is cut off a whole number. */
export function primitive(type: PrimitiveType, text: string): string {
  const { name, numbers } = type;
  const target = columnType(type)!;
  if (name === "string" || name === "json") return text;
  if (name === "varchar") return numbers[0] === undefined ? text : `left(${text}, ${numbers[0]})`;
  if (name === "char") return `rtrim(left(${text}, ${numbers[0] ?? 1}), ' ')`;
  if (name === "boolean") return `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`;
  if (name === "binary" || name === "varbinary") return `TRY(from_base64(${text}))`;
  if (integers.has(name))
    return `CASE WHEN regexp_full_match(${text}, ${literal(forms.whole)}) THEN TRY_CAST(${text} AS ${target}) ELSE TRY_CAST(nullif(regexp_extract(${text}, ${literal(`^${forms.cut}$`)}, 1), '') AS ${target}) END`;
  if (floating.has(name))
    return `CASE WHEN regexp_full_match(${text}, ${literal(forms.plain)}) THEN TRY_CAST(${text} AS ${target}) ELSE ${read(text, forms.floating, `TRY_CAST(rtrim(trim(${text}), 'fFdD') AS ${target})`)} END`;
  if (name === "date") return read(text, forms.date, `TRY_CAST(${text} AS ${target})`);
  if (name === "timestamp") return momentOf(text);
  return read(text, forms.decimal, `TRY_CAST(${text} AS ${target})`);
}

/** How a moment of JSON is written with an offset from UTC. */
const zonedForm = String.raw`\s*\d{4}-\d{1,2}-\d{1,2}[ T]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d*)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)`;
const plainForm = String.raw`\s*\d{4}-\d{1,2}-\d{1,2}([ T]\d{1,2}:\d{1,2}(:\d{1,2}(\.\d*)?)?)?`;

/**
 * Returns the value of a type from the text of a scalar of JSON, null where it has none. Moments are what they are in UTC, or seconds or
 * milliseconds since 1970; dates may be days since then. What is not true is false. OpenX has bytes in Base64, Hive as a text.
 */
export function jsonPrimitive(type: PrimitiveType, text: string, openx = false): string {
  const { name } = type;
  if (name === "boolean") return `(lower(${text}) = 'true')`;
  if (name === "binary" || name === "varbinary") return openx ? primitive(type, text) : `encode(${text})`;
  if (name === "date") return `coalesce(${dayOf(text)}, ${primitive(type, `replace(${text}, 'T', ' ')`)})`;
  if (name !== "timestamp") return primitive(type, text);
  const number = String.raw`-?\d+(\.\d+)?`;
  const seconds = `TRY_CAST(${text} AS DECIMAL(38,9))`;
  const perSecond = `CASE WHEN length(ltrim(${text}, '-')) > 10 AND NOT contains(${text}, '.') THEN 1000 ELSE 1000000 END`;
  const cases = [
    [plainForm, `TRY_CAST(${text} AS TIMESTAMP)`],
    [number, `make_timestamp(CAST(trunc(${seconds} * ${perSecond}) AS BIGINT))`],
    [zonedForm, `timezone('UTC', TRY_CAST(${text} AS TIMESTAMPTZ))`],
  ] as const;
  const texts = cases.map(([form, value]) => `WHEN regexp_full_match(${text}, ${literal(form)}) THEN ${value}`);
  return `CASE ${texts.join(" ")} END`;
}
