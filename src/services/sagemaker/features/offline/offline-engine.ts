import { Readable } from "node:stream";
import { parseS3Location } from "../../../../aws/s3-location.ts";
import type { EngineEnd, EngineFaultBody, EngineRequest, FileHead } from "../../../../engines/engine-frame.ts";
import type { EngineTable, IcebergWritten } from "../../../../engines/port.ts";
import type { Context } from "../../../../frame/context.ts";
import { withLeasedEngine } from "../../../../frame/leased-engine.ts";
import { wakeEngines } from "../../../../frame/query-engine.ts";
import { askEngine } from "../../../../runs/ask-engine.ts";

/** A file that an engine has made, whole. */
export interface MadeFile {
  /** Below the folder of the output. */
  readonly path: string;
  readonly bytes: Buffer;
}

export interface Made {
  readonly files: readonly MadeFile[];
  readonly iceberg?: IcebergWritten;
}

/** Has an engine make files of a query over tables, which `bring` puts before it. */
export async function makeFiles(
  context: Context,
  folder: string,
  bring: (runId: string, folder: string) => Promise<readonly EngineTable[]>,
  asked: { readonly sql: string; readonly results: EngineRequest["results"] },
): Promise<Made> {
  await wakeEngines(context);
  return withLeasedEngine(context, folder, context.signal, async ({ address, runId }) => {
    const tables = await bring(runId, folder);
    const files: { readonly path: string; readonly pieces: Buffer[] }[] = [];
    let iceberg: IcebergWritten | undefined;
    const request: EngineRequest = { statement: { sql: asked.sql, tables }, results: asked.results };
    for await (const { type, body } of askEngine(address, request, context.signal)) {
      if (type === "fault") throw new Error((JSON.parse(body.toString("utf8")) as EngineFaultBody).message);
      if (type === "file") files.push({ path: (JSON.parse(body.toString("utf8")) as FileHead).path, pieces: [] });
      // The frame is a part of what was read, and what was read comes again.
      if (type === "bytes") files.at(-1)!.pieces.push(Buffer.from(body));
      if (type === "end") ({ iceberg } = JSON.parse(body.toString("utf8")) as EngineEnd);
    }
    return {
      files: files.map(({ path, pieces }) => ({ path, bytes: Buffer.concat(pieces) })),
      ...(iceberg && { iceberg }),
    };
  });
}

/** Puts an object of a folder: "s3://bucket/prefix". */
export async function putFile(context: Context, folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const { bucket, key } = placeIn(folder, name);
  const Body = Readable.from([bytes], { objectMode: false });
  await context.call("s3", "PutObject", { Bucket: bucket, Key: key, Body, ContentLength: bytes.length });
}

export function placeIn(folder: string, name: string): { readonly bucket: string; readonly key: string } {
  const { bucket, key } = parseS3Location(`${folder}/${name}`)!;
  return { bucket, key };
}

/** Removes objects of a folder. */
export async function removeFiles(context: Context, folder: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const places = names.map((name) => placeIn(folder, name));
  await context.call("s3", "DeleteObjects", {
    Bucket: places[0]!.bucket,
    Delete: { Objects: places.map(({ key }) => ({ Key: key })), Quiet: true },
  });
}

/** Lists the objects of a folder whose names begin so: their names and sizes. */
export async function filesBelow(context: Context, folder: string, prefix: string) {
  const { bucket, key } = placeIn(folder, prefix);
  const start = key.length - prefix.length;
  const found: { readonly name: string; readonly sizeBytes: number }[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await context.call("s3", "ListObjectsV2", {
      ...{ Bucket: bucket, Prefix: key },
      ...(ContinuationToken !== undefined && { ContinuationToken }),
    });
    for (const { Key = "", Size = 0 } of page.Contents ?? []) found.push({ name: Key.slice(start), sizeBytes: Size });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}
