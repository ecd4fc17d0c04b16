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
/** From so many files on, a second thread takes its share of them. It takes some 50 ms to start. */
const manyFiles = 500;
const filesAMessage = 128;

/** Copies files to places where there are none yet, large ones by sharing their blocks where the file system can. */
export interface FileCopier {
  /** @throws what `failed` makes of the first error */
  copy(copies: readonly Copy[], failed: (copy: Copy, error: unknown) => unknown): Promise<void>;
  end(): void;
}

export function createFileCopier(): FileCopier {
  const copySmall = smallCopier();
  let thread: Worker | undefined;
  /** What the thread has been asked and has not answered yet, in that order. */
  const asked: PromiseWithResolvers<CopyAnswer>[] = [];

  function copyThere(copies: readonly Copy[]): Promise<CopyAnswer> {
    if (thread === undefined) {
      thread = new Worker(join(import.meta.dirname, `copy-thread${import.meta.filename.slice(-3)}`));
      thread.on("message", (answer: CopyAnswer) => asked.shift()!.resolve(answer));
      thread.on("error", (error) => {
        for (const { reject } of asked.splice(0)) reject(error);
      });
    }
    const question = Promise.withResolvers<CopyAnswer>();
    asked.push(question);
    thread.postMessage(copies);
    return question.promise;
  }

  /** Copies what is small, and returns what is not. */
  async function copyAllSmall(copies: readonly Copy[], failed: (copy: Copy, error: unknown) => unknown) {
    const large: Copy[] = [];
    let next = 0;
    const take = (count: number): readonly Copy[] => {
      next += count;
      return copies.slice(next - count, next);
    };
    const here = async () => {
      for (let part = take(filesATurn); part.length > 0; part = take(filesATurn)) {
        for (const copy of part) {
          try {
            if (!copySmall(copy)) large.push(copy);
          } catch (error) {
            throw failed(copy, error);
          }
        }
        await nextTurn();
      }
    };
    const there = async () => {
      for (let part = take(filesAMessage); part.length > 0; part = take(filesAMessage)) {
        const answer = await copyThere(part);
        large.push(...answer.large);
        if (answer.failed === undefined) continue;
        const { copy, code, message } = answer.failed;
        throw failed(copy, Object.assign(new Error(message), { code }));
      }
    };
    // The thread has a second message while it works on the first.
    const all = copies.length < manyFiles ? [here()] : [there(), there(), here()];
    try {
      await Promise.all(all);
    } catch (error) {
      next = copies.length;
      throw error;
    }
    return large;
  }

  return {
    async copy(copies, failed) {
      const large = await copyAllSmall(copies, failed);
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
