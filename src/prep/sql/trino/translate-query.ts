import { asTypes } from "./as-types.ts";
import { commonOf } from "./case-value.ts";
import { coerce } from "./cast.ts";
import { compileRecursive } from "./recursive.ts";
import { compileTable } from "./relation.ts";
import { type CompiledQuery, emptyScope, type NamedColumns, type Scope, type Translation } from "./scope.ts";
import { compileSelect } from "./select.ts";
import { sortText, tiesText } from "./sort.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { type SqlType, typeText } from "./sql-type.ts";
import type { Expression, Query, QueryBody, SortItem } from "./syntax.ts";
import { commonType } from "./type-relations.ts";
import type { Value } from "./value.ts";

/** `outer` is where the query stands: a subquery can name the columns around it. */
export function translateQuery(node: Query, outer: Scope | undefined, translation: Translation): CompiledQuery {
  const named = new Map<string, NamedColumns>();
  let scope: Scope = { ...emptyScope, parent: outer, named };
  const texts: string[] = [];
  for (const item of node.with) {
    if (named.has(item.name))
      throw new SqlFault("DUPLICATE_NAMED_QUERY", `WITH query name '${item.name}' specified more than once`, item.at);
    const relation = translation.fresh("w");
    const compiled =
      (node.recursive ? compileRecursive(item, scope, translation) : undefined) ?? translation.query(item.query, scope);
    if (item.columns !== undefined && item.columns.length !== compiled.columns.length)
      throw new SqlFault(
        "MISMATCHED_COLUMN_ALIASES",
        `WITH column alias list has ${item.columns.length} entries but WITH query(${item.name}) has ${compiled.columns.length} columns`,
        item.at,
      );
    texts.push(`${relation} AS (${compiled.sql})`);
    named.set(item.name, {
      relation,
      columns: compiled.columns.map((column, index) => ({ ...column, name: item.columns?.[index] ?? column.name })),
    });
    scope = { ...scope, named: new Map(named) };
  }
  const ties = node.withTies && node.limit !== undefined ? tiesOf(node, translation) : undefined;
  const body = compileBody(node.body, scope, node.orderBy, translation, ties);
  const limited = ties === undefined ? `${body.sql}${limitText(node, translation)}` : body.sql;
  if (texts.length === 0) return { sql: limited, columns: body.columns };
  return { sql: `WITH ${texts.join(", ")} ${limited}`, columns: body.columns };
}

/** How many rows FETCH FIRST asks for, and those that are as the last of them. */
function tiesOf({ body, limit, offset, orderBy, at }: Query, translation: Translation): string {
  if (orderBy.length === 0)
    throw new SqlFault("MISSING_ORDER_BY", "FETCH FIRST WITH TIES clause requires ORDER BY", at);
  if (offset !== undefined || (body.kind === "select" && body.distinct))
    throw new SqlFault("NOT_SUPPORTED", "WITH TIES together with OFFSET or DISTINCT is not supported", at);
  return rowCount(limit!, "FETCH FIRST", translation);
}

function rowCount(node: Expression, what: string, translation: Translation): string {
  const { sql } = translation.expression(node, emptyScope);
  const number = /^CAST\('?(\d+)'? AS (?:INTEGER|BIGINT)\)$/.exec(sql)?.[1];
  if (number === undefined)
    throw new SqlFault("INVALID_LIMIT_CLAUSE", `${what} must be a constant number that is not negative`, node.at);
  return number;
}

function limitText({ limit, offset }: Query, translation: Translation): string {
  const count = (node: Expression, what: string) => rowCount(node, what, translation);
  return `${limit === undefined ? "" : ` LIMIT ${count(limit, "LIMIT")}`}${offset === undefined ? "" : ` OFFSET ${count(offset, "OFFSET")}`}`;
}

