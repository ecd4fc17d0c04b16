import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readParents, textOf } from "../conformance/processes-of-runs.ts";
import { processingPlanFile } from "../src/images/processing-plan.ts";
import { trainingPlanFile } from "../src/images/training-plan.ts";
import { nameOfJob } from "./make-jobs.ts";
import { isBelow } from "./process-tree.ts";

/** The processes of a run: its keeper, and the program that stages it. */
interface RunProcesses {
  readonly id: string;
  readonly jobName: string;
  readonly keeper: number;
  /** Absent when the run has none now. */
  readonly stage: number | undefined;
}

/** The runs of a home that have a keeper now. */
export function runProcesses(home: string): readonly RunProcesses[] {
  const parents = readParents();
  return readdirSync(join(home, "runs")).flatMap((id) => {
    const folder = join(home, "runs", id);
    const record = textOf(join(folder, "keeper.json"));
    const jobName = jobOfRun(home, id);
    if (record === "" || jobName === undefined) return [];
    const keeper = (JSON.parse(record) as { pid: number }).pid;
    // The id may be another process's by now.
    if (!textOf(`/proc/${keeper}/cmdline`).includes(folder)) return [];
    const stage = [...parents.keys()].find(
      (pid) => isBelow(parents, pid, (parent) => parent === keeper) && isStage(pid),
    );
    return { id, jobName, keeper, stage };
  });
}

/** The name of the job that a run is of; undefined for what is no run of a soak's job. */
export const jobOfRun = (home: string, id: string): string | undefined =>
  [trainingPlanFile, processingPlanFile]
    .map((file) => nameOfJob.exec(textOf(join(home, "runs", id, "ml", file)))?.[0])
    .find((name) => name !== undefined);

/** Node itself with a staging program, not a sandbox that names it among its words. */
function isStage(pid: number): boolean {
  const words = textOf(`/proc/${pid}/cmdline`).split("\0");
  return /(^|\/)node$/.test(words[0]!) && words.some((word) => /\/runtimes\/stage(-processing)?\.[jt]s$/.test(word));
}
