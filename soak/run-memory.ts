import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readParents, textOf } from "../conformance/processes-of-runs.ts";
import { isBelow } from "./process-tree.ts";

/** Returns the memory of all runs of a home, their keepers left out: what their processes have, shared pages by parts. */
export function runMegabytes(home: string): number {
  const keepers = new Set(readdirSync(join(home, "runs")).map((run) => keeperOf(join(home, "runs", run))));
  const parents = readParents();
  let kilobytes = 0;
  for (const pid of parents.keys())
    if (isBelow(parents, pid, (parent) => keepers.has(parent)))
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
  return (kilobytes * 1024) / 1e6;
}

const keeperOf = (run: string): number | undefined => {
  const text = textOf(join(run, "keeper.json"));
  return text === "" ? undefined : (JSON.parse(text) as { pid: number }).pid;
};
