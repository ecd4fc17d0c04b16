import type { Context } from "../../../frame/context.ts";
import { type QueriedObject, shownObjects } from "../../../frame/engine-files.ts";
import { isRefusal } from "./athena-faults.ts";

/** A folder in S3; the prefix ends with a slash, or is empty for a bucket. */
export interface ListedFolder {
  readonly bucket: string;
  readonly prefix: string;
}

/** Fewer partitions are listed one by one. */
const fewPartitions = 50;
/** A page of a list takes as long as a partition of its own, and has up to a thousand objects. */
const partitionsOfPage = 4;

/**
 * Lists the objects of many folders by listing the one that they lie in, page by page. Undefined where each is to be listed by
 * itself: because they are few, because most of what lies there is of others, or because the caller may not.
 */
export async function objectsWithin(
  context: Context,
  { bucket, prefix }: ListedFolder,
  folders: readonly ListedFolder[],
): Promise<ReadonlyMap<string, readonly QueriedObject[]> | undefined> {
  const found = new Map<string, QueriedObject[]>();
  for (const folder of folders)
    if (folder.bucket === bucket && folder.prefix.startsWith(prefix)) found.set(folder.prefix, []);
  if (found.size < fewPartitions) return undefined;
  let pages = Math.floor(found.size / partitionsOfPage);
  let ContinuationToken: string | undefined;
  do {
    if (pages-- === 0) return undefined;
    const page = await context
      .call("s3", "ListObjectsV2", { Bucket: bucket, Prefix: prefix, ...(ContinuationToken && { ContinuationToken }) })
      .catch((error) => {
        if (isRefusal(error) || error.code === "NoSuchBucket") return undefined;
        throw error;
      });
    if (!page) return undefined;
    for (const object of page.Contents ?? []) {
      const { Key = "" } = object;
      for (let at = Key.indexOf("/", prefix.length); at >= 0; at = Key.indexOf("/", at + 1)) {
        const folder = Key.slice(0, at + 1);
        found.get(folder)?.push(...shownObjects([object], folder));
      }
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}
