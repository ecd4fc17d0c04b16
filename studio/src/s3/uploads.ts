import { abandon, type Sending, sendFile } from "./send-file.ts";

/** A file that a person has chosen, and how far it has come. */
export interface Upload {
  readonly id: number;
  readonly key: string;
  readonly sizeBytes: number;
  readonly sentBytes: number;
  readonly state: "waiting" | "sending" | "done" | "failed" | "cancelled";
  readonly error?: string;
}

interface Work {
  shown: Upload;
  readonly sending: Sending;
  abort: AbortController;
  readonly onDone: () => void;
}

const filesAtOnce = 3;
/** How often what is shown follows: a folder may have thousands of small files. */
const announcedMilliseconds = 100;

const works = new Map<number, Work>();
const queue: number[] = [];
const listeners = new Set<() => void>();
let shown: readonly Upload[] = [];
let lastId = 0;
let sendingCount = 0;
let announcing = false;

export const isOpen = ({ state }: Upload): boolean => state === "waiting" || state === "sending";

export const uploadStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  all: (): readonly Upload[] => shown,
  /** Sends a file after those before it. `onDone` is called when it is there. */
  add(bucket: string, key: string, file: File, onDone: () => void): void {
    const id = ++lastId;
    works.set(id, {
      shown: { id, key, sizeBytes: file.size, sentBytes: 0, state: "waiting" },
      sending: { bucket, key, file, arrived: new Map() },
      abort: new AbortController(),
      onDone,
    });
    queue.push(id);
    announce();
    void next();
  },
  /** Sends what has not arrived. */
  retry(id: number): void {
    const work = works.get(id);
    if (work?.shown.state !== "failed") return;
    work.abort = new AbortController();
    change(work, { state: "waiting", error: undefined });
    queue.push(id);
    void next();
  },
  cancel(id: number): void {
    const work = works.get(id);
    if (!work || (!isOpen(work.shown) && work.shown.state !== "failed")) return;
    const wasSending = work.shown.state === "sending";
    change(work, { state: "cancelled" });
    work.abort.abort();
    // What is being sent is abandoned when its requests have ended.
    if (!wasSending) void abandon(work.sending).catch(() => undefined);
  },
  cancelAll(): void {
    for (const { shown } of works.values()) if (isOpen(shown)) uploadStore.cancel(shown.id);
  },
  /** Forgets what has ended. */
  clear(): void {
    for (const { shown } of [...works.values()]) {
      if (isOpen(shown)) continue;
      uploadStore.cancel(shown.id);
      works.delete(shown.id);
    }
    announce();
  },
};

function change(work: Work, values: Partial<Upload>): void {
  work.shown = { ...work.shown, ...values };
  announce();
}

function announce(): void {
  if (announcing) return;
  announcing = true;
  setTimeout(() => {
    announcing = false;
    shown = [...works.values()].map((work) => work.shown);
    for (const listener of listeners) listener();
  }, announcedMilliseconds);
}

async function next(): Promise<void> {
  if (sendingCount >= filesAtOnce) return;
  const work = works.get(queue.shift() ?? 0);
  if (!work) return;
  if (work.shown.state === "waiting") {
    sendingCount++;
    await send(work);
    sendingCount--;
  }
  await next();
}

async function send(work: Work): Promise<void> {
  change(work, { state: "sending" });
  try {
    const sent = (bytes: number) => change(work, { sentBytes: work.shown.sentBytes + bytes });
    await sendFile(work.sending, sent, work.abort.signal);
    change(work, { state: "done" });
    work.onDone();
  } catch (error) {
    if (work.abort.signal.aborted) await abandon(work.sending).catch(() => undefined);
    else change(work, { state: "failed", error: (error as Error).message });
  }
}

// A page that is left ends what it sends.
addEventListener("beforeunload", (event) => {
  if ([...works.values()].some((work) => isOpen(work.shown))) event.preventDefault();
});
