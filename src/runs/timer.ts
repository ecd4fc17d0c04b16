/** Calls something later. Passed in, so that tests decide when later is. */
export interface Timer {
  /** Calls `run` once after that many milliseconds, unless what it gives is called before. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemTimer: Timer = {
  after(milliseconds, run) {
    const handle = setTimeout(run, milliseconds);
    return () => clearTimeout(handle);
  },
};

/** Resolves after that many milliseconds, or when the signal aborts. */
export function pause(timer: Timer, milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = timer.after(milliseconds, resolve);
  const end = () => resolve();
  if (signal.aborted) end();
  signal.addEventListener("abort", end);
  return promise.finally(() => {
    cancel();
    signal.removeEventListener("abort", end);
  });
}
