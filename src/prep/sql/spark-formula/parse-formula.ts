import { boolean, double, long, text } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { parseCall } from "./parse-call.ts";
import { parseInterval } from "./parse-interval.ts";
import { parseType } from "./parse-type.ts";
import type { Formula, FormulaOperator, FormulaQuery } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** Reads an expression of Spark's SQL. @throws StepFault */
export function parseFormula(formula: string): Formula {
  const reader = new TokenReader(formula);
  if (reader.peek().kind === "end") throw new StepFault("The formula is empty; give an expression such as price * 2.");
  const parsed = parseExpression(reader);
  reader.end();
  return parsed;
}

const operation = (operator: FormulaOperator, at: number, ...operands: readonly Formula[]): Formula => ({
  kind: "operator",
  operator,
  operands,
  at,
});

export function parseExpression(reader: TokenReader): Formula {
  let left = parseAnd(reader);
  for (let { at } = reader.peek(); reader.take("OR"); { at } = reader.peek())
    left = operation("or", at, left, parseAnd(reader));
  return left;
}

function parseAnd(reader: TokenReader): Formula {
  let left = parseNot(reader);
  for (let { at } = reader.peek(); reader.take("AND"); { at } = reader.peek())
    left = operation("and", at, left, parseNot(reader));
  return left;
}

function parseNot(reader: TokenReader): Formula {
  const { at } = reader.peek();
  if (reader.take("NOT") || reader.take("!")) return operation("not", at, parseNot(reader));
  return parsePredicate(reader);
}

/** Comparisons bind looser than sums, and BETWEEN, IN, LIKE and IS as they do. */
function parsePredicate(reader: TokenReader): Formula {
  let left = parseSum(reader);
  for (;;) {
    const { at } = reader.peek();
    const compared = reader.takeOneOf(["<=>", "<>", "!=", "<=", ">=", "==", "=", "<", ">"]);
    if (compared) {
      const operator = compared === "!=" ? "<>" : compared === "==" ? "=" : compared;
      left = operation(operator, at, left, parseSum(reader));
      continue;
    }
    if (reader.take("IS")) {
      left = parseIs(reader, left, at);
      continue;
    }
    const isNegated = reader.is("NOT") && /^(BETWEEN|IN|LIKE|ILIKE|RLIKE|REGEXP)$/i.test(reader.peek(1).value);
    if (isNegated) reader.need("NOT");
    const found = parseTest(reader, left, at);
    if (found === undefined) return left;
    left = isNegated ? operation("not", at, found) : found;
  }
}

function parseIs(reader: TokenReader, left: Formula, at: number): Formula {
  const isNegated = reader.take("NOT");
  const negated = (found: Formula) => (isNegated ? operation("not", at, found) : found);
  if (reader.take("NULL")) return negated(operation("is null", at, left));
  if (reader.take("TRUE")) return negated(operation("is true", at, left));
  if (reader.take("FALSE")) return negated(operation("is false", at, left));
  if (reader.take("DISTINCT", "FROM")) {
    const same = operation("<=>", at, left, parseSum(reader));
    return isNegated ? same : operation("not", at, same);
  }
  return reader.fail("NULL, TRUE, FALSE or DISTINCT FROM");
}

function parseTest(reader: TokenReader, left: Formula, at: number): Formula | undefined {
  if (reader.take("BETWEEN")) {
    const low = parseSum(reader);
    reader.need("AND");
    return operation("between", at, left, low, parseSum(reader));
  }
  if (reader.take("IN")) {
    reader.need("(");
    if (isQuery(reader)) return { kind: "subquery", how: "among", operand: left, query: parseInner(reader), at };
    const values = [parseExpression(reader)];
    while (reader.take(",")) values.push(parseExpression(reader));
    reader.need(")");
    return operation("in", at, left, ...values);
  }
  if (reader.take("LIKE")) return operation("like", at, left, parseSum(reader));
  if (reader.take("ILIKE")) return operation("ilike", at, left, parseSum(reader));
  if (reader.take("RLIKE") || reader.take("REGEXP")) return operation("rlike", at, left, parseSum(reader));
  return undefined;
}

function parseSum(reader: TokenReader): Formula {
  let left = parseProduct(reader);
  for (;;) {
    const { at } = reader.peek();
    const operator = reader.takeOneOf(["+", "-", "||"]);
    if (operator === undefined) return left;
    left = operation(operator, at, left, parseProduct(reader));
  }
}

function parseProduct(reader: TokenReader): Formula {
  let left = parseUnary(reader);
  for (;;) {
    const { at } = reader.peek();
    const operator = reader.takeOneOf(["*", "/", "%"]) ?? (reader.take("DIV") ? "div" : undefined);
    if (operator === undefined) return left;
    left = operation(operator, at, left, parseUnary(reader));
  }
}

