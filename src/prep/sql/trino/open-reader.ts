import { parseExpression, parseValue } from "./parse-expression.ts";
import { parseQuery } from "./parse-query.ts";
import type { Grammar } from "./read-tokens.ts";
import type { Expression } from "./syntax.ts";
import { type GrammarRules, TokenReader } from "./token-reader.ts";

const rules: GrammarRules = { expression: parseExpression, value: parseValue, query: parseQuery };

export const openReader = (text: string, grammar: Grammar = "trino"): TokenReader =>
  new TokenReader(text, rules, grammar);

/** Reads the value of a parameter: an expression, or a bare word, which is a text. */
export function readParameter(text: string): Expression {
  const value = readExpression(text);
  return value.kind === "name" ? { kind: "string", value: text.trim(), at: value.at } : value;
}

/** Reads an expression that stands alone. */
export function readExpression(text: string): Expression {
  const reader = openReader(text);
  const expression = reader.expression();
  if (reader.token.kind !== "end") throw reader.fault(["<EOF>"]);
  return expression;
}
