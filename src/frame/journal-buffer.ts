import type { JournalStore, NewEntry } from "../stores/journals/port.ts";

/** Writes entries of journals for many requests at once. */
export interface JournalBuffer {
  /** Resolves when the entry is written: it survives the end of the process, and is synced within a second. */
  add(stream: string, entry: NewEntry): Promise<void>;
}

interface Gathered {
  readonly entries: NewEntry[];
  readonly written: Promise<void>;
}

/** What is added in one turn of the event loop is one append of each stream. */
export function createJournalBuffer(journals: Pick<JournalStore, "append">): JournalBuffer {
  const gathered = new Map<string, Gathered>();

  function gather(stream: string): Gathered {
    const entries: NewEntry[] = [];
    const turn = Promise.withResolvers<void>();
    setImmediate(turn.resolve);
    const written = turn.promise.then(async () => {
      gathered.delete(stream);
      await journals.append(stream, entries, { sync: false });
    });
    const opened = { entries, written };
    gathered.set(stream, opened);
    return opened;
  }

  return {
    add(stream, entry) {
      const { entries, written } = gathered.get(stream) ?? gather(stream);
      entries.push(entry);
      return written;
    },
  };
}
