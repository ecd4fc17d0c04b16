import { parseS3Location } from "../../../aws/s3-location.ts";
import { commitIceberg, type IcebergTable, loadIcebergTable } from "../../../frame/iceberg-table.ts";
import { type Expired, expireSnapshots, type Retention } from "../../../iceberg/expire-snapshots.ts";
import type { TableMetadata } from "../../../iceberg/table-metadata.ts";
import { changedTable } from "./iceberg-change.ts";
import { filesOfSnapshots, reachableFiles, removeAll } from "./iceberg-reachable.ts";
import { placeOf } from "./named-table.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import type { StatementOf } from "./statement-of.ts";

const hourMilliseconds = 3_600_000;

/** What Athena keeps unless the table says something else. */
function retentionOf({ properties }: TableMetadata): Retention {
  const number = (name: string, usual: number) => Number(properties[name] ?? usual);
  return {
    maxAgeMilliseconds: number("vacuum_max_snapshot_age_seconds", 432_000) * 1000,
    minSnapshots: number("vacuum_min_snapshots_to_keep", 1),
    maxMetadataFiles: number("write.metadata.previous-versions-max", 100),
  };
}

/** VACUUM: takes old snapshots out of a table, and removes the files that nothing of it names any more. */
export async function vacuum({ table: name }: StatementOf<"vacuum">, run: QueryRun): Promise<Outcome> {
  const { context } = run;
  run.begun();
  await changedTable(run, name, "VACUUM");
  const place = placeOf(run, name);
  let expired: Expired | undefined;
  let before: IcebergTable | undefined;
  await commitIceberg(context, place, (table) => {
    run.signal.throwIfAborted();
    before = table;
    expired = expireSnapshots(table.metadata, retentionOf(table.metadata), context.clock.now());
    return { metadata: expired.metadata };
  });
  const now = await loadIcebergTable(context, place);
  const reachable = await reachableFiles(context, now);
  if (expired!.metadata !== before!.metadata) {
    const gone = await filesOfSnapshots(context, expired!.snapshots);
    for (const path of expired!.metadataFiles) gone.add(path);
    await removeAll(
      run,
      [...gone].filter((path) => !reachable.has(path)),
    );
  }
  const age = Math.max(retentionOf(now.metadata).maxAgeMilliseconds, hourMilliseconds);
  await removeAll(run, await orphansOf(run, now.metadata, reachable, context.clock.now() - age));
  await putLines(run, [], []);
  return {};
}

/**
 * Finds the objects that nothing of a table names. Young ones may be those of a commit that is under way: they are left for
 * an hour at least.
 */
async function orphansOf(
  run: QueryRun,
  { location }: TableMetadata,
  reachable: ReadonlySet<string>,
  before: number,
): Promise<string[]> {
  const { bucket, key } = parseS3Location(`${location.replace(/^s3[an]:/, "s3:")}/`)!;
  const own = new Set([...reachable].map((path) => path.replace(/^s3[an]:/, "s3:")));
  const orphans: string[] = [];
  for (const folder of ["data/", "metadata/"]) {
    let ContinuationToken: string | undefined;
    do {
      const page = await run.context.call("s3", "ListObjectsV2", {
        ...{ Bucket: bucket, Prefix: `${key}${folder}` },
        ...(ContinuationToken !== undefined && { ContinuationToken }),
      });
      for (const { Key = "", LastModified } of page.Contents ?? []) {
        const path = `s3://${bucket}/${Key}`;
        if (!own.has(path) && LastModified && LastModified.getTime() < before) orphans.push(path);
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return orphans;
}
