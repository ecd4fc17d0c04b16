import { createReadStream } from "node:fs";
import { createGunzip, createZstdDecompress } from "node:zlib";

/**
 * Yields the bytes of a file, decompressed, a piece at a time. One that breaks off ends there: the reader of its rows says what is
 * wrong with it.
 */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1024 ** 2 });
  const inflate = /\.gz$/i.test(path) ? createGunzip() : /\.zst$/i.test(path) ? createZstdDecompress() : undefined;
  if (inflate) file.on("error", (error) => inflate.destroy(error)).pipe(inflate);
  try {
    yield* inflate ?? file;
  } catch {
  } finally {
    file.destroy();
    inflate?.destroy();
  }
}
