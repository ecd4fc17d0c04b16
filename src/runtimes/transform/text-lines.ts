const lineFeed = 0x0a;

/** Lines are made texts so many bytes at a time: only a few are in memory. */
const sliceBytes = 64 * 1024;

/** Yields the lines of a text; it has one more than ends of lines, and none of them holds its end. */
export function* textLines(bytes: Buffer, encoding: BufferEncoding): Generator<string> {
  for (let at = 0; ; ) {
    const end = endOfSlice(bytes, at);
    yield* bytes.toString(encoding, at, end).split("\n");
    if (end === bytes.length) return;
    at = end + 1;
  }
}

function endOfSlice(bytes: Buffer, at: number): number {
  if (at + sliceBytes >= bytes.length) return bytes.length;
  const last = bytes.lastIndexOf(lineFeed, at + sliceBytes);
  if (last >= at) return last;
  const next = bytes.indexOf(lineFeed, at + sliceBytes);
  return next < 0 ? bytes.length : next;
}

/** Returns how many lines `textLines` yields. */
export function countLines(bytes: Buffer): number {
  let count = 1;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) count++;
  return count;
}

/** Gathers lines as bytes: few of them are texts at a time. */
export interface GatheredLines {
  readonly count: number;
  add(line: string): void;
  /** Returns the lines with an end between each two of them, and begins anew. */
  take(): Buffer;
}

const linesAtOnce = 1_000;

export function gatherLines(encoding: BufferEncoding): GatheredLines {
  let pieces: Buffer[] = [];
  let lines: string[] = [];
  let count = 0;
  const flush = (end: string) => {
    pieces.push(Buffer.from(lines.join("\n") + end, encoding));
    lines = [];
  };
  return {
    get count() {
      return count;
    },
    add(line) {
      if (lines.length === linesAtOnce) flush("\n");
      lines.push(line);
      count++;
    },
    take() {
      flush("");
      const whole = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      pieces = [];
      count = 0;
      return whole;
    },
  };
}
