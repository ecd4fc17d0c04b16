import { type SharedPipes, waitsForRoom, waitsForWork } from "../../base/shared-pipes.ts";
import { framePreface } from "../../images/serving-frame.ts";
import type { FrameServer, FrameSocket } from "./frame-server.ts";

/**
 * Answers what comes through the pipes, until the host closes them. This thread does nothing else from then on: it waits
 * for requests by blocking, which takes the least time to wake up. `idle` is called when nothing has come for so long.
 */
export function servePipes(
  { toThread, toHost, words }: SharedPipes,
  frames: FrameServer,
  { idle, idleMilliseconds, worked }: { idle(): void; worked(): void; readonly idleMilliseconds: number },
): void {
  let take: ((bytes: Buffer) => void) | undefined;
  let isBroken = false;
  let hasRung = false;
  const isClosed = () => isBroken || words.get("isClosed") === 1;
  const ring = () => {
    hasRung = true;
    words.add("hostBell");
    if (words.get("hostWaits") === 1) words.wake("hostBell");
  };
  const wait = (why: number, bell: number, isNeeded: () => boolean, milliseconds?: number) => {
    words.set("threadWaits", why);
    if (isNeeded()) words.wait("threadBell", bell, milliseconds);
    words.set("threadWaits", 0);
  };
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length && !isClosed(); ) {
      const bell = words.get("threadBell");
      at += toHost.write(bytes, at);
      ring();
      if (at < bytes.length) wait(waitsForRoom, bell, () => toHost.isFull());
    }
  };
  const socket: FrameSocket = {
    writableNeedDrain: false,
    on(event: string, listener: (bytes: never) => void) {
      if (event === "data") take = listener as (bytes: Buffer) => void;
    },
    write,
    ...{ cork() {}, uncork() {}, pause() {}, resume() {}, end() {} },
    destroy() {
      isBroken = true;
    },
  };

  let greeting = Buffer.alloc(0);
  const greet = (bytes: Buffer) => {
    greeting = Buffer.concat([greeting, bytes]);
    if (greeting.length < framePreface.length) return;
    if (!greeting.subarray(0, framePreface.length).equals(framePreface))
      throw new Error("The server does not speak frames.");
    frames.serve(socket, greeting.subarray(framePreface.length));
  };

  let hasEnded = false;
  let isSettled = false;
  while (!isClosed()) {
    const bell = words.get("threadBell");
    const count = toThread.waiting();
    if (count > 0) {
      const bytes = Buffer.allocUnsafe(count);
      toThread.read(bytes, count);
      isSettled = hasRung = false;
      (take ?? greet)(bytes);
      words.add("beat");
      // The host may have more than the pipe had room for.
      if (!hasRung) ring();
    } else if (words.get("isEnding") === 1 && !hasEnded) {
      hasEnded = true;
      // Nobody has ever asked.
      if (!take) return;
      frames.close();
    } else {
      worked();
      const begun = performance.now();
      wait(waitsForWork, bell, () => true, isSettled ? undefined : idleMilliseconds);
      if (isSettled || performance.now() - begun < idleMilliseconds) continue;
      isSettled = true;
      idle();
    }
  }
}
