import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it, where they are missing, for the owner alone. Node's `recursive` never returns when
 * the folder above is there and this one cannot be made, as below /proc.
 */
export function makeFolder(path: string): void {
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory();
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isThere) throw error;
  }
}
