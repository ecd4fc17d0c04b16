import { StepFault } from "../step-fault.ts";

/** A regular expression that both engines read alike: DuckDB by RE2, Spark by Java. */
export interface Pattern {
  readonly text: string;
  /** How many groups it captures. */
  readonly groups: number;
}

/**
 * Reads a pattern that a user wrote for Java or Python. What the engines write differently is written anew (names of groups,
 * brackets within classes, `\Z`, `\uXXXX`); what one of them cannot do is refused by name.
 * @throws StepFault
 */
export function readPattern(given: string): Pattern {
  const refuse = (what: string): never => {
    throw new StepFault(`The pattern ${JSON.stringify(given)} has ${what}.`);
  };
  const lines = /\(\?[a-z]*m/.test(given);
  let [text, groups, depth, at] = ["", 0, 0, 0];
  /** What a quantifier would repeat: nothing, something, or what is repeated already. */
  let before: "nothing" | "atom" | "repeated" = "nothing";
  while (at < given.length) {
    const rest = given.slice(at);
    const piece = pieceOf(rest, lines, refuse);
    at += piece.length;
    if (piece.kind === "open") {
      depth++;
      groups += piece.captures ? 1 : 0;
    }
    if (piece.kind === "close" && --depth < 0) refuse("a closing parenthesis too many; write \\) for the sign");
    if (piece.kind === "repeat") {
      if (before === "nothing") refuse(`nothing to repeat before ${JSON.stringify(rest.slice(0, piece.length))}`);
      if (before === "repeated") refuse("a repetition of a repetition; put the inner one into (?: )");
    }
    text += piece.text;
    before =
      piece.kind === "open" || piece.kind === "or" || piece.kind === "flags"
        ? "nothing"
        : piece.kind === "repeat"
          ? "repeated"
          : "atom";
  }
  if (depth > 0) refuse("a parenthesis that is not closed; write \\( for the sign");
  return { text, groups };
}

/** A pattern that matches a text and nothing else. */
export const literalPattern = (text: string): string => text.replaceAll(/[!-/:-@[-^`{-~]/g, "\\$&");

interface Piece {
  readonly kind: "atom" | "open" | "close" | "or" | "repeat" | "flags";
  readonly length: number;
  readonly text: string;
  readonly captures?: boolean;
}

type Refuse = (what: string) => never;

function pieceOf(rest: string, lines: boolean, refuse: Refuse): Piece {
  const sign = rest[0]!;
  if (sign === "\\") return escaped(rest, refuse);
  if (sign === "[") return classOf(rest, refuse);
  if (sign === "(") return groupOf(rest, refuse);
  if (sign === ")") return { kind: "close", length: 1, text: ")" };
  if (sign === "|") return { kind: "or", length: 1, text: "|" };
  // Java's $ also stands before a last end of line, RE2's does not.
  if (sign === "$") return { kind: "atom", length: 1, text: lines ? "$" : "\\z" };
  const repeat = /^(?:[*+?]|\{(\d*)(?:,(\d*))?\})([?+]?)/.exec(rest);
  if (!repeat || repeat[0] === "{}" || repeat[0].startsWith("{,}"))
    return { kind: "atom", length: 1, text: sign === "{" || sign === "}" ? `\\${sign}` : sign };
  if (repeat[3] === "+") refuse("a possessive repetition, which DuckDB cannot do; leave out its second +");
  if (Number(repeat[1] ?? 0) > 1_000 || Number(repeat[2] ?? 0) > 1_000)
    refuse("a repetition of more than 1000 times; give at most 1000");
  return { kind: "repeat", length: repeat[0].length, text: repeat[0].replace("{,", "{0,") };
}

const groupOf = (rest: string, refuse: Refuse): Piece => {
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named) return { kind: "open", length: named[0].length, text: "(", captures: true };
  if (/^\(\?<?[=!]/.test(rest))
    refuse("a look-around, which DuckDB cannot do; match the text around it and take a group");
  if (rest.startsWith("(?>")) refuse("an atomic group, which DuckDB cannot do; write (?: instead");
  if (rest.startsWith("(?P=")) refuse("a reference to a group, which DuckDB cannot do");
  if (rest.startsWith("(?#")) refuse("a comment; leave it out");
  if (!rest.startsWith("(?")) return { kind: "open", length: 1, text: "(", captures: true };
  const flags = /^\(\?([a-zA-Z-]*)([:)])/.exec(rest);
  if (!flags || /[^ims-]/.test(flags[1]!))
    return refuse(`the group ${JSON.stringify(rest.slice(0, 4))}; its flags may be i, m and s`);
  return { kind: flags[2] === ":" ? "open" : "flags", length: flags[0].length, text: flags[0] };
};

/** Escapes that both read alike, and those that are written anew. */
const alike = /^\\(?:[dDwWsSbBAztnrf]|x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\}|[pP](?:[CLMNPSZ]|\{\^?[CLMNPSZ][a-z]?\}))/;
const anew: Readonly<Record<string, string>> = { Z: "\\z", v: "\\x0B", a: "\\x07", e: "\\x1B" };

function escaped(rest: string, refuse: Refuse): Piece {
  const quoted = /^\\Q(.*?)(?:\\E|$)/s.exec(rest);
  if (quoted) return { kind: "atom", length: quoted[0].length, text: `(?:${literalPattern(quoted[1]!)})` };
  const known = alike.exec(rest)?.[0];
  if (known) return { kind: "atom", length: known.length, text: known };
  const code = /^\\u([0-9a-fA-F]{4})/.exec(rest);
  if (code) return { kind: "atom", length: 6, text: `\\x{${code[1]}}` };
  const sign = [...rest][1];
  if (sign === undefined) return refuse("a last backslash that escapes nothing; write \\\\ for the sign");
  if (Object.hasOwn(anew, sign)) return { kind: "atom", length: 2, text: anew[sign]! };
  if (/[1-9k]/.test(sign)) return refuse("a reference to a group, which DuckDB cannot do");
  if (/[A-Za-z0]/.test(sign))
    return refuse(`the escape ${JSON.stringify(rest.slice(0, 2))}, which not all engines know`);
  return {
    kind: "atom",
    length: 1 + sign.length,
    text: /[ -~]/.test(sign) && sign !== "_" && sign !== " " ? `\\${sign}` : sign,
  };
}

const named: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  digit: "0-9",
  lower: "a-z",
  punct: "!-/:-@\\[-`{-~",
  space: "\\s\\x0B",
  upper: "A-Z",
  word: "\\w",
  xdigit: "0-9A-Fa-f",
};

/** A class in brackets: within it Java reads "[" and "&&" as more than signs. */
function classOf(rest: string, refuse: Refuse): Piece {
  let at = rest.startsWith("[^") ? 2 : 1;
  let text = rest.slice(0, at);
  for (let first = true; ; first = false) {
    const sign = rest[at];
    if (sign === undefined) return refuse("a class that is not closed; write \\[ for the sign");
    if (sign === "]" && !first) return { kind: "atom", length: at + 1, text: `${text}]` };
    if (rest.startsWith("&&", at)) refuse("&& within a class, which DuckDB cannot do; write \\&\\& for the signs");
    const posix = /^\[:(\w+):\]/.exec(rest.slice(at));
    if (posix) {
      if (!Object.hasOwn(named, posix[1]!)) refuse(`the class ${posix[0]}; there are ${Object.keys(named).join(", ")}`);
      text += named[posix[1]!];
      at += posix[0].length;
    } else if (sign === "\\") {
      const piece = escaped(rest.slice(at), refuse);
      if (piece.text.startsWith("(?:")) refuse("\\Q within a class; escape its signs one by one");
      text += piece.text;
      at += piece.length;
    } else {
      text += sign === "[" || sign === "]" || sign === "&" ? `\\${sign}` : sign;
      at++;
    }
  }
}
