import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
} from "@aws-sdk/client-s3";
import { call } from "../api/command.ts";
import type { Kept } from "../pages/delete-each.ts";
import { s3 } from "../services/s3.ts";

/** A row of a folder: a folder in it, or an object. */
export interface Entry {
  readonly key: string;
  readonly isFolder: boolean;
  readonly sizeBytes?: number;
  readonly modified?: Date;
}

/** Under which the queries for folders and objects are kept. */
export const entriesKind = "s3/object";

/** A page of keys. They come escaped, because XML cannot have all characters that a key may have. */
async function list(input: ListObjectsV2CommandInput, signal?: AbortSignal) {
  const page = await call(s3, ListObjectsV2Command, { ...input, EncodingType: "url" }, signal);
  const keyOf = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));
  return {
    folders: (page.CommonPrefixes ?? []).map(({ Prefix }) => keyOf(Prefix!)),
    objects: (page.Contents ?? []).map((object) => ({ ...object, key: keyOf(object.Key!) })),
    next: page.NextContinuationToken,
  };
}

/** A page of a folder: what begins with the prefix, up to the next slash. */
export async function readFolder(bucket: string, prefix: string, token: string | undefined, signal?: AbortSignal) {
  const input = { Bucket: bucket, Prefix: prefix, Delimiter: "/", MaxKeys: 100, ContinuationToken: token };
  const { next, ...page } = await list(input, signal);
  const folders = page.folders.map((key): Entry => ({ key, isFolder: true }));
  const objects = page.objects.map(
    ({ key, Size, LastModified }): Entry => ({ key, isFolder: false, sizeBytes: Size, modified: LastModified }),
  );
  return { rows: [...folders, ...objects], next };
}

/** Counts the objects of entries; `counted` is told as the count grows. */
export async function countEntries(
  bucket: string,
  entries: readonly Entry[],
  counted: (count: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let count = entries.filter(({ isFolder }) => !isFolder).length;
  counted(count);
  for (const { key } of entries.filter(({ isFolder }) => isFolder)) {
    let token: string | undefined;
    do {
      const input = { Bucket: bucket, Prefix: key, ContinuationToken: token };
      const { objects, next } = await list(input, signal);
      count += objects.length;
      counted(count);
      token = next;
    } while (token !== undefined);
  }
}

/** An object that could not be deleted, why, and the row that it stands in. */
export interface KeptObject extends Kept<string> {
  readonly entry: Entry;
}

/** Deletes objects, and all that is in folders; `deleted` is told how many are gone. Returns what could not be deleted. */
export async function deleteEntries(
  bucket: string,
  entries: readonly Entry[],
  deleted: (count: number) => void,
  signal?: AbortSignal,
): Promise<readonly KeptObject[]> {
  let count = 0;
  const kept: KeptObject[] = [];
  const remove = async (objects: readonly { readonly key: string; readonly entry: Entry }[]) => {
    if (objects.length === 0) return;
    const Delete = { Objects: objects.map(({ key }) => ({ Key: key })), Quiet: true };
    const { Errors = [] } = await call(s3, DeleteObjectsCommand, { Bucket: bucket, Delete }, signal);
    for (const { Key: thing = "", Message: reason = "It was refused." } of Errors)
      kept.push({ thing, reason, entry: objects.find(({ key }) => key === thing)?.entry ?? objects[0]!.entry });
    count += objects.length - Errors.length;
    deleted(count);
  };
  const alone = entries.filter(({ isFolder }) => !isFolder);
  const steps = [
    { of: alone, work: () => remove(alone.map((entry) => ({ key: entry.key, entry }))) },
    ...entries
      .filter(({ isFolder }) => isFolder)
      .map((entry) => ({
        of: [entry],
        async work() {
          let token: string | undefined;
          do {
            const page = await list({ Bucket: bucket, Prefix: entry.key, ContinuationToken: token }, signal);
            await remove(page.objects.map(({ key }) => ({ key, entry })));
            token = page.next;
          } while (token !== undefined);
        },
      })),
  ];
  for (const { of, work } of steps)
    await work().catch((error: Error) => {
      if (signal?.aborted) throw error;
      kept.push(...of.map((entry) => ({ thing: entry.key, reason: error.message, entry })));
    });
  return kept;
}

/**
 * Reads the first bytes of an object.
 * @param isEncoded whether it is kept compressed: a browser reads such a body from its beginning, and no range of it
 */
export async function readStart(
  object: { readonly Bucket: string; readonly Key: string },
  bytes: number,
  isEncoded: boolean,
  signal?: AbortSignal,
): Promise<Blob> {
  const input = { ...object, ...(!isEncoded && { Range: `bytes=0-${bytes - 1}` }) };
  const { Body, ContentType } = await call(s3, GetObjectCommand, input, signal);
  const reader = (Body!.transformToWebStream() as ReadableStream<BlobPart & Uint8Array>).getReader();
  const parts: (BlobPart & Uint8Array)[] = [];
  for (let size = 0; size < bytes; size += parts.at(-1)!.byteLength) {
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(value);
  }
  await reader.cancel();
  return new Blob(parts).slice(0, bytes, ContentType);
}
