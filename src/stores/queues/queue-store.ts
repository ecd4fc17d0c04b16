import type { Clock } from "../../base/clock.ts";
import type { RecordChange, RecordStore } from "../records/port.ts";
import { type MessageState, readHandle, sequenceText, timeOfSequence, writeHandle } from "./message-text.ts";
import { type KeptCounts, type OpenQueue, openQueue, readCounts } from "./open-queue.ts";
import type { HandleOutcome, QueueOf, QueueStore, ReceiveOptions, StoredMessage, TakenMessage } from "./port.ts";
import { createQueueView, type QueueView } from "./queue-view.ts";
import { createReceiveWaiters } from "./receive-waiters.ts";

/** Calls a function later; see runs/timer.ts. */
interface Timer {
  after(milliseconds: number, run: () => void): () => void;
}

export interface QueueStoreOptions {
  /** No other process writes them. */
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly timer: Timer;
}

interface Job {
  readonly work: (batch: Batch) => Promise<() => void>;
  readonly reject: (error: unknown) => void;
}

interface Batch {
  open(queue: QueueOf): Promise<OpenQueue>;
  /** Has the queue be empty once the batch is written. */
  empty(queue: QueueOf): Promise<void>;
}

/** What is known of a queue between batches. */
interface Known {
  readonly generation: number;
  counts: KeptCounts;
}

/** The space of the generations of all queues: a purge begins another one. */
const generations = "queues";
const spaceOf = (id: string, generation: number) => `queue/${id}/${generation}`;
const jobsAtOnce = 64;
const movedAtOnce = 100;
/** The most of a queue that is tidied in one batch, in turns of the store. */
const mostTurns = 10;

/**
 * Makes a queue store of records. Calls that come while a batch is written are the next batch, and share its sync. A
 * queue costs memory once it was used, its messages none.
 */