function parseUnary(reader: TokenReader): Formula {
  const { at } = reader.peek();
  if (reader.take("+")) return parseUnary(reader);
  if (!reader.take("-")) return parsePostfix(reader);
  const operand = parseUnary(reader);
  const isNumber = operand.kind === "literal" && typeof operand.value === "number";
  return isNumber ? { ...operand, value: -(operand.value as number) } : operation("negative", at, operand);
}

function parsePostfix(reader: TokenReader): Formula {
  let operand = parsePrimary(reader);
  for (;;) {
    const { at } = reader.peek();
    if (reader.take("[")) {
      operand = operation("item", at, operand, parseExpression(reader));
      reader.need("]");
    } else if (reader.take("::")) operand = { kind: "cast", operand, type: parseType(reader), at };
    else return operand;
  }
}

function parsePrimary(reader: TokenReader): Formula {
  const token = reader.peek();
  if (token.kind === "text") {
    reader.next();
    return { kind: "literal", value: token.value, type: text };
  }
  if (token.kind === "number") {
    reader.next();
    return numberOf(token.value);
  }
  const isOfQuery = /^(SELECT|WITH)$/i.test(reader.peek(2).value) && reader.peek(2).kind === "name";
  if (isOfQuery && reader.is("EXISTS", "(")) {
    reader.need("EXISTS", "(");
    return { kind: "subquery", how: "exists", query: parseInner(reader), at: token.at };
  }
  if (reader.take("(")) {
    if (isQuery(reader)) return { kind: "subquery", how: "value", query: parseInner(reader), at: token.at };
    const inner = parseExpression(reader);
    reader.need(")");
    return inner;
  }
  if (token.kind === "quoted") return parseName(reader);
  if (token.kind !== "name") return reader.fail("a value");
  if (reader.peek(1).value === "(" && reader.peek(1).kind === "symbol") return parseCall(reader, parseExpression);
  if (reader.take("NULL")) return { kind: "literal", value: null, type: text };
  if (reader.take("TRUE")) return { kind: "literal", value: true, type: boolean };
  if (reader.take("FALSE")) return { kind: "literal", value: false, type: boolean };
  if (reader.is("CASE")) return parseCase(reader);
  if (reader.is("INTERVAL") && ["number", "text"].includes(reader.peek(1).kind)) return parseInterval(reader);
  const isTime = reader.is("DATE") || reader.is("TIMESTAMP");
  if (isTime && reader.peek(1).kind === "text") {
    const type = reader.next().value.toLowerCase();
    return { kind: "cast", operand: parsePrimary(reader), type, at: token.at };
  }
  return parseName(reader);
}

const isQuery = (reader: TokenReader): boolean => reader.is("SELECT") || reader.is("WITH");

/** A query in parentheses, the first of which is taken. */
function parseInner(reader: TokenReader): FormulaQuery {
  if (reader.readQuery === undefined)
    throw new StepFault("A formula has a query (SELECT) in it; use a step of SQL (custom code) instead.");
  const query = reader.readQuery(reader);
  reader.need(")");
  return query;
}

function parseName(reader: TokenReader): Formula {
  const { at, value } = reader.next();
  const parts = [value];
  while (reader.is(".") && ["name", "quoted"].includes(reader.peek(1).kind)) {
    reader.need(".");
    parts.push(reader.next().value);
  }
  return { kind: "name", parts, at };
}

function parseCase(reader: TokenReader): Formula {
  const { at } = reader.next();
  const subject = reader.is("WHEN") ? undefined : parseExpression(reader);
  const branches: { when: Formula; value: Formula }[] = [];
  while (reader.take("WHEN")) {
    const when = parseExpression(reader);
    reader.need("THEN");
    branches.push({ when, value: parseExpression(reader) });
  }
  if (branches.length === 0) reader.fail("WHEN");
  const otherwise = reader.take("ELSE") ? parseExpression(reader) : undefined;
  reader.need("END");
  return { kind: "case", branches, at, ...(subject && { subject }), ...(otherwise && { otherwise }) };
}

function numberOf(written: string): Formula {
  const [, digits = "", suffix = ""] = /^(.*?)(BD|[LDFSYldfsy]?)$/.exec(written)!;
  const isWhole = /^\d+$/.test(digits) && !/^(?:BD|[DF])$/i.test(suffix);
  if (!isWhole) return { kind: "literal", value: Number(digits), type: double };
  const isSafe = Number.isSafeInteger(Number(digits));
  return { kind: "literal", value: isSafe ? Number(digits) : BigInt(digits), type: long };
}
