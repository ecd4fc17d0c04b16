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
