import { execFile } from "node:child_process";
import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { ownPath } from "../own-files.ts";
import { ChannelFault } from "./channel-fault.ts";

const run = promisify(execFile);

/** How often it is looked whether a program has opened a pipe: the system tells only who waits with a thread. */
const [firstLookMilliseconds, lastLookMilliseconds] = [5, 50];

/** Makes a named pipe. One that is there stays. */
export async function makeFifo(path: string): Promise<void> {
  ownPath(dirname(path));
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFIFO()) return;
  if (found)
    throw new ChannelFault(
      `The pipe ${path} cannot be made: something else is in its place, of another input or of the program.`,
    );
  await run("mkfifo", ["-m", "666", path]);
}

/** Waits until a program reads the pipe, and opens it. @throws AbortError */
export async function openFifo(path: string, signal: AbortSignal): Promise<Socket> {
  for (let wait = firstLookMilliseconds; ; wait = Math.min(wait * 2, lastLookMilliseconds)) {
    signal.throwIfAborted();
    const descriptor = tryOpen(path);
    if (descriptor !== undefined) return new Socket({ fd: descriptor, readable: false, writable: true });
    await delay(wait, undefined, { signal });
  }
}

function tryOpen(path: string): number | undefined {
  let descriptor: number;
  try {
    ownPath(dirname(path));
    descriptor = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    // Nobody reads it, or the program has put something else in its place.
    if (["ENXIO", "ENOENT", "ELOOP", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  if (fstatSync(descriptor).isFIFO()) return descriptor;
  closeSync(descriptor);
  return undefined;
}

/** Writes the bytes into the pipe, as fast as they are read; false when the reader has closed it before their end. */
export async function pour(bytes: AsyncIterable<Uint8Array>, pipe: Socket, signal: AbortSignal): Promise<boolean> {
  const stop = () => pipe.destroy();
  signal.addEventListener("abort", stop);
  // The write that fails says so too.
  pipe.on("error", () => {});
  try {
    for await (const piece of bytes) {
      signal.throwIfAborted();
      await written(piece, pipe);
    }
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    return false;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

const written = (piece: Uint8Array, pipe: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    pipe.write(piece, (error) => (error ? reject(error) : resolve()));
  });
