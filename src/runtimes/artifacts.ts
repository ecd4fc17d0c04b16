import { spawn } from "node:child_process";
import { lstatSync, realpathSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { create } from "tar";
import type { PlannedOutput } from "../images/training-plan.ts";
import type { ObjectClient } from "./object-client.ts";
import { clearOwnPath, openedPath, ownPath, readOwnFile } from "./own-files.ts";

/** Uploads a folder as `<prefix>/<name>.tar.gz`, with its members at the archive's top; false when it is empty. */
export async function uploadArchive(
  folder: string,
  name: string,
  { bucket, prefix }: PlannedOutput,
  objects: ObjectClient,
): Promise<boolean> {
  ownFolder(folder);
  const entries = (await readdir(folder)).sort();
  if (entries.length === 0) return false;
  // On the run's disk, and not among what the job itself takes of it.
  const own = process.env.SAGEBRUSH_OWN_FOLDER;
  const archive = own ? join(own, `${name}.tar.gz`) : clearOwnPath(`${folder}.tar.gz`);
  // `tar` would read an entry with a leading @ as an archive.
  const members = entries.map((entry) => (entry.startsWith("@") ? `./${entry}` : entry));
  try {
    await create({ gzip: true, portable: true, cwd: folder, file: archive }, members).catch(async (error) => {
      if (!unusual.has(error.code)) throw error;
      await createBySystem(folder, archive, error);
    });
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
  const real = ownFolder(folder);
  const list = () => readdir(folder, { recursive: true, withFileTypes: true });
  const entries = await list().catch(async (error) => {
    if (error.code !== "EACCES") throw error;
    await exitOf("chmod", ["-R", "u+rX", "."], folder);
    return list();
  });
  // The listing goes through links to folders.
  const files = entries.filter((entry) => entry.isFile() && isWithin(realpathSync(entry.parentPath), real));
  for (const file of files) {
    const key = `${prefix}/${name}/${relative(folder, join(file.parentPath, file.name))}`;
    await readOwnFile(join(realpathSync(file.parentPath), file.name), (opened) =>
      objects.upload(openedPath(opened), bucket, key),
    );
  }
  return files.length > 0;
}

/** Returns the real path of a folder that the program was given, and may have replaced. */
function ownFolder(folder: string): string {
  const real = ownPath(folder);
  if (!lstatSync(real).isDirectory())
    throw new Error(`${folder} is no folder: the program has put a file in its place.`);
  return real;
}

/** What the library says of files that it cannot pack: with names that are no UTF-8, on long paths, or unreadable. */
const unusual = new Set(["ENOENT", "ENAMETOOLONG", "EACCES"]);

/**
 * Packs a folder by the system's tar, which takes every name and path. What its owner may not read is made readable, and
 * pipes and sockets are left out, as the library does.
 * @throws the library's error where the system cannot either
 */
async function createBySystem(folder: string, archive: string, error: Error): Promise<void> {
  const shell = `chmod -R u+rX . && find . \\( -type p -o -type s \\) -delete &&
    find . -mindepth 1 -maxdepth 1 -printf '%P\\0' | sort -z |
    tar -czf "$0" --owner=0 --group=0 --numeric-owner --null --verbatim-files-from -T -`;
  if ((await exitOf("/bin/sh", ["-c", shell, archive], folder)) !== 0) throw error;
}

const exitOf = (command: string, words: readonly string[], cwd: string): Promise<number | null | undefined> =>
  new Promise((resolve) => {
    spawn(command, words, { cwd, stdio: "ignore" })
      .on("error", () => resolve(undefined))
      .on("close", resolve);
  });

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
