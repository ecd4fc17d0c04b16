import { type FollowedRun, shownLines } from "../runs/follow-run.ts";
import { addToLog, type LogPlace } from "../runs/ship-log.ts";
import type { ReconcileContext } from "./define-reconciler.ts";
import type { KeptLog } from "./job-log.ts";
import { executorOf } from "./run.ts";

/** How long after its stop a job may still store what it had printed before, and how old what it stores may be then. */
const backlogMilliseconds = 5_000;

const words =
  "(From here on lines are left out: the job was asked to stop, and had printed more than could be stored until then. " +
  "Its last lines follow.)";

/**
 * Whether a run has ended some time ago. On a full disk its log waits no longer for room then: what the run has left may
 * be what fills the disk, and goes with its end.
 */
export async function hasLongEnded(context: ReconcileContext, runId: string, lines: number): Promise<boolean> {
  const condition = await (await executorOf(context, runId)).find(runId);
  if (condition.state === "running") return false;
  const isLong = condition.state !== "exited" || condition.exit.time < context.clock.now() - backlogMilliseconds;
  if (isLong && lines > 0)
    context.tell(`${lines} lines of run ${runId} are lost: the disk was full when it had ended.`);
  return isLong;
}

/**
 * Leaves out old lines of a job that is being stopped, so that its stop does not wait for a log that has grown faster
 * than it is stored. The last lines, which say how the program ended, are kept. Returns what to remember of the log;
 * undefined when the lines are to be stored.
 * @param stopped when the job was asked to stop, in milliseconds since 1970
 */
export async function leaveOutBacklog(
  context: ReconcileContext,
  place: LogPlace,
  run: FollowedRun,
  stopped: number,
  kept: KeptLog,
): Promise<KeptLog | undefined> {
  const [first, last] = [run.lines[0], run.lines.at(-1)];
  const old = context.clock.now() - backlogMilliseconds;
  // Less than a page is all that there is.
  const isAll = run.ended || run.lines.length < shownLines;
  if (isAll || !first || !last || stopped > old || last.time > old) return undefined;
  if (!kept.leavesOut) await addToLog(context, place, { timestamp: first.time, message: words });
  const now = { ...kept, leavesOut: true } as const;
  run.passLines(run.lines.length, { kept: now });
  return now;
}
