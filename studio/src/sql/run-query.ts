import {
  GetQueryExecutionCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { call } from "../api/command.ts";
import { detailKey, forgetKind, queries } from "../frame/query.ts";
import { watch } from "../live.ts";
import { athena } from "../services/athena.ts";

export const queryKind = "athena/query-execution";

/** Where a query looks for tables, and where its result goes. */
export interface QuerySettings {
  readonly workGroup: string;
  readonly database: string | undefined;
  /** Absent where the work group says it. */
  readonly output: string | undefined;
}

/** How often a query that goes on is asked for by itself: what the socket tells comes first. */
const askAgainMilliseconds = 2_000;

export async function startQuery(text: string, { workGroup, database, output }: QuerySettings): Promise<string> {
  const { QueryExecutionId } = await call(athena, StartQueryExecutionCommand, {
    QueryString: text,
    WorkGroup: workGroup,
    QueryExecutionContext: database === undefined ? undefined : { Database: database },
    ResultConfiguration: output === undefined ? undefined : { OutputLocation: output },
  });
  return QueryExecutionId!;
}

export const stopQuery = (QueryExecutionId: string): Promise<unknown> =>
  call(athena, StopQueryExecutionCommand, { QueryExecutionId });

export async function readQuery(QueryExecutionId: string, signal?: AbortSignal): Promise<QueryExecution> {
  const { QueryExecution } = await call(athena, GetQueryExecutionCommand, { QueryExecutionId }, signal);
  return QueryExecution!;
}

export const hasEnded = ({ Status }: QueryExecution): boolean =>
  Status?.State !== "QUEUED" && Status?.State !== "RUNNING";

/** Follows a query to its end, or as long as anybody wants to know; `told` is given each state that is seen. */
export async function followQuery(
  id: string,
  told: (query: QueryExecution) => void,
  isWanted: () => boolean,
): Promise<QueryExecution> {
  let changed = () => {};
  const end = watch({ kind: queryKind }, () => changed());
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
        setTimeout(resolve, askAgainMilliseconds);
      });
      const query = await readQuery(id);
      queries.setQueryData(detailKey(queryKind, id), query);
      told(query);
      if (hasEnded(query)) {
        // Definitions change what the tree and completions show.
        if (query.StatementType === "DDL" || query.SubstatementType === "CREATE_TABLE_AS_SELECT")
          void Promise.all([forgetKind("glue/table"), forgetKind("glue/database")]);
        return query;
      }
      if (!isWanted()) return query;
      await change;
    }
  } finally {
    end();
  }
}
