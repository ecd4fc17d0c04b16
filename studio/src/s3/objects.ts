import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { call } from "../api/command.ts";
import { s3 } from "../services/s3.ts";

/** A row of a folder: a folder in it, or an object. */
export interface Entry {
  readonly key: string;
  readonly isFolder: boolean;
  readonly sizeBytes?: number;
  readonly modified?: Date;
}

export const entriesKind = "s3/object";

/** A page of a folder. */
export async function readFolder(bucket: string, prefix: string, token: string | undefined, signal?: AbortSignal) {
  const input = { Bucket: bucket, Prefix: prefix, Delimiter: "/", MaxKeys: 100, ContinuationToken: token };
  const page = await call(s3, ListObjectsV2Command, input, signal);
  const folders = (page.CommonPrefixes ?? []).map(({ Prefix }): Entry => ({ key: Prefix!, isFolder: true }));
  const objects = (page.Contents ?? [])
    // The folder itself, where a client has made an object for it.
    .filter(({ Key }) => Key !== prefix)
    .map(
      ({ Key, Size, LastModified }): Entry => ({ key: Key!, isFolder: false, sizeBytes: Size, modified: LastModified }),
    );
  return { entries: [...folders, ...objects], next: page.NextContinuationToken };
}

/** Deletes objects, and all that is in folders. */
export async function deleteEntries(bucket: string, entries: readonly Entry[]): Promise<void> {
  await deleteKeys(
    bucket,
    entries.filter(({ isFolder }) => !isFolder).map(({ key }) => key),
  );
  for (const { key } of entries.filter(({ isFolder }) => isFolder)) {
    // What is deleted is listed no more, so the first page is always the next.
    for (;;) {
      const { Contents = [] } = await call(s3, ListObjectsV2Command, { Bucket: bucket, Prefix: key });
      if (Contents.length === 0) break;
      await deleteKeys(
        bucket,
        Contents.map(({ Key }) => Key!),
      );
    }
  }
}

async function deleteKeys(Bucket: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
  const { Errors = [] } = await call(s3, DeleteObjectsCommand, { Bucket, Delete });
  if (Errors.length > 0) throw new Error(`${Errors[0]!.Key}: ${Errors[0]!.Message}`);
}

/** Reads the first bytes of an object. */
export async function readStart(Bucket: string, Key: string, bytes: number): Promise<Blob> {
  const { Body, ContentType } = await call(s3, GetObjectCommand, { Bucket, Key, Range: `bytes=0-${bytes - 1}` });
  return new Blob([new Uint8Array(await Body!.transformToByteArray())], { type: ContentType });
}

type SavePicker = (options: { suggestedName: string }) => Promise<{ createWritable(): Promise<WritableStream> }>;

/** Saves an object as a file: as it arrives where the browser can, else from memory. */
export async function download(Bucket: string, Key: string): Promise<void> {
  const suggestedName = Key.slice(Key.lastIndexOf("/") + 1);
  const pick = (globalThis as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  const file = pick && (await pick({ suggestedName }));
  const { Body } = await call(s3, GetObjectCommand, { Bucket, Key });
  const stream = Body!.transformToWebStream() as ReadableStream;
  if (file) return await stream.pipeTo(await file.createWritable());
  const address = URL.createObjectURL(await new Response(stream).blob());
  const link = Object.assign(document.createElement("a"), { href: address, download: suggestedName });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
