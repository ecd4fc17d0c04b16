import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The ids of the processes of a home's runs: their keepers, and all that these have started. */
export function processesOfRuns(home: string): number[] {
  const folder = join(home, "runs");
  const keepers = readdirSync(folder).flatMap((run) => {
    const record = textOf(join(folder, run, "keeper.json"));
    return record === "" ? [] : (JSON.parse(record) as { pid: number }).pid;
  });
  const parents = readParents();
  const isOfRun = (pid: number | undefined): boolean =>
    pid !== undefined && (keepers.includes(pid) || isOfRun(parents.get(pid)));
  return [...parents.keys()].filter(isOfRun);
}

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

/** "" for what has gone. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
