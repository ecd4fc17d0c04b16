import { createWriteStream } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "../aws/faults.ts";
import { tablesFolder } from "../engines/engine-plan.ts";
import type { EngineFile } from "../engines/port.ts";
import { EngineLost } from "../runs/ask-engine.ts";
import type { Context } from "./context.ts";

/** An object that a query reads. */
export interface QueriedObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** In milliseconds since 1970. */
  readonly modified?: number;
}

/** Where objects are, and where an engine is to find them. */
export interface QueriedPlace {
  readonly bucket: string;
  readonly prefix: string;
  /** Below the engine's folder of tables. */
  readonly folder: string;
}

/** Objects of such names are no rows of a table: what Hive and Spark leave beside their files. */
const isHidden = (path: string): boolean =>
  path.split("/").some((part) => part.startsWith("_") || part.startsWith("."));

interface ListedObject {
  readonly Key?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly Size?: number | undefined;
}

/** Those objects of a page that hold rows of a table below a prefix. */
export const shownObjects = (contents: readonly ListedObject[], prefix: string): QueriedObject[] =>
  contents.flatMap(({ Key = "", LastModified, Size = 0 }) =>
    Size > 0 && !isHidden(Key.slice(prefix.length))
      ? [{ key: Key, sizeBytes: Size, ...(LastModified && { modified: LastModified.getTime() }) }]
      : [],
  );

/** Lists the objects below a prefix that hold rows. */
export async function listObjects(
  context: Pick<Context, "call">,
  { bucket, prefix }: Pick<QueriedPlace, "bucket" | "prefix">,
): Promise<QueriedObject[]> {
  const objects: QueriedObject[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await context.call("s3", "ListObjectsV2", {
      ...{ Bucket: bucket, Prefix: prefix },
      ...(ContinuationToken !== undefined && { ContinuationToken }),
    });
    objects.push(...shownObjects(page.Contents ?? [], prefix));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return objects;
}

/** A request to lend so many objects takes a few milliseconds of the server. */
const objectsAtOnce = 500;

/**
 * Gives an engine objects as files: by links where the object store is on this machine, else by downloading them.
 * @throws Fault when the caller may not get one of them
 */
export async function bringObjects(
  context: Context,
  runId: string,
  { bucket, folder, prefix }: QueriedPlace,
  objects: readonly QueriedObject[],
): Promise<EngineFile[]> {
  for (let at = 0; at < objects.length; at += objectsAtOnce) {
    const some = objects.slice(at, at + objectsAtOnce);
    const names = some.map(({ key }) => key.slice(prefix.length));
    // What leads out of the folder is no file in it.
    for (const [index, name] of names.entries())
      if (name.split("/").some((part) => part === ".." || part === "."))
        throw new Fault(
          "InvalidRequestException",
          `s3://${bucket}/${some[index]!.key} is no name of a file below s3://${bucket}/${prefix}, and cannot be read.`,
        );
    const wish = { folder: join(tablesFolder, folder), bucket, prefix, names };
    const lent = await context.lend(context, runId, wish);
    if ("paths" in lent) continue;
    const own = ownFolderOf(context, runId);
    for (const { key } of some) {
      const file = join(own, tablesFolder, folder, key.slice(prefix.length));
      await mkdir(dirname(file), { recursive: true });
      const { Body } = await context.call("s3", "GetObject", { Bucket: bucket, Key: key });
      await rm(file, { force: true });
      await pipeline(Body as unknown as Readable, createWriteStream(file));
    }
  }
  return objects.map(({ key, modified, sizeBytes }) => ({
    ...{ path: join(folder, key.slice(prefix.length)), uri: `s3://${bucket}/${key}`, sizeBytes },
    ...(modified !== undefined && { modified }),
  }));
}

/** Gives an engine a text as a file, at a path below its folder of tables. */
export async function bringText(context: Context, runId: string, path: string, text: string): Promise<EngineFile> {
  const file = join(ownFolderOf(context, runId), tablesFolder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return { path, uri: path, sizeBytes: Buffer.byteLength(text) };
}

/** Takes away what was brought below a folder. What an engine had that is gone went with it. */
export async function dropObjects(context: Context, runId: string, folder: string): Promise<void> {
  const own = findOwnFolder(context, runId);
  if (own !== undefined) await rm(join(own, tablesFolder, folder), { recursive: true, force: true });
}

function findOwnFolder({ executors }: Context, runId: string): string | undefined {
  for (const executor of executors.all) {
    const folder = executor.ownFolder?.(runId);
    if (folder !== undefined) return folder;
  }
  return undefined;
}

/** @throws EngineLost when the engine has ended meanwhile */
function ownFolderOf(context: Context, runId: string): string {
  const folder = findOwnFolder(context, runId);
  if (folder !== undefined) return folder;
  throw new EngineLost(`The engine in run ${runId} has no folder on this machine`);
}
