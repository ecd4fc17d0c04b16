import type { Context } from "../../../../frame/context.ts";
import { bringObjects } from "../../../../frame/engine-files.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import { dataFolder, definitionsOf, isIcebergGroup } from "./offline-catalog.ts";
import { offlineColumns } from "./offline-columns.ts";
import { filesBelow, makeFiles, placeIn, putFile, removeFiles } from "./offline-engine.ts";
import { fileName, newStem } from "./offline-file-name.ts";
import { mergeIceberg, smallIcebergFiles } from "./offline-merge-iceberg.ts";
import type { OfflineMerge } from "./offline-store-kind.ts";

/** A partition that got so many files since it was looked at is looked through. */
export const filesToMerge = 8;
/** Files as large as this stay as they are, and what they are merged to is no larger. */
const mergedBytes = 64 * 1024 ** 2;

/** Says which files of a partition are to become one; undefined when there are too few small ones. */
export async function planMerge(
  group: FeatureGroupDocument,
  partition: string,
  context: Context,
): Promise<OfflineMerge | undefined> {
  const sources = isIcebergGroup(group)
    ? await smallIcebergFiles(group, partition, mergedBytes, context)
    : await smallFiles(group, partition, context);
  return sources.length < 2 ? undefined : { partition, stem: newStem(context), sources };
}

async function smallFiles(group: FeatureGroupDocument, partition: string, context: Context) {
  const role = context.as(group.wanted.RoleArn!);
  const found = await filesBelow(role, dataFolder(group), `${partition}/`);
  const sources: string[] = [];
  let bytes = 0;
  for (const { name, sizeBytes } of found.toSorted((a, b) => a.sizeBytes - b.sizeBytes)) {
    if (bytes + sizeBytes > mergedBytes) break;
    bytes += sizeBytes;
    sources.push(name.slice(partition.length + 1));
  }
  return sources;
}

/**
 * Makes one file of several. It may be killed at any line and repeated: once a source is gone, the merged file is whole.
 * A query that lists the partition in between sees a row twice, and none is ever missing.
 */
export const merge = (group: FeatureGroupDocument, merge: OfflineMerge, context: Context): Promise<void> =>
  isIcebergGroup(group) ? mergeIceberg(group, merge, context) : mergeFiles(group, merge, context);

async function mergeFiles(group: FeatureGroupDocument, merge: OfflineMerge, context: Context): Promise<void> {
  const { partition, sources, stem } = merge;
  const role = context.as(group.wanted.RoleArn!);
  const folder = dataFolder(group);
  const there = await filesBelow(role, folder, `${partition}/`);
  const left = there.filter(({ name }) => sources.includes(name.slice(partition.length + 1)));
  if (left.length === sources.length) {
    const { bucket, key: prefix } = placeIn(folder, "");
    const columns = offlineColumns(definitionsOf(group));
    const { files } = await makeFiles(
      context,
      `offline-${stem}`,
      async (runId, own) => {
        const objects = left.map(({ name, sizeBytes }) => ({ key: `${prefix}${name}`, sizeBytes }));
        const brought = await bringObjects(role, runId, { bucket, prefix, folder: own }, objects);
        return [{ name: "parts", columns, partitionKeys: [], format: { kind: "parquet" }, files: brought }];
      },
      {
        sql: `SELECT ${columns.map(({ name }) => `"${name}"`).join(", ")} FROM parts`,
        results: {
          form: "files",
          files: {
            ...{ format: "parquet", compression: "snappy", name: "rows", partitionedBy: [], oneFile: true },
            columns,
          },
        },
      },
    );
    await putFile(role, folder, `${partition}/${fileName(stem, 0)}`, files[0]!.bytes);
  }
  await removeFiles(
    role,
    folder,
    left.map(({ name }) => name),
  );
}
