import type { FileHandle } from "node:fs/promises";

const chunkBytes = 256 * 1024;

/**
 * Yields the whole lines of a file between two offsets. A line without a line feed so far is left for the next time.
 */
export async function* linesOf(
  file: FileHandle,
  from: number,
  end = Number.POSITIVE_INFINITY,
): AsyncGenerator<{ text: string; bytes: number }> {
  let rest: Buffer = Buffer.alloc(0);
  for (let offset = from; offset < end; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, end - offset));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    rest = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
    let start = 0;
    for (let feed = rest.indexOf(10); feed >= 0; feed = rest.indexOf(10, start)) {
      yield { text: rest.toString("utf8", start, feed), bytes: feed + 1 - start };
      start = feed + 1;
    }
    rest = rest.subarray(start);
  }
}
