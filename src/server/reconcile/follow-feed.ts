import { pause, type Timer } from "../../runs/timer.ts";
import type { FeedEntry, ResourceStore } from "../../stores/resources/port.ts";

const entriesAtOnce = 1_000;
const retryMilliseconds = 1_000;

export interface FeedOptions {
  readonly resources: Pick<ResourceStore, "changes">;
  /** The sequence number after which to begin. */
  readonly start: number;
  readonly timer: Timer;
  readonly signal: AbortSignal;
  readonly report: (what: string, error: unknown) => void;
}

/**
 * Passes on every entry of the change feed, in order, until the signal aborts. When the feed cannot be read, it
 * retries.
 */
export async function followFeed(
  { resources, start, timer, signal, report }: FeedOptions,
  handle: (entry: FeedEntry) => void | Promise<void>,
): Promise<void> {
  let position = start;
  while (!signal.aborted) {
    try {
      for (const entry of await resources.changes(position, entriesAtOnce, signal)) {
        await handle(entry);
        position = entry.sequence;
      }
    } catch (error) {
      if (signal.aborted) return;
      report("The change feed could not be read; again in 1 s", error);
      await pause(timer, retryMilliseconds, signal);
    }
  }
}
