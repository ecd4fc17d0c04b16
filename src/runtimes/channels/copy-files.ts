import { once } from "node:events";
import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type Copy, smallCopier } from "./copy-small.ts";
import type { CopyAnswer } from "./copy-thread.ts";

/** So many small files are copied before the program looks at anything else. */
const filesATurn = 32;
/** How many large files are copied at the same time. */
const largeAtOnce = 2;
/** From so many files on, a second thread takes half of them. It takes some 50 ms to start. */
const manyFiles = 500;

/** Copies files to places where there are none yet, large ones by sharing their blocks where the file system can. */
export interface FileCopier {
  /** @throws what `failed` makes of the first error */
  copy(copies: readonly Copy[], failed: (copy: Copy, error: unknown) => unknown): Promise<void>;
  end(): void;
}

export function createFileCopier(): FileCopier {
  const copySmall = smallCopier();
  let thread: Worker | undefined;

  async function copyHere(copies: readonly Copy[], failed: (copy: Copy, error: unknown) => unknown): Promise<Copy[]> {
    const large: Copy[] = [];
    for (const [at, copy] of copies.entries()) {
      if (at % filesATurn === filesATurn - 1) await nextTurn();
      try {
        if (!copySmall(copy)) large.push(copy);
      } catch (error) {
        throw failed(copy, error);
      }
    }
    return large;
  }

  async function copyThere(copies: readonly Copy[], failed: (copy: Copy, error: unknown) => unknown) {
    if (copies.length === 0) return [];
    thread ??= new Worker(join(import.meta.dirname, `copy-thread${import.meta.filename.slice(-3)}`));
    const answered = once(thread, "message") as Promise<[CopyAnswer]>;
    thread.postMessage(copies);
    const [{ large, failed: failure }] = await answered;
    if (failure) throw failed(failure.copy, Object.assign(new Error(failure.message), { code: failure.code }));
    return large;
  }

  return {
    async copy(copies, failed) {
      const half = copies.length < manyFiles ? copies.length : Math.ceil(copies.length / 2);
      const parts = [copyHere(copies.slice(0, half), failed), copyThere(copies.slice(half), failed)];
      const large = (await Promise.all(parts)).flat();
      const copyOn = async () => {
        for (let copy = large.shift(); copy; copy = large.shift()) {
          try {
            await copyFile(copy.from, copy.to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
          } catch (error) {
            large.length = 0;
            throw failed(copy, error);
          }
        }
      };
      await Promise.all(Array.from({ length: largeAtOnce }, copyOn));
    },
    end: () => void thread?.terminate(),
  };
}
