import type { EngineTable, OpenEngine, ValueType } from "../../engines/port.ts";
import type { Row } from "../../prep/define-transform.ts";
import type { Dialect } from "../../prep/sql/dialect.ts";
import { printRelation } from "../../prep/sql/print-relation.ts";
import { type Relation, table } from "../../prep/sql/relation.ts";

/** An engine as the steps of one flow use it: its tables are known once, and answers are small. */
export interface FlowEngine {
  readonly engine: OpenEngine;
  /** Makes a table known to later queries. */
  add(table: EngineTable): void;
  ask(query: Relation): Promise<readonly Row[]>;
  /** Keeps the rows of a relation, and returns them as a table. */
  keep(relation: Relation): Promise<Relation>;
  /** The query of a relation, with the tables that are new to the engine. */
  statement(relation: Relation): { readonly sql: string; readonly tables: readonly EngineTable[] };
}

export function createFlowEngine(engine: OpenEngine, dialect: Dialect, signal: AbortSignal): FlowEngine {
  let fresh: EngineTable[] = [];
  let kept = 0;
  const statement = (relation: Relation) => {
    const tables = fresh;
    fresh = [];
    return { sql: printRelation(relation, dialect), tables };
  };
  return {
    engine,
    statement,
    add: (one) => void fresh.push(one),
    async ask(query) {
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
    async keep(relation) {
      const name = `kept ${++kept}`;
      await engine.keep(name, statement(relation), signal);
      return table(name, relation.columns);
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
