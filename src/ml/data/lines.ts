import type { DataPlace } from "./data-error.ts";

const newline = 10;

/** Calls `read` with start and end of every line that is not blank. A byte order mark before line 1 is passed over. */
export function eachLine(
  bytes: Uint8Array,
  place: DataPlace,
  read: (bytes: Uint8Array, start: number, end: number, place: DataPlace) => void,
): void {
  let start = place.line === 1 && hasByteOrderMark(bytes) ? 3 : 0;
  for (let line = place.line; start < bytes.length; line++) {
    const end = lineEnd(bytes, start);
    if (!isBlank(bytes, start, end)) read(bytes, start, end, { ...place, line });
    start = end + 1;
  }
}

/** Index of the line's end: its newline, or the end of the bytes. */
export function lineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(newline, start);
  return end < 0 ? bytes.length : end;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! > 32) return false;
  return true;
}

const hasByteOrderMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
