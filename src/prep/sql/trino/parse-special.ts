import { parseType } from "./parse-type.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { Expression } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

const intervalUnits = ["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"];

export function caseExpression(reader: TokenReader): Expression {
  const { at } = reader;
  reader.expect("CASE");
  const operand = reader.is("WHEN") ? undefined : reader.expression();
  const whens: { when: Expression; result: Expression }[] = [];
  while (reader.take("WHEN")) {
    const when = reader.expression();
    reader.expect("THEN");
    whens.push({ when, result: reader.expression() });
  }
  if (whens.length === 0) throw reader.fault(["'WHEN'"]);
  const otherwise = reader.take("ELSE") ? reader.expression() : undefined;
  reader.expect("END");
  return { kind: "case", operand, whens, otherwise, at };
}

export function castExpression(reader: TokenReader): Expression {
  const { at, key } = reader.next();
  return reader.parenthesized(() => {
    const value = reader.expression();
    reader.expect("AS");
    return { kind: "cast", try: key === "TRY_CAST", value, type: parseType(reader), at };
  });
}

export function interval(reader: TokenReader): Expression {
  const { at } = reader.next();
  const negative = reader.take("-");
  if (!negative) reader.take("+");
  const value = reader.string();
  const unit = (): string => {
    if (!reader.isOneOf(intervalUnits)) throw reader.fault(intervalUnits.map((name) => `'${name}'`));
    return reader.next().key;
  };
  const from = unit();
  return { kind: "interval", value, negative, from, to: reader.take("TO") ? unit() : undefined, at };
}

export function hexDigits(text: string, at: Position): string {
  const hex = text.replaceAll(/\s/g, "").toUpperCase();
  if (!/^(?:[0-9A-F]{2})*$/.test(hex))
    throw new SqlFault("SYNTAX_ERROR", "Binary literal can only contain hexadecimal digits, in pairs", at);
  return hex;
}

export function unicodeString(reader: TokenReader): Expression {
  const { text, at } = reader.next();
  const mark = reader.take("UESCAPE") ? reader.string() : "\\";
  const marker = mark.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const value = text.replaceAll(
    new RegExp(`${marker}(?:(${marker})|\\+([0-9a-fA-F]{6})|([0-9a-fA-F]{4}))`, "g"),
    (_, same, long, short) => (same === undefined ? String.fromCodePoint(Number.parseInt(long ?? short, 16)) : mark),
  );
  return { kind: "string", value, at };
}
