import { lstat, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** The pause between two looks: at least, at most, and how many times as long as a look it is. */
const pauseMilliseconds = 1000;
const longestPauseMilliseconds = 10_000;
const unlimitedPauseMilliseconds = 60_000;
const pauseShare = 10;
/** No disk is filled faster than that: what is far from its limit is looked at less often. */
const fastestBytesPerMillisecond = 2_000_000;

const blockBytes = 512;

/** Whose files are counted: all below the folders, and those that the processes have open and that have no name any more. */
interface Watched {
  readonly folders: readonly string[];
  processes(): readonly number[];
}

/**
 * Looks again and again what files take of the disk, and tells it. Calls `over` once when it is more than the limit; without
 * one it looks once a minute.
 */
export async function watchDisk(
  watched: Watched,
  limitBytes: number | undefined,
  { seen, over }: { seen(bytes: number): void; over(): void },
  signal: AbortSignal,
): Promise<void> {
  const most = limitBytes ?? Number.POSITIVE_INFINITY;
  while (!signal.aborted) {
    const begun = performance.now();
    const bytes = await bytesOf(watched, most);
    seen(bytes);
    const left = most - bytes;
    if (left < 0) return over();
    const took = performance.now() - begun;
    const longest = limitBytes === undefined ? unlimitedPauseMilliseconds : longestPauseMilliseconds;
    const far = Math.min(left / fastestBytesPerMillisecond, longest);
    await delay(Math.max(pauseMilliseconds, pauseShare * took, far), undefined, { signal, ref: false }).catch(() => {});
  }
}

/** Stops counting at the limit. */
async function bytesOf({ folders, processes }: Watched, limitBytes: number): Promise<number> {
  let bytes = 0;
  const left = [...folders];
  /** Files with several names, and open ones, are counted once. */
  const seen = new Set<string>();
  for (let folder = left.pop(); folder !== undefined && bytes <= limitBytes; folder = left.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(none)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) left.push(path);
      const found = await lstat(path).catch(missing);
      if (!found || (found.nlink > 1 && !entry.isDirectory() && isKnown(seen, found))) continue;
      bytes += found.blocks * blockBytes;
    }
  }
  for (const pid of processes()) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`).catch(none)) {
      const found = await stat(`/proc/${pid}/fd/${descriptor}`).catch(missing);
      if (!found?.isFile() || found.nlink > 0 || isKnown(seen, found)) continue;
      bytes += found.blocks * blockBytes;
    }
  }
  return bytes;
}

// What is removed meanwhile takes nothing.
const none = () => [];
const missing = () => undefined;

function isKnown(seen: Set<string>, { dev, ino }: { readonly dev: number; readonly ino: number }): boolean {
  const file = `${dev}:${ino}`;
  if (seen.has(file)) return true;
  seen.add(file);
  return false;
}
