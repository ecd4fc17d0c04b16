/** An expression of metric math, read. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "query"; readonly id: string }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly given: readonly Expression[] };

/** What is wrong with an expression, in words for its author. */
export class MathError extends Error {}

const token =
  /\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|"([^"]*)"|'([^']*)'|([A-Za-z_]\w*)|(&&|\|\||==|!=|<=|>=|[-+*/^<>()[\],]))/y;

interface Token {
  readonly kind: "number" | "text" | "name" | "sign" | "end";
  readonly text: string;
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (!found) throw new MathError(`it has ${JSON.stringify(text.slice(at).trim()[0])} where it is not understood`);
    const [, number, double, single, name, sign] = found;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign });
    else tokens.push({ kind: "text", text: double ?? single! });
  }
  return tokens;
}

/** Operators by how weakly they bind, each with the function that it stands for. */
const levels: readonly Readonly<Record<string, string>>[] = [
  { "||": "OR", OR: "OR" },
  { "&&": "AND", AND: "AND" },
  { "==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=" },
  { "+": "+", "-": "-" },
  { "*": "*", "/": "/" },
];
const deepest = 100;

/** @throws MathError */
export function parseMath(source: string): Expression {
  const tokens = tokensOf(source);
  let position = 0;
  const end: Token = { kind: "end", text: "" };
  const peek = (): Token => tokens[position] ?? end;
  const is = (text: string) => peek().text === text && peek().kind === "sign";
  const take = (text: string): void => {
    if (!is(text))
      throw new MathError(`"${text}" is expected ${peek().kind === "end" ? "at its end" : `before "${peek().text}"`}`);
    position += 1;
  };
  const listUntil = (close: string, depth: number): Expression[] => {
    const items: Expression[] = [];
    while (!is(close)) {
      if (items.length > 0) take(",");
      items.push(level(0, depth));
    }
    take(close);
    return items;
  };
  function level(index: number, depth: number): Expression {
    if (depth > deepest) throw new MathError("it is nested too deeply");
    if (index === levels.length) return unary(depth);
    let left = level(index + 1, depth + 1);
    for (;;) {
      const { kind, text } = peek();
      const name = kind === "sign" || kind === "name" ? levels[index]![text] : undefined;
      if (name === undefined) return left;
      position += 1;
      left = { kind: "call", name, given: [left, level(index + 1, depth + 1)] };
    }
  }
  function unary(depth: number): Expression {
    if (depth > 2 * deepest) throw new MathError("it is nested too deeply");
    if (!is("-")) return power(depth);
    position += 1;
    return { kind: "call", name: "-", given: [{ kind: "number", value: 0 }, unary(depth + 1)] };
  }
  function power(depth: number): Expression {
    const base = primary(depth);
    if (!is("^")) return base;
    position += 1;
    return { kind: "call", name: "^", given: [base, unary(depth + 1)] };
  }
  function primary(depth: number): Expression {
    const { kind, text } = peek();
    position += 1;
    if (kind === "number") return { kind, value: Number(text) };
    if (kind === "text") return { kind, value: text };
    if (kind === "sign" && text === "(") {
      const inner = level(0, depth + 1);
      take(")");
      return inner;
    }
    if (kind === "sign" && text === "[") return { kind: "list", items: listUntil("]", depth + 1) };
    if (kind !== "name") throw new MathError(kind === "end" ? "it ends too soon" : `"${text}" is not expected`);
    if (!is("(")) return { kind: "query", id: text };
    take("(");
    return { kind: "call", name: text.toUpperCase(), given: listUntil(")", depth + 1) };
  }
  const read = level(0, 0);
  if (peek().kind !== "end") throw new MathError(`"${peek().text}" is not expected`);
  return read;
}
