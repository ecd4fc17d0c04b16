import { lastLines } from "../runs/ship-log.ts";
import type { ReconcileContext } from "./define-reconciler.ts";
import type { Job, JobRuns } from "./job-definition.ts";
import { hasLeft } from "./run.ts";

/** How many of a host's last lines the server's log shows. */
const shownLines = 10;

/** Whether a failure reason blames the platform, and not the user's request or program. */
export const isOurs = (reason: string | undefined): boolean => reason?.startsWith("InternalServerError") === true;

/** Tells the person who runs the server what the user cannot mend, with the last lines of each host's log. */
export async function tellFault<Wanted>(
  context: ReconcileContext,
  runs: Pick<JobRuns<Wanted>, "log">,
  job: Job<Wanted>,
  reason: string | undefined,
): Promise<void> {
  const hosts = job.actual.runs ?? [];
  const lines: string[] = [];
  for (const host of hosts.keys()) lines.push(...(await lastLines(context, runs.log(job, host), shownLines)));
  const kept: string[] = [];
  for (const { id } of hosts) if (await hasLeft(context, id)) kept.push(id);
  const left =
    kept.length && ` What ${kept.length > 1 ? "the runs" : "run"} ${kept.join(", ")} left is kept for a day.`;
  context.tell(`${reason}${left || ""}${lines.map((line) => `\n  ${line}`).join("")}`);
}
