import type { EngineFile } from "../../../../engines/port.ts";
import type { Context } from "../../../../frame/context.ts";
import { bringObjects } from "../../../../frame/engine-files.ts";
import { addedFile } from "../../../../frame/iceberg-files.ts";
import {
  commitFiles,
  type IcebergTable,
  loadIcebergTable,
  placeOf,
  readManifests,
  removeFile,
} from "../../../../frame/iceberg-table.ts";
import { FileGone } from "../../../../iceberg/new-snapshot.ts";
import { type PlannedFile, planFiles } from "../../../../iceberg/plan-files.ts";
import { schemaOf, snapshotOf, specOf, type TableMetadata } from "../../../../iceberg/table-metadata.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import { icebergFile, icebergOutput } from "./iceberg-output.ts";
import { tableName } from "./offline-catalog.ts";
import { makeFiles, putFile } from "./offline-engine.ts";
import type { OfflineMerge } from "./offline-store-kind.ts";

/** Which merge a snapshot is of. */
const mergeMember = "sagebrush.offline-merge";

/** The document that names them is small. */
const mostSources = 500;

const isThere = ({ snapshots }: TableMetadata, stem: string) =>
  snapshots.some(({ summary }) => summary[mergeMember] === stem);

/**
 * The files of a day that can become one: those of the partitions that the group was made with, of whose rows none is deleted. What
 * has deletes is left to OPTIMIZE.
 */
async function filesOf(context: Context, { metadata }: IcebergTable, day: string): Promise<PlannedFile[]> {
  const spec = specOf(metadata);
  if (spec.fields.length !== 1 || spec.fields[0]!.transform !== "truncate[10]") return [];
  const planned = planFiles(metadata, schemaOf(metadata), await readManifests(context, snapshotOf(metadata)));
  return planned.filter(
    ({ deletes, file, specId }) =>
      deletes.length === 0 &&
      file.format === "PARQUET" &&
      specId === metadata["default-spec-id"] &&
      String(file.partition[0]) === day,
  );
}

/** Returns the paths of small files of a day, the smallest first, up to so many bytes. */
export async function smallIcebergFiles(
  group: FeatureGroupDocument,
  day: string,
  mostBytes: number,
  context: Context,
): Promise<readonly string[]> {
  const role = context.as(group.wanted.RoleArn!);
  const found = await filesOf(role, await loadIcebergTable(role, tableName(group)!), day);
  const sources: string[] = [];
  let bytes = 0;
  for (const { file } of found.toSorted((a, b) => Number(a.file.sizeBytes) - Number(b.file.sizeBytes))) {
    bytes += Number(file.sizeBytes);
    if (bytes > mostBytes || sources.length === mostSources) break;
    sources.push(file.path);
  }
  return sources;
}

/**
 * Makes one file of several in one snapshot, however often it is begun. Nothing is done when another commit has taken one of them,
 * or has deleted rows of it, meanwhile. The files stay for the snapshots before, until these expire.
 */
export async function mergeIceberg(
  group: FeatureGroupDocument,
  { partition: day, sources, stem }: OfflineMerge,
  context: Context,
): Promise<void> {
  const role = context.as(group.wanted.RoleArn!);
  const name = tableName(group)!;
  const table = await loadIcebergTable(role, name);
  const { metadata } = table;
  if (isThere(metadata, stem)) return;
  const removed = new Set(sources);
  const planned = (await filesOf(role, table, day)).filter(({ file }) => removed.has(file.path));
  if (planned.length < sources.length) return;
  const { fields } = schemaOf(metadata);
  const { files, iceberg } = await makeFiles(
    context,
    `offline-${stem}`,
    async (runId, folder) => {
      const brought: EngineFile[] = [];
      for (const { file } of planned) {
        const { Bucket: bucket, Key: key } = placeOf(file.path);
        const place = { bucket, prefix: "", folder: `${folder}/${bucket}` };
        const [one] = await bringObjects(role, runId, place, [{ key, sizeBytes: Number(file.sizeBytes) }]);
        brought.push({ ...one!, iceberg: { recordCount: Number(file.recordCount) } });
      }
      const schema = { type: "struct", fields } as const;
      const format = { kind: "iceberg", schema, positionDeletes: [], equalityDeletes: [] } as const;
      return [{ name: "parts", columns: [], partitionKeys: [], format, files: brought }];
    },
    {
      sql: `SELECT ${fields.map((field) => `"${field.name.replaceAll('"', '""')}"`).join(", ")} FROM parts`,
      results: icebergOutput(metadata),
    },
  );
  const bytesOf = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const added: { readonly path: string; readonly file: NonNullable<typeof iceberg>["files"][number] }[] = [];
  for (const [index, file] of iceberg!.files.entries()) {
    const { folder, name: at, path } = icebergFile(group, { stem, index, file });
    await putFile(role, folder, at, bytesOf.get(file.path)!);
    added.push({ path, file });
  }
  const takeBack = () => Promise.all(added.map(({ path }) => removeFile(role, path)));
  try {
    await commitFiles(role, name, async (now) => {
      if (isThere(now.metadata, stem)) return undefined;
      const still = new Set((await filesOf(role, now, day)).map(({ file }) => file.path));
      for (const path of sources) if (!still.has(path)) throw new FileGone(path);
      return {
        operation: "replace",
        added: added.map(({ file, path }) => addedFile(now.metadata, file, path, [])),
        removed,
        // Deletes that come later than the rows were read concern them.
        dataSequenceNumber: snapshotOf(metadata)!["sequence-number"],
        summary: { [mergeMember]: stem },
      };
    });
  } catch (error) {
    if (!(error instanceof FileGone)) throw error;
    await takeBack();
  }
}
