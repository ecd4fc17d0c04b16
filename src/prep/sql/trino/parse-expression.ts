import { isCallStart, parseCall, parseSpecialCall } from "./parse-call.ts";
import { caseExpression, castExpression, hexDigits, interval, unicodeString } from "./parse-special.ts";
import { isQueryStart } from "./query-start.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { ArithmeticOperator, CompareOperator, Expression } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** The longest chain of one operator, which becomes as deep a tree. AND, OR and || become one node, however long. */
const longestChain = 500;

export const parseExpression = (reader: TokenReader): Expression => reader.deeper(() => disjunction(reader));

const disjunction = (reader: TokenReader): Expression =>
  logic(reader, "OR", () => logic(reader, "AND", () => negation(reader)));

function logic(reader: TokenReader, operator: "AND" | "OR", read: () => Expression): Expression {
  const { at } = reader;
  const terms = [read()];
  while (reader.take(operator)) terms.push(read());
  return terms.length === 1 ? terms[0]! : { kind: "logic", operator, terms, at };
}

function negation(reader: TokenReader): Expression {
  const { at } = reader;
  if (!reader.take("NOT")) return predicate(reader);
  return { kind: "not", value: reader.deeper(() => negation(reader)), at };
}

const comparisons: Readonly<Record<string, CompareOperator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

function predicate(reader: TokenReader): Expression {
  const { at } = reader;
  const left = parseValue(reader);
  const operator = comparisons[reader.token.key];
  if (operator !== undefined) {
    const place = reader.next().at;
    return comparison(reader, left, operator, place);
  }
  if (reader.take("IS")) return isPredicate(reader, left, at);
  const negated = reader.is("NOT") && ["BETWEEN", "IN", "LIKE"].includes(reader.ahead(1).key) && reader.take("NOT");
  if (reader.take("BETWEEN")) {
    const low = parseValue(reader);
    reader.expect("AND");
    return { kind: "between", negated, value: left, low, high: parseValue(reader), at };
  }
  if (reader.take("LIKE")) {
    const pattern = parseValue(reader);
    return {
      kind: "like",
      negated,
      value: left,
      pattern,
      escape: reader.take("ESCAPE") ? parseValue(reader) : undefined,
      at,
    };
  }
  if (!reader.take("IN")) return left;
  reader.expect("(");
  const inner: Expression = isQueryStart(reader)
    ? { kind: "in-query", negated, value: left, query: reader.query(), at }
    : { kind: "in-list", negated, value: left, items: reader.list(() => parseExpression(reader)), at };
  reader.expect(")");
  return inner;
}

function comparison(reader: TokenReader, left: Expression, operator: CompareOperator, at: Position): Expression {
  if (reader.isOneOf(["ALL", "ANY", "SOME"]) && reader.ahead(1).key === "(") {
    const quantifier = reader.next().key === "ALL" ? "ALL" : "ANY";
    return { kind: "quantified", operator, quantifier, left, query: reader.parenthesized(() => reader.query()), at };
  }
  return { kind: "compare", operator, left, right: parseValue(reader), at };
}

function isPredicate(reader: TokenReader, left: Expression, at: Position): Expression {
  const negated = reader.take("NOT");
  if (reader.take("NULL")) return { kind: "is-null", negated, value: left, at };
  if (!reader.take("DISTINCT", "FROM")) throw reader.fault(["'NULL'", "'DISTINCT'"]);
  return { kind: "distinct-from", negated, left, right: parseValue(reader), at };
}

/** A value: everything below comparisons and logic. */
export function parseValue(reader: TokenReader): Expression {
  const { at } = reader;
  const parts = [sum(reader)];
  while (reader.take("||")) parts.push(sum(reader));
  return parts.length === 1 ? parts[0]! : { kind: "concat", parts, at };
}

const sum = (reader: TokenReader): Expression => chain(reader, ["+", "-"], () => product(reader));
const product = (reader: TokenReader): Expression => chain(reader, ["*", "/", "%"], () => signed(reader));

function chain(reader: TokenReader, operators: readonly string[], read: () => Expression): Expression {
  let left = read();
  for (let count = 0; reader.isOneOf(operators); count++) {
    if (count >= longestChain)
      throw new SqlFault("STATEMENT_TOO_LARGE", `more than ${longestChain} operators in one expression`, reader.at);
    const { key, at } = reader.next();
    left = { kind: "arithmetic", operator: key as ArithmeticOperator, left, right: read(), at };
  }
  return left;
}

function signed(reader: TokenReader): Expression {
  const { at } = reader;
  if (reader.take("-")) return { kind: "negate", value: reader.deeper(() => signed(reader)), at };
  if (reader.take("+")) return reader.deeper(() => signed(reader));
  let value = postfixed(reader);
  while (reader.take("AT")) {
    reader.expect("TIME", "ZONE");
    value = { kind: "at-zone", value, zone: postfixed(reader), at };
  }
  return value;
}

