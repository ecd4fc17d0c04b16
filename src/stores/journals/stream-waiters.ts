/** The waits for entries, by stream: an append looks at the waits for its own stream only. */
export interface StreamWaiters {
  /** Resolves when `reached` names a position beyond this one, when the wait is ended, and when the signal aborts. */
  wait(stream: string, after: number, signal: AbortSignal): Promise<void>;
  /** The stream's next entry will have that position. */
  reached(stream: string, next: number): void;
  /** Ends the waits for a stream, or all of them. */
  end(stream?: string): void;
}

interface Waiter {
  readonly after: number;
  readonly wake: () => void;
}

export function createStreamWaiters(): StreamWaiters {
  const streams = new Map<string, Set<Waiter>>();

  return {
    wait(stream, after, signal) {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const waiters = streams.get(stream) ?? new Set<Waiter>();
        streams.set(stream, waiters);
        const wake = () => {
          signal.removeEventListener("abort", wake);
          waiters.delete(waiter);
          if (waiters.size === 0 && streams.get(stream) === waiters) streams.delete(stream);
          resolve();
        };
        const waiter = { after, wake };
        waiters.add(waiter);
        signal.addEventListener("abort", wake);
      });
    },

    reached(stream, next) {
      for (const { after, wake } of streams.get(stream) ?? []) if (after < next) wake();
    },

    end(stream) {
      const ended = stream === undefined ? [...streams.values()] : [streams.get(stream) ?? []];
      for (const waiters of ended) for (const { wake } of waiters) wake();
    },
  };
}
