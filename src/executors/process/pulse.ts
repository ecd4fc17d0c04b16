import { mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Returns milliseconds since the file's time last changed, by a clock that neither jumps nor counts the machine's
 * sleep; undefined while there is no file and never was one.
 */
export function watchPulse(file: string): () => number | undefined {
  let seen: number | undefined;
  let since = performance.now();
  return () => {
    const modified = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (modified !== undefined && modified !== seen) {
      seen = modified;
      since = performance.now();
    }
    return seen === undefined ? undefined : performance.now() - since;
  };
}

/** How often a keeper shows that it runs, and how long it may show nothing before it is ended as one that hangs. */
const beatMilliseconds = 5_000;
export const keeperSilenceMilliseconds = 30_000;

/** Makes the file, and returns a function that touches it, however often it is called, every few seconds. */
export function createPulse(file: string): () => void {
  let touched = Number.NEGATIVE_INFINITY;
  const touch = () => {
    if (performance.now() - touched < beatMilliseconds) return;
    touched = performance.now();
    // A keeper that never made the file, on a full disk, is not looked at.
    try {
      const now = new Date();
      utimesSync(file, now, now);
    } catch {}
  };
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, "", { mode: 0o600 });
  } catch {}
  touch();
  return touch;
}
