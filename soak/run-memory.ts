import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the memory of all runs of a home, their keepers left out: what their processes have, shared pages by parts. */
export function runMegabytes(home: string): number {
  const keepers = new Set(readdirSync(join(home, "runs")).map((run) => keeperOf(join(home, "runs", run))));
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    // The parent is the second field after the command, which may hold spaces.
    const stat = textOf(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]));
  }
  const isBelow = (pid: number | undefined): boolean => {
    const parent = pid === undefined ? undefined : parents.get(pid);
    return parent !== undefined && (keepers.has(parent) || isBelow(parent));
  };
  let kilobytes = 0;
  for (const pid of parents.keys())
    if (isBelow(pid)) kilobytes += Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return (kilobytes * 1024) / 1e6;
}

const keeperOf = (run: string): number | undefined => {
  const text = textOf(join(run, "keeper.json"));
  return text === "" ? undefined : (JSON.parse(text) as { pid: number }).pid;
};

/** "" for what has gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
