import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
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
    reach ??= Buffer.byteLength(`${runsFolder}/${below}`) > longestSocketPath ? linkTo(runsFolder) : runsFolder;
    return `${reach}/${below}`;
  };
}

function linkTo(target: string): string {
  const user = process.getuid!();
  const folder = join(tmpdir(), `sagebrush-${user}`);
  mkdirSync(folder, { mode: 0o700, recursive: true });
  const { uid, mode } = lstatSync(folder);
  if (uid !== user || (mode & 0o077) !== 0)
    throw new Error(`${folder} is not a folder of this user alone. Remove it, or choose a home with a shorter path.`);
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
