import type { Clock } from "../../base/clock.ts";
import { type FolderPlace, folderPage } from "./folder-page.ts";
import { folderMark, type JournalEntry, type JournalStore } from "./port.ts";
import { createStreamWaiters } from "./stream-waiters.ts";

/** A journal store that keeps nothing beyond its process: for tests, and the shortest statement of what a driver does. */
export function createMemoryJournalStore({ clock }: { clock: Clock }): JournalStore {
  const streams = new Map<string, MemoryStream>();
  const waiters = createStreamWaiters();
  const streamsIn = (folder: string) => [...streams].filter(([name]) => name.startsWith(folder + folderMark));
  return {
    async append(stream, added) {
      const found = streams.get(stream) ?? empty;
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
    async make(stream) {
      if (!streams.has(stream)) streams.set(stream, empty);
    },
    async summary(stream) {
      const found = streams.get(stream);
      if (!found) return undefined;
      const { entries, next, lastAppended, ordered } = found;
      return {
        first: entries[0]?.position ?? next,
        next,
        firstTime:
          entries.length > 0 ? entries.reduce((least, { time }) => Math.min(least, time), Infinity) : undefined,
        lastTime: entries.length > 0 ? latestTime(found) : undefined,
        lastAppended,
        sizeBytes: sizeOf(found),
        ordered,
      };
    },
    async streams(prefix, after, limit) {
      return [...streams.keys()]
        .filter((name) => name.startsWith(prefix) && (after === undefined || compareBytes(name, after) > 0))
        .sort(compareBytes)
        .slice(0, limit);
    },
    async folder(folder) {
      const found = streamsIn(folder);
      return { streams: found.length, sizeBytes: found.reduce((sum, [, stream]) => sum + sizeOf(stream), 0) };
    },
    async byTime(folder, query) {
      const sign = query.descending ? -1 : 1;
      const places = streamsIn(folder).map(([name, stream]) => ({ name, lastTime: latestTime(stream) }));
      places.sort((a, b) => sign * comparePlaces(a, b));
      return folderPage(folder, query, (beyond, limit) =>
        places.filter((place) => sign * comparePlaces(place, beyond) > 0).slice(0, limit),
      );
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

interface MemoryStream {
  readonly entries: readonly JournalEntry[];
  readonly next: number;
  readonly latest: number;
  readonly ordered: boolean;
  readonly lastAppended?: number;
}

const empty: MemoryStream = { entries: [], next: 0, latest: -Infinity, ordered: true };

const latestTime = ({ entries }: MemoryStream) => entries.reduce((most, { time }) => Math.max(most, time), -Infinity);
const sizeOf = ({ entries }: MemoryStream) => entries.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0);

const comparePlaces = (a: FolderPlace, b: FolderPlace) =>
  (a.lastTime === b.lastTime ? 0 : a.lastTime - b.lastTime) || compareBytes(a.name, b.name);
const compareBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
