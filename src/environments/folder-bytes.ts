import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

const blockBytes = 512;

/** What a folder takes on the disk; links are not followed. */
export function folderBytes(path: string): number {
  const found = lstatSync(path);
  const own = found.blocks * blockBytes;
  return found.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + folderBytes(join(path, name)), own) : own;
}
