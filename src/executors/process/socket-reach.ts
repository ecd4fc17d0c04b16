import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, type Stats, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mlFolder } from "./run-folder.ts";

/** The longest path of a Unix socket on macOS; Linux allows 107 bytes. */
const longestSocketPath = 103;

/**
 * Returns the path of a socket below a run's /opt/ml. A run names its socket relative to its working folder; the server
 * needs the whole path, which is too long when the home lies deep. The path then goes through a link to the folder of
 * all runs; the link lies in a temporary folder that only this user may enter.
 */
export function createSocketReach(runsFolder: string): (runId: string, name: string) => string {
  let reach: string | undefined;
  return (runId, name) => {
    const below = `${runId}/${mlFolder}/${name}`;
    reach ??= reachable(runsFolder, below);
    return `${reach}/${below}`;
  };
}

/** Returns the folder, or a link to it when the path of a socket below it would be too long. */
export const reachable = (folder: string, below: string): string =>
  Buffer.byteLength(`${folder}/${below}`) > longestSocketPath ? linkTo(folder) : folder;

/** Somebody else may have taken the first name: anyone may write to the folder for temporary files. */
function privateFolder(): string {
  const user = process.getuid!();
  const first = join(tmpdir(), `sagebrush-${user}`);
  for (const folder of [first, ...Array.from({ length: 99 }, (_, i) => `${first}-${i + 2}`)]) {
    const found = lstatSync(folder, { throwIfNoEntry: false }) ?? madeFolder(folder);
    if (found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0) return folder;
  }
  throw new Error(`${first} is not a folder of this user alone. Remove it, or choose a home with a shorter path.`);
}

function madeFolder(path: string): Stats {
  mkdirSync(path, { mode: 0o700, recursive: true });
  return lstatSync(path);
}

function linkTo(target: string): string {
  const folder = privateFolder();
  // The links of homes that are gone are removed.
  for (const name of readdirSync(folder))
    if (!existsSync(join(folder, name))) rmSync(join(folder, name), { force: true });
  const link = join(folder, createHash("sha256").update(target).digest("hex").slice(0, 10));
  try {
    if (readlinkSync(link) === target) return link;
    rmSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  try {
    symlinkSync(target, link);
  } catch (error) {
    // Another process has made the link meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return link;
}
