import { useEffect, useSyncExternalStore } from "react";
import { goSignIn, session } from "./api/session.ts";
import { queries } from "./frame/query.ts";

/** What a page watches: the documents of a kind, or a log stream. */
export type Subject = { readonly kind: string } | { readonly log: { readonly group: string; readonly stream: string } };

/** What the server sends; see docs/guide/studio.md. */
type Message =
  | { readonly type: "hello" | "look"; readonly sequence: number }
  | { readonly type: "changed"; readonly sequence: number; readonly changes: readonly { readonly id: number }[] }
  | { readonly type: "log" | "refused"; readonly id: number };

interface Watch {
  readonly id: number;
  readonly subject: Subject;
  readonly listeners: Set<() => void>;
}

/** How often a page asks by itself while no socket is open. */
const pollingMilliseconds = 5_000;
const longestPauseMilliseconds = 10_000;
const signedOut = 4401;

const watches = new Map<string, Watch>();
const connectionListeners = new Set<() => void>();
let socket: WebSocket | undefined;
let connected = false;
/** Where the feed of changes was when the server last said so. */
let sequence: number | undefined;
/** Whether a socket was lost before the server said where its feed was: what was missed is not known. */
let isBlind = false;
let lastId = 0;
let pause = 250;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls the listener when the subject has changed, and when it may have. Returns what ends the watch. */
export function watch(subject: Subject, listener: () => void): () => void {
  const key = JSON.stringify(subject);
  let found = watches.get(key);
  if (!found) {
    found = { id: ++lastId, subject, listeners: new Set() };
    watches.set(key, found);
    send(asking(found));
  }
  found.listeners.add(listener);
  if (!socket) connect();
  return () => {
    found.listeners.delete(listener);
    if (found.listeners.size > 0) return;
    watches.delete(key);
    send({ type: "unwatch", id: found.id });
  };
}

const asking = ({ id, subject }: Watch) => ({ type: "watch", id, region: session().region, ...subject });

function send(message: object): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function connect(): void {
  clearTimeout(timer);
  const address = new URL("/_studio/live", location.href.replace(/^http/, "ws"));
  address.search = new URLSearchParams({ csrf: session().csrf, after: String(sequence ?? "") }).toString();
  const opened = new WebSocket(address);
  socket = opened;
  opened.onopen = () => {
    pause = 250;
    for (const watched of watches.values()) send(asking(watched));
    setConnected(true);
  };
  opened.onmessage = ({ data }) => read(JSON.parse(String(data)) as Message);
  opened.onclose = ({ code }) => {
    if (socket !== opened) return;
    isBlind ||= sequence === undefined;
    setConnected(false);
    if (code === signedOut) goSignIn();
    else timer = setTimeout(connect, pause);
    pause = Math.min(pause * 2, longestPauseMilliseconds);
  };
}

function read(message: Message): void {
  if ("sequence" in message) sequence = message.sequence;
  const changed =
    message.type === "changed"
      ? new Set(message.changes.map(({ id }) => id))
      : "id" in message
        ? new Set([message.id])
        : undefined;
  if (message.type === "refused" || (message.type === "hello" && !isBlind)) return;
  isBlind = false;
  for (const { id, listeners } of watches.values())
    if (changed === undefined || changed.has(id)) for (const listener of listeners) listener();
}

function setConnected(value: boolean): void {
  if (connected === value) return;
  connected = value;
  for (const listener of connectionListeners) listener();
}

// A machine that wakes, or a network that is back, waits for no pause.
for (const event of ["online", "focus"])
  addEventListener(event, () => {
    if (socket && socket.readyState === WebSocket.CLOSED) connect();
  });

const useConnected = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      connectionListeners.add(listener);
      return () => connectionListeners.delete(listener);
    },
    () => connected,
  );

/** Asks anew what is shown of a kind when it has changed. Returns how often to ask without a socket; false with one. */
export function useLive({ kind }: { readonly kind: string }): number | false {
  useEffect(() => watch({ kind }, () => void queries.invalidateQueries({ queryKey: [kind] })), [kind]);
  return useConnected() ? false : pollingMilliseconds;
}

/** The same for a log stream: calls the listener when it has grown. */
export function useLiveLog(group: string, stream: string | undefined, listener: () => void): number | false {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a listener is made at each drawing, the watch is not
  useEffect(() => (stream ? watch({ log: { group, stream } }, listener) : undefined), [group, stream]);
  return useConnected() ? false : pollingMilliseconds;
}
