import { Fault } from "../../aws/faults.ts";
import type { ServiceHost } from "../../frame/context.ts";
import type { FrontSocket, Session } from "../../fronts/front.ts";
import { pause, type Timer } from "../../runs/timer.ts";
import type { FeedEntry } from "../../stores/resources/port.ts";
import type { RequestHead, WireInput } from "../../wire/wire.ts";
import type { WireServiceId } from "../../wire/wire-services.ts";
import { followFeed } from "../reconcile/follow-feed.ts";
import type { StudioSessions } from "../sessions/studio-sessions.ts";
import { createLogFollower } from "./follow-log.ts";
import { createLivePage, type LivePage } from "./live-page.ts";
import type { Subject } from "./watches.ts";

/** Tells the pages of Studio what has changed. */
export interface LiveHub {
  open(socket: FrontSocket, head: RequestHead, after: number | undefined): void;
  /** Ends all sockets. Their pages come again. */
  close(): void;
}

/** Changes within this time are told of together. */
const gatherMilliseconds = 20;
/** A page that missed more asks again for all that it shows. */
const mostMissed = 1_000;
const recentMilliseconds = 2_000;
/** How often each page is told where the feed is, and asked whether its session goes on. */
const lookMilliseconds = 30_000;
const mostPages = 500;

/** Codes of WebSocket's for applications: the session is over; the server is going away. */
const signedOut = 4401;
const goingAway = 1001;
const tryLater = 1013;

export function createLiveHub(options: {
  readonly host: Pick<ServiceHost, "clock" | "kinds" | "resources" | "journals">;
  readonly sessions: Pick<StudioSessions, "find">;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
  /** @throws Fault when the session's caller may not call the operation */
  readonly mayCall: (
    session: Session,
    region: string,
    service: WireServiceId,
    operation: string,
    input: WireInput,
  ) => Promise<void>;
}): LiveHub {
  const { host, sessions, timer, report, mayCall } = options;
  const { clock, kinds, resources } = host;
  const followLog = createLogFollower({ ...host, timer, report });
  const pages = new Map<LivePage, RequestHead>();
  let recent: FeedEntry[] = [];
  let position = 0;
  /** Set while there are pages. */
  let following: { readonly ending: AbortController; readonly begun: Promise<void> } | undefined;
  /** Pages that are about to be there. */
  let opening = 0;
  let isClosed = false;

  async function permit(session: Session, subject: Subject, region: string): Promise<void> {
    if ("log" in subject) {
      const { group, stream } = subject.log;
      return mayCall(session, region, "logs", "GetLogEvents", { logGroupName: group, logStreamName: stream });
    }
    const entry = kinds.named(subject.kind);
    if (entry?.listedBy === undefined)
      throw new Fault("ValidationException", `${subject.kind} is no kind that can be watched.`);
    return mayCall(session, region, entry.service as WireServiceId, entry.listedBy, {});
  }

  /** Begins to read the feed, for the first page. */
  function begin() {
    const ending = new AbortController();
    const { signal } = ending;
    // The sequence of nothing written is where the feed ends.
    const begun = resources.write([]).then(async ({ sequence }) => {
      position = sequence;
      recent = await lately(sequence);
      void gather(signal);
      void greet(signal);
    });
    return { ending, begun };
  }

  /** What was written of late: the first page, too, asked the API before it began to watch. */
  async function lately(sequence: number): Promise<FeedEntry[]> {
    const entries = (await missedSince(Math.max(sequence - mostMissed, 0))) ?? [];
    const now = clock.now();
    return entries.filter(({ time }) => now - time < recentMilliseconds);
  }

  async function gather(signal: AbortSignal): Promise<void> {
    let batch: FeedEntry[] = [];
    let isTelling = false;
    const tellSoon = async () => {
      await pause(timer, gatherMilliseconds, signal);
      isTelling = false;
      const entries = batch;
      batch = [];
      const now = clock.now();
      recent = [...recent, ...entries].filter(({ time }) => now - time < recentMilliseconds);
      for (const page of pages.keys()) page.tell(entries, position);
      await endOver();
    };
    await followFeed({ resources, start: position, timer, signal, report }, (entry) => {
      position = entry.sequence;
      batch.push(entry);
      if (isTelling) return;
      isTelling = true;
      tellSoon().catch((error) => report("Pages of Studio could not be told of a change", error));
    });
  }

  async function greet(signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(timer, lookMilliseconds, signal);
      if (signal.aborted) return;
      for (const page of pages.keys()) page.greet(position);
      await endOver().catch((error) => report("Sessions of Studio could not be looked at", error));
    }
  }

  /** Ends the sockets whose session is over: signed out, too old, or its key or role is gone. */
  async function endOver(): Promise<void> {
    for (const [page, head] of pages) if (!(await sessions.find(head))) page.close(signedOut, "signed out");
  }

  /** Ends the reading of the feed when nobody is there. */
  function rest(): void {
    if (pages.size + opening > 0) return;
    following?.ending.abort();
    following = undefined;
  }

  /** What happened after that number; undefined when it cannot be said any more. */
  async function missedSince(after: number): Promise<readonly FeedEntry[] | undefined> {
    if (after > position) return undefined;
    try {
      const entries = await resources.changes(after, mostMissed + 1);
      return entries.length > mostMissed ? undefined : entries;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  async function open(socket: FrontSocket, head: RequestHead, after: number | undefined): Promise<void> {
    if (isClosed) return socket.close(goingAway, "the server stops");
    if (pages.size >= mostPages) return socket.close(tryLater, "too many pages");
    const session = await sessions.find(head);
    if (!session) return socket.close(signedOut, "signed out");
    opening++;
    let missed: readonly FeedEntry[] | undefined = [];
    try {
      following ??= begin();
      await following.begun;
      if (after !== undefined) missed = await missedSince(after);
    } catch (error) {
      opening--;
      rest();
      throw error;
    }
    const forget = timer.after(Math.max(session.expires - clock.now(), 0), () => page.close(signedOut, "signed out"));
    const page = createLivePage({
      ...{ socket, session, permit, followLog },
      missed: missed ?? [],
      recent: () => recent,
      sequence: () => position,
      ended() {
        forget();
        pages.delete(page);
        rest();
      },
    });
    pages.set(page, head);
    opening--;
    page.greet(position);
    if (missed === undefined) page.look(position);
  }

  return {
    open(socket, head, after) {
      open(socket, head, after).catch((error) => {
        report("A page of Studio could not be told of changes", error);
        socket.close(tryLater, "try again");
      });
    },
    close() {
      isClosed = true;
      for (const page of pages.keys()) page.close(goingAway, "the server stops");
      following?.ending.abort();
    },
  };
}
