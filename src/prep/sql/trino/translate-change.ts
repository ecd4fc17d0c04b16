import { booleanText } from "./boolean-text.ts";
import { compileRelation } from "./relation.ts";
import { emptyScope, type Field, type Scope, type Session, type Translation } from "./scope.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import type { Assignment, MergeCase, Statement } from "./statement.ts";
import type { Expression } from "./syntax.ts";
import {
  type CompiledTarget,
  columnIndexes,
  compileTarget,
  noValue,
  nullOf,
  putInto,
  type TargetTable,
} from "./target-table.ts";
import { createTranslation } from "./translate.ts";
import { guarded, quoteText } from "./value.ts";

type StatementOf<Kind extends Statement["kind"]> = Extract<Statement, { readonly kind: Kind }>;
export type Change = StatementOf<"delete"> | StatementOf<"update"> | StatementOf<"merge">;

/**
 * Translates what changes rows of a table into a query for DuckDB. Its columns: "$file" and "$pos" of a row that goes away,
 * whether the row has values that are written, and these.
 */
export function translateChange(statement: Change, session: Session, table: TargetTable): string {
  const translation = createTranslation(session);
  if (statement.kind === "merge") return mergeText(statement, table, translation);
  const target = compileTarget(table, statement.table, undefined, translation);
  const scope: Scope = {
    ...emptyScope,
    fields: target.fields,
    noAggregates: "WHERE clause",
    noWindows: "WHERE clause",
  };
  const where = statement.where ? ` WHERE ${conditionText(statement.where, scope, translation, "WHERE clause")}` : "";
  const values =
    statement.kind === "delete"
      ? table.columns.map(noValue)
      : assigned(statement.assignments, table, target, scope, translation, statement.table.at);
  return `SELECT ${[target.file, target.pos, String(statement.kind === "update"), ...values].join(", ")} FROM ${target.sql}${where}`;
}

/** Translates the query of an INSERT so that it gives all columns of the table. */
export function translateInsert(
  { columns: given, query, table: name }: Pick<StatementOf<"insert">, "columns" | "query" | "table">,
  session: Session,
  table: TargetTable,
): string {
  const translation = createTranslation(session);
  const compiled = translation.query(query, undefined);
  const names = given?.map((one) => one.toLowerCase()) ?? table.columns.map((column) => column.name);
  const indexes = columnIndexes(names, table, "Insert", name.at);
  const words = "Insert query has mismatched column types";
  if (indexes.length !== compiled.columns.length)
    throw new SqlFault(
      "TYPE_MISMATCH",
      `Insert query has ${compiled.columns.length} expressions but expected ${indexes.length} target columns`,
      name.at,
    );
  const source = translation.fresh("s");
  const put = putInto(
    compiled.columns.map(({ type }, at) => ({
      ...{ value: { sql: `${source}.c${at}`, type }, column: table.columns[indexes[at]!]! },
    })),
    words,
    name.at,
  );
  const values = table.columns.map((column, index) => put[indexes.indexOf(index)] ?? nullOf(column));
  return `SELECT ${values.join(", ")} FROM (${compiled.sql}) AS ${source}`;
}

const conditionText = (node: Expression, scope: Scope, translation: Translation, where: string): string =>
  booleanText(translation.expression(node, scope), node.at, where);

/** The values of a row after an UPDATE. */
function assigned(
  assignments: readonly Assignment[],
  table: TargetTable,
  { fields }: Pick<CompiledTarget, "fields">,
  scope: Scope,
  translation: Translation,
  at: Position,
): string[] {
  const indexes = columnIndexes(
    assignments.map(({ column }) => column),
    table,
    "UPDATE",
    at,
  );
  const put = putInto(
    assignments.map(({ value }, place) => ({
      ...{ value: translation.expression(value, scope), column: table.columns[indexes[place]!]! },
    })),
    "UPDATE table column types don't match SET expressions",
    at,
  );
  return table.columns.map((_, index) => put[indexes.indexOf(index)] ?? fields[index]!.sql);
}

/**
 * Each row of the source finds the rows of the table for which ON holds; the first WHEN that fits says what becomes of
 * them. A row of the table that several rows of the source find is refused.
 */
