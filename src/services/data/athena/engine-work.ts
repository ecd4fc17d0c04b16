import type { EngineEnd, EngineFaultBody, EngineRequest, FrameType } from "../../../engines/engine-frame.ts";
import { withLeasedEngine } from "../../../frame/leased-engine.ts";
import { faultOf } from "../../../prep/sql/trino/engine-fault.ts";
import { askEngine } from "../../../runs/ask-engine.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import type { QueryRun } from "./query-run.ts";

/** An engine that works for one query. */
export interface QueryEngine {
  readonly runId: string;
  /** The folder of the query's files, below the engine's folder of tables. */
  readonly folder: string;
  /** Yields what the engine answers; ends with `end`. @throws QueryFailure for its fault */
  ask(request: EngineRequest): AsyncGenerator<{ readonly type: Exclude<FrameType, "fault">; readonly body: Buffer }>;
}

export const endOf = (body: Buffer): EngineEnd => JSON.parse(body.toString("utf8"));

/** Waits for an engine, and gives it back when the work is done. */
export function withEngine<Result>(
  { begun, context, query, signal }: QueryRun,
  work: (engine: QueryEngine) => Promise<Result>,
): Promise<Result> {
  const folder = query.key.name;
  return withLeasedEngine(context, folder, signal, ({ address, runId }) => {
    void begun();
    const ask = async function* (request: EngineRequest): ReturnType<QueryEngine["ask"]> {
      for await (const { type, body } of askEngine(address, request, signal)) {
        if (type === "fault") throw failureOf(JSON.parse(body.toString("utf8")));
        yield { type, body };
      }
    };
    return work({ runId, folder, ask });
  });
}

function failureOf({ kind, message }: EngineFaultBody): QueryFailure {
  if (kind === "resources")
    return new QueryFailure("Query exhausted resources at this scale factor", { type: errorTypes.resources });
  if (kind === "data")
    return new QueryFailure(/^(HIVE|ICEBERG)_/.test(message) ? message : `HIVE_BAD_DATA: ${message}`, {
      type: errorTypes.data,
    });
  if (kind === "missing") return new QueryFailure(`HIVE_CANNOT_OPEN_SPLIT: ${message}`, { type: errorTypes.missing });
  if (kind === "internal")
    return new QueryFailure(`[ErrorCategory:INTERNAL_ERROR] ${message}`, { type: errorTypes.internal, category: 1 });
  const { code, message: words } = faultOf(message) ?? { code: "GENERIC_USER_ERROR", message };
  return new QueryFailure(`${code}: ${words}`, { type: errorTypes.syntax });
}
