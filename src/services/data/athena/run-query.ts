import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { IcebergUnreadable } from "../../../frame/iceberg-table.ts";
import { wakeEngines } from "../../../frame/query-engine.ts";
import { parseStatement } from "../../../prep/sql/trino/parse-statement.ts";
import { SqlFault } from "../../../prep/sql/trino/sql-fault.ts";
import { EngineLost } from "../../../runs/ask-engine.ts";
import { errorTypes, isRefusal, QueryFailure } from "./athena-faults.ts";
import { type ActualQuery, type QueryDocument, type QueryState, queryKind } from "./athena-kinds.ts";
import { defaultDatabase, keepDefaultDatabase } from "./default-database.ts";
import { countQuery } from "./query-metrics.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { runStatement } from "./run-statement.ts";
import { sessionOf } from "./session-tables.ts";

/** An engine that ended in the middle is replaced so many times; a query that ends each of them fails. */
const mostEngines = 3;

/**
 * Runs a query to its end, and writes that into its document. It may be repeated, from the beginning.
 * @param context the query's caller
 */
export async function runQuery(query: QueryDocument, context: Context, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  let queueMilliseconds = 0;
  let running: Promise<boolean> = Promise.resolve(true);
  let hasBegun = false;
  const begun = () => {
    if (hasBegun) return running;
    hasBegun = true;
    queueMilliseconds = Math.ceil(performance.now() - started);
    // What a statement changes in the catalog after this is synced with it.
    if (query.status === "QUEUED") running = change(query, context, () => ({ status: "RUNNING" }), { sync: false });
    running.catch(() => {});
    return running;
  };
  const keep = async (known: Partial<ActualQuery>) => {
    await begun();
    await change(query, context, ({ actual }) => ({ actual: { ...actual, ...known } }), { sync: false });
  };
  let ended: QueryDocument | undefined;
  const end = async (status: QueryState, outcome: Partial<ActualQuery>) => {
    if (!(await running)) return;
    const wrote = await change(query, context, (found) => {
      const now = context.clock.now();
      const totalMilliseconds = now - found.created;
      const statistics = { queueMilliseconds, ...outcome.statistics, totalMilliseconds };
      ended = { ...found, status, actual: { ...found.actual, ...outcome, completed: now, statistics } };
      return ended;
    });
    if (wrote && ended) countQuery(context, ended);
  };
  try {
    await wakeEngines(context);
    const outcome = await attempts({ query, context, signal, begun, keep });
    void begun();
    await end("SUCCEEDED", outcome);
  } catch (error) {
    // Its document says that it was cancelled, or the server stops and the next one begins it anew.
    if (signal.aborted) return;
    const { category, message, state, type } = failureOf(error);
    if (type === errorTypes.internal) console.error(error);
    void begun();
    await end(state, { reason: message, ...(state === "FAILED" && { error: { type, category } }) });
  }
}

async function attempts(run: QueryRun): Promise<Outcome> {
  const statement = parseStatement(run.query.wanted.QueryString);
  if (sessionOf(run).database === defaultDatabase) await keepDefaultDatabase(run.context);
  for (let engines = 1; ; engines++) {
    try {
      return await runStatement(statement, run);
    } catch (error) {
      if (!(error instanceof EngineLost)) throw error;
      if (error.endedBy === "memory")
        throw new QueryFailure("Query exhausted resources at this scale factor", { type: errorTypes.resources });
      if (engines === mostEngines)
        throw new QueryFailure(
          `Query exhausted resources at this scale factor: ${mostEngines} engines ended while they ran it.`,
          { type: errorTypes.resources },
        );
    }
  }
}

function failureOf(error: unknown): QueryFailure {
  if (error instanceof QueryFailure) return error;
  if (error instanceof SqlFault)
    return new QueryFailure(`${error.code}: ${error.message}`, { type: errorTypes.syntax });
  if (error instanceof IcebergUnreadable)
    return new QueryFailure(
      `${error.isMissing ? "ICEBERG_MISSING_METADATA" : "ICEBERG_INVALID_METADATA"}: ${error.message}`,
      { type: error.isMissing ? errorTypes.missing : errorTypes.data },
    );
  if (error instanceof Fault) {
    const isRefused = isRefusal(error);
    const words = isRefused ? `Insufficient permissions to execute the query. ${error.message}` : error.message;
    return new QueryFailure(words, { type: isRefused ? errorTypes.access : errorTypes.missing });
  }
  return new QueryFailure("[ErrorCategory:INTERNAL_ERROR] An internal error occurred.", {
    ...{ type: errorTypes.internal, category: 1 },
  });
}

/** Writes a change of a query that is not over; false when it is. */
async function change(
  { key, id }: QueryDocument,
  context: Context,
  make: (found: QueryDocument) => { readonly status?: string | undefined; readonly actual?: ActualQuery },
  options: { readonly sync?: boolean } = {},
): Promise<boolean> {
  return againOnConflict(context, async () => {
    const found = (await queryKind.find(context, key)) as QueryDocument | undefined;
    if (found?.id !== id || queryKind.status(found).final) return false;
    const put = await queryKind.put(context, { ...found, modified: context.clock.now(), ...make(found) });
    await context.resources.write([put], options);
    return true;
  });
}
