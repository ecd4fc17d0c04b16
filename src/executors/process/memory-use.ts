import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, statfsSync, statSync } from "node:fs";

const pageBytes = 4096;
const blockBytes = 512;
/** How long a look into a namespace may take. */
const lookMilliseconds = 2_000;

/**
 * Returns what processes have in memory beside their pages: files of their sandboxes, files without a name, and System V's
 * objects.
 *
 * @param told the file in which a program of their sandbox says what the objects take, where there is one
 */
export function memoryBesidePages(processes: readonly number[], told = ""): number {
  return memoryOfFiles(processes) + memoryOfNameless(processes) + memoryOfSegments(processes, told);
}

/**
 * Returns what the files take that processes have put into the memory of their sandboxes: infinity where they have a ramfs,
 * whose size the kernel does not tell, and which nobody mounts in a sandbox for anything else than to hide it.
 */
export function memoryOfFiles(processes: readonly number[]): number {
  const seen = new Set<string>();
  let bytes = 0;
  for (const pid of oneOfEach("mnt", processes)) {
    const mounts = attemptOr("", () => readFileSync(`/proc/${pid}/mountinfo`, "latin1"));
    if (/ - ramfs /.test(mounts)) return Number.POSITIVE_INFINITY;
    for (const [, device = "", point = ""] of mounts.matchAll(/^\d+ \d+ (\S+) \S+ (\S+) .* - tmpfs .*$/gm)) {
      if (seen.has(device)) continue;
      bytes += attempt(() => {
        const { blocks, bfree, bsize } = statfsSync(`/proc/${pid}/root${unescaped(point)}`);
        seen.add(device);
        return (blocks - bfree) * bsize;
      });
    }
  }
  return bytes;
}

/** mountinfo has a blank as \040. */
const unescaped = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Returns what files take that are in memory and have no name, which a process may have without mapping them. */
function memoryOfNameless(processes: readonly number[]): number {
  const seen = new Set<number>();
  let bytes = 0;
  for (const pid of processes) {
    const descriptors = descriptorsOf(pid);
    // All that the machine has taken since then may be that of a process that hides its files.
    if (descriptors === "hidden") return Math.max(0, machineShared() - machineSharedBefore);
    for (const descriptor of descriptors)
      bytes += attempt(() => {
        const path = `/proc/${pid}/fd/${descriptor}`;
        if (!readlinkSync(path).startsWith("/memfd:")) return 0;
        const { ino, blocks } = statSync(path);
        if (seen.has(ino)) return 0;
        seen.add(ino);
        return blocks * blockBytes;
      });
  }
  return bytes;
}

/** The open files of a process, which it may forbid others to see. */
function descriptorsOf(pid: number): readonly string[] | "hidden" {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "hidden" : [];
  }
}

/** What the machine has in memory of files without a disk, those of all its processes. */
const machineShared = (): number =>
  attempt(() => Number(/^Shmem: +(\d+) kB/m.exec(readFileSync("/proc/meminfo", "latin1"))![1]) * 1024);
const machineSharedBefore = machineShared();

/**
 * Returns what System V's segments, messages and semaphores take, which are there when no process has them any more. Only
 * who is in their namespace sees them. That of a closed sandbox of bubblewrap cannot be entered: there a program of the
 * sandbox tells what it sees.
 */
function memoryOfSegments(processes: readonly number[], told: string): number {
  const lists = attemptOr<string | undefined>(undefined, () => readFileSync(told, "latin1"));
  if (lists !== undefined) return bytesOfSegments(lists);
  let bytes = 0;
  for (const pid of oneOfEach("ipc", processes)) {
    const into = ["--target", String(pid), "--user", "--ipc", "--preserve-credentials", "--"];
    const files = ["shm", "msg", "sem"].map((kind) => `/proc/sysvipc/${kind}`);
    const { stdout } = spawnSync("nsenter", [...into, "cat", ...files], {
      encoding: "latin1",
      timeout: lookMilliseconds,
    });
    bytes += bytesOfSegments(stdout ?? "");
  }
  return bytes;
}

/** What the kernel keeps of each semaphore. */
const semaphoreBytes = 64;

/** Reads the kernel's lists, each of which begins with the names of its columns. */
export function bytesOfSegments(lists: string): number {
  let columns: readonly string[] = [];
  let bytes = 0;
  for (const line of lists.split("\n")) {
    const words = line.trim().split(/\s+/);
    if (words[0] === "key") columns = words;
    else {
      const value = (name: string): number => Number(words[columns.indexOf(name)] ?? 0);
      bytes += value("rss") + value("cbytes") + value("nsems") * semaphoreBytes;
    }
  }
  return bytes;
}

/** One process of each namespace of a kind that is not this process's own. */
function oneOfEach(kind: "mnt" | "ipc", processes: readonly number[]): readonly number[] {
  const namespaceOf = (pid: number | "self") => attemptOr("", () => readlinkSync(`/proc/${pid}/ns/${kind}`));
  const namespaces = new Set([namespaceOf("self"), ""]);
  return processes.filter((pid) => {
    const namespace = namespaceOf(pid);
    if (namespaces.has(namespace)) return false;
    namespaces.add(namespace);
    return true;
  });
}

/**
 * Returns what processes take of the memory with what they have beside their pages. What several of them share counts
 * once, which takes the kernel some milliseconds to tell.
 */
export function exactMemory(processes: readonly number[], told?: string): number {
  let own = 0;
  let shared = 0;
  for (const pid of processes) {
    const text = attemptOr<string | undefined>(undefined, () => readFileSync(`/proc/${pid}/smaps_rollup`, "latin1"));
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
  // A file or a segment in memory that is mapped is in both.
  return own + Math.max(shared, memoryBesidePages(processes, told));
}

/** What has ended meanwhile, or may not be looked at, takes nothing. */
function attempt(look: () => number): number {
  return attemptOr(0, look);
}

/** A function of its own: a parameter with a default would take an `undefined` that is asked for as not given. */
function attemptOr<T>(otherwise: T, look: () => T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
