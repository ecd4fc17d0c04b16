import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * A run's log is a sequence of files, so that its beginning can be dropped while the run goes on. The first file is
 * `log`, each further one `log.<start>`, where start is the number of bytes that the run had written before it. A
 * segment holds whole lines.
 */
export interface LogSegment {
  readonly start: number;
  readonly path: string;
}

/** A segment that has reached this size is followed by a new one. */
export const segmentBytes = 8 * 1024 * 1024;

export const segmentPath = (root: string, start: number): string => join(root, start === 0 ? "log" : `log.${start}`);

/** Returns the segments that exist, in order. */
export function listSegments(root: string): LogSegment[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return names
    .flatMap((name) => {
      const start = name === "log" ? "0" : /^log\.(\d+)$/.exec(name)?.[1];
      return start === undefined ? [] : [{ start: Number(start), path: join(root, name) }];
    })
    .sort((a, b) => a.start - b.start);
}

/**
 * Returns the segments that lie wholly before an offset of the log. The last one never does, because it is written to.
 */
export const segmentsBefore = (segments: readonly LogSegment[], offset: number): LogSegment[] =>
  segments.filter((_, index) => segments[index + 1] !== undefined && segments[index + 1]!.start <= offset);

/** A place in a run's log and events: how many bytes of each have been read. */
export interface LogCursor {
  readonly log: number;
  readonly events: number;
}

export const cursorText = ({ log, events }: LogCursor): string => `${log}.${events}`;

/** @throws RangeError for a text that is not the cursor of any event */
export function parseCursor(text: string): LogCursor {
  const [, log, events] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (events === undefined) throw new RangeError(`Cursor ${JSON.stringify(text)} is none of a run's events`);
  return { log: Number(log), events: Number(events) };
}