export function createQueueStore({ records, clock, timer }: QueueStoreOptions): QueueStore {
  const known = new Map<string, Known>();
  const waiters = createReceiveWaiters();
  let jobs: Job[] = [];
  let working: Promise<void> | undefined;
  /** Spaces of queues that are gone or were purged. */
  let dropping: Promise<void> = Promise.resolve();
  let latest = { time: 0, counter: 0 };
  let closed = false;

  function nextSequence(): string {
    const now = Math.max(clock.now(), latest.time);
    latest = { time: now, counter: now === latest.time ? latest.counter + 1 : 0 };
    return sequenceText(now, latest.counter);
  }

  async function writeBatches(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (jobs.length > 0) {
      const taken = jobs.slice(0, jobsAtOnce);
      jobs = jobs.slice(jobsAtOnce);
      await commit(taken);
    }
    working = undefined;
  }

  async function commit(taken: readonly Job[]): Promise<void> {
    const opened = new Map<string, { readonly queue: OpenQueue; readonly view: QueueView }>();
    const emptied = new Map<string, Known>();
    const batch: Batch = {
      async open(of) {
        const open = opened.get(of.id);
        if (open) return open.queue;
        const { generation, counts } = await knownOf(of.id);
        const view = createQueueView(records, spaceOf(of.id, generation));
        const before = counts ?? (await readCounts(view));
        if (before.latest !== "" && timeOfSequence(before.latest) > latest.time)
          latest = { time: timeOfSequence(before.latest), counter: Number(before.latest.slice(13)) };
        const queue = openQueue(of, view, before, clock.now(), nextSequence);
        await queue.settle();
        opened.set(of.id, { queue, view });
        return queue;
      },
      async empty(of) {
        const { generation } = await knownOf(of.id);
        emptied.set(of.id, { generation: generation + 1, counts: undefined! });
      },
    };
    const settle: (() => void)[] = [];
    try {
      for (const { work } of taken) settle.push(await work(batch));
      const changes: RecordChange[] = [];
      for (const { queue, view } of opened.values()) {
        if (view.changes().length === 0) continue;
        queue.finish();
        changes.push(...view.changes());
      }
      for (const [id, { generation }] of emptied)
        changes.push({ space: generations, key: id, value: String(generation) });
      if (changes.length > 0) await records.write(changes);
    } catch (error) {
      // What was counted is not what is there.
      for (const id of opened.keys()) known.delete(id);
      for (const { reject } of taken) reject(error);
      return;
    }
    for (const [id, { queue }] of opened) known.get(id)!.counts = queue.counts;
    for (const [id, next] of emptied) {
      dropLater(spaceOf(id, next.generation - 1));
      known.delete(id);
    }
    for (const tell of settle) tell();
    for (const [id, { queue }] of opened) {
      if (queue.hasNews) waiters.wake(id, queue.counts.ready);
      if (waiters.has(id)) watch(queue.of, await queue.nextDue());
    }
  }

  async function knownOf(id: string): Promise<Known> {
    const found = known.get(id);
    if (found) return found;
    const [generation] = await records.get(generations, [id]);
    const made = { generation: Number(generation ?? 0), counts: undefined! };
    known.set(id, made);
    return made;
  }

  function dropLater(space: string): void {
    dropping = dropping.then(() => (closed ? undefined : records.drop(space))).catch(() => {});
  }

  /** Looks at a queue for which somebody waits when its next hidden message is due. */
  function watch(of: QueueOf, due: number | undefined): void {
    if (due === undefined) return;
    const look = () => void run((batch) => batch.open(of)).catch(() => {});
    waiters.watch(of.id, due, () => timer.after(Math.max(1, due - clock.now()), look));
  }

  function run<T>(work: (batch: Batch) => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error("The queues are closed"));
    return new Promise((resolve, reject) => {
      jobs.push({
        work: async (batch) => {
          const value = await work(batch);
          return () => resolve(value);
        },
        reject,
      });
      working ??= writeBatches();
    });
  }

  async function take(batch: Batch, of: QueueOf, options: ReceiveOptions): Promise<TakenMessage[]> {
    if (options.signal.aborted) return [];
    const queue = await batch.open(of);
    const { attempt, deadLetters, hiddenMilliseconds, limit } = options;
    const now = clock.now();
    const before = attempt === undefined ? undefined : await takenBefore(queue, attempt, now + hiddenMilliseconds);
    if (before) return before.map((one) => ({ ...one, handle: writeHandle(of.id, one.sequence, one.receives) }));
    const taken: TakenMessage[] = [];
    while (taken.length < limit) {
      const room = of.mostHidden === undefined ? limit : of.mostHidden - queue.counts.hidden;
      if (room <= 0) break;
      const found = await queue.ready(Math.min(limit - taken.length, room));
      if (found.length === 0) break;
      for (const { message, state } of found) {
        const receives = state.receives + 1;
        if (deadLetters && receives > deadLetters.receives) {
          await queue.remove(message.sequence, state);
          await (await batch.open(deadLetters.to)).adopt({ ...message, source: deadLetters.source });
          continue;
        }
        const firstReceived = state.firstReceived || now;
        if (hiddenMilliseconds > 0)
          await queue.hide(message.sequence, state, {
            ...{ hiddenUntil: now + hiddenMilliseconds, receives, firstReceived, taken: now },
          });
        else queue.touch(message.sequence, { hiddenUntil: 0, receives, firstReceived, taken: now });
        taken.push({ ...message, handle: writeHandle(of.id, message.sequence, receives), receives, firstReceived });
      }
      // A message that is not hidden would be taken again.
      if (hiddenMilliseconds === 0) break;
    }
    if (attempt !== undefined && taken.length > 0)
      queue.note(attempt, taken.map(({ sequence, receives }) => `${sequence}:${receives}`).join(" "));
    return taken;
  }

  /** Takes anew what a call took that failed, where all of it is as that call left it. */
  async function takenBefore(queue: OpenQueue, attempt: string, hiddenUntil: number) {
    const text = await queue.noted(attempt);
    if (text === undefined) return undefined;
    const found: { message: StoredMessage; state: MessageState }[] = [];
    for (const part of text.split(" ")) {
      const [sequence, receives] = part.split(":");
      const one = await queue.read(sequence!);
      if (!one || one.state.receives !== Number(receives) || one.state.hiddenUntil === 0) return undefined;
      found.push(one);
    }
    for (const { message, state } of found)
      await queue.hide(message.sequence, state, { ...state, hiddenUntil, taken: clock.now() });
    return found.map(({ message, state: { receives, firstReceived } }) => ({ ...message, receives, firstReceived }));
  }

  /** Does something to each message that a handle names as it is taken now. */
  const byHandle = (
    of: QueueOf,
    handles: readonly string[],
    act: (queue: OpenQueue, sequence: string, index: number) => Promise<HandleOutcome>,
  ) =>
    run(async (batch) => {
      const queue = await batch.open(of);
      const outcomes: HandleOutcome[] = [];
      for (const [index, handle] of handles.entries()) {
        const named = readHandle(handle, of.id);
        if (!named) outcomes.push("invalid");
        else {
          const state = await queue.find(named.sequence);
          const isLatest = state?.receives === named.receives;
          outcomes.push(isLatest ? await act(queue, named.sequence, index) : "stale");
        }
      }
      return outcomes;
    });

  const store: QueueStore = {
    send: (of, messages) =>
      run(async (batch) => {
        const queue = await batch.open(of);
        const sent = [];
        for (const message of messages) sent.push(await queue.add(message));
        return sent;
      }),

    async receive(of, options) {
      const { signal, waitMilliseconds } = options;
      const end = clock.now() + waitMilliseconds;
      for (;;) {
        const waiting = waitMilliseconds > 0 ? waiters.wait(of.id, signal) : undefined;
        const taken = await run((batch) => take(batch, of, options)).catch((error) => {
          waiting?.leave();
          throw error;
        });
        const left = end - clock.now();
        if (taken.length > 0 || !waiting || left <= 0 || signal.aborted || closed) {
          waiting?.leave();
          return taken;
        }
        const cancel = timer.after(left, waiting.leave);
        await waiting.woken;
        cancel();
        if (clock.now() >= end && !waiting.isNews()) return [];
      }
    },

    remove: (of, handles) =>
      byHandle(of, handles, async (queue, sequence) => {
        const state = await queue.find(sequence);
        if (of.fifo && state!.hiddenUntil === 0) return "visible";
        await queue.remove(sequence, state!);
        return "done";
      }),

    hide: (of, changes) =>
      byHandle(
        of,
        changes.map(({ handle }) => handle),
        async (queue, sequence, index) => {
          const state = (await queue.find(sequence))!;
          if (state.hiddenUntil === 0) return "visible";
          const { milliseconds, mostMilliseconds } = changes[index]!;
          const hiddenUntil = clock.now() + milliseconds;
          if (milliseconds === 0) await queue.show(sequence, state);
          else if (mostMilliseconds !== undefined && state.taken > 0 && hiddenUntil > state.taken + mostMilliseconds)
            return "beyond";
          else await queue.hide(sequence, state, { ...state, hiddenUntil });
          return "done";
        },
      ),

    counts: (of) =>
      run(async (batch) => {
        const queue = await batch.open(of);
        for (let turns = 0; turns < mostTurns && (await queue.settle()); turns++);
        const { ready, hidden, delayed } = queue.counts;
        return { ready, hidden, delayed };
      }),

    move: (of, limit, to) =>
      run(async (batch) => {
        const queue = await batch.open(of);
        let moved = 0;
        while (moved < limit) {
          const found = await queue.ready(Math.min(movedAtOnce, limit - moved));
          if (found.length === 0) break;
          for (const { message, state } of found) {
            const target = to(message);
            if (!target) return { moved };
            await queue.remove(message.sequence, state);
            const { source: _source, ...rest } = message;
            await (await batch.open(target)).adopt(rest as StoredMessage);
            moved++;
          }
        }
        return { moved };
      }),

    number: (of, id, messageId) =>
      run(async (batch) => {
        const queue = await batch.open(of);
        const known = await queue.noted(id);
        if (known !== undefined) {
          const [sequence, first, done] = known.split(" ");
          return { sequence: sequence!, messageId: first!, isDone: done !== undefined };
        }
        const sequence = queue.take();
        queue.note(id, `${sequence} ${messageId}`);
        return { sequence, messageId, isDone: false };
      }),

    done: (of, id) =>
      run(async (batch) => {
        const queue = await batch.open(of);
        const known = await queue.noted(id);
        if (known !== undefined) queue.note(id, `${known} done`);
      }),

    purge: (of) => run((batch) => batch.empty(of)),

    async drop(id) {
      const { generation } = await knownOf(id);
      known.delete(id);
      waiters.end(id);
      await records.drop(spaceOf(id, generation));
      await records.write([{ space: generations, key: id }]);
    },

    expire: (of) =>
      run(async (batch) => {
        const queue = await batch.open(of);
        for (let turns = 0; turns < mostTurns && (await queue.settle()); turns++);
      }),

    async ids(prefix) {
      const ids = new Set<string>();
      for (let after: string | undefined; ; ) {
        const page = await records.spaces(`queue/${prefix}`, after, 100);
        for (const space of page) {
          const [, id, generation] = space.split("/");
          ids.add(id!);
          // A kill has left what was purged.
          if (Number(generation) < (await knownOf(id!)).generation) dropLater(space);
        }
        after = page.at(-1);
        if (page.length < 100) return [...ids];
      }
    },

    async clear() {
      known.clear();
      await records.clear();
    },

    async close() {
      closed = true;
      waiters.endAll();
      await working;
      await dropping;
    },
  };
  return store;
}
