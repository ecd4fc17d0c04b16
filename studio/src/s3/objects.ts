import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
} from "@aws-sdk/client-s3";
import { call } from "../api/command.ts";
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

export const addressOf = (bucket: string, key: string): string =>
  `/s3/${bucket}${key === "" ? "" : `?key=${encodeURIComponent(key)}`}`;

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
  return { entries: [...folders, ...objects], next };
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

/** Deletes objects, and all that is in folders; `deleted` is told how many are gone. */
export async function deleteEntries(
  bucket: string,
  entries: readonly Entry[],
  deleted: (count: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let count = 0;
  const remove = async (keys: readonly string[]) => {
    if (keys.length === 0) return;
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    const { Errors = [] } = await call(s3, DeleteObjectsCommand, { Bucket: bucket, Delete }, signal);
    if (Errors.length > 0) throw new Error(`${Errors[0]!.Key}: ${Errors[0]!.Message}`);
    count += keys.length;
    deleted(count);
  };
  await remove(entries.filter(({ isFolder }) => !isFolder).map(({ key }) => key));
  for (const { key } of entries.filter(({ isFolder }) => isFolder)) {
    // What is deleted is listed no more, so the first page is always the next.
    for (;;) {
      const { objects } = await list({ Bucket: bucket, Prefix: key }, signal);
      if (objects.length === 0) break;
      await remove(objects.map(({ key }) => key));
    }
  }
}

/** Reads the first bytes of an object. */
export async function readStart(Bucket: string, Key: string, bytes: number, signal?: AbortSignal): Promise<Blob> {
  const input = { Bucket, Key, Range: `bytes=0-${bytes - 1}` };
  const { Body, ContentType } = await call(s3, GetObjectCommand, input, signal);
  return new Blob([new Uint8Array(await Body!.transformToByteArray())], { type: ContentType });
}
