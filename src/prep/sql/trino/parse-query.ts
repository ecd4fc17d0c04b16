import { parseOrderBy, parseWindow } from "./parse-call.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseRelation, parseTableName } from "./parse-relation.ts";
import { isClauseStart, isQueryStart } from "./query-start.ts";
import { SqlFault } from "./sql-fault.ts";
import type {
  Expression,
  GroupBy,
  GroupingElement,
  NamedQuery,
  Query,
  QueryBody,
  Relation,
  Select,
  SelectItem,
} from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

export const parseQuery = (reader: TokenReader): Query => reader.deeper(() => query(reader));

function query(reader: TokenReader): Query {
  const { at } = reader;
  const named = reader.take("WITH");
  const recursive = named && reader.take("RECURSIVE");
  const items = named ? reader.list(() => namedQuery(reader)) : [];
  const body = union(reader);
  const orderBy = parseOrderBy(reader);
  const offset = reader.take("OFFSET") ? rowCount(reader) : undefined;
  if (offset !== undefined && !reader.take("ROWS")) reader.take("ROW");
  return { recursive, with: items, body, orderBy, offset, ...parseLimit(reader), at };
}

function parseLimit(reader: TokenReader): { limit?: Expression; withTies: boolean } {
  if (reader.take("LIMIT")) return { limit: reader.take("ALL") ? undefined : rowCount(reader), withTies: false };
  if (!reader.take("FETCH")) return { withTies: false };
  const { at } = reader;
  if (!reader.take("FIRST")) reader.expect("NEXT");
  const limit: Expression = reader.isOneOf(["ROW", "ROWS"])
    ? { kind: "number", form: "integer", text: "1", at }
    : rowCount(reader);
  if (!reader.take("ROWS")) reader.expect("ROW");
  if (reader.take("ONLY")) return { limit, withTies: false };
  reader.expect("WITH", "TIES");
  return { limit, withTies: true };
}

function rowCount(reader: TokenReader): Expression {
  const { at } = reader;
  if (reader.take("?")) return { kind: "parameter", index: reader.nextParameter(), at };
  return { kind: "number", form: "integer", text: String(reader.integer()), at };
}

function namedQuery(reader: TokenReader): NamedQuery {
  const { at } = reader;
  const name = reader.identifier();
  const columns = reader.is("(") ? reader.parenthesized(() => reader.list(() => reader.identifier())) : undefined;
  reader.expect("AS");
  return { name, columns, query: reader.parenthesized(() => parseQuery(reader)), at };
}

/** The longest row of queries that become as deep a tree. */
const longestRow = 200;
/** UNION may have so many terms, which are one node. */
const mostTerms = 2_000;

function checkChain(count: number, reader: TokenReader): void {
  if (count >= longestRow) throw new SqlFault("STATEMENT_TOO_LARGE", "too many set operations in a row", reader.at);
}

function union(reader: TokenReader): QueryBody {
  const { at } = reader;
  let left = intersection(reader);
  let last = left;
  for (let count = 0; reader.isOneOf(["UNION", "EXCEPT"]); ) {
    const operator = reader.next().key as "UNION" | "EXCEPT";
    checkChain(left.kind === "set" && left.terms.length > mostTerms ? longestRow : count, reader);
    last = left;
    left = setOf(operator, isAll(reader), left, intersection(reader), at);
    // A longer row of UNION is one node, and no deeper tree.
    if (left.kind !== "set" || last.kind !== "set" || left.terms.length !== last.terms.length + 1) count++;
  }
  return left;
}

function intersection(reader: TokenReader): QueryBody {
  const { at } = reader;
  let left = term(reader);
  for (let count = 0; reader.take("INTERSECT"); count++) {
    checkChain(count, reader);
    left = setOf("INTERSECT", isAll(reader), left, term(reader), at);
  }
  return left;
}

function isAll(reader: TokenReader): boolean {
  if (reader.take("ALL")) return true;
  reader.take("DISTINCT");
  return false;
}

/** A row of equal unions becomes one node, so that a thousand of them are no deep tree. */
function setOf(
  operator: "UNION" | "INTERSECT" | "EXCEPT",
  all: boolean,
  left: QueryBody,
  right: QueryBody,
  at: Query["at"],
): QueryBody {
  const same = left.kind === "set" && left.operator === operator && left.all === all && operator === "UNION";
  return { kind: "set", operator, all, terms: same ? [...left.terms, right] : [left, right], at };
}

