import type { Statement } from "../../../prep/sql/trino/statement.ts";
import { translate } from "../../../prep/sql/trino/translate.ts";
import { withEngine } from "./engine-work.ts";
import { putResult } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { reuseMark, reuseResult } from "./reuse-result.ts";
import { scannedOf } from "./scanned.ts";
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
    const scanned = scannedOf(run, brought);
    const planningMilliseconds = Math.ceil(performance.now() - planned);
    const request = { statement: { sql, tables: brought }, results: { form: "csv", columns } } as const;
    const result = await putResult(run, engine.ask(request));
    return {
      mark,
      statistics: {
        ...{ planningMilliseconds, ...scanned, outputRows: result.rows, outputBytes: result.bytes },
        engineMilliseconds: Math.round(result.milliseconds),
      },
    };
  });
}
