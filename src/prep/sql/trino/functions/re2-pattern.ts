import { type Position, SqlFault } from "../sql-fault.ts";

export interface Re2Pattern {
  /** The pattern as RE2 reads it, without the anchor at its end. */
  readonly text: string;
  readonly groups: number;
  /** Groups that may take no part in a match: Trino has null for them, DuckDB an empty text. */
  readonly optional: ReadonlySet<number>;
  /** Ends with `$`, which in Java holds before a last line's end too. */
  readonly anchored: boolean;
}

/** A group that is open: its number (0 for one that does not capture), the numbers inside, and whether it has a `|`. */
interface OpenGroup {
  readonly number: number;
  readonly inside: number[];
  alternatives: boolean;
}

const escapes = "tnrfa.*+?()[]{}|\\^$/-'\"#&,:;<>=!@%~` _";
/** Java's \s has the vertical tab, RE2's has not. */
const blanks = "\\t\\n\\v\\f\\r ";
const flags = /^\(\?(<=|<!|=|!|>|<|#|:|[a-zA-Z-]*[:)])/;

/**
 * Reads a pattern of Java's syntax. What RE2 cannot do, or would do in another way, is refused by name.
 */
export function toRe2(pattern: string, at: Position): Re2Pattern {
  const refuse = (what: string): never => {
    throw new SqlFault("NOT_SUPPORTED", `${what} in a regular expression is not supported`, at);
  };
  const top: OpenGroup = { number: 0, inside: [], alternatives: false };
  const open: OpenGroup[] = [top];
  const optional = new Set<number>();
  let text = "";
  let groups = 0;
  let anchored = false;
  const begin = (captures: boolean): void => {
    if (captures) for (const group of open) group.inside.push(groups + 1);
    open.push({ number: captures ? ++groups : 0, inside: [], alternatives: false });
  };
  const end = (following: string): void => {
    const group = open.pop();
    if (group === undefined || open.length === 0) throw refuse("A closing parenthesis too many");
    if (group.alternatives) for (const inner of group.inside) optional.add(inner);
    if (/^(?:[?*]|\{0)/.test(following)) for (const inner of [group.number, ...group.inside]) optional.add(inner);
  };
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!;
    const rest = pattern.slice(index + 1);
    if (character === "\\") {
      const { written, length } = escaped(rest, false, refuse);
      text += written;
      index += length;
    } else if (character === "[") {
      const { written, length } = characterClass(rest, refuse);
      text += written;
      index += length;
    } else if (character === "(") {
      const special = flags.exec(pattern.slice(index))?.[1];
      if (special !== undefined && special !== ":" && special !== "<" && !/^[is]+[:)]$/.test(special))
        refuse(`(?${special}`);
      if (special?.endsWith(")")) {
        text += `(?${special}`;
        index += special.length + 1;
        continue;
      }
      begin(special === undefined || special === "<");
      text += special === "<" ? "(?P<" : `(${special === undefined ? "" : `?${special}`}`;
      if (special !== undefined) index += special.length + 1;
    } else if (character === ")") {
      end(rest);
      text += character;
    } else if (character === "$") {
      if (rest !== "" || top.alternatives) refuse("The anchor $ before the end");
      anchored = true;
    } else {
      if (character === "|") open.at(-1)!.alternatives = true;
      if (/[*+?}]/.test(character) && rest.startsWith("+")) refuse("A possessive quantifier");
      text += character;
    }
  }
  if (top.alternatives) for (const inner of top.inside) optional.add(inner);
  return { text, groups, optional, anchored };
}

/** What follows a backslash. */
function escaped(rest: string, inClass: boolean, refuse: (what: string) => never): { written: string; length: number } {
  const letter = rest[0] ?? "";
  const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))/.exec(rest);
  if (code !== null) return { written: `\\x{${code[1] ?? code[2]}}`, length: code[0].length };
  if (/[1-9]/.test(letter)) return refuse("A back reference");
  if (letter === "s") return { written: inClass ? blanks : `[${blanks}]`, length: 1 };
  if (letter === "S" && !inClass) return { written: `[^${blanks}]`, length: 1 };
  if ("dwDW".includes(letter) && letter !== "" && (!inClass || "dw".includes(letter)))
    return { written: `\\${letter}`, length: 1 };
  if ("bB".includes(letter) && letter !== "" && !inClass) return { written: `\\${letter}`, length: 1 };
  if (letter === "" || !escapes.includes(letter)) return refuse(`\\${letter}`);
  return {
    written: /[a-zA-Z]/.test(letter) ? `\\${letter}` : letter === " " || letter === "_" ? letter : `\\${letter}`,
    length: 1,
  };
}

/** From behind the opening bracket to the closing one. */
function characterClass(rest: string, refuse: (what: string) => never): { written: string; length: number } {
  let written = "[";
  let index = 0;
  if (rest[0] === "^") written += rest[index++];
  if (rest[index] === "]") refuse("A class that begins with a bracket");
  for (; index < rest.length; index++) {
    const character = rest[index]!;
    if (character === "]") return { written: `${written}]`, length: index + 1 };
    if (character === "[") refuse("A class inside a class");
    if (rest.startsWith("&&", index)) refuse("An intersection of classes");
    if (character === "\\") {
      const found = escaped(rest.slice(index + 1), true, refuse);
      written += found.written;
      index += found.length;
    } else written += character;
  }
  return refuse("A class without its end");
}
