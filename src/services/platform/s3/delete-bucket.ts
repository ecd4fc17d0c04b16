import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { Conflict } from "../../../stores/resources/port.ts";
import { type BucketDocument, bucketKey, bucketKind } from "./bucket-document.ts";

type Parts = Pick<Context, "resources" | "objects" | "clock" | "random" | "signal">;

/**
 * Deletes a bucket. Several callers may run it at the same time, and each may be killed at any line: the document is
 * marked, the id is closed for ever in the object store, the document is deleted.
 *
 * @throws Fault BucketNotEmpty when it holds an object; the document is "Active" then
 */
export async function deleteBucket(parts: Parts, bucket: BucketDocument): Promise<void> {
  const marked = await againOnConflict(parts, async () => {
    const now = await current(parts, bucket);
    return now?.status === "Active" ? writeStatus(parts, now, "Deleting") : now;
  });
  if (marked) await deleteMarked(parts, marked);
}

/**
 * Finishes a deletion that is under way. One that was refused meanwhile is not begun again: by now the bucket may be
 * empty, and nobody has asked for its deletion since.
 */
export async function finishDeletion(parts: Parts, bucket: BucketDocument): Promise<void> {
  const now = await current(parts, bucket);
  if (now?.status !== "Deleting") return;
  await deleteMarked(parts, now).catch((error) => {
    if (!isBucketNotEmpty(error)) throw error;
  });
}

async function deleteMarked(parts: Parts, marked: BucketDocument): Promise<void> {
  try {
    await parts.objects.closeBucket(marked.id, marked.version);
  } catch (error) {
    // A refusal holds for this version for good, so no other caller closes the bucket between it and this write.
    if (isBucketNotEmpty(error)) await writeStatus(parts, marked, "Active").catch(ignoreConflict);
    throw error;
  }
  await againOnConflict(parts, async () => {
    const now = await current(parts, marked);
    if (now) await parts.resources.write([{ delete: now.key, expected: now.version }]);
  });
}

const isBucketNotEmpty = (error: unknown): boolean => error instanceof Fault && error.code === "BucketNotEmpty";

/** Returns the bucket's document, unless a new bucket has its name. */
async function current(parts: Parts, { id, key }: BucketDocument): Promise<BucketDocument | undefined> {
  const found = await bucketKind.find(parts, bucketKey(key.name));
  return found?.id === id ? found : undefined;
}

async function writeStatus(
  parts: Parts,
  bucket: BucketDocument,
  status: "Active" | "Deleting",
): Promise<BucketDocument> {
  const changed = { ...bucket, status, modified: parts.clock.now() };
  await parts.resources.write([await bucketKind.put(parts, changed)]);
  return { ...changed, version: bucket.version + 1 };
}

/** Another caller has set the document back already. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof Conflict)) throw error;
}
