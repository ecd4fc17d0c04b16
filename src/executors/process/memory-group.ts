import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A Linux control group that holds a run's memory down. The kernel ends the run's processes at the limit. */
export interface MemoryGroup {
  readonly path: string;
  /** A process that writes its id here belongs to the group, with all its children. */
  readonly members: string;
}

/**
 * Makes a group with that limit, beside the group this process is in; undefined where none may be made (no Linux, not
 * delegated). Version 1 and version 2 of control groups are known; `mounts` is where they are mounted.
 */
export function createMemoryGroup(
  name: string,
  limitBytes: number,
  mounts = "/sys/fs/cgroup",
): MemoryGroup | undefined {
  for (const place of places(mounts)) {
    const path = join(place.folder, `sagebrush-${name}`);
    try {
      mkdirSync(path);
      writeExisting(join(path, place.limitFile), String(limitBytes));
    } catch {
      removeMemoryGroup(path);
      continue;
    }
    try {
      writeExisting(join(path, place.swapFile), place.swapValue(limitBytes));
    } catch {
      // Kernels without accounting of swap lack the file.
    }
    return { path, members: join(path, "cgroup.procs") };
  }
  return undefined;
}

/** Whether the kernel ended a process of the group for lack of memory. */
export function ranOutOfMemory(group: MemoryGroup): boolean {
  for (const file of ["memory.events", "memory.oom_control"]) {
    try {
      const count = /^oom_kill (\d+)$/m.exec(readFileSync(join(group.path, file), "utf8"))?.[1];
      if (count !== undefined) return Number(count) > 0;
    } catch {}
  }
  return false;
}

/** Removes the group when it is there and empty. */
export function removeMemoryGroup(path: string): void {
  try {
    rmdirSync(path);
  } catch {}
}

interface Place {
  readonly folder: string;
  readonly limitFile: string;
  readonly swapFile: string;
  readonly swapValue: (limitBytes: number) => string;
}

function places(mounts: string): Place[] {
  let own: string;
  try {
    own = readFileSync("/proc/self/cgroup", "utf8");
  } catch {
    return [];
  }
  const found: Place[] = [];
  // Version 2: "0::/user.slice/...". A group with processes may have no children with limits, so ours is its sibling.
  const second = /^0::(.*)$/m.exec(own)?.[1];
  if (second !== undefined) {
    const folder = join(mounts, dirname(second));
    found.push({ folder, limitFile: "memory.max", swapFile: "memory.swap.max", swapValue: () => "0" });
  }
  // Version 1: "4:memory:/group".
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(own)?.[1];
  if (first !== undefined) {
    const folder = join(mounts, "memory", first);
    found.push({
      folder,
      limitFile: "memory.limit_in_bytes",
      swapFile: "memory.memsw.limit_in_bytes",
      swapValue: String,
    });
  }
  return found;
}

/** Only into a file that the kernel has put there: a folder that is no control group must not look like one. */
const writeExisting = (path: string, text: string): void => writeFileSync(path, text, { flag: "r+" });
