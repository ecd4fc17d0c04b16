import { spawn } from "node:child_process";
import { chmodSync, lstatSync, realpathSync, statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { create } from "tar";
import type { PlannedOutput } from "../images/training-plan.ts";
import { mlRoot } from "./ml-root.ts";
import type { ObjectClient } from "./object-client.ts";
import { clearOwnPath, isNoText, openedPath, ownPath, readOwnFile } from "./own-files.ts";
import { uploadAll } from "./upload-all.ts";

/** Uploads a folder as `<prefix>/<name>.tar.gz`, with its members at the archive's top; false when it is empty. */
export async function uploadArchive(
  folder: string,
  name: string,
  { bucket, prefix }: PlannedOutput,
  objects: ObjectClient,
): Promise<boolean> {
  if (ownFolder(folder) === undefined) return false;
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
    await uploadAll([`${name}.tar.gz`], (file) => objects.upload(archive, bucket, `${prefix}/${file}`));
  } finally {
    // On a full disk the end of the run needs the room.
    await rm(archive, { force: true });
  }
  return true;
}

/**
 * Uploads every file of a folder as `<prefix>/<name>/<path>`; false when it is empty. A link to a file in the folder is
 * uploaded as that file: caches of models are made of such links.
 */
export async function uploadFiles(
  folder: string,
  name: string,
  { bucket, prefix }: PlannedOutput,
  objects: ObjectClient,
): Promise<boolean> {
  const real = ownFolder(folder);
  if (real === undefined) return false;
  const list = () => readdir(folder, { recursive: true, withFileTypes: true });
  const entries = await list().catch(async (error) => {
    if (error.code !== "EACCES") throw error;
    await exitOf("chmod", ["-R", "u+rX", "."], folder);
    return list();
  });
  const files = new Map<string, string>();
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (!entry.isFile() && !entry.isSymbolicLink()) continue;
    const place = isNoText(folder, path) ? "its name is no UTF-8" : realFile(join(folder, path), real);
    if (typeof place === "string") console.error(`${folder}/${path} is not uploaded: ${place}.`);
    else files.set(path, place.file);
  }
  await uploadAll([...files.keys()], (path) =>
    readOwnFile(files.get(path)!, (opened) => objects.upload(openedPath(opened), bucket, `${prefix}/${name}/${path}`)),
  );
  return files.size > 0;
}

/** The file that a path of a folder leads to, or why it leads to none of the folder. The listing goes through links. */
function realFile(path: string, folder: string): { readonly file: string } | string {
  try {
    const file = realpathSync(path);
    if (!isWithin(file, folder)) return "it is a link that leads out of the folder";
    return statSync(file).isFile() ? { file } : "it is a link to something that is no file";
  } catch {
    return "it is a link that leads nowhere";
  }
}

/** Returns the real path of a folder that the program was given, and may have replaced; undefined when it is gone. */
export function ownFolder(folder: string): string | undefined {
  let real: string;
  try {
    real = ownPath(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    if (code !== "EACCES") throw error;
    // In AWS root reads it.
    chmodSync(mlRoot, statSync(mlRoot).mode | 0o700);
    real = ownPath(folder);
  }
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
