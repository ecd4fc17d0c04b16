import { readFileSync, readlinkSync, statfsSync, statSync } from "node:fs";

/** Where a sandbox has file systems in memory. */
const places = ["/", "/run", "/dev", "/dev/shm"];
const pageBytes = 4096;
/** The type of those that statfs gives. */
const inMemory = 0x01021994;

/** Returns what the files take that processes have put into the memory of their sandboxes. */
export function memoryOfFiles(processes: readonly number[]): number {
  const namespaces = new Set([namespaceOf("self")]);
  const seen = new Set<number>();
  let bytes = 0;
  for (const pid of processes) {
    const namespace = namespaceOf(pid);
    if (namespaces.has(namespace)) continue;
    namespaces.add(namespace);
    for (const place of places)
      bytes += attempt(() => {
        const path = `/proc/${pid}/root${place}`;
        const { type, blocks, bfree, bsize } = statfsSync(path);
        const { dev } = statSync(path);
        if (type !== inMemory || seen.has(dev)) return 0;
        seen.add(dev);
        return (blocks - bfree) * bsize;
      });
  }
  return bytes;
}

/**
 * Returns what processes take of the memory with their files in memory. What several of them share counts once, which
 * takes the kernel some milliseconds to tell.
 */
export function exactMemory(processes: readonly number[]): number {
  let own = 0;
  let shared = 0;
  for (const pid of processes) {
    const text = attempt(() => readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"), undefined);
    if (text === undefined) {
      // A process may forbid this look, and not this one.
      own += attempt(() => Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * pageBytes);
      continue;
    }
    const kibibytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
    const ofFiles = kibibytes("Pss_Shmem") * 1024;
    own += kibibytes("Pss") * 1024 - ofFiles;
    shared += ofFiles;
  }
  // A file in memory that is mapped is in both.
  return own + Math.max(shared, memoryOfFiles(processes));
}

const namespaceOf = (pid: number | "self"): string => attempt(() => readlinkSync(`/proc/${pid}/ns/mnt`), "");

/** What has ended meanwhile, or may not be looked at, takes nothing. */
function attempt(look: () => number): number;
function attempt<T>(look: () => T, otherwise: T): T;
function attempt<T>(look: () => T | number, otherwise: T | number = 0): T | number {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
