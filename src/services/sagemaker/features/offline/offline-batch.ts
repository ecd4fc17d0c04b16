import type { Context } from "../../../../frame/context.ts";
import { bringText } from "../../../../frame/engine-files.ts";
import { addedFile } from "../../../../frame/iceberg-files.ts";
import { commitFiles, loadIcebergTable } from "../../../../frame/iceberg-table.ts";
import { schemaOf } from "../../../../iceberg/table-metadata.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import type { PositionedWrite } from "../offline-journal.ts";
import { dayOf, icebergFile, icebergOutput } from "./iceberg-output.ts";
import { addPartitions, dataFolder, definitionsOf, isIcebergGroup, tableName } from "./offline-catalog.ts";
import { linesOf, linesTable, offlineColumns, partitionKeys, partitionOf, rowsQuery } from "./offline-columns.ts";
import { filesBelow, makeFiles, putFile, removeFiles } from "./offline-engine.ts";
import { fileName } from "./offline-file-name.ts";
import type { OfflineBatch } from "./offline-store-kind.ts";

/**
 * Writes a batch to the offline store, so that its rows are there once however often it is begun. Returns how many files
 * each partition got.
 */
export const writeBatch = (
  group: FeatureGroupDocument,
  batch: OfflineBatch,
  writes: readonly PositionedWrite[],
  context: Context,
): Promise<Readonly<Record<string, number>>> =>
  isIcebergGroup(group) ? appendToIceberg(group, batch, writes, context) : putPartitions(group, batch, writes, context);

async function putPartitions(
  group: FeatureGroupDocument,
  { stem }: OfflineBatch,
  writes: readonly PositionedWrite[],
  context: Context,
) {
  const role = context.as(group.wanted.RoleArn!);
  const folder = dataFolder(group);
  const partitions = [...new Set(writes.map(({ eventTime }) => partitionOf(eventTime)))];
  // What an earlier try has left may be divided among files otherwise.
  for (const partition of partitions) {
    const left = await filesBelow(role, folder, `${partition}/${stem}`);
    await removeFiles(
      role,
      folder,
      left.map(({ name }) => name),
    );
  }
  const definitions = definitionsOf(group);
  const columns = offlineColumns(definitions);
  const { files } = await makeFiles(context, `offline-${stem}`, bringWrites(group, writes, context), {
    sql: rowsQuery(
      definitions,
      columns.map(({ name }) => name),
      true,
    ),
    results: {
      form: "files",
      files: {
        ...{ format: "parquet", compression: "snappy", name: "rows" },
        columns: [...columns, ...partitionKeys],
        partitionedBy: partitionKeys.map(({ name }) => name),
      },
    },
  });
  const counts: Record<string, number> = {};
  for (const { path, bytes } of files) {
    const partition = path.split("/").slice(1, -1).join("/");
    const index = counts[partition] ?? 0;
    counts[partition] = index + 1;
    await putFile(role, folder, `${partition}/${fileName(stem, index)}`, bytes);
  }
  await addPartitions(group, partitions, context);
  return counts;
}

const bringWrites =
  (group: FeatureGroupDocument, writes: readonly PositionedWrite[], context: Context) =>
  async (runId: string, folder: string) => {
    const definitions = definitionsOf(group);
    const file = await bringText(context, runId, `${folder}/writes.json`, linesOf(definitions, writes));
    return [linesTable(definitions, file)];
  };

/** Which batch a snapshot is of. */
const batchMember = "sagebrush.offline-batch";

async function appendToIceberg(
  group: FeatureGroupDocument,
  { stem }: OfflineBatch,
  writes: readonly PositionedWrite[],
  context: Context,
) {
  const role = context.as(group.wanted.RoleArn!);
  const name = tableName(group)!;
  const { metadata } = await loadIcebergTable(role, name);
  const isThere = (one: typeof metadata) => one.snapshots.some(({ summary }) => summary[batchMember] === stem);
  if (isThere(metadata)) return {};
  const schema = schemaOf(metadata);
  const { files, iceberg } = await makeFiles(context, `offline-${stem}`, bringWrites(group, writes, context), {
    sql: rowsQuery(
      definitionsOf(group),
      schema.fields.map((field) => field.name),
      false,
    ),
    results: icebergOutput(metadata),
  });
  const bytesOf = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const paths: string[] = [];
  const counts: Record<string, number> = {};
  for (const [index, file] of iceberg!.files.entries()) {
    const { folder, name: at, path } = icebergFile(group, { stem, index, file });
    await putFile(role, folder, at, bytesOf.get(file.path)!);
    paths.push(path);
    counts[dayOf(file)] = (counts[dayOf(file)] ?? 0) + 1;
  }
  await commitFiles(role, name, (table) =>
    isThere(table.metadata)
      ? undefined
      : {
          operation: "append",
          added: iceberg!.files.map((file, index) => addedFile(table.metadata, file, paths[index]!, [])),
          summary: { [batchMember]: stem },
        },
  );
  return counts;
}
