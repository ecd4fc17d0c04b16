/** Who waits for messages, by queue: a message wakes those that wait for its queue, the first one first. */
export interface ReceiveWaiters {
  wait(id: string, signal: AbortSignal): ReceiveWait;
  has(id: string): boolean;
  /** Wakes so many. */
  wake(id: string, count: number): void;
  /** Notes when a queue is looked at again, unless that is to be earlier. `begin` sets the time and returns its end. */
  watch(id: string, at: number, begin: () => () => void): void;
  end(id: string): void;
  endAll(): void;
}

export interface ReceiveWait {
  /** Resolves when there is news, and when the wait is left or ended. */
  readonly woken: Promise<void>;
  isNews(): boolean;
  leave(): void;
}

export function createReceiveWaiters(): ReceiveWaiters {
  const queues = new Map<string, Set<{ readonly leave: () => void; readonly wake: () => void }>>();
  const watches = new Map<string, { readonly at: number; readonly end: () => void }>();

  function unwatch(id: string): void {
    watches.get(id)?.end();
    watches.delete(id);
  }

  const waiters: ReceiveWaiters = {
    wait(id, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const waiting = queues.get(id) ?? new Set();
      queues.set(id, waiting);
      let news = false;
      const leave = () => {
        signal.removeEventListener("abort", leave);
        waiting.delete(waiter);
        if (waiting.size === 0 && queues.get(id) === waiting) {
          queues.delete(id);
          unwatch(id);
        }
        resolve();
      };
      const wake = () => {
        news = true;
        leave();
      };
      const waiter = { leave, wake };
      waiting.add(waiter);
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave);
      return { woken: promise, isNews: () => news, leave };
    },
    has: (id) => queues.has(id),
    wake(id, count) {
      unwatch(id);
      for (const { wake } of [...(queues.get(id) ?? [])].slice(0, count)) wake();
    },
    watch(id, at, begin) {
      const known = watches.get(id);
      if (known && known.at <= at) return;
      known?.end();
      watches.set(id, { at, end: begin() });
    },
    end(id) {
      for (const { leave } of queues.get(id) ?? []) leave();
    },
    endAll() {
      for (const id of [...queues.keys()]) waiters.end(id);
    },
  };
  return waiters;
}
