import { EventEmitter } from "node:events";
import { type SharedPipes, waitsForRoom } from "../../base/shared-pipes.ts";
import type { RunSocket } from "../port.ts";

/** The host's end of the pipes to a thread. */
export interface ThreadSocket extends RunSocket {
  /** The thread has ended: what it has answered is heard, then that the socket is closed. */
  threadEnded(): void;
}

/** Opens the one connection to a thread. When it is closed, the thread ends. */
export function openThreadSocket({ toThread, toHost, words }: SharedPipes): ThreadSocket {
  const events = new EventEmitter();
  /** What the pipe had no room for. */
  let unwritten: { readonly bytes: Uint8Array; at: number }[] = [];
  let isCorked = false;
  let isDestroyed = false;
  let hasEnded = false;

  const ring = () => {
    words.add("threadBell");
    if (words.get("threadWaits") !== 0) words.wake("threadBell");
  };
  /** Gives the thread what it has room for; returns whether that is all. */
  const writeOn = (): boolean => {
    for (;;) {
      const [first] = unwritten;
      if (first === undefined) return true;
      const count = toThread.write(first.bytes, first.at);
      first.at += count;
      if (first.at < first.bytes.length) return false;
      unwritten.shift();
    }
  };
  const hear = () => {
    for (let count = toHost.waiting(); count > 0 && !isDestroyed; count = toHost.waiting()) {
      const bytes = Buffer.allocUnsafe(count);
      toHost.read(bytes, count);
      if (words.get("threadWaits") === waitsForRoom) ring();
      events.emit("data", bytes);
    }
    if (unwritten.length > 0) {
      writeOn();
      ring();
    }
  };
  const close = () => {
    if (isDestroyed) return;
    isDestroyed = true;
    unwritten = [];
    words.set("isClosed", 1);
    ring();
    words.add("hostBell");
    words.wake("hostBell");
    setImmediate(() => events.emit("close"));
  };
  /** Listens until the socket is closed. */
  const listen = async () => {
    while (!isDestroyed && !hasEnded) {
      const bell = words.get("hostBell");
      hear();
      await words.waitAsync("hostBell", bell);
    }
  };
  // The first answer is heard by whoever has begun to listen by then.
  setImmediate(() => void listen());

  return {
    get destroyed() {
      return isDestroyed;
    },
    on: (event, listener) => events.on(event, listener),
    write(bytes) {
      if (isDestroyed) return;
      unwritten.push({ bytes, at: 0 });
      writeOn();
      if (!isCorked) ring();
    },
    cork() {
      isCorked = true;
    },
    uncork() {
      isCorked = false;
      ring();
    },
    end: close,
    destroy: close,
    ref() {},
    unref() {},
    threadEnded() {
      hear();
      hasEnded = true;
      close();
    },
  };
}
