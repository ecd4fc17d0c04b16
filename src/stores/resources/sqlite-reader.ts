import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Listed, PositionedRow } from "./sqlite-listing.ts";

export interface ReaderSetup {
  readonly path: string;
  /** Sets of rows are made for every list that can use them; for tests. */
  readonly eagerSets?: boolean | undefined;
}

export interface ReaderRequest {
  readonly ticket: number;
  readonly listed: Listed;
}

export type ReaderAnswer =
  | { readonly ticket: number; readonly rows: readonly PositionedRow[] }
  | { readonly ticket: number; readonly error: { readonly message: string; readonly code?: string } };

interface Waiting {
  readonly resolve: (rows: readonly PositionedRow[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Makes pages that take more than a step along an index in a thread of its own, so that the server goes on meanwhile.
 * The thread starts with the first of them and sees all that was committed before the request. It keeps the process
 * alive only while a request is under way.
 */
export function createSqliteReader(path: string, { eagerSets }: Pick<ReaderSetup, "eagerSets"> = {}) {
  const waiting = new Map<number, Waiting>();
  let tickets = 0;
  let thread: Worker | undefined;
  let closed = false;

  function begin(): Worker {
    const program = join(import.meta.dirname, `sqlite-reader-thread${extname(import.meta.filename)}`);
    const worker = new Worker(program, { workerData: { path, eagerSets } satisfies ReaderSetup, execArgv: [] });
    worker.on("message", (answer: ReaderAnswer) => {
      const asked = waiting.get(answer.ticket);
      waiting.delete(answer.ticket);
      if (waiting.size === 0) worker.unref();
      if ("rows" in answer) asked?.resolve(answer.rows);
      else asked?.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
    });
    worker.on("error", (error) => fail(worker, error as Error));
    worker.on("exit", () => fail(worker, new Error(`The reader of ${path} has ended`)));
    return worker;
  }

  /** The next page begins another thread. */
  function fail(worker: Worker, error: Error): void {
    if (thread !== worker) return;
    thread = undefined;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  return {
    page(listed: Listed): Promise<readonly PositionedRow[]> {
      if (closed) return Promise.reject(new Error(`${path} is closed`));
      return new Promise((resolve, reject) => {
        thread ??= begin();
        const ticket = ++tickets;
        waiting.set(ticket, { resolve, reject });
        thread.ref();
        thread.postMessage({ ticket, listed } satisfies ReaderRequest);
      });
    },
    /** Answers what has been asked, then ends. */
    async close(): Promise<void> {
      closed = true;
      const ending = thread;
      if (!ending) return;
      await new Promise((resolve) => {
        ending.ref();
        ending.once("exit", resolve);
        ending.postMessage("close");
      });
    },
  };
}
