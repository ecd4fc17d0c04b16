import { StepFault } from "../../step-fault.ts";
import { parseType } from "./parse-type.ts";
import type { Formula, FormulaOrder, FormulaWindow } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** Reads an expression within a call. */
export type ParseExpression = (reader: TokenReader) => Formula;

/** Reads the call of a function, those with words between their operands included. */
export function parseCall(reader: TokenReader, parse: ParseExpression): Formula {
  const { value, at } = reader.next();
  const name = value.toLowerCase();
  reader.need("(");
  if (name === "cast" || name === "try_cast") {
    const operand = parse(reader);
    reader.need("AS");
    const type = parseType(reader);
    reader.need(")");
    return { kind: "cast", operand, type, at };
  }
  if (name === "extract") return parseExtract(reader, parse, at);
  if (name === "trim" && /^(BOTH|LEADING|TRAILING)$/i.test(reader.peek().value)) return parseTrim(reader, parse, at);
  if (reader.is("*") && reader.peek(1).value === ")") {
    const star: Formula = { kind: "star", at: reader.next().at };
    reader.need(")");
    return withWindow(reader, parse, { kind: "call", name, operands: [star], distinct: false, at });
  }
  const distinct = reader.take("DISTINCT");
  const operands: Formula[] = [];
  if (!reader.take(")")) {
    do {
      operands.push(parseLambda(reader, parse) ?? parse(reader));
      if (name === "position" && operands.length === 1 && reader.take("IN")) operands.push(parse(reader));
      else if ((name === "substring" || name === "substr") && reader.take("FROM")) operands.push(parse(reader));
      if ((name === "substring" || name === "substr") && reader.take("FOR")) operands.push(parse(reader));
    } while (reader.take(","));
    reader.need(")");
  }
  return withWindow(reader, parse, { kind: "call", name, operands, distinct, at });
}

/** `x -> ...` or `(x, y) -> ...`. */
function parseLambda(reader: TokenReader, parse: ParseExpression): Formula | undefined {
  const { at } = reader.peek();
  if (reader.peek(1).value === "->" && reader.peek(1).kind === "symbol") {
    const names = [reader.next().value];
    reader.need("->");
    return { kind: "lambda", names, body: parse(reader), at };
  }
  const isPair =
    reader.is("(") && reader.peek(2).value === "," && reader.peek(4).value === ")" && reader.peek(5).value === "->";
  if (!isPair) return undefined;
  const names = [reader.peek(1).value, reader.peek(3).value];
  reader.next();
  reader.next();
  reader.next();
  reader.next();
  reader.need(")", "->");
  return { kind: "lambda", names, body: parse(reader), at };
}

function parseExtract(reader: TokenReader, parse: ParseExpression, at: number): Formula {
  const field = reader.next().value.toLowerCase();
  reader.need("FROM");
  const operands = [parse(reader)];
  reader.need(")");
  const name = { doy: "dayofyear", dow: "dayofweek" }[field] ?? field;
  return { kind: "call", name, operands, distinct: false, at };
}

function parseTrim(reader: TokenReader, parse: ParseExpression, at: number): Formula {
  const side = reader.next().value.toUpperCase();
  const name = side === "LEADING" ? "ltrim" : side === "TRAILING" ? "rtrim" : "trim";
  const characters: Formula | undefined = reader.is("FROM") ? undefined : parse(reader);
  reader.need("FROM");
  const operand = parse(reader);
  reader.need(")");
  // `ltrim` and its kin have the characters first.
  return { kind: "call", name, operands: characters ? [characters, operand] : [operand], distinct: false, at };
}

function withWindow(reader: TokenReader, parse: ParseExpression, call: Extract<Formula, { kind: "call" }>): Formula {
  if (!reader.take("OVER")) return call;
  reader.need("(");
  const partition: Formula[] = [];
  if (reader.take("PARTITION", "BY"))
    do partition.push(parse(reader));
    while (reader.take(","));
  const order = reader.take("ORDER", "BY") ? parseOrders(reader, parse) : [];
  const rows = reader.is("ROWS") || reader.is("RANGE") ? parseRows(reader) : undefined;
  reader.need(")");
  const window: FormulaWindow = { partition, order, ...(rows && { rows }) };
  return { ...call, window };
}

export function parseOrders(reader: TokenReader, parse: ParseExpression): readonly FormulaOrder[] {
  const orders: FormulaOrder[] = [];
  do {
    const by = parse(reader);
    const descending = reader.take("DESC") || (reader.take("ASC") && false);
    // Spark has nulls first where the order goes up.
    let nullsFirst = !descending;
    if (reader.take("NULLS")) {
      nullsFirst = reader.take("FIRST");
      if (!nullsFirst) reader.need("LAST");
    }
    orders.push({ by, descending, nullsFirst });
  } while (reader.take(","));
  return orders;
}

function parseRows(reader: TokenReader): readonly [number | "all", number | "all"] {
  if (reader.take("RANGE")) throw new StepFault("A window of RANGE is not taken; give ROWS BETWEEN ... AND ...");
  reader.need("ROWS");
  const isBetween = reader.take("BETWEEN");
  const before = parseBound(reader, "PRECEDING");
  if (!isBetween) return [before, 0];
  reader.need("AND");
  return [before, parseBound(reader, "FOLLOWING")];
}

function parseBound(reader: TokenReader, way: "PRECEDING" | "FOLLOWING"): number | "all" {
  if (reader.take("CURRENT", "ROW")) return 0;
  if (reader.take("UNBOUNDED", way)) return "all";
  const { kind, value } = reader.peek();
  if (kind !== "number" || !/^\d+$/.test(value)) return reader.fail(`UNBOUNDED ${way}, CURRENT ROW or a number`);
  reader.next();
  reader.need(way);
  return Number(value);
}
