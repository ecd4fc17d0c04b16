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
  /** What this turn has added; another one for each turn, so that nothing of the turns before is kept. */
  let turn: { readonly ended: Promise<void>; readonly gathered: Map<string, Gathered> } | undefined;

  function begin() {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
    return { ended, gathered: new Map<string, Gathered>() };
  }

  return {
    add(stream, entry) {
      turn ??= begin();
      const { ended, gathered } = turn;
      let found = gathered.get(stream);
      if (!found) {
        const entries: NewEntry[] = [];
        const written = ended.then(async () => void (await journals.append(stream, entries, { sync: false })));
        found = { entries, written };
        gathered.set(stream, found);
      }
      found.entries.push(entry);
      return found.written;
    },
  };
}