function term(reader: TokenReader): QueryBody {
  const { at } = reader;
  if (reader.is("(")) return { kind: "nested", query: reader.parenthesized(() => parseQuery(reader)), at };
  if (reader.take("VALUES")) return { kind: "values", rows: reader.list(() => parseExpression(reader)), at };
  if (reader.take("TABLE")) return { kind: "table-rows", table: parseTableName(reader), at };
  if (reader.is("SELECT")) return select(reader);
  throw reader.fault(["'SELECT'", "'VALUES'", "'TABLE'", "'('"]);
}

function select(reader: TokenReader): Select {
  const { at } = reader;
  reader.expect("SELECT");
  const distinct = reader.take("DISTINCT");
  if (!distinct) reader.take("ALL");
  const items = reader.list(() => selectItem(reader));
  const from = reader.take("FROM") ? fromList(reader).reduce(crossJoin) : undefined;
  const where = reader.take("WHERE") ? parseExpression(reader) : undefined;
  const groups = reader.take("GROUP", "BY") ? groupBy(reader) : undefined;
  const having = reader.take("HAVING") ? parseExpression(reader) : undefined;
  const windows = reader.take("WINDOW") ? reader.list(() => namedWindow(reader)) : [];
  return { kind: "select", distinct, items, from, where, groupBy: groups, having, windows, at };
}

function fromList(reader: TokenReader): Relation[] {
  const relations = [parseRelation(reader)];
  while (reader.take(",")) {
    if (relations.length > longestRow)
      throw new SqlFault("STATEMENT_TOO_LARGE", `more than ${longestRow} relations in one FROM`, reader.at);
    relations.push(parseRelation(reader));
  }
  return relations;
}

const crossJoin = (left: Relation, right: Relation): Relation => ({
  kind: "join",
  type: "CROSS",
  left,
  right,
  at: right.at,
});

function namedWindow(reader: TokenReader): Select["windows"][number] {
  const name = reader.identifier();
  reader.expect("AS");
  return { name, specification: parseWindow(reader) };
}

function selectItem(reader: TokenReader): SelectItem {
  const { at } = reader;
  if (reader.take("*")) return { kind: "all", at };
  const star = qualifiedStar(reader);
  if (star !== undefined) return star;
  const value = parseExpression(reader);
  const { text } = reader.last;
  const alias = reader.take("AS") || (reader.isIdentifier() && !isClauseStart(reader)) ? reader.spelling() : undefined;
  const isColumn =
    (value.kind === "name" ? value.parts.at(-1) : value.kind === "field" && value.name) === text.toLowerCase();
  const spelling = alias === undefined && isColumn && text !== text.toLowerCase() ? text : undefined;
  return { kind: "item", value, alias, ...(spelling !== undefined && { spelling }), at };
}

/** `t.*` and `db.t.*`. */
function qualifiedStar(reader: TokenReader): SelectItem | undefined {
  const { at } = reader;
  let count = 0;
  while (reader.isIdentifier(count) && reader.ahead(count + 1).key === ".") count += 2;
  if (count === 0 || reader.ahead(count).key !== "*") return undefined;
  const parts: string[] = [];
  for (let index = 0; index < count; index += 2) {
    parts.push(reader.identifier());
    reader.expect(".");
  }
  reader.expect("*");
  return { kind: "all", base: { kind: "name", parts, at }, at };
}

function groupBy(reader: TokenReader): GroupBy {
  const distinct = reader.take("DISTINCT");
  if (!distinct) reader.take("ALL");
  const elements = reader.list((): GroupingElement => {
    if (reader.take("GROUPING", "SETS"))
      return { kind: "sets", sets: reader.parenthesized(() => reader.list(() => groupingSet(reader))) };
    for (const [key, kind] of [
      ["ROLLUP", "rollup"],
      ["CUBE", "cube"],
    ] as const)
      if (reader.is(key, "(") && reader.take(key))
        return { kind, sets: reader.parenthesized(() => reader.list(() => groupingSet(reader))) };
    return { kind: "simple", sets: [groupingSet(reader)] };
  });
  return { distinct, elements };
}

/** `a`, `(a, b)`, `()`. A query in parentheses is a value. */
function groupingSet(reader: TokenReader): Expression[] {
  if (!reader.is("(") || isQueryStart(reader)) return [parseExpression(reader)];
  if (reader.take("(", ")")) return [];
  const value = parseExpression(reader);
  return value.kind === "row" ? [...value.items] : [value];
}
