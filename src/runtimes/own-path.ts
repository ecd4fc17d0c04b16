import { lstatSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { dirname, sep } from "node:path";
import { mlRoot } from "./ml-root.ts";

/**
 * The run's program may have put links in place of its files and folders. What stages the run sees more than the program
 * does, so it follows none that leads out.
 * @throws an error for a path that does
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

/** Removes what lies in the way of a file that is to be made there. */
export function clearOwnPath(path: string): string {
  ownPath(dirname(path));
  rmSync(path, { recursive: true, force: true });
  return path;
}
