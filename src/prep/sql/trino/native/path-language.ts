/** The SQL standard's language of paths in JSON, as Trino has it: `lax $.a[*] ? (@.b > 1)`. */
export interface JsonPath {
  readonly strict: boolean;
  readonly root: PathNode;
}

export type PathNode =
  | { readonly kind: "root" | "current" | "last" }
  | { readonly kind: "variable"; readonly name: string }
  | {
      readonly kind: "literal";
      readonly type: "string" | "integer" | "decimal" | "double" | "word";
      readonly text: string;
    }
  | { readonly kind: "member" | "descendant"; readonly base: PathNode; readonly name: string }
  | { readonly kind: "members" | "items"; readonly base: PathNode }
  | { readonly kind: "subscripts"; readonly base: PathNode; readonly ranges: readonly SubscriptRange[] }
  | { readonly kind: "filter"; readonly base: PathNode; readonly test: PathTest }
  | { readonly kind: "method"; readonly base: PathNode; readonly name: PathMethod }
  | { readonly kind: "sign"; readonly negative: boolean; readonly value: PathNode }
  | { readonly kind: "arithmetic"; readonly operator: PathOperator; readonly left: PathNode; readonly right: PathNode };

export interface SubscriptRange {
  readonly from: PathNode;
  readonly to?: PathNode;
}

export type PathTest =
  | { readonly kind: "and" | "or"; readonly left: PathTest; readonly right: PathTest }
  | { readonly kind: "not" | "is unknown"; readonly test: PathTest }
  | { readonly kind: "exists"; readonly path: PathNode }
  | { readonly kind: "compare"; readonly operator: PathComparison; readonly left: PathNode; readonly right: PathNode }
  | { readonly kind: "starts with"; readonly left: PathNode; readonly right: PathNode };

const methods = ["type", "size", "double", "ceiling", "floor", "abs", "keyvalue"] as const;
export type PathMethod = (typeof methods)[number];
export type PathOperator = "+" | "-" | "*" | "/" | "%";
export type PathComparison = "==" | "<>" | "<" | "<=" | ">" | ">=";

/** A text that is no path, or has what is not supported. */
export class NotPath extends Error {
  readonly isUnsupported: boolean;
  constructor(words: string, isUnsupported = false) {
    super(words);
    this.isUnsupported = isUnsupported;
  }
}

const token =
  /\s*(?:(\d+(?:\.\d*)?[eE][+-]?\d+|\.\d+[eE][+-]?\d+)|(\d+\.\d*|\.\d+)|(\d+)|"((?:[^"]|"")*)"|\$([\p{L}_][\p{L}\p{N}_]*)|([\p{L}_][\p{L}\p{N}_]*)|(\.\.|&&|\|\||==|<>|!=|<=|>=|[$@.*/%+\-[\](),?!<>]))/uy;

interface Token {
  readonly type: "double" | "decimal" | "integer" | "string" | "variable" | "word" | "sign" | "end";
  readonly text: string;
}

function tokensOf(text: string): Token[] {
  const types = ["double", "decimal", "integer", "string", "variable", "word", "sign"] as const;
  const tokens: Token[] = [];
  for (token.lastIndex = 0; /\S/.test(text.slice(token.lastIndex)); ) {
    const from = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw new NotPath(`token recognition error at: '${text.slice(from).trim().slice(0, 20)}'`);
    const at = types.findIndex((_, index) => found[index + 1] !== undefined);
    const value = found[at + 1]!;
    tokens.push({ type: types[at]!, text: types[at] === "string" ? value.replaceAll('""', '"') : value });
  }
  return [...tokens, { type: "end", text: "<EOF>" }];
}

const deepest = 100;

