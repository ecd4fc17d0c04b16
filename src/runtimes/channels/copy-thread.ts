import { parentPort } from "node:worker_threads";
import { type Copy, smallCopier } from "./copy-small.ts";

/** What a thread answers to a list of copies: those that are not small, or the one that failed. */
export interface CopyAnswer {
  readonly large: readonly Copy[];
  readonly failed?: { readonly copy: Copy; readonly code: string | undefined; readonly message: string };
}

/** A thread that copies small files while the program copies others: each of them takes a tenth of a millisecond. */
const copySmall = smallCopier();

function copyAll(copies: readonly Copy[]): CopyAnswer {
  const large: Copy[] = [];
  for (const copy of copies) {
    try {
      if (!copySmall(copy)) large.push(copy);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { large, failed: { copy, code, message } };
    }
  }
  return { large };
}

parentPort!.on("message", (copies: readonly Copy[]) => parentPort!.postMessage(copyAll(copies)));
