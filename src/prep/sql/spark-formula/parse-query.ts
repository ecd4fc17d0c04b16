import { StepFault } from "../../step-fault.ts";
import type { JoinKind } from "../relation.ts";
import { parseOrders } from "./parse-call.ts";
import { parseExpression } from "./parse-formula.ts";
import type { Formula, FormulaQuery, FormulaSelect, FromItem, QueryBody, SelectItem } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

const unbuilt = ["LATERAL", "WINDOW", "OFFSET", "PIVOT", "UNPIVOT", "TABLESAMPLE", "DISTRIBUTE", "CLUSTER", "QUALIFY"];
const joinWords = ["JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "SEMI", "ANTI", "NATURAL", "ON", "USING"];
const setWords = ["UNION", "EXCEPT", "MINUS", "INTERSECT"];
const clauses = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "SORT", "LIMIT", ...joinWords, ...setWords, ...unbuilt];

/** Reads a query of Spark's SQL over tables. @throws StepFault, which names what is not taken */
export function parseQuery(sql: string): FormulaQuery {
  const reader = new TokenReader(sql.trim().replace(/;\s*$/, ""), readQuery);
  const query = readQuery(reader);
  reader.end();
  return query;
}

function readQuery(reader: TokenReader): FormulaQuery {
  const named: { name: string; query: FormulaQuery }[] = [];
  if (reader.take("WITH"))
    do {
      const name = reader.next().value;
      reader.need("AS", "(");
      named.push({ name, query: readQuery(reader) });
      reader.need(")");
    } while (reader.take(","));
  const body = readUnion(reader);
  const order = reader.take("ORDER", "BY") ? parseOrders(reader, parseExpression) : [];
  const limit = reader.take("LIMIT") ? parseLimit(reader) : undefined;
  const found = unbuilt.find((word) => reader.is(word));
  if (found)
    throw new StepFault(`A step of SQL has ${found}, which is not taken; write it as a step of its own, or in Python.`);
  return { named, body, order, ...(limit !== undefined && { limit }) };
}

/** INTERSECT binds closer than the others. */
function readUnion(reader: TokenReader): QueryBody {
  let left = readIntersect(reader);
  for (;;) {
    const operator = reader.take("UNION")
      ? "union"
      : reader.take("EXCEPT") || reader.take("MINUS")
        ? "except"
        : undefined;
    if (operator === undefined) return left;
    const all = reader.take("ALL") || (reader.take("DISTINCT") && false);
    left = { kind: "set", operator, all, left, right: readIntersect(reader) };
  }
}

function readIntersect(reader: TokenReader): QueryBody {
  let left = readBody(reader);
  while (reader.take("INTERSECT")) {
    const all = reader.take("ALL") || (reader.take("DISTINCT") && false);
    left = { kind: "set", operator: "intersect", all, left, right: readBody(reader) };
  }
  return left;
}

function readBody(reader: TokenReader): QueryBody {
  if (!reader.take("(")) return readSelect(reader);
  const query = readQuery(reader);
  reader.need(")");
  return { kind: "query", query };
}

function readSelect(reader: TokenReader): FormulaSelect {
  reader.need("SELECT");
  const distinct = reader.take("DISTINCT") || (reader.take("ALL") && false);
  const items: SelectItem[] = [];
  do items.push(parseItem(reader));
  while (reader.take(","));
  reader.need("FROM");
  const from = readFrom(reader);
  const where = reader.take("WHERE") ? parseExpression(reader) : undefined;
  const group = reader.take("GROUP", "BY") ? parseList(reader) : [];
  const having = reader.take("HAVING") ? parseExpression(reader) : undefined;
  return { kind: "select", distinct, items, from, group, ...(where && { where }), ...(having && { having }) };
}

function parseItem(reader: TokenReader): SelectItem {
  if (reader.take("*")) return { all: true };
  if (reader.peek(1).value === "." && reader.peek(2).value === "*") {
    const of = reader.next().value;
    reader.need(".", "*");
    return { all: true, of };
  }
  const start = reader.peek().at;
  const value = parseExpression(reader);
  const end = reader.peek().at;
  if (reader.take("AS") || isAlias(reader)) return { value, name: reader.next().value };
  return { value, name: value.kind === "name" ? value.parts.at(-1)! : reader.between(start, end) };
}

function isAlias(reader: TokenReader): boolean {
  const { kind, value } = reader.peek();
  return kind === "quoted" || (kind === "name" && !clauses.includes(value.toUpperCase()));
}

function readFrom(reader: TokenReader): readonly FromItem[] {
  const items = [readTable(reader, "inner")];
  for (;;) {
    if (reader.take(",")) {
      items.push(readTable(reader, "cross"));
      continue;
    }
    const how = readJoin(reader);
    if (how === undefined) return items;
    const item = readTable(reader, how);
    if (reader.take("ON")) items.push({ ...item, on: parseExpression(reader) });
    else if (reader.take("USING", "(")) {
      const using = [reader.next().value];
      while (reader.take(",")) using.push(reader.next().value);
      reader.need(")");
      items.push({ ...item, using });
    } else if (how === "cross" || how === "inner") items.push({ ...item, how: "cross" });
    else reader.fail("ON or USING");
  }
}

function readJoin(reader: TokenReader): JoinKind | undefined {
  const words: readonly (readonly [JoinKind, ...string[]])[] = [
    ["inner", "JOIN"],
    ["inner", "INNER", "JOIN"],
    ["cross", "CROSS", "JOIN"],
    ["left", "LEFT", "JOIN"],
    ["left", "LEFT", "OUTER", "JOIN"],
    ["right", "RIGHT", "JOIN"],
    ["right", "RIGHT", "OUTER", "JOIN"],
    ["full", "FULL", "JOIN"],
    ["full", "FULL", "OUTER", "JOIN"],
    ["semi", "LEFT", "SEMI", "JOIN"],
    ["semi", "SEMI", "JOIN"],
    ["anti", "LEFT", "ANTI", "JOIN"],
    ["anti", "ANTI", "JOIN"],
  ];
  return words.find(([, ...phrase]) => reader.take(...phrase))?.[0];
}

function readTable(reader: TokenReader, how: JoinKind): FromItem {
  const { at } = reader.peek();
  let table: string | FormulaQuery;
  if (reader.take("(")) {
    table = readQuery(reader);
    reader.need(")");
  } else {
    const { kind, value } = reader.next();
    if (kind !== "name" && kind !== "quoted") reader.fail("the name of a table");
    table = value;
  }
  const isNamed = reader.take("AS") || isAlias(reader);
  const name = isNamed ? reader.next().value : typeof table === "string" ? table : "";
  return { how, table, name, at };
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