function mergeText(
  { alias, cases, on, source, table: name }: StatementOf<"merge">,
  table: TargetTable,
  translation: Translation,
): string {
  const target = compileTarget(table, name, alias, translation);
  const from = compileRelation(source, emptyScope, [], translation);
  const both: Scope = {
    ...emptyScope,
    fields: [...target.fields, ...from.fields],
    noAggregates: "MERGE",
    noWindows: "MERGE",
  };
  const onlySource: Scope = { ...both, fields: from.fields };
  const whens = cases.map(({ condition, matched }, number) => {
    const found = `${target.pos} IS ${matched ? "NOT NULL" : "NULL"}`;
    const asked = condition
      ? ` AND ${conditionText(condition, matched ? both : onlySource, translation, "WHEN clause")}`
      : "";
    return `WHEN ${found}${asked} THEN ${number}`;
  });
  const joined = translation.fresh("m");
  const renamed = (fields: readonly Field[], prefix: string): Field[] =>
    fields.map((field, at) => ({ ...field, sql: `${joined}.${prefix}${at}` }));
  const columns = [
    ...target.fields.map(({ sql }, at) => `${sql} AS t${at}`),
    ...from.fields.map(({ sql }, at) => `${sql} AS s${at}`),
    ...[`${target.file} AS file`, `${target.pos} AS pos`, `CASE ${whens.join(" ")} ELSE -1 END AS num`],
  ];
  const condition = conditionText(on, both, translation, "MERGE ON clause");
  const inner = `SELECT ${columns.join(", ")} FROM ${from.sql} LEFT JOIN ${target.sql} ON ${condition}`;
  const counted = `SELECT *, greatest(count(*) OVER (PARTITION BY file, pos, num), count(CASE WHEN num <> -1 THEN 1 END) OVER (PARTITION BY file, pos)) AS found FROM (${inner})`;

  const after: Scope = { ...both, fields: [...renamed(target.fields, "t"), ...renamed(from.fields, "s")] };
  const afterSource: Scope = { ...after, fields: renamed(from.fields, "s") };
  const rows = cases.map((one) =>
    caseValues(one, table, renamed(target.fields, "t"), { after, afterSource }, translation, name.at),
  );
  const values = table.columns.map((column, index) => {
    const texts = rows.flatMap((row, number) => (row ? [`WHEN ${number} THEN ${row[index]}`] : []));
    return texts.length === 0 ? noValue(column) : `CASE ${joined}.num ${texts.join(" ")} END`;
  });
  const writes = rows.flatMap((row, number) => (row ? [number] : []));
  const written = writes.length === 0 ? "false" : `${joined}.num IN (${writes.join(", ")})`;
  const twice = guarded(
    `${joined}.pos IS NOT NULL AND ${joined}.found > 1`,
    "MERGE_TARGET_ROW_MULTIPLE_MATCHES",
    quoteText("One MERGE target table row matched more than one source row"),
    `${joined}.num <> -1`,
  );
  return `SELECT ${[`${joined}.file`, `${joined}.pos`, written, ...values].join(", ")} FROM (${counted}) AS ${joined} WHERE ${twice}`;
}

/** The values that a case of MERGE writes; undefined for one that deletes. */
function caseValues(
  one: MergeCase,
  table: TargetTable,
  fields: readonly Field[],
  { after, afterSource }: { readonly after: Scope; readonly afterSource: Scope },
  translation: Translation,
  at: Position,
): string[] | undefined {
  if (one.matched) return one.update && assigned(one.update, table, { fields }, after, translation, at);
  const names = one.columns?.map((name) => name.toLowerCase()) ?? table.columns.map(({ name }) => name);
  const indexes = columnIndexes(names, table, "MERGE INSERT", at);
  if (indexes.length !== one.values.length)
    throw new SqlFault(
      "TYPE_MISMATCH",
      `MERGE INSERT has ${one.values.length} values for ${indexes.length} columns`,
      at,
    );
  const put = putInto(
    one.values.map((value, place) => ({
      ...{ value: translation.expression(value, afterSource), column: table.columns[indexes[place]!]! },
    })),
    "MERGE INSERT columns don't match the values",
    at,
  );
  return table.columns.map((column, index) => put[indexes.indexOf(index)] ?? nullOf(column));
}
