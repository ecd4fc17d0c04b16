import type { FileHandle } from "node:fs/promises";

export interface ZstdFrames {
  /** Where each frame with content begins and ends, in bytes. */
  readonly frames: readonly { readonly start: number; readonly end: number }[];
  /** Whether the file ends where its last frame does. */
  readonly isWhole: boolean;
}

const [magic, skippable, skippableMask] = [0xfd2fb528, 0x184d2a50, 0xfffffff0];

/**
 * Finds the frames of a file of Zstandard by the lengths in their headers (RFC 8878), without decompressing: programs that compress
 * in parallel and files that were put together have several, of which Node's decompressor reads the first.
 */
export async function zstdFrames(file: FileHandle): Promise<ZstdFrames> {
  const { size } = await file.stat();
  const frames: { start: number; end: number }[] = [];
  for (let start = 0; start < size; ) {
    const head = await bytesAt(file, start, 18);
    if (head.length < 8) return { frames: [...frames, { start, end: size }], isWhole: false };
    const number = head.readUInt32LE(0);
    // What is no frame is left to whoever decompresses it.
    if (number !== magic && (number & skippableMask) >>> 0 !== skippable)
      return { frames: [...frames, { start, end: size }], isWhole: true };
    const end = number === magic ? await endOfFrame(file, start, head) : start + 8 + head.readUInt32LE(4);
    if (number === magic) frames.push({ start, end: Math.min(end ?? size, size) });
    if (end === undefined || end > size) return { frames, isWhole: false };
    start = end;
  }
  return { frames, isWhole: true };
}

/** Undefined when the file ends before the frame does. */
async function endOfFrame(file: FileHandle, start: number, head: Buffer): Promise<number | undefined> {
  const descriptor = head[4]!;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  let at = start + 5 + (isSingleSegment ? 0 : 1) + dictionary + contentSize;
  for (;;) {
    const block = await bytesAt(file, at, 3);
    if (block.length < 3) return undefined;
    const header = block.readUIntLE(0, 3);
    const isRepeated = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : header >> 3);
    if ((header & 1) === 1) return at + ((descriptor & 4) === 0 ? 0 : 4);
  }
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
