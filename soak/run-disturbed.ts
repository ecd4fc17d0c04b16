import { setTimeout as pause } from "node:timers/promises";
import type { TestServer } from "../conformance/server.ts";
import type { MadeJob } from "./check-jobs.ts";
import { endOf, make } from "./make-jobs.ts";

/** Does one thing to jobs or to their server, after its own pause; the result is added to what was done. */
export type Disturbance = () => Promise<number>;

/**
 * Makes the jobs and waits for their ends, while each disturbance is repeated: once at least, however short the
 * jobs are. Returns how often each was done.
 */
export async function runDisturbed(
  server: TestServer,
  jobs: readonly MadeJob[],
  disturbances: readonly Disturbance[],
): Promise<readonly number[]> {
  let isDone = false;
  const working = (async () => {
    for (const job of jobs) await make(server, job);
    for (const job of jobs) await endOf(server, job);
    return 0;
  })().finally(() => {
    isDone = true;
  });
  const disturbing = disturbances.map(async (disturb) => {
    let count = 0;
    do count += await disturb();
    while (!isDone);
    return count;
  });
  const [, ...counts] = await Promise.all([working, ...disturbing]).finally(() => {
    isDone = true;
  });
  return counts;
}

/** Kills the server 5 s after it was started, and starts it again on its home. */
export const killsServer =
  (server: TestServer): Disturbance =>
  async () => {
    await pause(5_000);
    await server.kill();
    await server.start();
    return 1;
  };
