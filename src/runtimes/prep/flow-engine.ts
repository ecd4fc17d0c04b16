import type { EngineStatement, EngineTable, OpenEngine, ValueType } from "../../engines/port.ts";
import type { Row } from "../../prep/define-transform.ts";
import type { AnalysisEngine } from "../../prep/do-analysis.ts";
import type { Dialect } from "../../prep/sql/dialect.ts";
import { isUnordered } from "../../prep/sql/is-unordered.ts";
import { printRelation } from "../../prep/sql/print-relation.ts";
import { type Relation, table } from "../../prep/sql/relation.ts";
import { createTableSample } from "../../prep/table-sample.ts";
import { isWork, readsAll, withTables } from "./kept-relations.ts";

/** An engine as the steps of one flow use it: its tables are known once, and answers are small. */
export interface FlowEngine extends AnalysisEngine {
  readonly engine: OpenEngine;
  readonly dialect: Dialect;
  /** Answers a query; what it reads of an input that is much work is kept first. */
  ask(query: Relation, input?: Relation): Promise<readonly Row[]>;
  /** Makes a table known to later queries. */
  add(table: EngineTable): void;
  /** Keeps the rows of a relation, and returns them as a table: of this name, or of one of its own. */
  keep(relation: Relation, name?: string): Promise<Relation>;
  /** The query of a relation, with the tables that are new to the engine. */
  statement(relation: Relation): EngineStatement;
}

export function createFlowEngine(engine: OpenEngine, dialect: Dialect, signal: AbortSignal): FlowEngine {
  let fresh: EngineTable[] = [];
  const known = new Map<string, EngineTable>();
  const kept = new Map<Relation, Relation>();
  /** Tables whose rows have no order. */
  const unordered = new Set<string>();
  const statement = (relation: Relation): EngineStatement => {
    const tables = fresh;
    fresh = [];
    const asked = withTables(relation, kept);
    return {
      sql: printRelation(asked, dialect),
      tables,
      anyOrder: isUnordered(asked, (name) => unordered.has(name)),
    };
  };
  const keep = async (relation: Relation, name = `kept ${kept.size + 1}`) => {
    const before = kept.get(relation);
    if (before) return before;
    const asked = statement(relation);
    await engine.keep(name, asked, signal);
    if (asked.anyOrder) unordered.add(name);
    const whole = table(name, relation.columns);
    kept.set(relation, whole);
    return whole;
  };
  const isText = (name: string): boolean => {
    const kind = known.get(name)?.format.kind;
    return kind !== undefined && kind !== "parquet";
  };
  return {
    engine,
    dialect,
    statement,
    keep,
    add(one) {
      fresh.push(one);
      known.set(one.name, one);
    },
    async ask(query, input) {
      if (input && readsAll(query, input) && isWork(withTables(input, kept), isText)) await keep(input);
      const { columns, batches } = await engine.rows(statement(query), signal);
      const rows: Row[] = [];
      for await (const batch of batches)
        for (let row = 0; row < batch.rowCount; row++)
          rows.push(
            Object.fromEntries(
              query.columns.map(({ name }, index) => [name, plain(batch.columns[index]![row], columns[index]!.type)]),
            ),
          );
      return rows;
    },
    async take(relation, columns, most) {
      const maker = createTableSample(columns, most);
      const { batches } = await engine.rows(statement(relation), signal);
      for await (const { columns: values, rowCount } of batches) maker.add(rowCount, values);
      return maker.finish();
    },
  };
}

/** Whole numbers that a number holds are numbers; dates and times are texts. */
function plain(value: unknown, type: ValueType): unknown {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case "bigint": {
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case "decimal":
      return Number(value);
    case "date":
      return new Date((value as number) * 86_400_000).toISOString().slice(0, 10);
    case "timestamp": {
      const microseconds = value as bigint;
      const rest = ((microseconds % 1_000_000n) + 1_000_000n) % 1_000_000n;
      const whole = new Date(Number((microseconds - rest) / 1000n)).toISOString().slice(0, 19).replace("T", " ");
      return rest === 0n ? whole : `${whole}.${String(rest).padStart(6, "0")}`;
    }
    case "list":
      return (value as unknown[]).map((one) => plain(one, type.element));
    default:
      return value;
  }
}
