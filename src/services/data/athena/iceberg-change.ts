import { setTimeout } from "node:timers/promises";
import { addedFile } from "../../../frame/iceberg-files.ts";
import { type IcebergTable, isIceberg, readIcebergTable, readManifests } from "../../../frame/iceberg-table.ts";
import { contents, statuses } from "../../../iceberg/manifest.ts";
import type { FileChanges } from "../../../iceberg/new-snapshot.ts";
import { type FilePredicate, onlyPath, type PlannedFile } from "../../../iceberg/plan-files.ts";
import { predicatesOf } from "../../../prep/sql/trino/predicates.ts";
import type { SessionTable } from "../../../prep/sql/trino/scope.ts";
import type { ObjectName } from "../../../prep/sql/trino/statement.ts";
import { tableKey } from "../../../prep/sql/trino/table-key.ts";
import { type Change, translateChange, translateInsert } from "../../../prep/sql/trino/translate-change.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import { type QueryEngine, withEngine } from "./engine-work.ts";
import { Conflicting, commitChange, committedBy, type ReadState, removeFiles } from "./iceberg-commit.ts";
import { filePredicate } from "./iceberg-predicate.ts";
import { bringScan, currentScan, type IcebergScan, planScan } from "./iceberg-scan.ts";
import { removeEarlierFiles, targetOf, type WrittenToTable, writeToTable } from "./iceberg-write.ts";
import { placeOf } from "./named-table.ts";
import { notFound } from "./not-found.ts";
import { putManifest } from "./put-manifest.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { scannedOf } from "./scanned.ts";
import { evaluateBy, findTable, resolveTables, sessionOf } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";

type Written = Change | StatementOf<"insert">;

/** How often a statement is run anew because another commit came between. */
const mostAttempts = 20;
const longestPauseMilliseconds = 2000;

const words: Readonly<Record<Written["kind"], string>> = {
  ...{ insert: "Inserts are", delete: "Deletes are", update: "Updates are", merge: "Merges are" },
};

/** Loads a table of Iceberg whose rows a statement changes. */
export async function changedTable(run: QueryRun, name: ObjectName, what: string): Promise<IcebergTable> {
  const { DatabaseName, Name } = placeOf(run, name);
  const found = await findTable(run.context, DatabaseName, Name);
  const { column, line } = name.at;
  if (!found) throw await notFound(run.context, name, DatabaseName);
  if (!isIceberg(found))
    throw new QueryFailure(
      `NOT_SUPPORTED: line ${line}:${column}: ${what} done in tables of Iceberg only, and ${DatabaseName}.${Name} is none`,
    );
  return readIcebergTable(run.context, found);
}

/** Runs INSERT, DELETE, UPDATE and MERGE: one commit, or none when there is nothing to do. */
export async function changeIceberg(statement: Written, run: QueryRun): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tryChange(statement, run, attempt);
    } catch (error) {
      if (!(error instanceof Conflicting)) throw error;
      if (attempt === mostAttempts)
        throw new QueryFailure(`ICEBERG_COMMIT_ERROR: Failed to commit during write: ${error.message}`, {
          type: errorTypes.data,
        });
      const pause = run.context.random.next() * Math.min(20 * 2 ** attempt, longestPauseMilliseconds);
      await setTimeout(pause, undefined, { signal: run.signal });
    }
  }
}

async function tryChange(statement: Written, run: QueryRun, attempt: number): Promise<Outcome> {
  const table = await changedTable(run, statement.table, words[statement.kind]);
  const earlier = committedBy(run, table.metadata);
  if (earlier !== undefined) return doneBefore(run, table, earlier);
  if (attempt === 1) await removeEarlierFiles(run, table.metadata);
  const scan = currentScan(table);
  const made = await runChange(statement, run, scan, attempt);
  const { planned, predicate, written } = made;
  try {
    const changes = changesOf(statement, scan, planned, written);
    const rows = written.rows;
    if (changes) {
      const touched = new Set([...written.emptied, ...written.files.flatMap(({ deletesOf }) => deletesOf ?? [])]);
      const isolation = scan.metadata.properties[`write.${statement.kind}.isolation-level`];
      const heedsNewRows = isolation !== "snapshot";
      const state: ReadState = { scan, planned, predicate, heedsNewRows, touched };
      await commitChange(
        run,
        placeOf(run, statement.table),
        changes,
        rows,
        statement.kind === "insert" ? undefined : state,
      );
    }
    return { statistics: { ...made.statistics, outputRows: rows }, manifest: await putWritten(run, written.paths) };
  } catch (error) {
    await takeBack(run, statement.table, written);
    throw error;
  }
}

