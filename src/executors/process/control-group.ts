import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type GroupLimits, groupParents, type Limited } from "./group-parents.ts";

/** The Linux control groups of a run: one for all limits in version 2, one per limit in version 1. */
export interface ControlGroup {
  /** The groups' folders, for their removal. */
  readonly paths: readonly string[];
  /** A process that writes its id into these files belongs to the groups, with all its children. */
  readonly members: readonly string[];
  /** The folder of the group that limits it; absent when none does. */
  readonly memory?: string;
  readonly processes?: string;
}

/** A file that sets a limit. An optional file is missing on some kernels. */
interface LimitFile {
  readonly name: string;
  value(limit: number): string;
  readonly optional?: boolean;
}

const periodMicroseconds = 100_000;
const quota = (cores: number): number => Math.max(1000, Math.round(cores * periodMicroseconds));

/** The files by version of control groups and by limit, in the order in which they are written. */
const limitFiles: Readonly<Record<1 | 2, Readonly<Record<Limited, readonly LimitFile[]>>>> = {
  1: {
    memoryBytes: [
      { name: "memory.limit_in_bytes", value: String },
      { name: "memory.memsw.limit_in_bytes", value: String, optional: true },
    ],
    cores: [
      { name: "cpu.cfs_period_us", value: () => String(periodMicroseconds) },
      { name: "cpu.cfs_quota_us", value: (cores) => String(quota(cores)) },
    ],
    processes: [{ name: "pids.max", value: String }],
  },
  2: {
    memoryBytes: [
      { name: "memory.max", value: String },
      { name: "memory.swap.max", value: () => "0", optional: true },
    ],
    cores: [{ name: "cpu.max", value: (cores) => `${quota(cores)} ${periodMicroseconds}` }],
    processes: [{ name: "pids.max", value: String }],
  },
};

/** The control groups of a machine. */
export interface GroupSystem {
  /** Where they are mounted. */
  readonly mounts: string;
  /** Which this process is in, as /proc/self/cgroup says it. */
  own(): string;
  /** Makes a folder, in which the kernel makes the files of the group. */
  make(path: string): void;
}

const linux: GroupSystem = {
  mounts: "/sys/fs/cgroup",
  own: () => readFileSync("/proc/self/cgroup", "utf8"),
  make: (path) => mkdirSync(path),
};

/**
 * Makes groups for those limits that can be enforced, beside or below the group of this process; undefined when none
 * can be (not on Linux, or not delegated).
 */
export function createControlGroup(name: string, limits: GroupLimits, system = linux): ControlGroup | undefined {
  const made = new Set<string>();
  const by: Partial<Record<Limited, string>> = {};
  for (const limited of ["memoryBytes", "cores", "processes"] as const) {
    const limit = limits[limited];
    const path = limit === undefined ? undefined : limitBy(limited, limit, `sagebrush-${name}`, made, system);
    if (path === undefined) continue;
    made.add(path);
    by[limited] = path;
  }
  const paths = [...made];
  if (paths.length === 0) return undefined;
  return {
    paths,
    members: paths.map((path) => join(path, "cgroup.procs")),
    memory: by.memoryBytes,
    processes: by.processes,
  };
}

/** Sets one limit under the first parent that accepts it, and returns the group's folder. */
function limitBy(
  limited: Limited,
  limit: number,
  name: string,
  made: ReadonlySet<string>,
  system: GroupSystem,
): string | undefined {
  for (const { folder, version } of groupParents(limited, system)) {
    const path = join(folder, name);
    try {
      if (!made.has(path)) system.make(path);
      for (const file of limitFiles[version][limited]) writeLimit(path, file, limit);
      return path;
    } catch {
      if (!made.has(path)) removeFolder(path);
    }
  }
  return undefined;
}

function writeLimit(path: string, file: LimitFile, limit: number): void {
  try {
    // "r+" opens only a file that the kernel has created, so a folder that is not a control group is not mistaken for
    // one.
    writeFileSync(join(path, file.name), file.value(limit), { flag: "r+" });
  } catch (error) {
    if (!file.optional) throw error;
  }
}

/** Whether the kernel killed a process of the group for lack of memory. */
export function ranOutOfMemory({ memory }: ControlGroup): boolean {
  if (memory === undefined) return false;
  for (const file of ["memory.events", "memory.oom_control"]) {
    try {
      const count = /^oom_kill (\d+)$/m.exec(readFileSync(join(memory, file), "utf8"))?.[1];
      if (count !== undefined) return Number(count) > 0;
    } catch {}
  }
  return false;
}

/** Returns how many processes and threads are in the group; undefined where no group counts them. */
export function countProcesses({ processes }: ControlGroup): number | undefined {
  if (processes === undefined) return undefined;
  try {
    return Number(readFileSync(join(processes, "pids.current"), "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether a process or thread was refused because the group had as many as it may have. */
export function ranOutOfProcesses({ processes }: ControlGroup): boolean {
  if (processes === undefined) return false;
  try {
    return Number(/^max (\d+)$/m.exec(readFileSync(join(processes, "pids.events"), "utf8"))?.[1] ?? 0) > 0;
  } catch {
    return false;
  }
}

/** Removes the groups that exist and are empty. */
export function removeControlGroups(paths: readonly string[]): void {
  for (const path of paths) removeFolder(path);
}

function removeFolder(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}

/** Whether a limit on cores can be enforced here, found by making a group. */
export function canLimitCores(): boolean {
  const group = createControlGroup(`probe-${process.pid}`, { cores: 1 });
  if (group) removeControlGroups(group.paths);
  return group !== undefined;
}
