import { setTimeout as delay } from "node:timers/promises";
import { effortOf, type Glance, glanceAt } from "./process-activity.ts";

/** The container contract: a ping is answered within 2 s. */
export const pingMilliseconds = 2_000;
const mostMisses = 3;
/** The time that one call may take: a server that computes for so long may be computing for a call. */
const callMilliseconds = 60_000;
/** The longest time between two pings of a server that seems idle. */
const idleMilliseconds = 20_000;
/** How long after a ping the server may still be busy with it. */
const settleMilliseconds = 100;
/** What a server that is not called uses between two looks at the most: its runtime tidies up now and then. */
const idleNanoseconds = 500_000;
/** The share of a core that a server uses, or waits for, when it computes rather than hangs. */
const busyShare = 0.2;

export interface WatchOptions {
  /** Whether the server answers a ping, within `pingMilliseconds`. */
  ping(): Promise<boolean>;
  readonly pid: number;
  readonly signal: AbortSignal;
  /** Passed in by tests. */
  readonly glance?: (pid: number) => Glance | undefined;
  readonly effort?: (pid: number) => number | undefined;
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

/**
 * Watches a model server that is in service, and returns when it has missed three pings in a row: why it counts as
 * hanging. Returns undefined when the signal aborts.
 *
 * A server that has done nothing since it answered is as it was, so it is not pinged: an idle endpoint costs a look at
 * the system's counters every 2 s, and a ping every 20 s. A server that misses pings while it computes gets as long as a
 * call may take.
 */
export async function watchServer(options: WatchOptions): Promise<string | undefined> {
  const { ping, pid, signal, glance = glanceAt, effort = effortOf, pause = rest } = options;
  const { now = () => performance.now() } = options;
  let answered = now();
  let seen = glance(pid);
  let misses = 0;
  while (!signal.aborted) {
    const begun = now();
    const before = seen;
    seen = glance(pid);
    if (misses > 0 || !isIdle(before, seen) || begun - answered >= idleMilliseconds) {
      const spent = effort(pid);
      if (await ping()) {
        misses = 0;
        answered = now();
        // What the ping itself took, to the end of its connection, is no reason for the next one.
        await pause(settleMilliseconds, signal);
        seen = glance(pid);
      } else {
        misses++;
        const isLate = now() - answered >= callMilliseconds;
        if (misses >= mostMisses && (isLate || !isBusy(spent, effort(pid), now() - begun)))
          return `The model server has not answered ${misses} pings in a row, each within ${pingMilliseconds / 1000} s`;
      }
    }
    await pause(Math.max(0, pingMilliseconds - (now() - begun)), signal);
  }
  return undefined;
}

const isIdle = (before: Glance | undefined, after: Glance | undefined): boolean =>
  before !== undefined &&
  after?.sleeps === true &&
  after.ticks === before.ticks &&
  after.ran - before.ran < idleNanoseconds;

/** Whether the server used a core, or waited for one, during the last ping. */
function isBusy(before: number | undefined, after: number | undefined, milliseconds: number): boolean {
  if (before === undefined || after === undefined || milliseconds <= 0) return false;
  return after - before >= busyShare * milliseconds * 1e6;
}

const rest = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  delay(milliseconds, undefined, { signal }).catch(() => {});
