import { Fault } from "../../aws/faults.ts";
import type { FrontSocket, Session } from "../../fronts/front.ts";
import type { FeedEntry } from "../../stores/resources/port.ts";
import { type Change, type PageMessage, readPageMessage, type ServerMessage, type Subject } from "./watches.ts";

/** One page of Studio, as the hub has it. */
export interface LivePage {
  /** Tells of the entries that the page watches. */
  tell(entries: readonly FeedEntry[], sequence: number): void;
  /** Has the page ask again for all that it shows. */
  look(sequence: number): void;
  /** Tells only where the feed is, so that a page that comes again need not go back far. */
  greet(sequence: number): void;
  close(code: number, reason: string): void;
}

export interface LivePageOptions {
  readonly socket: FrontSocket;
  readonly session: Session;
  /** What happened before the page was here, for the watches that it takes up again. */
  readonly missed: readonly FeedEntry[];
  /** What happened of late: a page may have asked the API just before it began to watch. */
  recent(): readonly FeedEntry[];
  /** Where the feed is. */
  sequence(): number;
  /** @throws Fault when the caller may not know of the subject */
  permit(session: Session, subject: Subject, region: string): Promise<void>;
  /** Calls `grown` with the number of entries when the stream has some, and each time it grows, until the signal aborts. */
  followLog(
    subject: { readonly group: string; readonly stream: string },
    place: { readonly account: string; readonly region: string },
    grown: (until: number) => void,
    signal: AbortSignal,
  ): void;
  ended(): void;
}

const mostWatches = 200;
/** A page that has not taken so much is not sent more; it is told to look when it has. */
const mostWaitingBytes = 64 * 1024;
/** More changes at once are a reason to look at everything. */
const mostChanges = 100;

interface Watch {
  readonly region: string;
  readonly kind: string | undefined;
  readonly ending: AbortController;
}

export function createLivePage(options: LivePageOptions): LivePage {
  const { socket, session, missed, recent, sequence, permit, followLog, ended } = options;
  const { account } = session.caller;
  const watches = new Map<number, Watch>();
  let isBehind = false;

  function send(message: ServerMessage): void {
    if (socket.waitingBytes > mostWaitingBytes) {
      isBehind = true;
      return;
    }
    socket.send(JSON.stringify(message), () => {
      if (!isBehind || socket.waitingBytes > 0) return;
      isBehind = false;
      look(sequence());
    });
  }
  const look = (at: number) => send({ type: "look", sequence: at });

  function tell(entries: readonly FeedEntry[], at: number, only?: number): void {
    const changes = new Map<string, Change>();
    for (const { key, version, deleted, status, event } of entries) {
      if (event !== undefined || (key.account !== account && key.account !== "-")) continue;
      for (const [id, { kind, region }] of watches) {
        if (key.kind !== kind || (key.region !== region && key.region !== "-") || (only ?? id) !== id) continue;
        const change = { id, kind, name: key.name, region: key.region, version, deleted, status };
        changes.set(`${id} ${key.region} ${key.name}`, change);
      }
    }
    if (changes.size > mostChanges) look(at);
    else if (changes.size > 0) send({ type: "changed", sequence: at, changes: [...changes.values()] });
  }

  async function watch({ id, subject, region = session.region }: PageMessage & { type: "watch" }): Promise<void> {
    if (watches.has(id) || watches.size >= mostWatches) throw new Fault("LimitExceeded", "Too many watches.");
    const ending = new AbortController();
    const isLog = "log" in subject;
    // Kept before it is permitted, so that `unwatch` finds it.
    watches.set(id, { region, kind: undefined, ending });
    await permit(session, subject, region);
    if (ending.signal.aborted) return;
    if (isLog) {
      const grown = (until: number) => send({ type: "log", id, until });
      followLog(subject.log, { account, region }, grown, ending.signal);
      return;
    }
    watches.set(id, { region, kind: subject.kind, ending });
    tell([...missed, ...recent()], sequence(), id);
  }

  function unwatch(id: number): void {
    watches.get(id)?.ending.abort();
    watches.delete(id);
  }

  socket.onText((text) => {
    const message = readPageMessage(text);
    if (message === undefined) return socket.close(1008, "not a message of a page");
    if (message.type === "unwatch") return unwatch(message.id);
    watch(message).catch((error: Error) => {
      unwatch(message.id);
      send({ type: "refused", id: message.id, message: error.message });
    });
  });
  socket.onEnd(() => {
    for (const id of watches.keys()) unwatch(id);
    ended();
  });

  return {
    tell,
    look,
    greet: (at) => send({ type: "hello", sequence: at }),
    close: (code, reason) => socket.close(code, reason),
  };
}
