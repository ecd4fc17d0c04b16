import { dirname, join } from "node:path";

/** The limits that the kernel can enforce on a group of processes. */
export interface GroupLimits {
  readonly memoryBytes?: number;
  readonly cores?: number;
  readonly processes?: number;
}

export type Limited = keyof GroupLimits;

interface GroupParent {
  readonly version: 1 | 2;
  readonly folder: string;
}

const controllers: Readonly<Record<Limited, string>> = {
  memoryBytes: "memory",
  cores: "cpu",
  processes: "pids",
};

/** Returns where a group with that limit may be made. */
export function groupParents(
  limited: Limited,
  { mounts, own: ownGroups }: { readonly mounts: string; own(): string },
): GroupParent[] {
  let own: string;
  try {
    own = ownGroups();
  } catch {
    return [];
  }
  const parents: GroupParent[] = [];
  // Version 2: "0::/user.slice/...". A group with processes cannot have children with limits, so the run's group is a
  // sibling.
  const second = /^0::(.*)$/m.exec(own)?.[1];
  if (second !== undefined) parents.push({ version: 2, folder: join(mounts, dirname(second)) });
  // Version 1: "4:memory:/group", "3:cpu,cpuacct:/group".
  const controller = controllers[limited];
  const first = own.split("\n").find((line) => line.split(":")[1]?.split(",").includes(controller));
  if (first !== undefined) parents.push({ version: 1, folder: join(mounts, controller, first.split(":")[2]!) });
  return parents;
}
