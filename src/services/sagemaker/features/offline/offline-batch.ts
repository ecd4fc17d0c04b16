import type { Context } from "../../../../frame/context.ts";
import { bringText } from "../../../../frame/engine-files.ts";
import { addedFile } from "../../../../frame/iceberg-files.ts";
import { commitFiles, loadIcebergTable } from "../../../../frame/iceberg-table.ts";
import { schemaOf, specOf } from "../../../../iceberg/table-metadata.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import type { PositionedWrite } from "../offline-journal.ts";
import { addPartitions, dataFolder, definitionsOf, isIcebergGroup, tableName } from "./offline-catalog.ts";
import { linesOf, linesTable, offlineColumns, partitionKeys, partitionOf, rowsQuery } from "./offline-columns.ts";
import { filesBelow, makeFiles, putFile, removeFiles } from "./offline-engine.ts";
import type { OfflineBatch } from "./offline-store-kind.ts";

const stampDigits = 4;

/** How the names of a batch's files begin. */
export function newStem(context: Pick<Context, "ids" | "clock">): string {
  const time = new Date(context.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return `${time}_${context.ids.ulid().slice(-12)}`;
}

/** The name of the n-th file of a batch in a partition: a time, and 16 letters and digits. */
export const fileName = (stem: string, index: number): string =>
  `${stem}${index.toString(36).toUpperCase().padStart(stampDigits, "0")}.parquet`;

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
    results: {
      form: "iceberg",
      files: {
        rows: "rows",
        schema: { type: "struct", fields: schema.fields },
        partition: specOf(metadata).fields.map((field) => ({
          sourceId: field["source-id"],
          transform: field.transform,
        })),
        ...{ compression: "snappy", fileSizeBytes: 2 ** 29 },
      },
    },
  });
  const folder = dataFolder(group);
  const [random, time] = [stem.slice(-8).toLowerCase(), `${group.wanted.EventTimeFeatureName!.toLowerCase()}_trunc`];
  const bytesOf = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const paths: string[] = [];
  for (const [index, { path, partition }] of iceberg!.files.entries()) {
    const day = Buffer.from(partition?.[0] ?? "", "hex").toString("utf8");
    const at = `${random}/${time}=${day}/${fileName(stem, index)}`;
    await putFile(role, folder, at, bytesOf.get(path)!);
    paths.push(`${folder}/${at}`);
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
  return {};
}
