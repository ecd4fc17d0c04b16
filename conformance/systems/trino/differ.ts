import type { DuckDBConnection } from "@duckdb/node-api";
import { rowsOf } from "../../../src/prep/sql/trino/duckdb.fixture.ts";
import { faultOf } from "../../../src/prep/sql/trino/engine-fault.ts";
import { parseStatement } from "../../../src/prep/sql/trino/parse-statement.ts";
import type { Session } from "../../../src/prep/sql/trino/scope.ts";
import { SqlFault } from "../../../src/prep/sql/trino/sql-fault.ts";
import type { WithQuery } from "../../../src/prep/sql/trino/statement.ts";
import { translate } from "../../../src/prep/sql/trino/translate.ts";
import type { GeneratedTable } from "./tables.ts";
import type { Answer } from "./trino-server.ts";

/** What DuckDB answers to a query in Trino's dialect: as Trino does, or the fault that it is refused with. */
export type OwnAnswer = Answer | { readonly refused: string };

/** Makes the tables in DuckDB and gives the answers to queries over them. */
export async function openOwn(
  connection: DuckDBConnection,
  tables: readonly GeneratedTable[],
): Promise<(text: string) => Promise<OwnAnswer>> {
  const session: Session = {
    catalog: "memory",
    database: "default",
    tables: new Map(),
    now: Date.UTC(2026, 0, 1),
    user: "test",
  };
  for (const table of tables) {
    const { sql } = translate(parseStatement(table.query) as WithQuery, session);
    const names = table.columns.map((column, index) => `c${index} AS "${column.name}"`).join(", ");
    await connection.run(`CREATE TABLE ${table.name} AS SELECT ${names} FROM (${sql})`);
    (session.tables as Map<string, unknown>).set(`memory.default.${table.name}`, {
      relation: `"${table.name}"`,
      columns: table.columns,
    });
  }
  return async (text) => {
    try {
      const { sql, columns } = translate(parseStatement(text) as WithQuery, session);
      const types = columns.map(({ type }) => type);
      const rows = await rowsOf(connection, sql, types).catch((error: Error) => error);
      if (!(rows instanceof Error)) return { types, rows };
      const fault = faultOf(rows.message);
      if (fault?.code === "NOT_SUPPORTED") return { refused: `${fault.code}: ${fault.message}` };
      return { error: fault?.code ?? `DuckDB: ${rows.message.split("\n")[0]}` };
    } catch (error) {
      if (error instanceof SqlFault) return { refused: `${error.code}: ${error.message}` };
      throw error;
    }
  };
}

/** Rows without an order, numbers as far as both engines' mathematical libraries agree: 13 digits. */
export const canonical = (rows: readonly (readonly unknown[])[]): string =>
  rows
    .map((row) => JSON.stringify(row, (_, value: unknown) => plainValue(value)))
    .sort()
    .join("\n");

function plainValue(value: unknown): unknown {
  if (typeof value === "number") return Object.is(value, -0) ? 0 : Number(value.toPrecision(13));
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `no answer`: Trino failed by itself, which says nothing of what the answer is. */
export type Outcome = "equal" | "equal error" | "refused" | "no answer" | "different";

export const noOutcomes = (): Record<Outcome, number> => ({
  equal: 0,
  "equal error": 0,
  refused: 0,
  "no answer": 0,
  different: 0,
});

/** Which of two errors of a running query comes first hangs on the order in which an engine looks at rows and columns. */
const running = [
  "DIVISION_BY_ZERO",
  "NUMERIC_VALUE_OUT_OF_RANGE",
  "INVALID_CAST_ARGUMENT",
  "INVALID_FUNCTION_ARGUMENT",
  "GENERIC_INTERNAL_ERROR",
];

export function compareAnswers(trino: Answer, own: OwnAnswer): Outcome {
  if ("refused" in own) return "error" in trino && own.refused.startsWith(trino.error) ? "equal error" : "refused";
  if ("error" in trino || "error" in own) {
    if (!("error" in trino && "error" in own))
      return "error" in trino && trino.error === "GENERIC_INTERNAL_ERROR" ? "no answer" : "different";
    return trino.error === own.error || (running.includes(trino.error) && running.includes(own.error))
      ? "equal error"
      : "different";
  }
  return trino.types.join() === own.types.join() && canonical(trino.rows) === canonical(own.rows)
    ? "equal"
    : "different";
}
