import { constants } from "node:fs";
import { type FileHandle, open, readdir, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { mlRoot } from "./ml-root.ts";

/**
 * Opens a file that the job's own code wrote, and reads it. That code sees less than the program that stages it, and may
 * have put a link in the place of the file or of a folder above it: whatever is not a file at this very path gives
 * undefined.
 * @param path an absolute one below /opt/ml
 */
export async function readOwnFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  let file: FileHandle;
  try {
    // A named pipe would hold up whoever opens it.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (refusals.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  try {
    const isThere = (await file.stat()).isFile() && (await readlink(openedPath(file))) === (await ownPath(path));
    return isThere ? await read(file) : undefined;
  } finally {
    await file.close();
  }
}

/** The path by which an opened file is found, whatever is at its own path now. */
export const openedPath = (file: FileHandle): string => `/proc/self/fd/${file.fd}`;

/** Gone, a link, or below something that is no folder; or what its owner may not read. */
const refusals = new Set(["ENOENT", "ELOOP", "ENOTDIR", "EACCES", "ENXIO"]);

/** The folder of the container contract may be a link by itself, where there is no sandbox. */
async function ownPath(path: string): Promise<string> {
  return path.startsWith(`${mlRoot}/`) ? join(await realpath(mlRoot), path.slice(mlRoot.length)) : path;
}

/** Lists the paths of the files in a folder and those below it, relative to it. Links are left out. */
export async function ownFiles(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const look = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error) => {
      if (refusals.has(error.code)) return [];
      throw error;
    });
    for (const entry of entries) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) await look(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  await look("");
  return found.sort();
}
