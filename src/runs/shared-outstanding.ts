import { closeSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createOutstanding, type Outstanding } from "./outstanding.ts";

/** One of several, in as many processes of the server: `of` counts the requests of all. */
export interface SharedOutstanding extends Outstanding {
  close(): void;
}

/** Runs share a place when they are very many; then each counts for both. */
const places = 65_536;
/** The number of requests, in four bytes, and after four others the bytes of their bodies, as a double. */
const placeBytes = 16;
const bytesAt = 8;

/**
 * Counts in files, one for each process, which the system keeps in memory: a process writes to its own and reads those
 * of the others, so no message goes between them and each count is true at once. A place is found by the run's id.
 */
export function createSharedOutstanding(folder: string, own: number, processes: number): SharedOutstanding {
  mkdirSync(folder, { recursive: true });
  forgetOutstanding(folder, own);
  const opened = Array.from({ length: processes }, (_, index) => open(folder, index));
  const others = opened.filter((_, index) => index !== own);
  const file = opened[own]!;
  const counts = createOutstanding();
  const ownPlace = Buffer.alloc(placeBytes);
  const otherPlace = Buffer.alloc(placeBytes);
  /** What this process has in each place that it uses. */
  const used = new Map<number, { requests: number; bytes: number }>();

  function change(place: number, requests: 1 | -1, bytes: number): void {
    let now = used.get(place);
    if (!now) {
      now = { requests: 0, bytes: 0 };
      used.set(place, now);
    }
    now.requests += requests;
    now.bytes += bytes;
    ownPlace.writeInt32LE(now.requests);
    ownPlace.writeDoubleLE(now.bytes, bytesAt);
    writeSync(file, ownPlace, 0, placeBytes, place * placeBytes);
  }

  function sumOf(runId: string, readFrom: (read: Buffer) => number): number {
    const at = placeOf(runId) * placeBytes;
    let sum = 0;
    for (const other of others)
      if (readSync(other, otherPlace, 0, placeBytes, at) === placeBytes) sum += readFrom(otherPlace);
    return sum;
  }

  return {
    // Of what one process alone counts (`controlOnly`).
    mark: counts.mark,
    marked: counts.marked,
    of: (runId) => counts.of(runId) + sumOf(runId, (read) => read.readInt32LE()),
    bytesOf: (runId) => counts.bytesOf(runId) + sumOf(runId, (read) => read.readDoubleLE(bytesAt)),
    enter(runId, bytes = 0) {
      const place = placeOf(runId);
      const leave = counts.enter(runId, bytes);
      change(place, 1, bytes);
      let entered = true;
      return () => {
        if (!entered) return;
        entered = false;
        leave();
        change(place, -1, -bytes);
      };
    },
    close() {
      for (const one of opened) closeSync(one);
    },
  };
}

/** Forgets what a process that has ended had counted. */
export function forgetOutstanding(folder: string, process: number): void {
  const file = open(folder, process);
  // All of it is written, so that a full disk keeps no process from counting.
  writeSync(file, Buffer.alloc(places * placeBytes), 0, places * placeBytes, 0);
  closeSync(file);
}

function open(folder: string, process: number): number {
  const path = join(folder, String(process));
  closeSync(openSync(path, "a"));
  return openSync(path, "r+");
}

/** Run ids are ULIDs: their last characters are random. */
function placeOf(runId: string): number {
  let hash = 0;
  for (let at = Math.max(0, runId.length - 8); at < runId.length; at++)
    hash = (hash * 31 + runId.charCodeAt(at)) % places;
  return hash;
}
