import { Fault } from "../../aws/faults.ts";
import { isDiskFull } from "../../base/is-disk-full.ts";

const quietMilliseconds = 600_000;
/** When a full disk was told of last, by the error's message. */
const told = new Map<string, number>();

/**
 * Writes an error to the server's log, with its stack. A full disk fails everything that is tried on it, many times a
 * minute: it gets one line in ten minutes, and none where a store has refused, because the reserve tells of that.
 */
export function reportError(what: string, error: unknown, now = performance.now()): void {
  if (!isDiskFull(error)) {
    console.error(what, error);
    return;
  }
  if (error instanceof Fault) return;
  const { message } = error as Error;
  if (now - (told.get(message) ?? Number.NEGATIVE_INFINITY) < quietMilliseconds) return;
  if (told.size >= 100) told.clear();
  told.set(message, now);
  console.error(`${what.replace(/:$/, "")}: ${message}`);
}
