import { parseRelation, parseTableName } from "./parse-relation.ts";
import type { Assignment, MergeCase, ObjectName, PropertyValue, Statement } from "./statement.ts";
import type { Expression } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

/** Statements of Trino's grammar that write; undefined for one that does not. */
export function parseWrite(reader: TokenReader): Statement | undefined {
  const parse = statements[reader.token.key];
  if (parse === undefined) return undefined;
  reader.next();
  return parse(reader);
}

export function parseObjectName(reader: TokenReader): ObjectName {
  const { catalog, database, name, at } = parseTableName(reader);
  return { catalog, database, name, at };
}

const where = (reader: TokenReader): Expression | undefined => (reader.take("WHERE") ? reader.expression() : undefined);

const names = (reader: TokenReader): string[] | undefined =>
  reader.is("(") && !isQuery(reader) ? reader.parenthesized(() => reader.list(() => reader.identifier())) : undefined;

const isQuery = (reader: TokenReader): boolean =>
  ["SELECT", "WITH", "VALUES", "TABLE", "("].includes(reader.ahead(1).key);

const statements: Readonly<Record<string, (reader: TokenReader) => Statement>> = {
  INSERT(reader) {
    reader.expect("INTO");
    const table = parseObjectName(reader);
    return { kind: "insert", table, columns: names(reader), query: reader.query() };
  },
  UNLOAD(reader) {
    const query = reader.parenthesized(() => reader.query());
    reader.expect("TO");
    return { kind: "unload", query, location: reader.string(), properties: withProperties(reader) };
  },
  DELETE(reader) {
    reader.expect("FROM");
    return { kind: "delete", table: parseObjectName(reader), where: where(reader) };
  },
  UPDATE(reader) {
    const table = parseObjectName(reader);
    reader.expect("SET");
    return { kind: "update", table, assignments: assignments(reader), where: where(reader) };
  },
  MERGE: merge,
  OPTIMIZE(reader) {
    const table = parseObjectName(reader);
    reader.expect("REWRITE", "DATA", "USING", "BIN_PACK");
    return { kind: "optimize", table, where: where(reader) };
  },
  VACUUM: (reader) => ({ kind: "vacuum", table: parseObjectName(reader) }),
  CREATE: create,
};

function create(reader: TokenReader): Statement {
  const orReplace = reader.take("OR", "REPLACE");
  if (reader.take("VIEW")) return createView(reader, orReplace);
  reader.expect("TABLE");
  const ifNotExists = reader.take("IF", "NOT", "EXISTS");
  const table = parseObjectName(reader);
  const columns = names(reader);
  const properties = withProperties(reader);
  reader.expect("AS");
  const query = reader.query();
  const withData = !reader.take("WITH", "NO", "DATA");
  if (withData) reader.take("WITH", "DATA");
  return { kind: "create-table-as", table, ifNotExists, columns, properties, query, withData };
}

function createView(reader: TokenReader, orReplace: boolean): Statement {
  const view = parseObjectName(reader);
  const columns = names(reader);
  reader.expect("AS");
  const { start } = reader.token;
  const query = reader.query();
  return { kind: "create-view", orReplace, view, columns, query, queryText: reader.text.slice(start, reader.end) };
}

/** WITH (format = 'PARQUET', partitioned_by = ARRAY['a', 'b']). */
function withProperties(reader: TokenReader): Record<string, PropertyValue> {
  const properties: Record<string, PropertyValue> = {};
  if (!reader.take("WITH")) return properties;
  reader.parenthesized(() =>
    reader.list(() => {
      const name = reader.token.kind === "string" ? reader.next().text.toLowerCase() : reader.identifier();
      reader.expect("=");
      properties[name] = propertyValue(reader);
    }),
  );
  return properties;
}

function propertyValue(reader: TokenReader): PropertyValue {
  if (reader.take("TRUE")) return true;
  if (reader.take("FALSE")) return false;
  if (reader.take("ARRAY", "[")) {
    const items = reader.take("]") ? [] : reader.list(() => reader.string());
    if (items.length > 0) reader.expect("]");
    return items;
  }
  return reader.token.kind === "integer" ? reader.integer() : reader.string();
}

const assignments = (reader: TokenReader): Assignment[] =>
  reader.list(() => {
    const column = reader.identifier();
    reader.expect("=");
    return { column, value: reader.expression() };
  });

/** MERGE INTO table USING relation ON condition WHEN ... */
function merge(reader: TokenReader): Statement {
  reader.expect("INTO");
  const table = parseObjectName(reader);
  const alias = reader.take("AS") || reader.isIdentifier() ? reader.identifier() : undefined;
  reader.expect("USING");
  const source = parseRelation(reader);
  reader.expect("ON");
  const on = reader.expression();
  const cases: MergeCase[] = [];
  while (reader.take("WHEN")) cases.push(mergeCase(reader));
  if (cases.length === 0) throw reader.fault(["'WHEN'"]);
  return { kind: "merge", table, alias, source, on, cases };
}

function mergeCase(reader: TokenReader): MergeCase {
  const matched = !reader.take("NOT");
  reader.expect("MATCHED");
  const condition = reader.take("AND") ? reader.expression() : undefined;
  reader.expect("THEN");
  if (!matched) {
    reader.expect("INSERT");
    const columns = names(reader);
    reader.expect("VALUES");
    return { matched, condition, columns, values: reader.parenthesized(() => reader.list(() => reader.expression())) };
  }
  if (reader.take("DELETE")) return { matched, condition };
  reader.expect("UPDATE", "SET");
  return { matched, condition, update: assignments(reader) };
}
