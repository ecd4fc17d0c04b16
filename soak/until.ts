import { setTimeout as pause } from "node:timers/promises";
import { persistently } from "./make-jobs.ts";

const lookMilliseconds = 100;
const mostMilliseconds = 120_000;

/** Looks until it is so, whatever becomes of the server meanwhile. */
export async function until(
  isSo: () => Promise<boolean>,
  otherwise: () => Promise<string> = async () => "It did not come to that in two minutes",
): Promise<void> {
  const end = performance.now() + mostMilliseconds;
  while (!(await persistently(isSo))) {
    if (performance.now() > end) throw new Error(await otherwise());
    await pause(lookMilliseconds);
  }
}
