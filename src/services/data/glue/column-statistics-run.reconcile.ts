import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { defineReconciler, type ReconcileContext } from "../../../frame/define-reconciler.ts";
import { onTable } from "./catalog-permissions.ts";
import { type StatisticsRunDocument, statisticsRunKind } from "./column-statistics-run-kind.ts";
import { statisticsOf, statisticsQuery } from "./computed-statistics.ts";

const keeping = "UpdateColumnStatisticsForTable";

/** Has Athena read the table, as the role that the run names, and keeps what it found. */
export const columnStatisticsRunReconciler = defineReconciler({
  kind: statisticsRunKind,
  unfinished: ["STARTING", "RUNNING"],
  grants({ key, wanted }) {
    const { DatabaseName, TableName } = wanted;
    const needed = onTable(keeping)({ DatabaseName, TableName }, { account: key.account, region: key.region });
    return [{ actions: [`glue:${keeping}`], resources: needed.map(({ resource }) => resource) }];
  },
  async reconcile(document, context) {
    const role = context.as(document.wanted.Role);
    try {
      return await (document.actual.query === undefined
        ? begin(document, role, context)
        : follow(document, document.actual.query, role, context));
    } catch (error) {
      // The next server goes on with it.
      if (context.signal.aborted) throw error;
      return failed(document, context, (error as Error).message);
    }
  },
});

const failed = ({ actual }: StatisticsRunDocument, { clock }: ReconcileContext, error: string) => ({
  update: { status: "FAILED", actual: { ...actual, ended: clock.now(), error } },
});

async function begin({ actual, id, wanted }: StatisticsRunDocument, role: Context, { clock }: ReconcileContext) {
  const { columns, DatabaseName, location, TableName } = wanted;
  const { QueryExecutionId = "" } = await role.call("athena", "StartQueryExecution", {
    QueryString: statisticsQuery(TableName, columns),
    QueryExecutionContext: { Database: DatabaseName },
    // No reader of the table looks into a folder that is called so.
    ResultConfiguration: { OutputLocation: `${location.replace(/^s3[an]:/, "s3:").replace(/\/+$/, "")}/_statistics/` },
    // The same work begun again after a kill is the same query.
    ClientRequestToken: `column-statistics-run ${id}`.padEnd(32, "-"),
  });
  return { update: { status: "RUNNING", actual: { ...actual, query: QueryExecutionId, started: clock.now() } } };
}

/** Follows the query to its end. */
async function follow(document: StatisticsRunDocument, query: string, role: Context, own: ReconcileContext) {
  const { actual, key, wanted } = document;
  const { account, region } = key;
  own.watch({ account, region, kind: "athena/query-execution", name: query });
  const { QueryExecution } = await role.call("athena", "GetQueryExecution", { QueryExecutionId: query });
  const { State, StateChangeReason } = QueryExecution?.Status ?? {};
  if (State === "QUEUED" || State === "RUNNING") return {};
  if (State !== "SUCCEEDED") return failed(document, own, StateChangeReason ?? "The query was cancelled.");
  const { ResultSet } = await role.call("athena", "GetQueryResults", { QueryExecutionId: query });
  const row = (ResultSet?.Rows?.[1]?.Data ?? []).map(({ VarCharValue }) => VarCharValue);
  const now = own.clock.now();
  const { columns, DatabaseName, TableName } = wanted;
  const all = statisticsOf(columns, row, new Date(now));
  for (let at = 0; at < all.length; at += updatedAtOnce) {
    const ColumnStatisticsList = all.slice(at, at + updatedAtOnce);
    const asked = { DatabaseName, TableName, ColumnStatisticsList };
    const { Errors = [] } = await own.call("glue", keeping, asked as never);
    const [first] = Errors;
    if (first) return failed(document, own, first.Error?.ErrorMessage ?? "The statistics were refused.");
  }
  const result = parseS3Location(QueryExecution?.ResultConfiguration?.OutputLocation ?? "");
  if (result)
    for (const Key of [result.key, `${result.key}.metadata`])
      await role.call("s3", "DeleteObject", { Bucket: result.bucket, Key });
  return { update: { status: "SUCCEEDED", actual: { ...actual, ended: now } } };
}

/** So many columns have their statistics in one call. */
const updatedAtOnce = 25;
