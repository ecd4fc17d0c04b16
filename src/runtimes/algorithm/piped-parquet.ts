import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { filePieces } from "./file-pieces.ts";

/** A file of Parquet begins and ends with these four bytes. */
const mark = Buffer.from("PAR1");
const between = Buffer.concat([mark, mark]);

/**
 * Writes the files that come by a pipe, one after the other, to files of their own, because Parquet is read from its
 * end. A file ends where its last mark is followed by the first of another.
 */
export function pipedParquet(pipe: string, folder: string): { folder: string; files: string[] } {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  let file: number | undefined;
  const write = (bytes: Uint8Array) => {
    if (bytes.length === 0) return;
    if (file === undefined) {
      // The order of the names is that of the pipe.
      files.push(`part-${String(files.length).padStart(9, "0")}`);
      file = openSync(join(folder, files.at(-1)!), "wx");
    }
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  // What may be the beginning of a boundary waits for the next piece.
  let rest = Buffer.alloc(0);
  for (const piece of filePieces(pipe)) {
    const bytes = Buffer.concat([rest, piece]);
    let from = 0;
    for (let at = bytes.indexOf(between); at >= 0; at = bytes.indexOf(between, from)) {
      write(bytes.subarray(from, at + mark.length));
      close();
      from = at + mark.length;
    }
    const kept = Math.max(from, bytes.length - between.length + 1);
    write(bytes.subarray(from, kept));
    rest = Buffer.from(bytes.subarray(kept));
  }
  write(rest);
  close();
  return { folder, files };
}
