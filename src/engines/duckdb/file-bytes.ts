import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { zstdFrames } from "./zstd-frames.ts";

const pieceBytes = 1024 ** 2;

/**
 * Yields the bytes of a file, decompressed, a piece at a time, which is good until the next one. One that breaks off ends there:
 * `checkWhole` and the reader of its rows say what is wrong with it.
 */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* inflatedBytes(path);
  } catch {}
}

/** Yields the bytes of a file, decompressed. @throws Error of the file system, or of zlib where the file is damaged */
export async function* inflatedBytes(path: string): AsyncGenerator<Buffer> {
  if (/\.zst$/i.test(path))
    for (const { end, start } of await framesOf(path)) yield* piecesOf(path, { start, end: end - 1 });
  else if (/\.gz$/i.test(path)) yield* piecesOf(path, {});
  else yield* plainBytes(path);
}

async function* piecesOf(path: string, range: { readonly start?: number; readonly end?: number }) {
  const file = createReadStream(path, { highWaterMark: pieceBytes, ...range });
  const options = { chunkSize: pieceBytes };
  const inflate = /\.gz$/i.test(path) ? createGunzip(options) : createZstdDecompress(options);
  file.on("error", (error) => inflate.destroy(error)).pipe(inflate);
  try {
    yield* inflate as AsyncIterable<Buffer>;
  } finally {
    file.destroy();
    // It may fail of what follows, when nobody asks any more.
    inflate.on("error", () => {}).destroy();
  }
}

/** One buffer for all pieces: a stream has a new one for each, which take as long to make as to read. */
async function* plainBytes(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  const buffer = Buffer.allocUnsafe(2 * 1024 ** 2);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function framesOf(path: string) {
  const file = await open(path);
  try {
    return (await zstdFrames(file)).frames;
  } finally {
    await file.close();
  }
}
