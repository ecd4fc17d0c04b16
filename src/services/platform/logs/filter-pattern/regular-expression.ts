import { type Alternative, beyond, type Characters, type Piece, searchFor } from "./expression-search.ts";
import { invalidCharacters, invalidPattern, type MessageTest } from "./pattern-faults.ts";

const otherSigns = ":_#=@/;,- ";
const operators = "^$?[]{}|\\*+.";

/** The most pieces of a whole expression, after each `{m,n}` is written out. */
const mostPieces = 250;

/**
 * Compiles a regular expression of CloudWatch Logs, which has no groups. Each message is read once, whatever the
 * expression: JavaScript's own would take hours for some messages.
 *
 * @throws Fault for characters and operators that CloudWatch Logs does not have
 */
export function compileRegularExpression(source: string): MessageTest {
  const reader = { source, at: 0 };
  const alternatives = [readAlternative(reader)];
  while (reader.source[reader.at] === "|") {
    reader.at++;
    alternatives.push(readAlternative(reader));
  }
  if (alternatives.reduce((sum, { pieces }) => sum + pieces.length, 0) > mostPieces)
    throw invalidPattern(`the regular expression %${source}% repeats too much.`);
  return searchFor(alternatives);
}

interface Reader {
  readonly source: string;
  at: number;
}

function readAlternative(reader: Reader): Alternative {
  const { source } = reader;
  const pieces: Piece[] = [];
  const fromStart = source[reader.at] === "^";
  if (fromStart) reader.at++;
  let toEnd = false;
  while (reader.at < source.length && source[reader.at] !== "|") {
    if (toEnd) throw invalidPattern(`in %${source}% something follows $.`);
    if (source[reader.at] === "$") {
      toEnd = true;
      reader.at++;
    } else {
      const characters = readCharacters(reader);
      pieces.push(...written(characters, readRepeat(reader)));
      if (pieces.length > mostPieces) throw invalidPattern(`the regular expression %${source}% repeats too much.`);
    }
  }
  return { pieces, fromStart, toEnd };
}

/** Writes a repeat out: as often as it must come, then as often as it may. */
function* written(characters: Characters, { least, most }: Repeat): Generator<Piece> {
  const many = most === Number.POSITIVE_INFINITY;
  for (let count = 1; count <= least; count++) yield { characters, repeats: many && count === least, optional: false };
  if (many && least === 0) yield { characters, repeats: true, optional: true };
  if (!many) for (let count = least; count < most; count++) yield { characters, repeats: false, optional: true };
}

interface Repeat {
  readonly least: number;
  readonly most: number;
}

const repeats: Readonly<Record<string, Repeat>> = {
  "?": { least: 0, most: 1 },
  "*": { least: 0, most: Number.POSITIVE_INFINITY },
  "+": { least: 1, most: Number.POSITIVE_INFINITY },
};

function readRepeat(reader: Reader): Repeat {
  const sign = reader.source[reader.at] ?? "";
  if (repeats[sign]) {
    reader.at++;
    return repeats[sign];
  }
  if (sign !== "{") return { least: 1, most: 1 };
  const counted = /\{ *(\d*) *(, *(\d*) *)?\}/y;
  counted.lastIndex = reader.at;
  const found = counted.exec(reader.source);
  if (!found || (found[1] === "" && !found[3])) throw invalidPattern(`in %${reader.source}% a { is no count.`);
  reader.at = counted.lastIndex;
  const least = Number(found[1]);
  const most = found[2] === undefined ? least : found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3]);
  if (least > most || least > mostPieces || (most !== Number.POSITIVE_INFINITY && most > mostPieces))
    throw invalidPattern(`the regular expression %${reader.source}% repeats too much.`);
  return { least, most };
}

function readCharacters(reader: Reader): Characters {
  const sign = reader.source[reader.at]!;
  if (sign === "[") return readClass(reader);
  if (sign === "\\") return readEscape(reader);
  reader.at++;
  if (sign === ".") return everything();
  if ("?*+{^".includes(sign)) throw invalidPattern(`in %${reader.source}% nothing stands before ${sign}.`);
  return only(allowed(sign));
}

function readClass(reader: Reader): Characters {
  const { source } = reader;
  reader.at++;
  const inverted = source[reader.at] === "^";
  if (inverted) reader.at++;
  const found = new Uint8Array(beyond + 1);
  for (let first = true; first || source[reader.at] !== "]"; first = false) {
    if (reader.at >= source.length) throw invalidPattern(`in %${source}% a [ has no counterpart.`);
    const begin = source[reader.at]!;
    if (begin === "\\") merge(found, readEscape(reader));
    else {
      reader.at++;
      const end = source[reader.at + 1];
      if (source[reader.at] === "-" && end !== undefined && end !== "]" && end !== "\\") {
        const [from, to] = [allowed(begin).charCodeAt(0), allowed(end).charCodeAt(0)];
        if (from > to) throw invalidPattern(`in %${source}% the range ${begin}-${end} is out of order.`);
        found.fill(1, from, to + 1);
        reader.at += 2;
      } else merge(found, only(allowed(begin)));
    }
  }
  reader.at++;
  return inverted ? others(found) : found;
}

function readEscape(reader: Reader): Characters {
  const sign = reader.source[reader.at + 1] ?? "";
  const code = /^[0-9A-Fa-f]{2}/.exec(reader.source.slice(reader.at + 2))?.[0];
  if (sign === "x" && code !== undefined) {
    reader.at += 4;
    const character = Number.parseInt(code, 16);
    if (character >= beyond) throw invalidCharacters(`\\x${code}`, "Only ASCII characters have codes.");
    return only(String.fromCharCode(character));
  }
  reader.at += 2;
  const named = classes[sign.toLowerCase()];
  if (named) return sign === sign.toLowerCase() ? named : others(named);
  if (/^[A-Za-z0-9]?$/.test(sign)) throw invalidCharacters(`\\${sign}`, "A regular expression has no such escape.");
  return only(allowed(sign));
}

/** @throws Fault for a character that regular expressions of CloudWatch Logs cannot hold, escaped or not */
function allowed(character: string): string {
  if (/^[A-Za-z0-9]$/.test(character) || (otherSigns + operators).includes(character)) return character;
  throw invalidCharacters(character, "In a regular expression, write it as \\xhh, by its ASCII code.");
}

function only(characters: string): Characters {
  const found = new Uint8Array(beyond + 1);
  for (const character of characters) found[character.charCodeAt(0)] = 1;
  return found;
}
const everything = (): Characters => new Uint8Array(beyond + 1).fill(1);
const others = (characters: Characters): Characters => characters.map((is) => 1 - is);
function merge(into: Characters, more: Characters): void {
  for (const [code, is] of more.entries()) into[code]! |= is;
}

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz";
const classes: Readonly<Record<string, Characters>> = {
  d: only(digits),
  s: only(" \t\n\r\f\v"),
  w: only(`${digits}${letters}${letters.toUpperCase()}_`),
};
