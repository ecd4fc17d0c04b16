import { loadIcebergTable } from "../../../frame/iceberg-table.ts";
import { expireIceberg, removeOrphans } from "../../../frame/iceberg-upkeep.ts";
import type { Retention } from "../../../iceberg/expire-snapshots.ts";
import type { TableMetadata } from "../../../iceberg/table-metadata.ts";
import { changedTable } from "./iceberg-change.ts";
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
  const { context, signal } = run;
  await changedTable(run, name, "VACUUM is");
  const place = placeOf(run, name);
  await expireIceberg(context, place, retentionOf, { cleans: true, signal });
  const now = await loadIcebergTable(context, place);
  const age = Math.max(retentionOf(now.metadata).maxAgeMilliseconds, hourMilliseconds);
  await removeOrphans(context, now, context.clock.now() - age);
  await putLines(run, [], []);
  return {};
}
