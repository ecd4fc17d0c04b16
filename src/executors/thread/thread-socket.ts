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
  /** Reads what the thread has written; returns whether there was anything. */
  const hear = (): boolean => {
    let hasHeard = false;
    for (let count = toHost.waiting(); count > 0 && !isDestroyed; count = toHost.waiting()) {
      hasHeard = true;
      const bytes = Buffer.allocUnsafe(count);
      toHost.read(bytes, count);
      if (words.get("threadWaits") === waitsForRoom) ring();
      events.emit("data", bytes);
    }
    if (unwritten.length > 0) {
      writeOn();
      ring();
    }
    return hasHeard;
  };
  const close = () => {
    if (isDestroyed) return;
    isDestroyed = true;
    unwritten = [];
    words.set("isClosed", 1);
    ring();
    words.wake("hostBell");
    setImmediate(() => events.emit("close"));
  };

  /**
   * The thread mostly has answered when this process has done what else there is: it is looked for in the next turn of the
   * event loop, and only when nothing is there the thread is to wake this one.
   */
  let isLooking = false;
  const lookSoon = () => {
    if (isLooking || isDestroyed) return;
    isLooking = true;
    words.set("hostWaits", 0);
    setImmediate(look);
  };
  const look = () => {
    isLooking = false;
    if (isDestroyed) return;
    if (hear()) return lookSoon();
    const bell = words.get("hostBell");
    words.set("hostWaits", 1);
    // What the thread has done before it could see that.
    if (toHost.waiting() > 0 || (unwritten.length > 0 && !toThread.isFull())) lookSoon();
    else void waitForBell(bell);
  };
  let isWaiting = false;
  const waitForBell = async (bell: number) => {
    if (isWaiting) return;
    isWaiting = true;
    await words.waitAsync("hostBell", bell);
    isWaiting = false;
    lookSoon();
    hear();
  };
  lookSoon();

  return {
    get destroyed() {
      return isDestroyed;
    },
    on: (event, listener) => events.on(event, listener),
    write(bytes) {
      if (isDestroyed) return;
      unwritten.push({ bytes, at: 0 });
      writeOn();
      if (isCorked) return;
      ring();
      lookSoon();
    },
    cork() {
      isCorked = true;
    },
    uncork() {
      isCorked = false;
      ring();
      lookSoon();
    },
    end: close,
    destroy: close,
    ref() {},
    unref() {},
    threadEnded() {
      hear();
      close();
    },
  };
}
