import { type Position, SqlFault } from "./sql-fault.ts";

export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "unicode"
  | "binary"
  | "integer"
  | "decimal"
  | "double"
  | "sign"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** A word as it was written, the content of what was quoted, else the characters themselves. */
  readonly text: string;
  /** The word in capitals, for the comparison with key words; a sign as it is; empty for what was quoted. */
  readonly key: string;
  readonly at: Position;
  readonly start: number;
  readonly end: number;
}

/** How the two grammars that Athena reads write strings. Hive escapes with a backslash, and a text may stand in double quotes. */
export type Grammar = "trino" | "hive";

const blank = /(?:\s|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const word = /[\p{L}_@][\p{L}\p{N}_@$]*/uy;
const hiveWord = /[\p{L}\p{N}_@][\p{L}\p{N}_@$]*/uy;
const number = /(?:\d[\d_]*(?:\.(?:\d[\d_]*)?)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y;
const sign = /->|=>|<>|!=|<=|>=|\|\||==|[-+*/%=<>()[\]{},.;?!&^|~:]/y;
const longestText = 262_144;

/** Reads a statement into its tokens, the last of which is the end. */
export function readTokens(text: string, grammar: Grammar = "trino"): Token[] {
  if (text.length > longestText)
    throw new SqlFault(
      "QUERY_TEXT_TOO_LARGE",
      `Query text length (${text.length}) exceeds the maximum length (${longestText})`,
    );
  const tokens: Token[] = [];
  const lines = lineCounter(text);
  let index = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = index;
    return pattern.exec(text)?.[0];
  };
  const add = (kind: TokenKind, length: number, value: string, key: string) => {
    tokens.push({ kind, text: value, key, at: lines(index), start: index, end: index + length });
    index += length;
  };
  for (;;) {
    index += match(blank)?.length ?? 0;
    if (index >= text.length) break;
    const first = text[index] as string;
    const quote = quotedKind(first, text[index + 1], text[index + 2], grammar);
    if (quote !== undefined) {
      const { value, length } = readQuoted(text, index + quote.prefix, grammar, lines(index));
      add(quote.kind, length + quote.prefix, value, "");
      continue;
    }
    const found = match(grammar === "hive" ? hiveWord : word);
    const digits = match(number);
    if (digits !== undefined && (found === undefined || digits.length >= found.length)) {
      const kind = /[eE]/.test(digits) ? "double" : digits.includes(".") ? "decimal" : "integer";
      add(kind, digits.length, digits.replaceAll("_", ""), "");
      if (grammar === "trino" && match(word) !== undefined)
        throw new SqlFault(
          "SYNTAX_ERROR",
          "identifiers must not start with a digit; surround the identifier with double quotes",
          tokens.at(-1)?.at,
        );
    } else if (found !== undefined) {
      add("word", found.length, found, found.toUpperCase());
    } else {
      const symbol = match(sign);
      if (symbol === undefined)
        throw new SqlFault(
          "SYNTAX_ERROR",
          `mismatched input '${String.fromCodePoint(text.codePointAt(index)!)}'`,
          lines(index),
        );
      add("sign", symbol.length, symbol, symbol);
    }
  }
  tokens.push({
    kind: "end",
    text: "<EOF>",
    key: "<EOF>",
    at: lines(text.length),
    start: text.length,
    end: text.length,
  });
  return tokens;
}

function quotedKind(
  first: string,
  second: string | undefined,
  third: string | undefined,
  grammar: Grammar,
): { kind: TokenKind; prefix: number } | undefined {
  if (first === "'") return { kind: "string", prefix: 0 };
  if (first === '"') return { kind: grammar === "hive" ? "string" : "quoted", prefix: 0 };
  if (first === "`") return { kind: "quoted", prefix: 0 };
  if (grammar === "hive") return undefined;
  if ((first === "X" || first === "x") && second === "'") return { kind: "binary", prefix: 1 };
  if ((first === "U" || first === "u") && second === "&" && third === "'") return { kind: "unicode", prefix: 2 };
  return undefined;
}

const hiveEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", "0": "\0", Z: "\x1a" };

/** Reads from an opening quote to the closing one. The quote doubled stands for itself. */
function readQuoted(text: string, start: number, grammar: Grammar, at: Position): { value: string; length: number } {
  const quote = text[start] as string;
  const pieces: string[] = [];
  let from = start + 1;
  for (let index = from; index < text.length; index++) {
    const character = text[index];
    if (character === "\\" && grammar === "hive" && quote !== "`") {
      pieces.push(text.slice(from, index));
      const { value, length } = readEscape(text, index);
      pieces.push(value);
      index += length - 1;
      from = index + 1;
    } else if (character === quote) {
      pieces.push(text.slice(from, index));
      if (text[index + 1] !== quote) return { value: pieces.join(""), length: index + 1 - start };
      pieces.push(quote);
      index++;
      from = index + 1;
    }
  }
  throw new SqlFault(
    "SYNTAX_ERROR",
    `mismatched input '${text.slice(start, start + 20)}': the quotation does not end`,
    at,
  );
}

function readEscape(text: string, start: number): { value: string; length: number } {
  const octal = /^\\([0-3][0-7]{2})/.exec(text.slice(start, start + 4))?.[1];
  if (octal !== undefined) return { value: String.fromCharCode(Number.parseInt(octal, 8)), length: 4 };
  const unicode = /^\\u([0-9a-fA-F]{4})/.exec(text.slice(start, start + 6))?.[1];
  if (unicode !== undefined) return { value: String.fromCharCode(Number.parseInt(unicode, 16)), length: 6 };
  const next = text[start + 1] ?? "";
  return { value: hiveEscapes[next] ?? next, length: 2 };
}

/** Gives the position of an index; indexes come in rising order. */
function lineCounter(text: string): (index: number) => Position {
  let line = 1;
  let lineStart = 0;
  let next = text.indexOf("\n");
  return (index) => {
    while (next !== -1 && next < index) {
      line++;
      lineStart = next + 1;
      next = text.indexOf("\n", lineStart);
    }
    return { line, column: index - lineStart + 1 };
  };
}
