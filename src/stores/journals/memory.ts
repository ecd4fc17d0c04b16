import type { Clock } from "../../base/clock.ts";
import type { JournalEntry, JournalStore } from "./port.ts";
import { createStreamWaiters } from "./stream-waiters.ts";

/** A journal store that keeps nothing beyond its process: for tests, and the shortest statement of what a driver does. */
export function createMemoryJournalStore({ clock }: { clock: Clock }): JournalStore {
  const streams = new Map<
    string,
    { entries: readonly JournalEntry[]; next: number; latest: number; ordered: boolean; lastAppended: number }
  >();
  const waiters = createStreamWaiters();
  return {
    async append(stream, added) {
      const found = streams.get(stream) ?? { entries: [], next: 0, latest: -Infinity, ordered: true };
      const { entries, next } = found;
      if (added.length > 0) {
        const appended = clock.now();
        const stored = added.map(({ time, data }, index) => ({ position: next + index, time, appended, data }));
        let { latest, ordered } = found;
        for (const { time } of added) {
          ordered &&= time >= latest;
          latest = Math.max(latest, time);
        }
        const grown = next + added.length;
        streams.set(stream, { entries: [...entries, ...stored], next: grown, latest, ordered, lastAppended: appended });
        waiters.reached(stream, grown);
      }
      return next;
    },
    async read(stream, from, limit) {
      const entries = streams.get(stream)?.entries ?? [];
      return entries.filter(({ position }) => position >= from).slice(0, limit);
    },
    async wait(stream, after, signal) {
      if ((streams.get(stream)?.next ?? 0) <= after) await waiters.wait(stream, after, signal);
    },
    async summary(stream) {
      const found = streams.get(stream);
      if (!found) return undefined;
      const { entries, next, lastAppended, ordered } = found;
      const latest = (times: number[]) => (times.length > 0 ? times.reduce((a, b) => Math.max(a, b)) : undefined);
      const earliest = latest(entries.map(({ time }) => -time));
      return {
        first: entries[0]?.position ?? next,
        next,
        firstTime: earliest === undefined ? undefined : -earliest,
        lastTime: latest(entries.map(({ time }) => time)),
        lastAppended,
        sizeBytes: entries.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0),
        ordered,
      };
    },
    async streams(prefix, after, limit) {
      return [...streams.keys()]
        .filter((name) => name.startsWith(prefix) && (after === undefined || compareBytes(name, after) > 0))
        .sort(compareBytes)
        .slice(0, limit);
    },
    async trim(stream, before, { dropEmpty = before === Number.POSITIVE_INFINITY } = {}) {
      const found = streams.get(stream);
      if (!found) return;
      const entries = found.entries.filter(({ position }) => position >= before);
      if (entries.length > 0 || !dropEmpty) streams.set(stream, { ...found, entries });
      else {
        streams.delete(stream);
        waiters.end(stream);
      }
    },
    async clear() {
      streams.clear();
      waiters.end();
    },
    async close() {
      waiters.end();
    },
  };
}

const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
