import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** From a path of this length on, what is below a folder is found from the opened folder. */
const longestPath = 2048;

/** A folder from which paths start: opened, where the system has a path to what is opened. */
interface Start {
  readonly path: string;
  readonly handle?: FileHandle;
  /** How many folders are still to be read from it. */
  waiting: number;
}

/**
 * Finds all files and folders below a folder, also those that no path is long enough for: whoever makes a folder, enters
 * it, and makes the next one comes below every path. What is removed meanwhile is left out.
 * @throws EMFILE where there are so many of those that this process cannot have them open
 */
export async function* entriesBelow(root: string): AsyncGenerator<Stats> {
  const left: { readonly start: Start; readonly path: string }[] = [];
  const opened = new Set<Start>();
  const add = (start: Start, path: string): void => {
    start.waiting++;
    left.push({ start, path });
  };
  try {
    const first = await startAt(root, opened);
    if (first) add(first, "");
    for (let next = left.pop(); next; next = left.pop()) {
      const { start, path } = next;
      const isFar = path.length > longestPath && start.handle !== undefined;
      const from = isFar ? await startAt(join(start.path, path), opened) : start;
      const below = isFar ? "" : path;
      if (from && from !== start) from.waiting++;
      if (from) {
        for (const entry of await readdir(join(from.path, below), { withFileTypes: true }).catch(none)) {
          const at = join(below, entry.name);
          if (entry.isDirectory()) add(from, at);
          const found = await lstat(join(from.path, at)).catch(missing);
          if (found) yield found;
        }
        if (from !== start) await leave(from, opened);
      }
      await leave(start, opened);
    }
  } finally {
    for (const { handle } of opened) await handle?.close();
  }
}

async function startAt(path: string, opened: Set<Start>): Promise<Start | undefined> {
  if (process.platform !== "linux") return { path, waiting: 0 };
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const handle = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EMFILE") throw error;
    return undefined;
  });
  if (!handle) return undefined;
  const start: Start = { path: `/proc/self/fd/${handle.fd}`, handle, waiting: 0 };
  opened.add(start);
  return start;
}

async function leave(start: Start, opened: Set<Start>): Promise<void> {
  start.waiting--;
  if (start.waiting > 0) return;
  opened.delete(start);
  await start.handle?.close();
}

const none = () => [];
const missing = () => undefined;
