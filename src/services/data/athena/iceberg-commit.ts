import {
  commitFiles,
  type IcebergName,
  type IcebergTable,
  loadIcebergTable,
  readManifests,
  removeFile,
} from "../../../frame/iceberg-table.ts";
import { type FileChanges, FileGone } from "../../../iceberg/new-snapshot.ts";
import { type FilePredicate, type PlannedFile, planFiles } from "../../../iceberg/plan-files.ts";
import { type Snapshot, schemaOf, snapshotOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import type { IcebergScan } from "./iceberg-scan.ts";
import type { QueryRun } from "./query-run.ts";

/** What a commit remembers of the query that made it. The first is the name that Trino has for it. */
const [queryMember, countMember] = ["trino_query_id", "sagebrush.update-count"];

/** Another commit changed what this one was made from. */
export class Conflicting extends Error {
  constructor(words: string) {
    super(words);
    this.name = "Conflicting";
  }
}

/** Returns how many rows a query has changed in a table; undefined when its commit does not stand. */
export function committedBy({ query }: QueryRun, { snapshots }: TableMetadata): number | undefined {
  const own = snapshots.find(({ summary }) => summary[queryMember!] === query.key.name);
  return own && Number(own.summary[countMember!] ?? 0);
}

/** What a commit says of its query. */
export const summaryOf = ({ query }: QueryRun, rows: number): Readonly<Record<string, string>> => ({
  [queryMember!]: query.key.name,
  [countMember!]: String(rows),
});

/** What a change was made from. */
export interface ReadState {
  readonly scan: IcebergScan;
  readonly planned: readonly PlannedFile[];
  /** Which rows the change has looked at: commits beside it that add such rows are in its way. */
  readonly predicate: FilePredicate;
  /** Whether new rows are in its way at all. */
  readonly heedsNewRows: boolean;
  /** The paths of the files whose rows it deletes or moves. */
  readonly touched: ReadonlySet<string>;
}

/**
 * Commits what a query has made of the files of a table, once.
 * @throws Conflicting when what it was made from is no longer so
 */
export async function commitChange(
  run: QueryRun,
  name: IcebergName,
  changes: FileChanges,
  rows: number,
  state: ReadState | undefined,
): Promise<void> {
  const make = async (table: IcebergTable): Promise<FileChanges | undefined> => {
    if (committedBy(run, table.metadata) !== undefined) return undefined;
    run.signal.throwIfAborted();
    if (state) await checkState(run, table, state);
    return { ...changes, summary: { ...changes.summary, ...summaryOf(run, rows) } };
  };
  try {
    await commitFiles(run.context, name, make);
  } catch (error) {
    if (error instanceof FileGone) throw new Conflicting(error.message);
    if (error instanceof Conflicting) throw error;
    // The catalog may have taken it all the same.
    const now = await loadIcebergTable(run.context, name).catch(() => undefined);
    if (!now || committedBy(run, now.metadata) === undefined) throw error;
  }
}

const idOf = (snapshot: Snapshot | undefined): string => String(snapshot?.["snapshot-id"]);

/** Looks whether what the change was made from is still so, where there were other commits. */
async function checkState(run: QueryRun, { metadata }: IcebergTable, state: ReadState): Promise<void> {
  const { heedsNewRows, planned, predicate, scan, touched } = state;
  const now = snapshotOf(metadata);
  if (idOf(now) === idOf(scan.snapshot)) return;
  const current = planFiles(metadata, schemaOf(metadata), await readManifests(run.context, now));
  const there = new Map(current.map((one) => [one.file.path, one]));
  for (const path of touched) {
    const [before, after] = [planned.find(({ file }) => file.path === path), there.get(path)];
    if (!after) throw new Conflicting(`${path} was removed by another commit`);
    const known = new Set(before?.deletes.map((file) => file.path));
    if (after.deletes.some((file) => !known.has(file.path)))
      throw new Conflicting(`rows of ${path} were deleted by another commit`);
  }
  if (!heedsNewRows) return;
  const old = new Set(
    planFiles(scan.metadata, scan.schema, await readManifests(run.context, scan.snapshot)).map(({ file }) => file.path),
  );
  const added = current.filter(({ file }) => !old.has(file.path)).map(({ file }) => file.path);
  if (added.length === 0) return;
  const mayConcern = planFiles(metadata, schemaOf(metadata), await readManifests(run.context, now), predicate);
  const found = mayConcern.find(({ file }) => added.includes(file.path));
  if (found) throw new Conflicting(`${found.file.path} was added by another commit`);
}

/** Takes back files that no commit names. */
export const removeFiles = async (run: QueryRun, paths: readonly string[]): Promise<void> => {
  await Promise.allSettled(paths.map((path) => removeFile(run.context, path)));
};
