import { mkdirSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DamagedStore } from "../storage-fault.ts";

/** A piece of a segment file, as its row in the index names it. */
export interface Piece {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  /** CRC-32 of its bytes. */
  readonly crc: number;
}

/** Files that are written once, whole, and never changed. */
export interface SegmentFiles {
  /** Durable, under its own name, when it returns. Returns where each text lies. */
  write(file: string, texts: readonly string[]): Promise<readonly Piece[]>;
  read(piece: Piece): Promise<string>;
  remove(files: Iterable<string>): Promise<void>;
  /** Removes what a crash left: every file that the index does not know. */
  sweep(isKnown: (file: string) => boolean): Promise<void>;
}

export function createSegmentFiles(folder: string): SegmentFiles {
  mkdirSync(folder, { recursive: true });

  async function syncFolder(): Promise<void> {
    const handle = await open(folder);
    await handle.sync().finally(() => handle.close());
  }

  async function writeDurably(path: string, bodies: readonly Buffer[]): Promise<void> {
    const handle = await open(path, "w");
    try {
      for (const body of bodies) await handle.writeFile(body);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  return {
    async write(file, texts) {
      const bodies = texts.map((text) => Buffer.from(text));
      const temporary = join(folder, `${file}.tmp`);
      try {
        await writeDurably(temporary, bodies);
        await rename(temporary, join(folder, file));
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
      await syncFolder();
      let offset = 0;
      return bodies.map((body) => {
        const piece = { file, offset, length: body.length, crc: crc32(body) };
        offset += body.length;
        return piece;
      });
    },

    async read({ file, offset, length, crc }) {
      const path = join(folder, file);
      const handle = await open(path);
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
        if (bytesRead < length || crc32(buffer) !== crc)
          throw new DamagedStore(path, `the ${length} bytes at ${offset} are not those that were written`);
        return buffer.toString();
      } finally {
        await handle.close();
      }
    },

    async remove(files) {
      for (const file of files) await rm(join(folder, file), { force: true });
    },

    async sweep(isKnown) {
      for (const file of await readdir(folder)) if (!isKnown(file)) await rm(join(folder, file), { force: true });
    },
  };
}
