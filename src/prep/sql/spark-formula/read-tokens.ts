import { StepFault } from "../../step-fault.ts";

export interface Token {
  /** A `name` may be a word of the language; one in backticks, `quoted`, never is. */
  readonly kind: "name" | "quoted" | "text" | "number" | "symbol" | "end";
  readonly value: string;
  readonly at: number;
}

const pattern =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<quoted>`(?:[^`]|``)*`)|(?<text>r?"(?:[^"\\]|\\[\s\S])*"|r?'(?:[^'\\]|\\[\s\S]|'')*')|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:BD|[LDFSYldfsy](?![\w]))?)|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<symbol><=>|<>|!=|<=|>=|==|\|\||::|->|[-+*/%()<>=,.[\]!~&|^:;?])/uy;

/** Reads the words of Spark's SQL: texts in single or double quotes, names plain or in backticks. @throws StepFault */
export function readTokens(formula: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < formula.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(formula);
    if (match === null) throw new StepFault(wrongCharacter(formula, at));
    const { quoted, text, number, name, symbol } = match.groups!;
    if (quoted !== undefined) tokens.push({ kind: "quoted", value: quoted.slice(1, -1).replaceAll("``", "`"), at });
    else if (text !== undefined) tokens.push({ kind: "text", value: textOf(text), at });
    else if (number !== undefined) tokens.push({ kind: "number", value: number, at });
    else if (name !== undefined) tokens.push({ kind: "name", value: name, at });
    else if (symbol !== undefined) tokens.push({ kind: "symbol", value: symbol, at });
    at += match[0].length;
  }
  return [...tokens, { kind: "end", value: "", at: formula.length }];
}

function wrongCharacter(formula: string, at: number): string {
  const character = formula[at]!;
  if (`"'\``.includes(character)) return `The formula opens ${character} at character ${at + 1} and does not close it.`;
  return `The formula has ${JSON.stringify(character)} at character ${at + 1}, which means nothing there.`;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", "0": "\0", Z: "\u001A" };

/** "\n" is a line's end; before "%" and "_" a backslash stays, for LIKE. */
function textOf(token: string): string {
  if (token.startsWith("r")) return token.slice(2, -1);
  return token
    .slice(1, -1)
    .replaceAll(/\\u([0-9a-fA-F]{4})|\\([\s\S])|''/g, (whole, code: string | undefined, letter: string | undefined) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (letter === undefined) return token.startsWith("'") ? "'" : whole;
      return letter === "%" || letter === "_" ? whole : (escapes[letter] ?? letter);
    });
}