function compileBody(
  body: QueryBody,
  scope: Scope,
  orderBy: readonly SortItem[],
  translation: Translation,
  ties?: string,
): CompiledQuery {
  if (body.kind === "select") return compileSelect(body, scope, orderBy, translation, ties);
  const compiled = bodies[body.kind](body as never, scope, translation);
  if (orderBy.length === 0) return compiled;
  const name = translation.fresh("s");
  const fields = compiled.columns.map((column, index) => ({ ...column, sql: `${name}.c${index}`, qualifier: [] }));
  const items = orderBy.map((item) =>
    sortText(
      item,
      ordinal(item.value, fields, item.value.at) ?? translation.expression(item.value, { ...scope, fields }),
    ),
  );
  return {
    sql: `SELECT * FROM (${compiled.sql}) AS ${name}${tiesText(items, ties)} ORDER BY ${items.join(", ")}`,
    columns: compiled.columns,
  };
}

/** `ORDER BY 2`. */
function ordinal(node: Expression, values: readonly Value[], at: Position): Value | undefined {
  if (node.kind !== "number" || node.form !== "integer") return undefined;
  const value = values[Number(node.text) - 1];
  if (value === undefined)
    throw new SqlFault("INVALID_COLUMN_REFERENCE", `ORDER BY position ${node.text} is not in select list`, at);
  return value;
}

type Body<Kind extends QueryBody["kind"]> = Extract<QueryBody, { kind: Kind }>;

const bodies = {
  nested: (body: Body<"nested">, scope: Scope, translation: Translation): CompiledQuery => {
    const { sql, columns } = translation.query(body.query, scope);
    return { sql: `SELECT * FROM (${sql}) AS ${translation.fresh("s")}`, columns };
  },
  "table-rows"(body: Body<"table-rows">, scope: Scope, translation: Translation): CompiledQuery {
    const { sql, fields: all } = compileTable(body.table, scope, translation);
    const fields = all.filter(({ isHidden }) => !isHidden);
    return {
      sql: `SELECT ${fields.map((field, index) => `${field.sql} AS c${index}`).join(", ")} FROM ${sql}`,
      columns: fields,
    };
  },
  values(body: Body<"values">, scope: Scope, translation: Translation): CompiledQuery {
    const rows = body.rows.map((row) => {
      const value = translation.expression(row, { ...scope, noAggregates: "VALUES", noWindows: "VALUES" });
      return value.items ?? [value];
    });
    const width = rows[0]!.length;
    const odd = rows.findIndex((row) => row.length !== width);
    if (odd !== -1)
      throw new SqlFault(
        "TYPE_MISMATCH",
        `Values rows have mismatched sizes: ${width} vs ${rows[odd]!.length}`,
        body.rows[odd]!.at,
      );
    const types = rows[0]!.map((_, index) =>
      commonOf(
        rows.map((row) => row[index]!),
        "Values rows",
        body.at,
      ),
    );
    const texts = rows.map((row) => `(${row.map((value, index) => coerce(value, types[index]!)!.sql).join(", ")})`);
    const names = types.map((_, index) => `c${index}`).join(", ");
    return {
      sql: `SELECT * FROM (VALUES ${texts.join(", ")}) AS ${translation.fresh("s")}(${names})`,
      columns: types.map((type) => ({ type })),
    };
  },
  set(body: Body<"set">, scope: Scope, translation: Translation): CompiledQuery {
    const terms = body.terms.map((term) => compileBody(term, scope, [], translation));
    const columns = terms[0]!.columns.map((first, index) => ({ name: first.name, type: setType(body, terms, index) }));
    const texts = terms.map(
      (term) =>
        `(${asTypes(
          term,
          columns.map(({ type }) => type),
          translation,
        )})`,
    );
    return { sql: texts.join(` ${body.operator}${body.all ? " ALL" : ""} `), columns };
  },
};

function setType(body: Body<"set">, terms: readonly CompiledQuery[], index: number): SqlType {
  let type = terms[0]!.columns[index]!.type;
  for (const [place, term] of terms.entries()) {
    if (term.columns.length !== terms[0]!.columns.length)
      throw new SqlFault(
        "TYPE_MISMATCH",
        `${body.operator} query has different number of fields: ${terms[0]!.columns.length}, ${term.columns.length}`,
        body.terms[place]!.at,
      );
    const common = commonType(type, term.columns[index]!.type);
    if (common === undefined)
      throw new SqlFault(
        "TYPE_MISMATCH",
        `column ${index + 1} in ${body.operator} query has incompatible types: ${typeText(type)}, ${typeText(term.columns[index]!.type)}`,
        body.terms[place]!.at,
      );
    type = common;
  }
  return type;
}
