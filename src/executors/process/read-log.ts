import { type FileHandle, open } from "node:fs/promises";
import { linesOf } from "./lines-of.ts";
import { type LogSegment, listSegments } from "./log-segments.ts";

interface LogLine {
  readonly text: string;
  /** The offset at which the log continues after the line. */
  readonly end: number;
}

/** A run's log across its segments, as it is now. */
export interface LogReader {
  /** The log's length, including what was dropped. */
  readonly end: number;
  /** Yields the lines between two offsets, skipping those before the first segment left. */
  lines(from: number, end: number): AsyncGenerator<LogLine>;
  close(): Promise<void>;
}

export async function openLog(root: string): Promise<LogReader> {
  let segments = listSegments(root);
  let opened: { readonly segment: LogSegment; readonly file: FileHandle } | undefined;

  /** Returns the segment that holds the offset, or the next one left. */
  async function fileAt(offset: number): Promise<typeof opened> {
    for (;;) {
      const segment = segments.findLast(({ start }) => start <= offset) ?? segments[0];
      if (!segment || segment.path === opened?.segment.path) return opened;
      await opened?.file.close();
      opened = undefined;
      const file = await openIfThere(segment.path);
      if (file) {
        opened = { segment, file };
        return opened;
      }
      // The segment was dropped after the folder was listed.
      segments = segments.filter(({ start }) => start > segment.start);
      if (segments.length === 0) return undefined;
    }
  }

  return {
    end: await lengthOf(segments),
    async *lines(from, end) {
      for (let position = from; position < end; ) {
        const at = await fileAt(position);
        if (!at) return;
        const { start } = at.segment;
        for await (const { text, bytes } of linesOf(at.file, Math.max(position - start, 0), end - start)) {
          position = Math.max(position, start) + bytes;
          yield { text, end: position };
        }
        // After a loss of power a segment may end before the next one begins.
        const next = segments.find((segment) => segment.start > start);
        if (!next) return;
        position = Math.max(position, next.start);
      }
    },
    close: async () => opened?.file.close(),
  };
}

async function lengthOf(segments: readonly LogSegment[]): Promise<number> {
  const last = segments.at(-1);
  const file = last && (await openIfThere(last.path));
  if (!file) return 0;
  try {
    return last.start + (await file.stat()).size;
  } finally {
    await file.close();
  }
}

export async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
