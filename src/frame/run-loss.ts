import type { Executor, RunExit } from "../executors/port.ts";
import type { Context } from "./context.ts";
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
