import { invalidInput } from "./glue-faults.ts";

/** What an expression asks of one key. Texts are as they were written, numbers too. */
export type KeyTest =
  | { readonly is: "=" | "<>" | "<" | "<=" | ">" | ">="; readonly value: string }
  | { readonly is: "in" | "not in"; readonly values: readonly string[] }
  | { readonly is: "between" | "not between"; readonly low: string; readonly high: string }
  | { readonly is: "like" | "not like"; readonly value: string }
  | { readonly is: "null" | "not null" };

/** An expression without NOT: it stands in the tests. */
export type PartitionExpression =
  | { readonly all: readonly PartitionExpression[] }
  | { readonly any: readonly PartitionExpression[] }
  | { readonly key: string; readonly test: KeyTest };

interface Token {
  readonly kind: "word" | "key" | "value" | "sign";
  readonly text: string;
}

const tokens =
  /\s*(?:(?<value>'(?:[^']|'')*'|[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))|(?<word>[A-Za-z_]\w*)|(?<key>`[^`]+`|"[^"]+")|(?<sign><>|!=|<=|>=|[=<>(),]))/y;
const mostTokens = 10_000;
const mostDepth = 200;

const opposite = { "=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">" } as const;
/** The relation when its sides change places. */
const mirrored = { "=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<=" } as const;
type Relation = keyof typeof opposite;

/** Reads an expression over partition keys. NOT is carried to the tests, so that what is null passes none. */
export function readPartitionExpression(expression: string): PartitionExpression {
  const unsupported = () => invalidInput(`Unsupported expression '${expression}'`);
  const all = tokensOf(expression, unsupported);
  let at = 0;
  let depth = 0;

  const isSign = (text: string) => all[at]?.kind === "sign" && all[at]!.text === text;
  const isWord = (text: string) => all[at]?.kind === "word" && all[at]!.text.toLowerCase() === text;
  const takeIf = (found: boolean) => {
    if (found) at++;
    return found;
  };
  const need = (found: boolean) => {
    if (!takeIf(found)) throw unsupported();
  };

  function either(not: boolean): PartitionExpression {
    const parts = [both(not)];
    while (takeIf(isWord("or"))) parts.push(both(not));
    return parts.length === 1 ? parts[0]! : not ? { all: parts } : { any: parts };
  }
  function both(not: boolean): PartitionExpression {
    const parts = [one(not)];
    while (takeIf(isWord("and"))) parts.push(one(not));
    return parts.length === 1 ? parts[0]! : not ? { any: parts } : { all: parts };
  }
  function one(not: boolean): PartitionExpression {
    let isNot = not;
    while (takeIf(isWord("not"))) isNot = !isNot;
    if (!isSign("(") || holdsOperand()) return test(isNot);
    if (++depth > mostDepth) throw unsupported();
    need(isSign("("));
    const inside = either(isNot);
    need(isSign(")"));
    depth--;
    return inside;
  }
  /** Whether the parentheses that begin here hold one key or value, such as `((year)) = 2024`. */
  function holdsOperand(): boolean {
    let place = at;
    while (all[place]?.kind === "sign" && all[place]!.text === "(") place++;
    const isTyped = all[place]?.kind === "word" && all[place + 1]?.kind === "value";
    return all[place + (isTyped ? 2 : 1)]?.text === ")" && all[place]?.kind !== "sign";
  }

  function operand(): Token {
    if (takeIf(isSign("("))) {
      if (++depth > mostDepth) throw unsupported();
      const inside = operand();
      need(isSign(")"));
      depth--;
      return inside;
    }
    // DATE '2024-01-01' and TIMESTAMP '...' are the texts alone.
    if ((isWord("date") || isWord("timestamp")) && all[at + 1]?.kind === "value") at++;
    const token = all[at++];
    if (!token || token.kind === "sign") throw unsupported();
    return token;
  }
  function value(): string {
    const token = operand();
    if (token.kind !== "value") throw unsupported();
    return token.text;
  }
  function relation(): Relation {
    const token = all[at++];
    const text = token?.text === "!=" ? "<>" : token?.text;
    if (token?.kind !== "sign" || !(text! in opposite)) throw unsupported();
    return text as Relation;
  }

  function test(not: boolean): PartitionExpression {
    const left = operand();
    if (left.kind === "value") {
      const is = mirrored[relation()];
      const right = operand();
      if (right.kind === "value") throw unsupported();
      return { key: right.text, test: { is: not ? opposite[is] : is, value: left.text } };
    }
    return { key: left.text, test: keyTest(not) };
  }
  function keyTest(not: boolean): KeyTest {
    if (takeIf(isWord("is"))) {
      const isNot = takeIf(isWord("not")) !== not;
      need(isWord("null"));
      return { is: isNot ? "not null" : "null" };
    }
    const isNot = takeIf(isWord("not")) !== not;
    if (takeIf(isWord("in"))) {
      need(isSign("("));
      const values = [value()];
      while (takeIf(isSign(","))) values.push(value());
      need(isSign(")"));
      return { is: isNot ? "not in" : "in", values };
    }
    if (takeIf(isWord("between"))) {
      const low = value();
      need(isWord("and"));
      return { is: isNot ? "not between" : "between", low, high: value() };
    }
    if (takeIf(isWord("like"))) return { is: isNot ? "not like" : "like", value: value() };
    if (isNot !== not) throw unsupported();
    const is = relation();
    return { is: not ? opposite[is] : is, value: value() };
  }

  const whole = either(false);
  if (at < all.length) throw unsupported();
  return whole;
}

function tokensOf(expression: string, unsupported: () => Error): Token[] {
  const all: Token[] = [];
  const text = expression.trimEnd();
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.length) {
    const { value, word, key, sign } = tokens.exec(text)?.groups ?? {};
    if (value !== undefined)
      all.push({ kind: "value", text: value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'") : value });
    else if (word !== undefined) all.push({ kind: "word", text: word });
    else if (key !== undefined) all.push({ kind: "key", text: key.slice(1, -1) });
    else if (sign !== undefined) all.push({ kind: "sign", text: sign });
    else throw unsupported();
    if (all.length > mostTokens) throw unsupported();
  }
  return all;
}
