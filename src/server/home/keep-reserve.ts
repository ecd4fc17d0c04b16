import { randomBytes } from "node:crypto";
import { closeSync, openSync, statfsSync, statSync, truncateSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { isDiskFull } from "../../base/is-disk-full.ts";
import type { DiskReserve } from "../../stores/disk-reserve.ts";

/** Holds the logs of several deletions in all three databases, with what they need to be folded into the databases. */
const reserveBytes = 16 * 1024 * 1024;
/** What is given back at a time: a run that writes all that it finds must not take the whole reserve at once. */
const pieceBytes = 1024 * 1024;

/** The reserve of a home's disk. */
export interface KeptReserve extends DiskReserve {
  /** Takes the reserve when it is not taken and there is room. */
  look(): void;
}

/**
 * Keeps a file of 16 MiB as the reserve of its disk. It is cut when the disk is full, and whole again when there is room
 * for it and as much beside it, so that it is not taken and given back in turn. `say` gets a line when the disk is found
 * full, and one when there is room again.
 */
export function keepReserve(path: string, say: (line: string) => void, sizeBytes = reserveBytes): KeptReserve {
  let heldBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let full = false;

  function foundFull(): void {
    if (full) return;
    full = true;
    say(
      `The disk of ${dirname(path)} is full. What frees room works on (deletions, stops, \`reset --yes\`); ` +
        `nothing new is stored until ${mebibytes(2 * sizeBytes)} are free.`,
    );
  }

  function giveBack(): boolean {
    if (heldBytes === 0) return false;
    heldBytes = Math.max(heldBytes - pieceBytes, 0);
    truncateSync(path, heldBytes);
    return true;
  }

  function take(): boolean {
    if (heldBytes === sizeBytes) return true;
    if (freeBytes(path) < 2 * sizeBytes) return false;
    try {
      fill(path, sizeBytes);
      heldBytes = sizeBytes;
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      heldBytes = statSync(path).size;
      return false;
    }
  }

  function mayGrow(): boolean {
    if (!full) return true;
    if (!take() || freeBytes(path) < sizeBytes) return false;
    full = false;
    say(`The disk of ${dirname(path)} has room again.`);
    return true;
  }

  // A server that starts on a full disk needs some room to open its stores.
  while (freeBytes(path) < pieceBytes && giveBack()) foundFull();
  return { mayGrow, giveBack, foundFull, look: () => void (full ? mayGrow() : take()) };
}

/**
 * Does what has to be done before the reserve can be kept. Where the disk is too full for it, the reserve is cut, and
 * it is done once more.
 */
export function withReserve<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const heldBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (!isDiskFull(error) || heldBytes === 0) throw error;
    truncateSync(path, Math.max(heldBytes - pieceBytes, 0));
    return work();
  }
}

/** Does what takes little room, in that of the reserve where the disk is full: more of it is given back until it fits. */
export function inReserve<T>(reserve: Pick<DiskReserve, "giveBack" | "foundFull">, work: () => T): T {
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      reserve.foundFull();
      if (!reserve.giveBack()) throw error;
    }
  }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize;
}

/**
 * Random bytes, because a file system that compresses would keep no room for others. They need no sync: the room is
 * taken when they are written, and a reserve that a loss of power cuts off is written anew.
 */
function fill(path: string, sizeBytes: number): void {
  const piece = randomBytes(pieceBytes);
  const file = openSync(path, "w", 0o600);
  try {
    for (let left = sizeBytes; left > 0; ) left -= writeSync(file, piece, 0, Math.min(left, piece.length));
  } finally {
    closeSync(file);
  }
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
