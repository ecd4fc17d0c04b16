import { closeSync, openSync, readSync } from "node:fs";

const pieceBytes = 16 * 2 ** 20;

/** Reads a file or a pipe in pieces, each in memory of its own, so that the largest buffer does not limit its size. */
export function* filePieces(path: string): Generator<Uint8Array> {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(pieceBytes);
      let size = 0;
      // A pipe gives little at a time.
      for (let read = -1; read !== 0 && size < pieceBytes; size += read)
        read = readSync(file, buffer, size, pieceBytes - size, null);
      if (size > 0) yield buffer.subarray(0, size);
      if (size < pieceBytes) return;
    }
  } finally {
    closeSync(file);
  }
}
