import { realpathSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { create } from "tar";
import type { PlannedOutput } from "../images/training-plan.ts";
import type { ObjectClient } from "./object-client.ts";
import { clearOwnPath, ownPath } from "./own-files.ts";

/** Uploads a folder as `<prefix>/<name>.tar.gz`, with its members at the archive's top; false when it is empty. */
export async function uploadArchive(
  folder: string,
  name: string,
  { bucket, prefix }: PlannedOutput,
  objects: ObjectClient,
): Promise<boolean> {
  ownPath(folder);
  const entries = (await readdir(folder)).sort();
  if (entries.length === 0) return false;
  // The archive lies beside the folder because /tmp may be in memory.
  const archive = clearOwnPath(`${folder}.tar.gz`);
  // `tar` would read an entry with a leading @ as an archive.
  const members = entries.map((entry) => (entry.startsWith("@") ? `./${entry}` : entry));
  try {
    await create({ gzip: true, portable: true, cwd: folder, file: archive }, members);
    await objects.upload(archive, bucket, `${prefix}/${name}.tar.gz`);
  } finally {
    // On a full disk the end of the run needs the room.
    await rm(archive, { force: true });
  }
  return true;
}

/** Uploads every file of a folder as `<prefix>/<name>/<path>`; false when it is empty. */
export async function uploadFiles(
  folder: string,
  name: string,
  { bucket, prefix }: PlannedOutput,
  objects: ObjectClient,
): Promise<boolean> {
  const real = ownPath(folder);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // The listing goes through links to folders.
  const files = entries.filter((entry) => entry.isFile() && isWithin(realpathSync(entry.parentPath), real));
  for (const file of files) {
    const path = join(file.parentPath, file.name);
    await objects.upload(path, bucket, `${prefix}/${name}/${relative(folder, path)}`);
  }
  return files.length > 0;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