/** @throws NotPath */
export function parsePath(text: string): JsonPath {
  const tokens = tokensOf(text);
  let [at, depth] = [0, 0];
  const token = () => tokens[at]!;
  const wrong = (): NotPath => new NotPath(`mismatched input '${token().text}'`);
  const isWord = (word: string, ahead = 0) => {
    const { text: found, type } = tokens[Math.min(at + ahead, tokens.length - 1)]!;
    return type === "word" && found.toLowerCase() === word;
  };
  const isSign = (sign: string, ahead = 0) => {
    const { text: found, type } = tokens[Math.min(at + ahead, tokens.length - 1)]!;
    return type === "sign" && found === sign;
  };
  const takeWord = (word: string) => isWord(word) && ++at > 0;
  const takeSign = (sign: string) => isSign(sign) && ++at > 0;
  const expect = (sign: string) => {
    if (!takeSign(sign)) throw wrong();
  };
  const deeper = <Result>(read: () => Result): Result => {
    if (++depth > deepest) throw new NotPath(`the path is nested deeper than ${deepest} levels`);
    const result = read();
    depth--;
    return result;
  };
  const chain = (operators: readonly PathOperator[], read: () => PathNode): PathNode => {
    let left = read();
    for (let count = 0; ; count++) {
      const operator = operators.find((sign) => isSign(sign));
      if (operator === undefined) return left;
      if (count > deepest) throw new NotPath(`the path has more than ${deepest} operators in a row`);
      at++;
      left = { kind: "arithmetic", operator, left, right: read() };
    }
  };
  const expression = (): PathNode => deeper(() => chain(["+", "-"], () => chain(["*", "/", "%"], signed)));
  const signed = (): PathNode => {
    if (takeSign("-")) return deeper(() => ({ kind: "sign", negative: true, value: signed() }));
    if (takeSign("+")) return deeper(() => ({ kind: "sign", negative: false, value: signed() }));
    return accessors();
  };
  const accessors = (): PathNode => {
    let base = primary();
    for (let count = 0; ; count++) {
      if (count > deepest) throw new NotPath(`the path has more than ${deepest} steps`);
      if (takeSign("..")) base = { kind: "descendant", base, name: memberName() };
      else if (takeSign(".")) base = afterDot(base);
      else if (takeSign("[")) base = afterBracket(base);
      else if (takeSign("?")) {
        expect("(");
        base = { kind: "filter", base, test: deeper(disjunction) };
        expect(")");
      } else return base;
    }
  };
  const memberName = (): string => {
    const { text: name, type } = token();
    if (type !== "word" && type !== "string") throw wrong();
    at++;
    return name;
  };
  const afterDot = (base: PathNode): PathNode => {
    if (takeSign("*")) return { kind: "members", base };
    if (token().type !== "word" || !isSign("(", 1)) return { kind: "member", base, name: memberName() };
    const name = token().text.toLowerCase();
    const method = methods.find((one) => one === name);
    if (method === undefined) throw new NotPath(`${name} method in JSON path is not supported`, true);
    at += 2;
    expect(")");
    return { kind: "method", base, name: method };
  };
  const afterBracket = (base: PathNode): PathNode => {
    if (takeSign("*")) {
      expect("]");
      return { kind: "items", base };
    }
    const ranges: SubscriptRange[] = [];
    do {
      const from = expression();
      ranges.push(takeWord("to") ? { from, to: expression() } : { from });
    } while (takeSign(","));
    expect("]");
    return { kind: "subscripts", base, ranges };
  };
  const primary = (): PathNode => {
    const { text: found, type } = token();
    if (takeSign("$")) return { kind: "root" };
    if (takeSign("@")) return { kind: "current" };
    if (takeSign("(")) {
      const inner = expression();
      expect(")");
      return inner;
    }
    if (type === "sign" || type === "end") throw wrong();
    at++;
    if (type === "variable") return { kind: "variable", name: found };
    if (type !== "word") return { kind: "literal", type, text: found };
    const word = found.toLowerCase();
    if (word === "last") return { kind: "last" };
    if (!["true", "false", "null"].includes(word)) {
      at--;
      throw wrong();
    }
    return { kind: "literal", type: "word", text: word };
  };
  const joined = (sign: string, kind: "and" | "or", read: () => PathTest): PathTest => {
    let left = read();
    for (let count = 0; takeSign(sign); count++) {
      if (count > deepest) throw new NotPath(`the path has more than ${deepest} conditions in a row`);
      left = { kind, left, right: read() };
    }
    return left;
  };
  const disjunction = (): PathTest => joined("||", "or", () => joined("&&", "and", condition));
  const delimited = (): PathTest => {
    if (isWord("exists") && isSign("(", 1)) {
      at += 2;
      const path = expression();
      expect(")");
      return { kind: "exists", path };
    }
    expect("(");
    const test = deeper(disjunction);
    expect(")");
    return test;
  };
  const condition = (): PathTest => {
    if (takeSign("!")) return { kind: "not", test: delimited() };
    if (isWord("exists") && isSign("(", 1)) return delimited();
    // A parenthesis may hold a condition or the beginning of a value.
    if (isSign("(")) {
      const start = at;
      try {
        const test = delimited();
        if (takeWord("is")) {
          if (!takeWord("unknown")) throw wrong();
          return { kind: "is unknown", test };
        }
        if (isSign(")") || isSign("&&") || isSign("||")) return test;
      } catch (error) {
        if (!(error instanceof NotPath) || error.isUnsupported) throw error;
      }
      [at, depth] = [start, 0];
    }
    const left = expression();
    if (isWord("like_regex")) throw new NotPath("like_regex predicate in JSON path is not supported", true);
    if (takeWord("starts")) {
      if (!takeWord("with")) throw wrong();
      return { kind: "starts with", left, right: expression() };
    }
    const operator = (["==", "<>", "<=", ">=", "<", ">"] as const).find((sign) => takeSign(sign));
    if (operator === undefined && !takeSign("!=")) throw wrong();
    return { kind: "compare", operator: operator ?? "<>", left, right: expression() };
  };
  const strict = takeWord("strict");
  if (!strict && !takeWord("lax")) throw new NotPath(`missing {'lax', 'strict'} at '${token().text}'`);
  const root = expression();
  if (token().type !== "end") throw wrong();
  return { strict, root };
}

/** The names of the variables in a path. */
export function variablesOf(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(variablesOf);
  if (typeof node !== "object" || node === null) return [];
  const { kind, name } = node as { kind?: string; name?: string };
  return kind === "variable" ? [name!] : Object.values(node).flatMap(variablesOf);
}
