import type { EngineFunction } from "../../base/engine-function.ts";
import type { FileFormat } from "../port.ts";
import { literal } from "./quote.ts";
import { lineName } from "./text-line.ts";

type CsvFormat = Extract<FileFormat, { readonly kind: "csv" }>;

/** Divides one line as OpenCSVSerDe does, whose rules for quotes in the middle of a value are its own. */
export const csvValues: EngineFunction = {
  name: "sagebrush_csv_values",
  takes: ["text", "text", "text", "text", "integer"],
  gives: "texts",
  call: (line: string, separator: string, quote: string, escaping: string, count: number) =>
    valuesOf(line, { separator, quote, escape: escaping }, count),
};

/**
 * Returns the texts of a line's first values. A quoted value ends with its line: what has no closing quote is left out, so that its
 * column is null.
 */
export function valuesOf(
  line: string,
  { escape: escaping, quote, separator }: Pick<CsvFormat, "separator" | "quote" | "escape">,
  count: number,
): string[] {
  const values: string[] = [];
  let [value, isQuoted, isInside] = ["", false, false];
  for (let at = 0; at < line.length && values.length < count; at++) {
    const [character, next] = [line[at]!, line[at + 1]];
    if (character === escaping) {
      const isEscaped = (isQuoted || isInside) && next !== undefined && (next === quote || next === escaping);
      if (isEscaped) value += line[++at];
    } else if (character === quote && (isQuoted || isInside) && next === quote) {
      value += line[++at];
      isInside = !isInside;
    } else if (character === quote) {
      if (at > 2 && line[at - 1] !== separator && next !== undefined && next !== separator)
        value = value !== "" && value.trim() === "" ? "" : value + character;
      isQuoted = !isQuoted;
      isInside = !isInside;
    } else if (character === separator && !isQuoted) {
      values.push(value);
      [value, isInside] = ["", false];
    } else {
      value += character;
      isInside = true;
    }
  }
  if (values.length < count && !isQuoted) values.push(value);
  return values;
}

/** Returns the list of the values of a line: by the engine's own functions where each value is plain, or in quotes as a whole. */
export function dividedCsv(format: CsvFormat, count: number): string {
  const { quote, separator } = format;
  // A quote that were its own escape would quote nothing: it is doubled.
  const escaping = format.escape === quote ? "" : format.escape;
  const line = `"${lineName}"`;
  const marks = [quote, escaping].filter((mark) => mark !== "");
  const hasMarks = marks.map((mark) => `contains(${line}, ${literal(mark)})`).join(" OR ");
  const plain = `string_split(${line}, ${literal(separator)})`;
  const asked = [separator, quote, escaping].map(literal).join(", ");
  const divided = `${csvValues.name}(${line}, ${asked}, CAST(${count} AS INTEGER))`;
  const cases = [`WHEN ${line} IS NULL OR ${line} = '' THEN []`];
  if (marks.length > 0) cases.push(`WHEN NOT (${hasMarks}) THEN ${plain}`);
  if (quote !== "") {
    const [mark, end, none] = [inClass(quote), inClass(separator), [quote, escaping].map(inClass).join("")];
    const quoted = `${mark}[^${none}]*${mark}`;
    const areQuoted = `regexp_full_match(${line}, ${literal(`(?s)${quoted}(?:${end}${quoted})*`)})`;
    const between = literal(quote + separator + quote);
    cases.push(`WHEN ${areQuoted} THEN string_split(substring(${line}, 2, length(${line}) - 2), ${between})`);
    const value = `${quoted}|[^${none}${end}]*`;
    const isUsual = `regexp_full_match(${line}, ${literal(`(?s)(?:${value})(?:${end}(?:${value}))*`)})`;
    const found = `regexp_extract_all(${line} || ${literal(separator)}, ${literal(`(?s)(${value})${end}`)}, 1)`;
    cases.push(`WHEN ${isUsual} THEN list_transform(${found}, lambda part: trim(part, ${literal(quote)}))`);
  }
  return `CASE ${cases.join(" ")} ELSE ${marks.length > 0 ? divided : plain} END`;
}

/** A character as one of a class in a pattern, or by itself. */
const inClass = (character: string): string =>
  [...character].map((one) => `\\x{${one.codePointAt(0)!.toString(16)}}`).join("");
