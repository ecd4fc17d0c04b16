import type { Executor, Executors } from "../executors/port.ts";

/** Lists the runs of all executors, ended or not. */
export async function listRuns({ all }: Executors): Promise<readonly { executor: Executor; runId: string }[]> {
  const lists = await Promise.all(
    all.map(async (executor) => (await executor.list()).map((runId) => ({ executor, runId }))),
  );
  return lists.flat();
}
