import type { ResultColumn } from "../../../engines/engine-frame.ts";
import type { EngineTable } from "../../../engines/port.ts";
import { createCsvReader } from "./csv-rows.ts";
import type { QueryEngine } from "./engine-work.ts";

/** Asks an engine for the rows of a query, as texts. They are few. */
export async function askRows(
  engine: QueryEngine,
  sql: string,
  columns: readonly ResultColumn[],
  tables: readonly EngineTable[] = [],
): Promise<(readonly (string | undefined)[])[]> {
  const reader = createCsvReader();
  const request = { statement: { sql, tables }, results: { form: "csv", columns } } as const;
  for await (const { body, type } of engine.ask(request)) if (type === "rows") reader.take(Buffer.from(body));
  return reader.rows.slice(1).map(({ values }) => values);
}
