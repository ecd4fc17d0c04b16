import { StepFault } from "../../step-fault.ts";
import { parseOrders } from "./parse-call.ts";
import { parseExpression } from "./parse-formula.ts";
import type { Formula, FormulaOrder } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/** A query over one table. */
export interface FormulaQuery {
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly where?: Formula;
  readonly group: readonly Formula[];
  readonly having?: Formula;
  readonly order: readonly FormulaOrder[];
  readonly limit?: number;
}

/** A value with its name, or all columns. */
export type SelectItem = { readonly all: true } | { readonly value: Formula; readonly name: string };

const others = ["UNION", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "EXCEPT", "INTERSECT", "LATERAL", "WINDOW"];
const clauses = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", ...others];
const table = "df";

/** Reads SELECT ... FROM df. @throws StepFault, which names what is not taken */
export function parseSelect(sql: string): FormulaQuery {
  const text = sql.trim().replace(/;\s*$/, "");
  const reader = new TokenReader(text);
  if (reader.is("WITH")) refuse("WITH");
  reader.need("SELECT");
  const distinct = reader.take("DISTINCT");
  const items: SelectItem[] = [];
  do items.push(parseItem(reader, text));
  while (reader.take(","));
  reader.need("FROM");
  parseTable(reader);
  const where = reader.take("WHERE") ? parseExpression(reader) : undefined;
  const group = reader.take("GROUP", "BY") ? parseList(reader) : [];
  const having = reader.take("HAVING") ? parseExpression(reader) : undefined;
  const order = reader.take("ORDER", "BY") ? parseOrders(reader, parseExpression) : [];
  const limit = reader.take("LIMIT") ? parseLimit(reader) : undefined;
  refuseClauses(reader);
  reader.end();
  return {
    distinct,
    items,
    group,
    order,
    ...(where && { where }),
    ...(having && { having }),
    ...(limit !== undefined && { limit }),
  };
}

function parseItem(reader: TokenReader, sql: string): SelectItem {
  if (reader.take("*")) return { all: true };
  if (reader.peek(1).value === "." && reader.peek(2).value === "*") {
    reader.next();
    reader.need(".", "*");
    return { all: true };
  }
  const start = reader.peek().at;
  const value = parseExpression(reader);
  const end = reader.peek().at;
  const isNamed = reader.take("AS") || isAlias(reader);
  if (isNamed) return { value, name: reader.next().value };
  if (value.kind === "name") return { value, name: value.parts.at(-1)! };
  return { value, name: sql.slice(start, end).trim() };
}

function isAlias(reader: TokenReader): boolean {
  const { kind, value } = reader.peek();
  return kind === "quoted" || (kind === "name" && !clauses.includes(value.toUpperCase()));
}

function parseTable(reader: TokenReader): void {
  if (reader.is("(")) refuse("a query in FROM");
  const { kind, value } = reader.next();
  if ((kind !== "name" && kind !== "quoted") || value.toLowerCase() !== table)
    throw new StepFault(
      `The query reads ${JSON.stringify(value)}; the table that a step of SQL has is called ${table}.`,
    );
  if (reader.take("AS") || isAlias(reader)) {
    const alias = reader.next().value;
    if (alias.toLowerCase() !== table) refuse(`another name for ${table} (${alias})`);
  }
  refuseClauses(reader);
}

function refuseClauses(reader: TokenReader): void {
  const found = others.find((word) => reader.is(word));
  if (found) refuse(found);
  if (reader.is(",")) refuse("several tables in FROM");
}

function refuse(what: string): never {
  throw new StepFault(
    `A step of SQL takes SELECT ... FROM ${table} with WHERE, GROUP BY, HAVING, ORDER BY and LIMIT, and this one has ${what}. Use a join or a concatenation as a step of its own, or several steps of SQL.`,
  );
}

function parseList(reader: TokenReader): readonly Formula[] {
  const list = [parseExpression(reader)];
  while (reader.take(",")) list.push(parseExpression(reader));
  return list;
}

function parseLimit(reader: TokenReader): number {
  const { kind, value } = reader.next();
  if (kind !== "number" || !/^\d+$/.test(value)) reader.fail("a whole number of rows");
  return Number(value);
}
