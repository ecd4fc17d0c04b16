import { mkdir, rm } from "node:fs/promises";
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
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const objects = createObjectClient({ signal });
  if (model.type === "archive") {
    const archive = `${folder}.tar.gz`;
    await download(objects, model, model.key, archive);
    await unpackModel(model, archive, folder, limits);
    await rm(archive);
  } else if (model.type === "object") await download(objects, model, model.key, join(folder, basename(model.key)));
  else await downloadPrefix(objects, model, folder);
}

/** Downloads the archive of a serving script and unpacks it to `folder`. */
export async function fetchSource(
  { url, bucket, key }: PlannedSource,
  folder: string,
  limits: UnpackLimits,
  signal: AbortSignal,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
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

/** @throws ModelFault in AWS's words */
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
}
