import type { HiveType } from "../hive-type.ts";
import { bytesOf } from "./file-bytes.ts";
import { isText } from "./primitive-value.ts";
import { literal } from "./quote.ts";

/**
 * DuckDB reads a number of JSON as a double and writes it anew: 1.50 becomes 1.5, and digits after the fifteenth are lost. Where a column
 * of text or of decimals holds such numbers, the lines are read as texts, and their numbers are quoted before they are taken apart.
 */

/** Stands at both ends of a number that was quoted. No text has it. */
const mark = "\uFDD2";

/** A text outside and within quotes up to a number, and the number. At the end of the line it is empty. */
const numbers = String.raw`((?:[^"0-9-]|"(?:[^"\\]|\\.)*")*)(-?[0-9][0-9.eE+-]*|$)`;

/** A line of JSON whose numbers are texts. */
export const withQuotedNumbers = (line: string): string =>
  `replace(regexp_replace(${line}, ${literal(numbers)}, ${literal(`\\1"${mark}\\2${mark}"`)}, 'g'), ${literal(`"${mark}${mark}"`)}, '')`;

/** A text that was taken out of such a line, with its numbers as they were written; `asJava`: as Java writes decimals. */
export function withoutMarks(text: string, asJava: boolean): string {
  const plain = [`"${mark}`, `${mark}"`, mark].reduce((inner, one) => `replace(${inner}, ${literal(one)}, '')`, text);
  const number = `regexp_full_match(${text}, ${literal(`${mark}(?:-0(?:\\.0*)?|-?0\\.0{6}.*|.*[eE].*)${mark}`)})`;
  const spelled = asJava ? `CASE WHEN ${number} THEN ${javaDecimal(plain)} ELSE ${plain} END` : plain;
  return `CASE WHEN contains(${text}, ${literal(mark)}) THEN ${spelled} ELSE ${text} END`;
}

/** A number as BigDecimal has it: with an exponent where it has no digits after a point that say as much. */
function javaDecimal(text: string): string {
  const found = `regexp_extract(${text}, '^(-?)([0-9]+)(?:[.]([0-9]+))?(?:[eE]([+-]?[0-9]+))?$', ['sign', 'whole', 'part', 'exponent'])`;
  const digits = "CASE WHEN ltrim(n.whole || n.part, '0') = '' THEN '0' ELSE ltrim(n.whole || n.part, '0') END";
  const scale = "length(n.part) - CASE WHEN n.exponent = '' THEN 0 ELSE CAST(n.exponent AS INTEGER) END";
  const read = `list_transform([${found}], lambda n: {s: CASE WHEN ${digits} = '0' THEN '' ELSE n.sign END, d: ${digits}, c: ${scale}})`;
  const power = "length(p.d) - 1 - p.c";
  const plain =
    "CASE WHEN p.c = 0 THEN p.d ELSE left(lpad(p.d, greatest(length(p.d), p.c + 1), '0'), greatest(length(p.d), p.c + 1) - p.c) || '.' || right(lpad(p.d, greatest(length(p.d), p.c + 1), '0'), p.c) END";
  const scientific = `left(p.d, 1) || CASE WHEN length(p.d) > 1 THEN '.' || substr(p.d, 2) ELSE '' END || 'E' || CASE WHEN ${power} >= 0 THEN '+' ELSE '' END || (${power})`;
  return `list_transform(${read}, lambda p: p.s || CASE WHEN p.c >= 0 AND ${power} >= -6 THEN ${plain} ELSE ${scientific} END)[1]`
    .replaceAll("p.c", "CAST(p.c AS INTEGER)")
    .replaceAll("length(p.d)", "CAST(length(p.d) AS INTEGER)");
}

/** A number that a double writes otherwise: with a point, an exponent, a sign before zero, or more digits than it has. */
const changes = {
  text: { after: /-?\d*(?:\d[.eE]|\d{16}|(?<=-)0)/y, within: /[[,:]\s*-?\d*(?:\d[.eE]|\d{16}|(?<=-)0)/ },
  decimal: { after: /-?[\d.]{17}/y, within: /[[,:]\s*-?[\d.]{17}/ },
} as const;
type Kind = keyof typeof changes;

/** Which keys lead to texts and to decimals, and which of both may stand in a list or a map, by no key. */
interface Wanted {
  readonly keys: ReadonlyMap<string, Kind>;
  readonly inLists: ReadonlySet<Kind>;
}

/** @param keysOf how objects write a name */
export function numberKeys(
  columns: readonly { readonly key: string; readonly type: HiveType }[],
  keysOf: (name: string) => readonly string[],
): Wanted {
  const keys = new Map<string, Kind>();
  const inLists = new Set<Kind>();
  const look = (type: HiveType, names: readonly string[] | undefined): void => {
    if (type.kind === "struct") for (const field of type.fields) look(field.type, keysOf(field.name));
    else if (type.kind === "array") look(type.element, undefined);
    else if (type.kind === "map") look(type.value, undefined);
    else if (isText(type) || type.name === "decimal") {
      const kind = isText(type) ? "text" : "decimal";
      if (names === undefined) inLists.add(kind);
      for (const name of names ?? []) if (keys.get(name) !== "text") keys.set(name, kind);
    }
  };
  for (const { key, type } of columns) look(type, keysOf(key));
  return { keys, inLists };
}

const blanks = /\s*:\s*/y;
const blankLine = /\n[ \t\r]*\n/;
const overlap = 4096;

/** What asks that lines are read as texts: numbers in columns of text or decimals, a mark at the beginning of a file, lines without anything. */
export async function needsLines(
  paths: readonly string[],
  { inLists, keys }: Wanted,
  heedsBlankLines: boolean,
): Promise<boolean> {
  const names = [...keys].map(([key, kind]) => [Buffer.from(JSON.stringify(key)).toString("latin1"), kind] as const);
  const nested = [...inLists].map((kind) => changes[kind].within);
  for (const path of paths) {
    let rest = "";
    let isFirst = true;
    for await (const piece of bytesOf(path)) {
      const text = rest + piece.toString("latin1");
      if (isFirst && text.startsWith("\u00EF\u00BB\u00BF")) return true;
      if (heedsBlankLines && (blankLine.test(text) || (isFirst && /^[ \t\r]*\n/.test(text)))) return true;
      if (nested.some((form) => form.test(text))) return true;
      if (names.some(([name, kind]) => hasNumber(text, name, kind))) return true;
      rest = text.slice(-overlap);
      isFirst = false;
    }
  }
  return false;
}

function hasNumber(text: string, name: string, kind: Kind): boolean {
  const { after } = changes[kind];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at)) {
    blanks.lastIndex = at += name.length;
    if (!blanks.test(text)) continue;
    const next = text.charCodeAt(blanks.lastIndex);
    // An object or a list where a text is asked for is shown as it is written.
    if (kind === "text" && (next === 0x7b || next === 0x5b)) return true;
    if (next !== 0x2d && !(next >= 0x30 && next <= 0x39)) continue;
    after.lastIndex = blanks.lastIndex;
    if (after.test(text)) return true;
  }
  return false;
}