function postfixed(reader: TokenReader): Expression {
  const { at } = reader;
  let value = primary(reader);
  for (let count = 0; ; count++) {
    if (count >= longestChain) throw new SqlFault("STATEMENT_TOO_LARGE", "too many subscripts", reader.at);
    if (reader.take("[")) {
      value = { kind: "subscript", base: value, index: parseValue(reader), at };
      reader.expect("]");
    } else if (reader.is(".") && reader.isIdentifier(1)) {
      reader.next();
      const name = reader.identifier();
      value =
        value.kind === "name" ? { ...value, parts: [...value.parts, name] } : { kind: "field", base: value, name, at };
    } else return value;
  }
}

function primary(reader: TokenReader): Expression {
  const { token, at } = reader;
  switch (token.kind) {
    case "integer":
    case "decimal":
    case "double":
      reader.next();
      return { kind: "number", form: token.kind, text: token.text, at };
    case "string":
      reader.next();
      return { kind: "string", value: token.text, at };
    case "unicode":
      return unicodeString(reader);
    case "binary":
      reader.next();
      return { kind: "binary", hex: hexDigits(token.text, at), at };
    case "sign":
      return signedPrimary(reader);
    default:
      return wordPrimary(reader);
  }
}

function signedPrimary(reader: TokenReader): Expression {
  const { at } = reader;
  if (reader.take("?")) return { kind: "parameter", index: reader.nextParameter(), at };
  if (!reader.is("(")) throw reader.fault(["<expression>"]);
  const lambda = lambdaNames(reader);
  if (lambda !== undefined) return { kind: "lambda", names: lambda, body: parseExpression(reader), at };
  if (isQueryStart(reader)) return { kind: "scalar-query", query: reader.parenthesized(() => reader.query()), at };
  const items = reader.parenthesized(() => reader.list(() => parseExpression(reader)));
  return items.length === 1 ? items[0]! : { kind: "row", items, at };
}

/** `(a, b) ->` and `() ->`. */
function lambdaNames(reader: TokenReader): string[] | undefined {
  return reader.attempt(() => {
    reader.next();
    const names: string[] = [];
    while (reader.isIdentifier()) {
      names.push(reader.identifier());
      if (!reader.take(",")) break;
    }
    return reader.take(")", "->") ? names : undefined;
  });
}

const typedLiterals = [
  "DATE",
  "TIME",
  "TIMESTAMP",
  "DECIMAL",
  "JSON",
  "REAL",
  "DOUBLE",
  "BIGINT",
  "INTEGER",
  "SMALLINT",
  "TINYINT",
  "BOOLEAN",
  "VARCHAR",
  "CHAR",
  "UUID",
  "IPADDRESS",
];

function wordPrimary(reader: TokenReader): Expression {
  const { token, at } = reader;
  if (token.kind === "word") {
    const special = specialWord(reader);
    if (special !== undefined) return special;
  }
  if (isCallStart(reader)) return parseCall(reader);
  const name = reader.identifier();
  if (reader.take("->")) return { kind: "lambda", names: [name], body: parseExpression(reader), at };
  return { kind: "name", parts: [name], at };
}

function specialWord(reader: TokenReader): Expression | undefined {
  const { token, at } = reader;
  const following = reader.ahead(1);
  switch (token.key) {
    case "NULL":
      reader.next();
      return { kind: "null", at };
    case "TRUE":
    case "FALSE":
      reader.next();
      return { kind: "boolean", value: token.key === "TRUE", at };
    case "CASE":
      return caseExpression(reader);
    case "CAST":
    case "TRY_CAST":
      return following.key === "(" ? castExpression(reader) : undefined;
    case "EXISTS":
      reader.next();
      return { kind: "exists", query: reader.parenthesized(() => reader.query()), at };
    case "INTERVAL":
      return following.kind === "string" || following.key === "-" || following.key === "+"
        ? interval(reader)
        : undefined;
    case "ARRAY":
      if (following.key !== "[") return undefined;
      reader.next();
      reader.next();
      return { kind: "array", items: listUntil(reader, "]"), at };
    case "ROW":
      if (following.key !== "(") return undefined;
      reader.next();
      reader.next();
      return { kind: "row", items: listUntil(reader, ")"), at };
    case "DOUBLE":
      if (following.key !== "PRECISION") break;
      reader.next();
      reader.next();
      return { kind: "typed", type: "DOUBLE", value: reader.string(), at };
  }
  if (following.kind === "string" && typedLiterals.includes(token.key)) {
    reader.next();
    return { kind: "typed", type: token.key, value: reader.string(), at };
  }
  return parseSpecialCall(reader);
}

function listUntil(reader: TokenReader, close: string): Expression[] {
  if (reader.take(close)) return [];
  const items = reader.list(() => parseExpression(reader));
  reader.expect(close);
  return items;
}
