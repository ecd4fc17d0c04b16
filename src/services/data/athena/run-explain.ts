import type { EngineTable } from "../../../engines/port.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import { inputsJson } from "../../../prep/sql/plan/inputs-of.ts";
import { type PlanNode, readPlan, readTotals } from "../../../prep/sql/plan/read-plan.ts";
import { type PlanShape, planGraph, planJson, planText } from "../../../prep/sql/plan/write-plan.ts";
import { predicatesOf } from "../../../prep/sql/trino/predicates.ts";
import type { SessionTable } from "../../../prep/sql/trino/scope.ts";
import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { tableName } from "../../../prep/sql/trino/table-key.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { translateInsert } from "../../../prep/sql/trino/translate-change.ts";
import { askRows } from "./ask-rows.ts";
import { QueryFailure } from "./athena-faults.ts";
import { type QueryEngine, withEngine } from "./engine-work.ts";
import { columnsOf } from "./file-format.ts";
import { changedTable, compileChange } from "./iceberg-change.ts";
import { currentScan, scannedBytesOf } from "./iceberg-scan.ts";
import { tableOf } from "./named-table.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { preparedOf } from "./run-prepared.ts";
import { checkCutoff } from "./run-select.ts";
import { evaluateBy, resolveTables, sessionOf } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";

/** A statement as the engine would run it. */
interface Compiled {
  readonly sql: string;
  readonly tables: readonly EngineTable[];
  readonly known: ReadonlyMap<string, SessionTable>;
  /** The names of the columns of what a query gives. */
  readonly columns: readonly string[];
  /** What stands above the engine's operators, and the table that it writes. */
  readonly writer?: { readonly name: string; readonly table?: string };
}

/** Shows how the engine would run a statement, or how it has. Nothing is written but the result. */
export async function explain(statement: StatementOf<"explain">, given: QueryRun): Promise<Outcome> {
  const { analyze, options } = statement;
  const inner = statement.statement;
  if (inner.kind === "execute") {
    const prepared = await preparedOf(inner, given);
    return explain({ ...statement, statement: prepared.statement }, prepared.run);
  }
  if (analyze && inner.kind !== "query")
    throw new QueryFailure(
      `NOT_SUPPORTED: EXPLAIN ANALYZE runs what it explains, and is for queries; use EXPLAIN for ${inner.kind}`,
    );
  return withEngine(given, async (engine) => {
    const started = performance.now();
    const compiled = await compile(inner, given, engine);
    if (options.type === "validate") {
      await putLines(given, [{ name: "Valid", type: "boolean" }], ["Valid", "true"]);
      return {};
    }
    const scannedBytes = analyze ? compiled.tables.reduce((sum, table) => sum + scannedBytesOf(table), 0) : 0;
    checkCutoff(given, scannedBytes);
    const planningSeconds = (performance.now() - started) / 1000;
    const form = analyze ? "EXPLAIN (ANALYZE, FORMAT JSON)" : "EXPLAIN (FORMAT JSON)";
    const columns = ["kind", "plan"].map((name) => ({ name, type: "varchar" }));
    const begun = performance.now();
    const rows = await askRows(engine, `${form} ${compiled.sql}`, columns, compiled.tables);
    const engineMilliseconds = Math.round(performance.now() - begun);
    const type = options.type === "logical" ? "logical" : "distributed";
    const wanted = analyze ? "analyzed_plan" : type === "logical" ? "logical_opt" : "physical_plan";
    const found = rows.find(([kind]) => kind === wanted)![1]!;
    const plan = withOutput(readPlan(found, tableFinder(engine, compiled)), compiled);
    const totals = analyze ? { ...readTotals(found), planningSeconds } : undefined;
    const shape: PlanShape = { type, columns: compiled.columns, ...(totals && { totals }) };
    const text =
      options.type === "io"
        ? inputsJson(plan, inputsOf(inner, given, compiled), compiled.writer?.table)
        : { text: planText, json: planJson, graphviz: planGraph }[options.format ?? "text"](plan, shape);
    await putLines(given, [{ name: "Query Plan", type: "varchar" }], ["Query Plan", ...text.split("\n")]);
    const planningMilliseconds = Math.ceil(planningSeconds * 1000);
    return { statistics: { planningMilliseconds, engineMilliseconds, ...(analyze && { scannedBytes }) } };
  });
}

