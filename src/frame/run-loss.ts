import { constants } from "node:os";
import type { Executor, RunExit } from "../executors/port.ts";
import type { Context } from "./context.ts";
import type { JobActual } from "./job-state.ts";
import { executorOf } from "./run.ts";

/** A run that was lost by the platform's fault, and why. */
export interface RunLoss {
  readonly runId: string;
  readonly words: string;
}

/** Returns the loss of the first host whose run was lost, which is the loss of the whole attempt. */
export async function firstLoss(
  context: Context,
  hosts: readonly { readonly id: string }[],
  ends: readonly { readonly exit?: RunExit | undefined }[],
): Promise<RunLoss | undefined> {
  for (const [host, { id }] of hosts.entries()) {
    const words = await lossOf(ends[host]!.exit, await executorOf(context, id), id);
    if (words !== undefined) return { runId: id, words };
  }
  return undefined;
}

/** Returns why a run was lost, by the platform's fault; undefined when it ended as a run does. */
export async function lossOf(
  exit: RunExit | undefined,
  executor: Pick<Executor, "find">,
  runId: string,
): Promise<string | undefined> {
  if (exit?.reason === "silent") return "The program that prepares the run hung, and was ended.";
  if (exit) return undefined;
  const condition = await executor.find(runId);
  return condition.state === "lost" ? condition.words : "Nothing of the run was found.";
}

/** The name of a signal; undefined for what is none. */
const signalName = (wanted: number): string | undefined =>
  Object.entries(constants.signals).find(([, number]) => number === wanted)?.[0];

/**
 * Returns why an attempt is lost whose program was killed from outside; undefined when that is not so. The program of a
 * job's run is the platform's: it tells what became of the user's own, and nobody but the system, or who administers the
 * machine, can reach it with a signal.
 */
export function killedStage(
  { told, runs = [] }: Pick<JobActual, "told" | "runs">,
  exit?: RunExit,
): RunLoss | undefined {
  if (exit === undefined || exit.reason !== undefined || told.Failed !== undefined) return undefined;
  const signal = signalName(exit.code - 128);
  if (signal === undefined) return undefined;
  const words = `The program that stages the job was ended by ${signal} from outside the job, or the machine had no memory left.`;
  return { runId: runs[0]?.id ?? "", words };
}
