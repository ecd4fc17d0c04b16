import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

/**
 * Yields the bytes of a file, decompressed, a piece at a time, which is good until the next one. A file that breaks off ends
 * there: the reader of its rows says what is wrong with it.
 */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  const inflate = /\.gz$/i.test(path) ? createGunzip() : /\.zst$/i.test(path) ? createZstdDecompress() : undefined;
  if (inflate === undefined) return yield* plainBytes(path);
  const file = createReadStream(path, { highWaterMark: 1024 ** 2 });
  file.on("error", (error) => inflate.destroy(error)).pipe(inflate);
  try {
    yield* inflate;
  } catch {
  } finally {
    file.destroy();
    inflate.destroy();
  }
}

/** One buffer for all pieces: a stream has a new one for each, which take as long to make as to read. */
async function* plainBytes(path: string): AsyncGenerator<Buffer> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return;
  const buffer = Buffer.allocUnsafe(2 * 1024 ** 2);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch {
  } finally {
    await file.close();
  }
}