async function compile(statement: Statement, run: QueryRun, engine: QueryEngine): Promise<Compiled> {
  const table = (of: StatementOf<"insert">["table"]) => tableName(of, sessionOf(run));
  switch (statement.kind) {
    case "query":
      return compileQuery(statement, run, engine);
    case "create-table-as":
      return {
        ...(await compileQuery(statement, run, engine)),
        writer: { name: "TableWriter", table: table(statement.table) },
      };
    case "unload":
      return { ...(await compileQuery(statement, run, engine)), writer: { name: "TableWriter" } };
    case "insert": {
      const target = await tableOf(run, statement.table);
      const columns = columnsOf(target);
      const compiled = isIceberg(target)
        ? await compileChange(statement, run, currentScan(await changedTable(run, statement.table, "Inserts")), engine)
        : await compileQuery(statement, run, engine, (session) =>
            translateInsert(statement, session, { relation: "", columns }),
          );
      return { ...compiled, columns: ["rows"], writer: { name: "TableWriter", table: table(statement.table) } };
    }
    case "delete":
    case "update":
    case "merge": {
      const scan = currentScan(await changedTable(run, statement.table, "Changes of rows"));
      const compiled = await compileChange(statement, run, scan, engine);
      const name = { delete: "TableDelete", update: "TableUpdate", merge: "TableMerge" }[statement.kind];
      return { ...compiled, columns: ["rows"], writer: { name, table: table(statement.table) } };
    }
    default:
      throw new QueryFailure(
        `NOT_SUPPORTED: EXPLAIN of ${statement.kind} is not built in version ${run.context.settings.version}; queries, INSERT, CREATE TABLE AS, UNLOAD, DELETE, UPDATE and MERGE are explained`,
      );
  }
}

async function compileQuery(
  { query }: Pick<StatementOf<"query">, "query">,
  run: QueryRun,
  engine: QueryEngine,
  write?: (session: Parameters<typeof translate>[1]) => string,
): Promise<Compiled> {
  const session = sessionOf(run);
  const tables = await resolveTables({ kind: "query", query }, run.context, session, evaluateBy(engine, session));
  const whole = { ...session, tables: tables.known };
  const { columns, sql } = translate({ query }, whole);
  const text = write?.(whole) ?? sql;
  const brought = await tables.bring(engine, text);
  return { sql: text, tables: brought, known: tables.known, columns: columns.map(({ name }) => name) };
}

/** Finds the catalog's name of a table by the place of its files; the only table needs none. */
function tableFinder({ folder }: QueryEngine, { known, writer }: Compiled) {
  const names = new Map<string, string>();
  for (const [key, table] of known) if ("relation" in table) names.set(table.relation, key.split("@")[0]!);
  if (writer?.table !== undefined) names.set('"target"', writer.table);
  const [only] = names.values();
  return (files: string): string | undefined => {
    if (names.size === 1) return only;
    const [, part] = files.split(`${folder}/`);
    return part === undefined ? undefined : names.get(`"${part.split("/")[0]}"`);
  };
}

const withOutput = (plan: PlanNode, { columns, writer }: Compiled): PlanNode => {
  const rows = plan.estimatedRows === undefined ? {} : { estimatedRows: plan.estimatedRows };
  const actual = plan.actual && {
    actual: { rows: plan.actual.rows, bytes: plan.actual.bytes, cpuSeconds: 0 },
  };
  const written: PlanNode = writer
    ? { name: writer.name, details: writer.table === undefined ? {} : { table: writer.table }, children: [plan] }
    : plan;
  const details = { columnNames: `[${columns.join(", ")}]` };
  return { name: "Output", details, ...rows, ...actual, children: [written] };
};

/** The tables of the catalog that a statement reads, with what it asks of them. */
function inputsOf(statement: Statement, run: QueryRun, { known }: Compiled) {
  const predicates = predicatesOf(statement, { ...sessionOf(run), tables: known });
  return [...known].flatMap(([key, table]) => {
    if (!("relation" in table)) return [];
    const predicate = predicates.get(key);
    return [{ name: key.split("@")[0]!, columns: table.columns, ...(predicate && { predicate }) }];
  });
}
