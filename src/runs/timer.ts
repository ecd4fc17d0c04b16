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
