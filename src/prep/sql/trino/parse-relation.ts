import { parseExpression } from "./parse-expression.ts";
import { isClauseStart, isQueryStart } from "./query-start.ts";
import { SqlFault } from "./sql-fault.ts";
import type { Expression, Relation, TableReference } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

export function parseRelation(reader: TokenReader): Relation {
  return reader.deeper(() => joins(reader));
}

const longestJoin = 200;

function joins(reader: TokenReader): Relation {
  const { at } = reader;
  let left = sampled(reader);
  for (let count = 0; ; count++) {
    if (count > longestJoin)
      throw new SqlFault("STATEMENT_TOO_LARGE", `more than ${longestJoin} joins in one FROM`, reader.at);
    if (reader.take("CROSS", "JOIN")) {
      left = { kind: "join", type: "CROSS", left, right: sampled(reader), at };
      continue;
    }
    const natural = reader.is("NATURAL");
    if (natural) throw new SqlFault("NOT_SUPPORTED", "Natural join not supported", reader.at);
    const type = joinType(reader);
    if (type === undefined) return left;
    const right = sampled(reader);
    left = { kind: "join", type, left, right, ...joinCondition(reader), at };
  }
}

function joinType(reader: TokenReader): "INNER" | "LEFT" | "RIGHT" | "FULL" | undefined {
  if (reader.take("JOIN") || reader.take("INNER", "JOIN")) return "INNER";
  for (const type of ["LEFT", "RIGHT", "FULL"] as const) {
    if (!reader.take(type)) continue;
    reader.take("OUTER");
    reader.expect("JOIN");
    return type;
  }
  return undefined;
}

function joinCondition(reader: TokenReader): { on?: Expression; using?: string[] } {
  if (reader.take("ON")) return { on: parseExpression(reader) };
  if (!reader.take("USING")) throw reader.fault(["'ON'", "'USING'"]);
  return { using: reader.parenthesized(() => reader.list(() => reader.identifier())) };
}

function sampled(reader: TokenReader): Relation {
  const { at } = reader;
  const relation = aliased(reader);
  if (!reader.take("TABLESAMPLE")) return relation;
  const method = reader.take("BERNOULLI") ? "BERNOULLI" : "SYSTEM";
  if (method === "SYSTEM") reader.expect("SYSTEM");
  return { kind: "sample", relation, method, percent: reader.parenthesized(() => parseExpression(reader)), at };
}

function aliased(reader: TokenReader): Relation {
  const { at } = reader;
  const relation = relationPrimary(reader);
  if (reader.is("MATCH_RECOGNIZE")) throw new SqlFault("NOT_SUPPORTED", "MATCH_RECOGNIZE is not supported", reader.at);
  const named = reader.take("AS") || (reader.isIdentifier() && !reader.is("TABLESAMPLE") && !isClauseStart(reader));
  if (!named) return relation;
  const alias = reader.identifier();
  const columns = reader.is("(") ? reader.parenthesized(() => reader.list(() => reader.identifier())) : undefined;
  return { kind: "alias", relation, alias, columns, at };
}

function relationPrimary(reader: TokenReader): Relation {
  const { at } = reader;
  if (reader.take("UNNEST")) {
    const values = reader.parenthesized(() => reader.list(() => parseExpression(reader)));
    return { kind: "unnest", values, ordinality: reader.take("WITH", "ORDINALITY"), at };
  }
  if (reader.is("LATERAL", "(") && reader.take("LATERAL"))
    return { kind: "subquery", lateral: true, query: reader.parenthesized(() => reader.query()), at };
  if (reader.is("TABLE", "(")) throw new SqlFault("NOT_SUPPORTED", "Table functions are not supported", at);
  if (reader.is("(")) {
    if (isQueryStart(reader))
      return { kind: "subquery", lateral: false, query: reader.parenthesized(() => reader.query()), at };
    return reader.parenthesized(() => parseRelation(reader));
  }
  const table = parseTableName(reader);
  return { kind: "table", table, at };
}

/** `t`, `db.t`, `catalog.db.t`, with the moment or the snapshot that is asked for. */
export function parseTableName(reader: TokenReader): TableReference {
  const { at } = reader;
  const parts = [reader.identifier()];
  while (reader.take(".")) parts.push(reader.identifier());
  if (parts.length > 3) throw new SqlFault("SYNTAX_ERROR", `Too many dots in table name: ${parts.join(".")}`, at);
  const [name, database, catalog] = parts.reverse() as [string, string?, string?];
  return { catalog, database, name, asOf: parseAsOf(reader), at };
}

function parseAsOf(reader: TokenReader): TableReference["asOf"] {
  for (const kind of ["timestamp", "version"] as const) {
    if (reader.take("FOR", kind.toUpperCase(), "AS", "OF")) return { kind, value: parseExpression(reader) };
    if (reader.take("FOR", kind === "timestamp" ? "SYSTEM_TIME" : "SYSTEM_VERSION", "AS", "OF"))
      return { kind, value: parseExpression(reader) };
  }
  return undefined;
}
