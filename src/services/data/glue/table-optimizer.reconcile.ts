import { parseS3Location } from "../../../aws/s3-location.ts";
import type { Context } from "../../../frame/context.ts";
import { defineReconciler, type ReconcileContext } from "../../../frame/define-reconciler.ts";
import { loadIcebergTable } from "../../../frame/iceberg-table.ts";
import { expireIceberg, removeOrphans } from "../../../frame/iceberg-upkeep.ts";
import { snapshotOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import { tableKind } from "./catalog-kinds.ts";
import {
  type ActualOptimizer,
  type OptimizerConfiguration,
  type OptimizerDocument,
  type OptimizerRun,
  optimizerKind,
} from "./table-optimizer-kind.ts";

const hourMilliseconds = 3_600_000;
const dayMilliseconds = 24 * hourMilliseconds;

/** So many runs are remembered. */
const mostRuns = 100;

const usualHours = 24;

type Done = Pick<OptimizerRun, "expired" | "orphans">;
interface Work {
  readonly context: Context;
  readonly name: { readonly DatabaseName: string; readonly Name: string };
  readonly configuration: OptimizerConfiguration;
}

/** Runs optimizers when they are due, as the role that each names. */
export const tableOptimizerReconciler = defineReconciler({
  kind: optimizerKind,
  unfinished: ["Enabled"],
  async reconcile(document, context) {
    const { actual, key, wanted } = document;
    const { DatabaseName = "", TableName = "", Type } = optimizerKind.variables(key);
    const table = await tableKind.find(context, tableKind.key(context, { DatabaseName, TableName }));
    // It goes with its table.
    if (table?.id !== actual.tableId) return { changes: [{ delete: key, expected: document.version }] };
    const { configuration } = wanted;
    const work = {
      context: context.as(configuration.roleArn!),
      name: { DatabaseName, Name: TableName },
      configuration,
    };
    const now = context.clock.now();
    if (actual.query) return followed(document, work, context);
    if (now < actual.next) return { again: actual.next };
    if (Type === "compaction") return { update: { actual: await beginCompaction(document, work, now) } };
    const run = await ran(now, context, () => (Type === "retention" ? retain(work) : removeOld(work)));
    const own =
      configuration[Type === "retention" ? "retentionConfiguration" : "orphanFileDeletionConfiguration"]
        ?.icebergConfiguration;
    const next = now + (own?.runRateInHours ?? usualHours) * hourMilliseconds;
    return { update: { actual: { ...actual, next, runs: withRun(actual, run) } } };
  },
});

const withRun = ({ runs }: ActualOptimizer, run: OptimizerRun): OptimizerRun[] => [run, ...runs].slice(0, mostRuns);

/** Does something and says how it ended: a failure is one run's, and the next run comes all the same. */
async function ran(
  started: number,
  { clock, signal }: ReconcileContext,
  work: () => Promise<Done>,
): Promise<OptimizerRun> {
  try {
    const done = await work();
    return { event: "completed", started, ended: clock.now(), ...done };
  } catch (error) {
    // The next server runs it again.
    if (signal.aborted) throw error;
    return { event: "failed", started, ended: clock.now(), error: (error as Error).message };
  }
}

async function retain({ configuration, context, name }: Work): Promise<Done> {
  const { cleanExpiredFiles = false, ...given } = configuration.retentionConfiguration?.icebergConfiguration ?? {};
  const retentionOf = ({ properties }: TableMetadata) => ({
    maxAgeMilliseconds:
      given.snapshotRetentionPeriodInDays !== undefined
        ? given.snapshotRetentionPeriodInDays * dayMilliseconds
        : Number(properties["history.expire.max-snapshot-age-ms"] ?? 5 * dayMilliseconds),
    minSnapshots: given.numberOfSnapshotsToRetain ?? Number(properties["history.expire.min-snapshots-to-keep"] ?? 1),
    maxMetadataFiles: Number(properties["write.metadata.previous-versions-max"] ?? 100),
  });
  const { removed } = await expireIceberg(context, name, retentionOf, {
    ...{ cleans: cleanExpiredFiles, signal: context.signal },
  });
  return { expired: removed };
}

async function removeOld({ configuration, context, name }: Work): Promise<Done> {
  const { location, orphanFileRetentionPeriodInDays = 3 } =
    configuration.orphanFileDeletionConfiguration?.icebergConfiguration ?? {};
  const before = context.clock.now() - orphanFileRetentionPeriodInDays * dayMilliseconds;
  const table = await loadIcebergTable(context, name);
  const folders = location === undefined ? undefined : [`${location.replace(/\/+$/, "")}/`];
  return { orphans: await removeOrphans(context, table, before, folders) };
}

/** Has Athena put the files of the table together, if the table has changed since the last time. */
async function beginCompaction(
  { actual, id }: OptimizerDocument,
  { context, name }: Work,
  now: number,
): Promise<ActualOptimizer> {
  const next = now + hourMilliseconds;
  try {
    const { location: before, metadata } = await loadIcebergTable(context, name);
    if (before === actual.seen) return { ...actual, next };
    const { QueryExecutionId = "" } = await context.call("athena", "StartQueryExecution", {
      QueryString: `OPTIMIZE "${name.Name}" REWRITE DATA USING BIN_PACK`,
      QueryExecutionContext: { Database: name.DatabaseName },
      ResultConfiguration: { OutputLocation: `${metadata.location.replace(/^s3[an]:/, "s3:")}/metadata/` },
      // The same work begun again after a kill is the same query.
      ClientRequestToken: `table-optimizer ${id} ${actual.runs.length} ${actual.next}`,
    });
    const run = { event: "in_progress", started: now } as const;
    return { ...actual, next, query: { id: QueryExecutionId, before }, runs: withRun(actual, run) };
  } catch (error) {
    const run = { event: "failed", started: now, ended: now, error: (error as Error).message } as const;
    return { ...actual, next, runs: withRun(actual, run) };
  }
}

/** Follows the query of a compaction to its end. */
async function followed({ actual, key }: OptimizerDocument, { context, name }: Work, own: ReconcileContext) {
  const { before, id } = actual.query!;
  const { account, region } = key;
  own.watch({ account, region, kind: "athena/query-execution", name: id });
  const { QueryExecution } = await context.call("athena", "GetQueryExecution", { QueryExecutionId: id });
  const { State, StateChangeReason } = QueryExecution?.Status ?? {};
  if (State === "QUEUED" || State === "RUNNING") return {};
  const { query: _, runs, ...rest } = actual;
  const [{ started } = { started: own.clock.now() }, ...earlier] = runs;
  const end = { started, ended: own.clock.now() };
  if (State !== "SUCCEEDED") {
    const failed: OptimizerRun = { ...end, event: "failed", error: StateChangeReason ?? "" };
    return { update: { actual: { ...rest, runs: [failed, ...earlier] } } };
  }
  const result = parseS3Location(QueryExecution?.ResultConfiguration?.OutputLocation ?? "");
  if (result) await context.call("s3", "DeleteObject", { Bucket: result.bucket, Key: result.key });
  const now = await loadIcebergTable(context, name);
  const completed: OptimizerRun = {
    ...end,
    event: "completed",
    compacted: compactedBy(now.metadata, now.location, before),
  };
  return { update: { actual: { ...rest, seen: now.location, runs: [completed, ...earlier] } } };
}

/** What the newest snapshot took out of the table, where it is that of the compaction. */
function compactedBy(metadata: TableMetadata, location: string, before: string) {
  const snapshot = snapshotOf(metadata);
  const { operation, ...summary } = snapshot?.summary ?? {};
  if (location === before || operation !== "replace") return { files: 0, bytes: 0 };
  const number = (member: string) => Number((summary as Record<string, string>)[member] ?? 0);
  return { files: number("deleted-data-files"), bytes: number("removed-files-size") };
}
