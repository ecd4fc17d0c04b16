import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { isDiskFull } from "../base/is-disk-full.ts";
import type { PlannedModel, PlannedSource } from "../images/serving-plan.ts";
import type { UnpackLimits } from "../images/unpack-plan.ts";
import { noRoom } from "./disk-room.ts";
import { createObjectClient, type ObjectClient } from "./object-client.ts";
import { leavesFolder, UnpackFault, unpack } from "./unpack.ts";

/** The model data cannot be used. The message becomes the endpoint's FailureReason. */
export class ModelFault extends Error {}

/** Empties `folder` and downloads a model's data to it; an archive may unpack to `limits`. */
export async function fetchModel(
  model: PlannedModel,
  folder: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<void> {
  await empty(folder);
  const objects = createObjectClient({ signal });
  if (model.type === "prefix") return downloadPrefix(objects, model, folder);
  const file = fileOf(model, folder);
  await download(objects, model, model.key, file);
  if (model.type === "archive") await unpackModel(model, file, folder, limits);
}

/** The same, of data that is one object of so many bytes at most. Returns false, and does nothing, when it is not. */
export async function fetchSmallModel(
  model: PlannedModel,
  folder: string,
  limits: UnpackLimits,
  signal: AbortSignal,
  mostBytes: number,
): Promise<boolean> {
  if (model.type === "prefix") return false;
  const file = fileOf(model, folder);
  try {
    const { sizeBytes, body, close } = await createObjectClient({ signal }).open(model.bucket, model.key);
    if (sizeBytes > mostBytes) {
      close();
      return false;
    }
    await empty(folder);
    const pieces: Uint8Array[] = [];
    for await (const piece of body) pieces.push(piece);
    await writeFile(file, Buffer.concat(pieces));
  } catch (error) {
    throw cannotDownload(model, error);
  }
  if (model.type === "archive") await unpackModel(model, file, folder, limits);
  return true;
}

async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}

const fileOf = ({ type, key }: PlannedModel, folder: string): string =>
  type === "archive" ? `${folder}.tar.gz` : join(folder, basename(key));

/** Downloads the archive of a serving script and unpacks it to `folder`. */
export async function fetchSource(
  { url, bucket, key }: PlannedSource,
  folder: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<void> {
  await empty(folder);
  const archive = `${folder}.tar.gz`;
  try {
    await createObjectClient({ signal }).download(bucket, key, archive);
    await unpack(archive, folder, limits);
  } catch (error) {
    const { name, message } = error as Error;
    const words = error instanceof UnpackFault ? "unpacked" : "downloaded";
    throw new ModelFault(
      `The source of the serving script could not be ${words}: ${error instanceof UnpackFault ? "" : `${name}: `}${message}: ${url} (Environment SAGEMAKER_SUBMIT_DIRECTORY).`,
    );
  }
  await rm(archive);
}

async function downloadPrefix(objects: ObjectClient, model: PlannedModel, folder: string): Promise<void> {
  let count = 0;
  try {
    for await (const { key } of objects.list(model.bucket, model.key)) {
      if (key.endsWith("/")) continue;
      const path = key.slice(model.key.length).replace(/^\//, "");
      if (leavesFolder(path))
        throw new ModelFault(`Key "${key}" of the model data ${model.url} cannot be a file's name.`);
      await download(objects, model, key, join(folder, path));
      count++;
    }
  } catch (error) {
    throw error instanceof ModelFault ? error : cannotDownload(model, error);
  }
  if (count === 0) throw cannotDownload(model, new Error("no object is there"));
}

async function download(objects: ObjectClient, model: PlannedModel, key: string, file: string): Promise<void> {
  try {
    await objects.download(model.bucket, key, file);
  } catch (error) {
    throw cannotDownload(model, error);
  }
}

const cannotDownload = ({ url }: PlannedModel, error: unknown) =>
  new ModelFault(
    `Failed to download model data for container "container_1" from URL: "${url}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model. (${isDiskFull(error) ? noRoom : `${(error as Error).name}: ${(error as Error).message}`})`,
  );

/**
 * Unpacks the archive and removes it.
 * @throws ModelFault in AWS's words
 */
async function unpackModel(
  { url }: PlannedModel,
  archive: string,
  folder: string,
  limits: UnpackLimits,
): Promise<void> {
  try {
    await unpack(archive, folder, limits);
  } catch (error) {
    if (!(error instanceof UnpackFault)) throw error;
    throw new ModelFault(
      `Failed to extract model data archive for container "container_1" from URL "${url}". Please ensure that the object located at the URL is a valid tar.gz archive. (${error.message})`,
    );
  }
  await rm(archive);
}
