import type { Context } from "../../../frame/context.ts";
import { type QueueKey, readKey } from "./async-request.ts";

/** What of a queue is in memory: the requests that come next. */
export interface QueueWindow {
  /** Returns the requests that come next, in order, without those that were taken. */
  next(): Promise<readonly QueueKey[]>;
  /** Takes a request from those that come next, until it is given back or has left the queue. */
  take(key: string): void;
  giveBack(key: string): void;
  /** Looks through the whole queue, keys alone. */
  survey(): Promise<Survey>;
}

export interface Survey {
  readonly size: number;
  readonly oldest: number | undefined;
  /** Some of those that are too old. */
  readonly expired: readonly QueueKey[];
}

/** The most that come next, and the number from which more are read. */
const mostNext = 1_000;
const fewNext = 100;

/**
 * Reads a queue a part at a time, so that its length costs no memory. What was taken is read over: keys of a former server
 * may lie behind those of this one, when its clock was ahead.
 */
export function openQueueWindow({ records, clock }: Pick<Context, "records" | "clock">, queue: string): QueueWindow {
  let waiting: QueueKey[] = [];
  const taken = new Set<string>();

  return {
    async next() {
      if (waiting.length < fewNext) {
        const found: QueueKey[] = [];
        await records.scan(queue, {}, (key) => {
          if (!taken.has(key)) found.push(readKey(key));
          return found.length < mostNext ? undefined : "end";
        });
        waiting = found.filter(({ key }) => !taken.has(key));
      }
      return waiting;
    },
    take(key) {
      taken.add(key);
      waiting = waiting.filter((one) => one.key !== key);
    },
    giveBack: (key) => void taken.delete(key),
    async survey() {
      let size = 0;
      let oldest: number | undefined;
      const expired: QueueKey[] = [];
      await records.scan(queue, {}, (key) => {
        const one = readKey(key);
        size++;
        oldest = Math.min(oldest ?? one.received, one.received);
        if (one.expires <= clock.now() && !taken.has(key) && expired.length < mostNext) expired.push(one);
        return undefined;
      });
      return { size, oldest, expired };
    },
  };
}
