import { constants, type Dirent, type Stats } from "node:fs";
import { chmod, type FileHandle, lstat, open, readdir, stat } from "node:fs/promises";
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
        for (const entry of await entriesOf(join(from.path, below))) {
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

/** A folder that its owner has kept from himself is opened to him: what is in it counts. */
async function entriesOf(path: string): Promise<readonly Dirent[]> {
  const read = () => readdir(path, { withFileTypes: true });
  return read().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EACCES" || process.platform !== "linux") return [];
    const folder = await open(path, pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(missing);
    if (!folder) return [];
    try {
      const place = `/proc/self/fd/${folder.fd}`;
      await chmod(place, ((await stat(place)).mode & 0o7777) | 0o500);
      return await read();
    } catch {
      return [];
    } finally {
      await folder.close();
    }
  });
}

/** Opens a folder without any right to it, which is enough to change its mode; Node has no name for that. */
const pathOnly = 0o10000000;

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

const missing = () => undefined;
