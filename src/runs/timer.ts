/** Calls a function later; passed in, so that tests control the time. */
export interface Timer {
  /** Calls `run` once after that many milliseconds, unless the function it returns is called first. */
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
