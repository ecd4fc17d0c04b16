import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import { withEngine } from "./engine-work.ts";
import { scannedBytesOf } from "./iceberg-scan.ts";
import { putResult } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { reuseMark, reuseResult } from "./reuse-result.ts";
import { evaluateBy, resolveTables, sessionOf } from "./session-tables.ts";

/** Runs a query: its rows become the object of the result. */
export async function runSelect(
  statement: Extract<Statement, { readonly kind: "query" }>,
  run: QueryRun,
): Promise<Outcome> {
  const mark = reuseMark(run, run.text ?? run.query.wanted.QueryString);
  const reused = await reuseResult(run, mark);
  if (reused) return reused;
  return withEngine(run, async (engine) => {
    const planned = performance.now();
    const session = sessionOf(run);
    const tables = await resolveTables(statement, run.context, session, evaluateBy(engine, session));
    const { columns, sql } = translate(statement, { ...session, tables: tables.known });
    const brought = await tables.bring(engine, sql);
    const scannedBytes = brought.reduce((sum, table) => sum + scannedBytesOf(table), 0);
    checkCutoff(run, scannedBytes);
    const planningMilliseconds = Math.ceil(performance.now() - planned);
    const request = { statement: { sql, tables: brought }, results: { form: "csv", columns } } as const;
    const result = await putResult(run, engine.ask(request));
    return {
      mark,
      statistics: {
        ...{ planningMilliseconds, scannedBytes, outputRows: result.rows, outputBytes: result.bytes },
        engineMilliseconds: Math.round(result.milliseconds),
      },
    };
  });
}

/** A work group says how much of the data a query may read. */
export function checkCutoff({ query }: QueryRun, scannedBytes: number): void {
  const { bytesCutoff } = query.wanted;
  if (bytesCutoff === undefined || scannedBytes <= bytesCutoff) return;
  throw new QueryFailure(
    `Query cancelled! : Bytes scanned limit was exceeded: the query reads ${scannedBytes} bytes, and its work group allows ${bytesCutoff}.`,
    { type: errorTypes.resources, state: "CANCELLED" },
  );
}
