import type { Executor, RunExit } from "../executors/port.ts";

/** Why a run was lost, by the platform's fault; undefined when it ended as a run does. */
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
