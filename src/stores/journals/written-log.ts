import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";

/** One append, as it was written. */
export interface WrittenAppend {
  /** Where it ends in the log; grows from append to append, across files. */
  readonly end: number;
  readonly stream: string;
  /** The entries, as a chunk has them. */
  readonly text: string;
}

/**
 * The appends that were written and that the index does not have yet: a line each, appended to a file without a sync. A
 * place in the log is the number of bytes before it, and a file is named by the place at which it begins.
 */
export interface WrittenLog {
  /** Written when it returns: it survives the end of the process. Returns where it ends. Nothing is left of one that throws. */
  write(stream: string, text: string): number;
  /** Makes durable what was written. When it fails, the next `write` does it, so that a writer is told of the disk. */
  sync(): Promise<void>;
  /** Begins another file when this one is long. Returns the files that are not written to any more. */
  turnOver(): string[];
  remove(files: readonly string[]): Promise<void>;
  /** Removes all of it. */
  close(): Promise<void>;
}

const fileName = /^written-(\d+)$/;
/** A file that is this long is followed by another. */
const fileBytes = 16 << 20;

/** Opens the log, and returns the appends after `applied` that a process which was killed has left. */
export function openWrittenLog(folder: string, applied: number): { log: WrittenLog; left: WrittenAppend[] } {
  const left: WrittenAppend[] = [];
  let next = applied;
  const starts = readdirSync(folder).flatMap((name) => {
    const start = fileName.exec(name)?.[1];
    return start === undefined ? [] : [Number(start)];
  });
  let former = starts.sort((a, b) => a - b).map((start) => join(folder, `written-${start}`));
  for (const [index, start] of starts.entries()) {
    const bytes = readFileSync(former[index]!);
    for (const append of appendsOf(bytes, start)) if (append.end > applied) left.push(append);
    // What was torn by a power cut keeps its places.
    next = Math.max(next, start + bytes.length);
  }

  let start = next;
  let position = next;
  let descriptor: number | undefined;
  let mustSync = false;
  const path = () => join(folder, `written-${start}`);
  const open = () => openSync(path(), "a");
  const takeFormer = () => {
    const taken = former;
    former = [];
    return taken;
  };

  const log: WrittenLog = {
    write(stream, text) {
      descriptor ??= open();
      const body = `${JSON.stringify(stream)},${text}`;
      const line = `${crc32(body)} ${body}\n`;
      try {
        let written = writeSync(descriptor, line);
        if (written < Buffer.byteLength(line)) {
          const bytes = Buffer.from(line);
          while (written < bytes.length) written += writeSync(descriptor, bytes, written);
        }
        if (mustSync) fdatasyncSync(descriptor);
        mustSync = false;
        position += written;
      } catch (error) {
        ftruncateSync(descriptor, position - start);
        throw error;
      }
      return position;
    },

    async sync() {
      if (descriptor === undefined) return;
      await promisify(fdatasync)(descriptor).catch(() => {
        mustSync = true;
      });
    },

    turnOver() {
      if (descriptor === undefined || position - start < fileBytes) return takeFormer();
      closeSync(descriptor);
      former.push(path());
      descriptor = undefined;
      start = position;
      return takeFormer();
    },

    async remove(files) {
      for (const file of files) await rm(file, { force: true });
    },

    async close() {
      if (descriptor !== undefined) {
        closeSync(descriptor);
        former.push(path());
      }
      descriptor = undefined;
      await this.remove(takeFormer());
    },
  };
  return { log, left };
}

/** Reads whole lines up to the first that is not what was written. */
function* appendsOf(bytes: Buffer, start: number): Generator<WrittenAppend> {
  for (let from = 0; ; ) {
    const lineEnd = bytes.indexOf(10, from);
    if (lineEnd < 0) return;
    const line = bytes.toString("utf8", from, lineEnd);
    from = lineEnd + 1;
    const space = line.indexOf(" ");
    const body = line.slice(space + 1);
    if (space < 1 || Number(line.slice(0, space)) !== crc32(body)) return;
    const [stream] = JSON.parse(`[${body}]`) as [string];
    yield { end: start + from, stream, text: body.slice(JSON.stringify(stream).length + 1) };
  }
}
