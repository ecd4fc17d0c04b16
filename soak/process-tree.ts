import { readdirSync, readFileSync } from "node:fs";

/** The parent of each process of this machine. */
export function readParents(): ReadonlyMap<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // The parent is the second field after the command, which may hold spaces.
    const stat = textOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]));
  }
  return parents;
}

/** Whether one of the processes above this one is meant. */
export function isBelow(
  parents: ReadonlyMap<number, number>,
  pid: number | undefined,
  isMeant: (pid: number) => boolean,
): boolean {
  const parent = pid === undefined ? undefined : parents.get(pid);
  return parent !== undefined && (isMeant(parent) || isBelow(parents, parent, isMeant));
}

/** "" for what has gone. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
