import { readdir, readFile, readlink, stat, statfs } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { entriesBelow } from "./entries-below.ts";

/** The pause between two looks: at least, at most, and how many times as long as a look it is. */
const pauseMilliseconds = 1000;
const longestPauseMilliseconds = 10_000;
const unlimitedPauseMilliseconds = 60_000;
const pauseShare = 10;
/** What is far from its limit is looked at less often: few disks are filled faster than that. */
const fastestBytesPerMillisecond = 2_000_000;
/** Within a pause the disk is asked for its free space: so many times, but not more and not less often than that. */
const asksInAPause = 20;
const shortestAskMilliseconds = 50;
const longestAskMilliseconds = 1000;
/** A pause ends when so much of what is left until the limit has gone from the disk, whoever took it. */
const goneShare = 1 / 4;

const blockBytes = 512;

/** Whose files are counted: all below the folders, and those that the processes have open and that have no name any more. */
interface Watched {
  readonly folders: readonly string[];
  processes(): readonly number[];
}

/** What the watch needs of the machine. */
interface DiskMachine {
  /** Returns how many bytes the disk of a folder has free; undefined where it does not say. */
  free(folder: string): Promise<number | undefined>;
  now(): number;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/**
 * Looks again and again what files take of the disk, and tells it. Calls `over` once when it is more than the limit; without
 * one it looks once a minute. A look costs the more the more files there are, and the free space of the disk next to
 * nothing: a run that writes fast is looked at as soon as that has fallen by much.
 */
export async function watchDisk(
  watched: Watched,
  limitBytes: number | undefined,
  { seen, over }: { seen(bytes: number): void; over(): void },
  signal: AbortSignal,
  machine: DiskMachine = thisMachine,
): Promise<void> {
  const most = limitBytes ?? Number.POSITIVE_INFINITY;
  let mostFree = 0;
  while (!signal.aborted) {
    const begun = machine.now();
    const free = await machine.free(watched.folders[0]!);
    mostFree = Math.max(mostFree, free ?? 0);
    const bytes = await bytesOf(watched, most, mostFree - (free ?? mostFree));
    seen(bytes);
    const left = most - bytes;
    if (left < 0) return over();
    const least = pauseShare * (machine.now() - begun);
    const longest = limitBytes === undefined ? unlimitedPauseMilliseconds : longestPauseMilliseconds;
    const far = Math.min(left / fastestBytesPerMillisecond, longest);
    const pause = Math.max(pauseMilliseconds, least, far);
    const step =
      limitBytes === undefined || free === undefined
        ? pause
        : Math.min(Math.max(shortestAskMilliseconds, pause / asksInAPause), longestAskMilliseconds);
    for (let waited = 0; waited < pause && !signal.aborted; waited += step) {
      await machine.wait(Math.min(step, pause - waited), signal);
      const gone = (free ?? 0) - ((await machine.free(watched.folders[0]!)) ?? 0);
      if (limitBytes !== undefined && gone > left * goneShare && waited + step >= least) break;
    }
  }
}

const thisMachine: DiskMachine = {
  free: (folder) =>
    statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => undefined,
    ),
  now: () => performance.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal, ref: false }).catch(() => {}),
};

/**
 * Stops counting at the limit. All that has gone from the disk may be in the files of a process that hides them: a program
 * can forbid others to see what it has open.
 */
async function bytesOf({ folders, processes }: Watched, limitBytes: number, goneBytes: number): Promise<number> {
  let bytes = 0;
  /** Files with several names, and open ones, are counted once. */
  const seen = new Set<string>();
  try {
    for (const root of folders)
      for await (const found of entriesBelow(root)) {
        if (found.nlink > 1 && !found.isDirectory() && isKnown(seen, found)) continue;
        bytes += found.blocks * blockBytes;
        if (bytes > limitBytes) return bytes;
      }
  } catch (error) {
    // A program that has made thousands of folders that no path leads to hides what it takes.
    console.error(error);
    return Number.POSITIVE_INFINITY;
  }
  for (const pid of processes()) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(({ code }) => (code === "EACCES" ? undefined : []));
    if (descriptors === undefined) return Math.max(bytes, goneBytes);
    for (const descriptor of descriptors) {
      const path = `/proc/${pid}/fd/${descriptor}`;
      const found = await stat(path).catch(missing);
      if (!found?.isFile() || found.nlink > 0 || isKnown(seen, found)) continue;
      if (ofMemory.test(await readlink(path).catch(() => ""))) continue;
      bytes += found.blocks * blockBytes;
    }
    for (const { file, range, mappedBytes } of await namelessMapsOf(pid)) {
      const found = await stat(`/proc/${pid}/map_files/${range}`).catch(missing);
      if (found ? isKnown(seen, found) : seen.has(file)) continue;
      seen.add(file);
      // Only root may look at such a file. For others its mapped part counts as written.
      bytes += found ? found.blocks * blockBytes : mappedBytes;
    }
  }
  return bytes;
}

/** A file of a disk that has no name any more, and which a process has in its memory. */
interface NamelessMap {
  readonly file: string;
  readonly range: string;
  readonly mappedBytes: number;
}

/** Files of memory are no files of a disk, and count as the memory that they are. */
const ofMemory = /^\/(dev\/shm\/|memfd:|SYSV|dev\/zero|anon_hugepage)/;

async function namelessMapsOf(pid: number): Promise<readonly NamelessMap[]> {
  const text = await readFile(`/proc/${pid}/maps`, "latin1").catch(() => "");
  return [...text.matchAll(/^([0-9a-f]+)-([0-9a-f]+) \S+ \S+ (\S+ \d+) +(\/.*) \(deleted\)$/gm)].flatMap(
    ([, from = "", to = "", file = "", path = ""]) =>
      ofMemory.test(path)
        ? []
        : [{ file, range: `${from}-${to}`, mappedBytes: Number.parseInt(to, 16) - Number.parseInt(from, 16) }],
  );
}

// What is removed meanwhile takes nothing.
const missing = () => undefined;

function isKnown(seen: Set<string>, { dev, ino }: { readonly dev: number; readonly ino: number }): boolean {
  const file = `${dev}:${ino}`;
  if (seen.has(file)) return true;
  seen.add(file);
  return false;
}
