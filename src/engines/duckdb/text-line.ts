import type { FileFormat } from "../port.ts";
import { identifier, literal } from "./quote.ts";

type TextFormat = Extract<FileFormat, { readonly kind: "text" }>;

/** The column with a whole line, and the one with what it is divided into. No column of a table is called so. */
export const lineName = "$reader$line";
export const partsOfLine = identifier("$reader$parts");

/** Stand for an escaped escape character and an escaped delimiter while a line is divided. No text has them. */
const [escapedEscape, escapedDelimiter] = ["\uFDD0", "\uFDD1"];

/**
 * Returns how a line is divided at its delimiters, and the text of each column from what that gives. As in Hive,
 * an empty line is one empty text, and a column that the line has no text for is null.
 */
export function textValues(
  { delimiter, escape: escaping, nullText }: TextFormat,
  count: number,
): { readonly split: string; readonly values: readonly string[] } {
  const line = `coalesce(${identifier(lineName)}, '')`;
  const divided =
    escaping === undefined
      ? line
      : replaced(line, [escaping + escaping, escapedEscape], [escaping + delimiter, escapedDelimiter]);
  const values = Array.from({ length: count }, (_, index) => {
    const text = `nullif(${partsOfLine}[${index + 1}], ${literal(nullText)})`;
    if (escaping === undefined) return text;
    return replaced(
      text,
      ...([
        [`${escaping}n`, "\n"],
        [`${escaping}r`, "\r"],
        [escaping, ""],
      ] as const),
      ...([
        [escapedEscape, escaping],
        [escapedDelimiter, delimiter],
      ] as const),
    );
  });
  return { split: `string_split(${divided}, ${literal(delimiter)})`, values };
}

const replaced = (text: string, ...pairs: readonly (readonly [string, string])[]): string =>
  pairs.reduce((inner, [from, to]) => `replace(${inner}, ${literal(from)}, ${literal(to)})`, text);