/** Removes the files of a change that was not committed. */
async function takeBack(run: QueryRun, name: ObjectName, { paths }: WrittenToTable): Promise<void> {
  const now = await changedTable(run, name, "").catch(() => undefined);
  if (now && committedBy(run, now.metadata) === undefined) await removeFiles(run, paths);
}

const putWritten = (run: QueryRun, paths: readonly string[]): Promise<string> => putManifest(run, "", paths);

/** The commit stands, and the server that made it was killed before it could say so. */
async function doneBefore(run: QueryRun, { metadata }: IcebergTable, rows: number): Promise<Outcome> {
  const snapshot = metadata.snapshots.find(({ summary }) => summary.trino_query_id === run.query.key.name);
  const manifests = await readManifests(
    run.context,
    snapshot,
    ({ addedSnapshotId }) => addedSnapshotId === snapshot?.["snapshot-id"],
  );
  const added = manifests.flatMap(([, entries]) => entries.filter(({ status }) => status === statuses.added));
  const paths = added.map(({ file }) => file.path);
  run.begun();
  return { statistics: { outputRows: rows }, manifest: await putWritten(run, paths) };
}

/** Writes the query of a change, and gives an engine the files that it reads. */
export async function compileChange(statement: Written, run: QueryRun, scan: IcebergScan, engine: QueryEngine) {
  const session = sessionOf(run);
  const { context } = run;
  const tables = await resolveTables(statement, context, session, evaluateBy(engine, session));
  const whole = { ...session, tables: tables.known };
  const target = targetOf(scan.metadata, '"target"');
  const isInsert = statement.kind === "insert";
  const sql = isInsert ? translateInsert(statement, whole, target) : translateChange(statement, whole, target);
  const key = tableKey(statement.table, session);
  const asked = predicatesOf(statement, {
    ...session,
    tables: new Map<string, SessionTable>([...tables.known, [key, target]]),
  }).get(key);
  const predicate: FilePredicate = asked ? filePredicate(asked, scan.schema) : { all: [] };
  const planned: PlannedFile[] = isInsert ? [] : await planScan(context, scan, predicate);
  const brought = await tables.bring(engine, sql);
  if (!isInsert) brought.push(await bringScan(context, engine, "target", scan, planned));
  return { sql, tables: brought, known: tables.known, planned, predicate };
}

async function runChange(statement: Written, run: QueryRun, scan: IcebergScan, attempt: number) {
  return withEngine(run, async (engine) => {
    const started = performance.now();
    const { planned, predicate, sql, tables } = await compileChange(statement, run, scan, engine);
    const scanned = scannedOf(run, tables);
    const planningMilliseconds = Math.round(performance.now() - started);
    const rows = { sql, tables, attempt, ...(statement.kind !== "insert" && { table: "target" }) };
    const written = await writeToTable(run, engine, scan.metadata, rows);
    const engineMilliseconds = Math.round(written.milliseconds);
    const statistics = { planningMilliseconds, ...scanned, outputBytes: written.bytes, engineMilliseconds };
    return { planned, predicate, written, statistics };
  });
}

/** What becomes of the files of the table; undefined when nothing does. */
function changesOf(
  { kind }: Written,
  { metadata }: IcebergScan,
  planned: readonly PlannedFile[],
  { emptied, files, paths }: WrittenToTable,
): FileChanges | undefined {
  if (files.length === 0 && emptied.length === 0) return undefined;
  const added = files.map((file, at) => addedFile(metadata, file, paths[at]!, planned));
  const removed = new Set(emptied);
  // Positions of rows in a file that is gone are of no use.
  for (const { deletes, file } of planned)
    if (removed.has(file.path)) for (const one of deletes) if (onlyPath(one) === file.path) removed.add(one.path);
  const hasRows = added.some(({ content }) => content === contents.data);
  const operation = kind === "insert" ? "append" : hasRows ? "overwrite" : "delete";
  return { operation, added, removed };
}
