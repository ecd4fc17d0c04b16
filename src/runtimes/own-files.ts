import { constants, lstatSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { chmod, type FileHandle, open, readdir, readlink, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { mlRoot } from "./ml-root.ts";

// The run's program may have put links in the place of its files and folders. What stages the run sees more than the
// program does, so it follows no link that leads out of /opt/ml.

/**
 * Returns the real path of a folder or file.
 * @throws an error for one outside of /opt/ml
 */
export function ownPath(path: string): string {
  const [real, root] = [realpathSync(path), realpathSync(mlRoot)];
  if (real !== root && !real.startsWith(root + sep)) throw new Error(`${path} is a link that leads out of /opt/ml`);
  return real;
}

/** Writes a file where there is none yet; a link in its place counts as one. */
export function writeOwnFile(path: string, text: string): void {
  try {
    ownPath(dirname(path));
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    console.error(`${path} could not be written: ${(error as Error).message}`);
  }
}

/** Writes a file in one step in the place of what is there, as far as what the program has done to its folder lets it. */
export function replaceOwnFile(path: string, text: string): void {
  try {
    const beside = clearOwnPath(`${path}.new`);
    writeFileSync(beside, text, { flag: "wx" });
    renameSync(beside, path);
  } catch (error) {
    console.error(`${path} could not be written: ${(error as Error).message}`);
  }
}

/** Removes what lies at the path of a file that is to be made. */
export function clearOwnPath(path: string): string {
  ownPath(dirname(path));
  rmSync(path, { recursive: true, force: true });
  return path;
}

/**
 * Opens a file that the job's own code wrote, and reads it. Whatever is not a file at this very path, such as a link or
 * a file below one, gives undefined.
 * @param path an absolute one below /opt/ml
 */
export async function readOwnFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  let file: FileHandle;
  try {
    // A named pipe would hold up whoever opens it.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    file = await readable(path, () => open(path, flags));
  } catch (error) {
    if (refusals.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  try {
    const isThere = (await file.stat()).isFile() && (await readlink(openedPath(file))) === (await placeOf(path));
    return isThere ? await read(file) : undefined;
  } finally {
    await file.close();
  }
}

/** Opens a file without any right to it, which is enough to change its mode; Node has no name for that. */
const pathOnly = 0o10000000;

/** Reads what its owner may have kept from himself: in AWS root reads it. */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES" || process.platform !== "linux") throw error;
    const found = await open(path, pathOnly | constants.O_NOFOLLOW);
    try {
      const stat = await found.stat();
      if (!stat.isFile() && !stat.isDirectory()) throw error;
      await chmod(openedPath(found), (stat.mode & 0o7777) | (stat.isDirectory() ? 0o500 : 0o400));
    } finally {
      await found.close();
    }
    return await read();
  }
}

/** The path by which an opened file is found, whatever is at its own path now. */
export const openedPath = (file: FileHandle): string => `/proc/self/fd/${file.fd}`;

/** Gone, a link, or below something that is no folder; or what its owner may not read. */
const refusals = new Set(["ENOENT", "ELOOP", "ENOTDIR", "EACCES", "ENXIO"]);

/** The folder of the container contract may be a link by itself, where there is no sandbox. */
async function placeOf(path: string): Promise<string> {
  return path.startsWith(`${mlRoot}/`) ? join(await realpath(mlRoot), path.slice(mlRoot.length)) : path;
}

/** Says what of a folder is left out, and why. */
export type LeftOut = (path: string, why: string) => void;

/**
 * Lists the paths of the files in a folder and those below it, relative to it. Links are left out, and names that are no
 * UTF-8, which no key can have.
 */
export async function ownFiles(folder: string, leftOut: LeftOut = () => {}): Promise<readonly string[]> {
  const found: string[] = [];
  const look = async (below: string): Promise<void> => {
    const place = join(folder, below);
    const entries = await readable(place, () => readdir(place, { withFileTypes: true })).catch((error) => {
      if (refusals.has(error.code)) return [];
      throw error;
    });
    for (const entry of entries) {
      const path = join(below, entry.name);
      if (isNoText(folder, path)) leftOut(path, "has a name that is no UTF-8");
      else if (entry.isSymbolicLink()) leftOut(path, "is a symbolic link");
      else if (entry.isDirectory()) await look(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  const root = lstatSync(folder, { throwIfNoEntry: false });
  if (root?.isDirectory()) await look("");
  else if (root) leftOut("", root.isSymbolicLink() ? "is a symbolic link" : "is no folder");
  return found.sort();
}

/** Whether Node has read a name that is no UTF-8 as one that is not there. */
export const isNoText = (folder: string, path: string): boolean =>
  path.includes("\ufffd") && lstatSync(join(folder, path), { throwIfNoEntry: false }) === undefined;
