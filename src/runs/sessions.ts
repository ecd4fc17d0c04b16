import type { JournalStore } from "../stores/journals/port.ts";

/** Which server in a run a session stays with. */
export interface Session {
  readonly runId: string;
  /** Milliseconds since 1970; absent: it lasts until it is closed. */
  readonly expires?: number;
}

/** Sessions of requests, by the journal that keeps them: they outlive the process that wrote them. */
export interface Sessions {
  find(journal: string, id: string): Promise<Session | undefined>;
  open(journal: string, id: string, session: Session): Promise<void>;
  close(journal: string, id: string): Promise<void>;
  /** Forgets all of a journal. */
  drop(journal: string): Promise<void>;
}

const pageEntries = 1_000;

/** The process that owns the journals reads each once, and then knows what it holds. */
export function createSessions(
  journals: Pick<JournalStore, "append" | "read" | "trim">,
  clock: { now(): number },
): Sessions {
  const known = new Map<string, Promise<Map<string, Session>>>();

  async function read(journal: string): Promise<Map<string, Session>> {
    const sessions = new Map<string, Session>();
    for (let position = 0; ; ) {
      const entries = await journals.read(journal, position, pageEntries);
      for (const { data } of entries) {
        const { id, ...session } = JSON.parse(data) as { id: string } & Partial<Session>;
        if (session.runId === undefined) sessions.delete(id);
        else sessions.set(id, session as Session);
      }
      if (entries.length < pageEntries) return sessions;
      position = entries.at(-1)!.position + 1;
    }
  }
  const sessionsOf = (journal: string) => {
    let sessions = known.get(journal);
    if (!sessions) {
      sessions = read(journal);
      known.set(journal, sessions);
      sessions.catch(() => known.delete(journal));
    }
    return sessions;
  };
  const write = (journal: string, entry: object) =>
    journals.append(journal, [{ time: clock.now(), data: JSON.stringify(entry) }], { sync: false });

  return {
    async find(journal, id) {
      const sessions = await sessionsOf(journal);
      const found = sessions.get(id);
      if (found?.expires === undefined || found.expires > clock.now()) return found;
      sessions.delete(id);
      return undefined;
    },
    async open(journal, id, session) {
      const sessions = await sessionsOf(journal);
      sessions.set(id, session);
      await write(journal, { id, ...session });
    },
    async close(journal, id) {
      const sessions = await sessionsOf(journal);
      if (sessions.delete(id)) await write(journal, { id });
    },
    async drop(journal) {
      known.delete(journal);
      await journals.trim(journal, Number.POSITIVE_INFINITY);
    },
  };
}
