import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readParents, textOf } from "../conformance/processes-of-runs.ts";
import { servingPlanFile } from "../src/images/serving-plan.ts";
import { isBelow } from "./process-tree.ts";

/** The processes of a home's built-in model servers, each in a run of its own. */
export function modelServersOf(home: string): readonly number[] {
  const parents = readParents();
  return readdirSync(join(home, "runs")).flatMap((id) => {
    const folder = join(home, "runs", id);
    const record = textOf(join(folder, "keeper.json"));
    if (record === "" || textOf(join(folder, "ml", servingPlanFile)) === "") return [];
    const keeper = (JSON.parse(record) as { pid: number }).pid;
    return [...parents.keys()].filter(
      (pid) => isBelow(parents, pid, (parent) => parent === keeper) && isModelServer(pid),
    );
  });
}

/** Node itself with the program that stages and serves, not a sandbox that names it among its words. */
function isModelServer(pid: number): boolean {
  const words = textOf(`/proc/${pid}/cmdline`).split("\0");
  return /(^|\/)node$/.test(words[0]!) && words.some((word) => /\/runtimes\/stage-model\.[jt]s$/.test(word));
}

/** The processes of a home's data plane. */
export function workersOf(home: string): readonly number[] {
  const text = textOf(join(home, "workers.json"));
  return text === "" ? [] : (JSON.parse(text) as { pid: number }[]).map(({ pid }) => pid);
}
