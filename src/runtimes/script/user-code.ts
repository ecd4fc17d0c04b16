import { cp, mkdir, readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { parseS3Location } from "../../aws/s3-location.ts";
import type { UnpackLimits } from "../../images/unpack-plan.ts";
import { errorWords } from "../disk-room.ts";
import type { ObjectClient } from "../object-client.ts";
import { UnpackFault, unpack } from "../unpack.ts";
import { ScriptFault } from "./script-fault.ts";

/**
 * Brings the user's code to `folder`: from an archive in S3, or from a folder, an archive or a file of the run, such as
 * one in a channel. A folder that has files already is left as it is, as in AWS's images.
 */
export async function fetchCode(
  place: string | undefined,
  folder: string,
  objects: ObjectClient,
  limits: UnpackLimits,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (place === undefined || place === folder || (await readdir(folder)).length > 0) return;
  if (/^(s3|https):\/\//.test(place)) return unpackObject(place, folder, objects, limits);
  const found = await stat(place).catch(() => undefined);
  if (!found)
    throw new ScriptFault(
      `The source ${JSON.stringify(place)} (sagemaker_submit_directory) is neither an address in S3 nor a folder or file of the job.`,
    );
  if (found.isDirectory()) await cp(place, folder, { recursive: true });
  else if (/\.(tar|tar\.gz|tgz)$/.test(place)) await unpackTo(place, folder, place, limits);
  else await cp(place, join(folder, basename(place)));
}

async function unpackObject(place: string, folder: string, objects: ObjectClient, limits: UnpackLimits): Promise<void> {
  const { bucket, key } = parseS3Location(place) ?? {};
  if (!bucket || !key) throw new ScriptFault(`The source ${place} (sagemaker_submit_directory) is no object of S3.`);
  const archive = `${folder}.tar.gz`;
  try {
    await objects.download(bucket, key, archive);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    throw new ScriptFault(`The source could not be downloaded: ${errorWords(error)}: ${place}`);
  }
  await unpackTo(archive, folder, place, limits);
  await rm(archive);
}

async function unpackTo(archive: string, folder: string, place: string, limits: UnpackLimits): Promise<void> {
  try {
    await unpack(archive, folder, limits);
  } catch (error) {
    if (error instanceof UnpackFault)
      throw new ScriptFault(`The source ${place} could not be unpacked: ${error.message}.`);
    throw error;
  }
}
