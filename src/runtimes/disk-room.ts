import { statfsSync } from "node:fs";
import { isDiskFull } from "../base/is-disk-full.ts";
import { mlRoot } from "./ml-root.ts";

/** How AWS calls a disk that is full. */
export const noRoom = "Insufficient disk space";

/** Says what went wrong with a file or a request, a full disk in AWS's words. */
export function errorWords(error: unknown): string {
  const { name, message, code, path, $metadata } = error as NodeJS.ErrnoException & {
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (isDiskFull(error)) return noRoom;
  if (code === "ENAMETOOLONG") return `A path is too long: ${path?.slice(0, shownOfPath)}...`;
  if (name === "Error") return message;
  const status = $metadata?.httpStatusCode;
  return `${name}${status ? ` (${status})` : ""}: ${message}`;
}

const shownOfPath = 100;

const lookMilliseconds = 250;
/** With less than this a disk has no room for what programs write. */
const fullBytes = 1024 * 1024;
/** A program may take so long to end after a write of it has failed. */
const endMilliseconds = 5000;

let lastFull = Number.NEGATIVE_INFINITY;

function look(): void {
  const { bavail, bsize } = statfsSync(mlRoot);
  if (bavail * bsize < fullBytes) lastFull = performance.now();
}

/** Looks from now on whether the disk of the run's files is full. */
export function watchRoom(): void {
  setInterval(look, lookMilliseconds).unref();
}

/** Whether the disk of the run's files is full, or was a moment ago. */
export function wasFull(): boolean {
  look();
  return performance.now() - lastFull < endMilliseconds;
}
