import { setTimeout } from "node:timers/promises";
import { Fault } from "../aws/faults.ts";
import { Conflict, keyWords } from "../stores/resources/port.ts";
import type { Context } from "./context.ts";

/** The first tries follow each other at once; each later one waits first, up to the longest pause. */
const triesAtOnce = 5;
const mostTries = 40;
const longestPauseMilliseconds = 200;

/**
 * Reads, changes and writes a document until no other write comes between; each try reads it again. Gives up after 40
 * tries (about six seconds) with a fault after which SDKs retry.
 */
export async function againOnConflict<T>(
  { random, signal }: Pick<Context, "random" | "signal">,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
      if (tries === mostTries)
        throw new Fault(
          "ServiceUnavailable",
          `${keyWords(error.key)} is being changed by too many requests at once. Try again in a moment.`,
          { status: 503, cause: error },
        );
      if (tries > triesAtOnce)
        await setTimeout(random.next() * Math.min(2 ** (tries - triesAtOnce), longestPauseMilliseconds), undefined, {
          signal,
        });
    }
  }
}
