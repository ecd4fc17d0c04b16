import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Gives a small file new content: it has the old one or the new one, whole, whenever the process or the machine stops. */
export function replaceFile(path: string, content: string, mode?: number): void {
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, content, { mode, flush: true });
  renameSync(unfinished, path);
  syncPath(dirname(path));
}

/** Returns when a file's content, or the names in a folder, are on the disk. */
export function syncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
