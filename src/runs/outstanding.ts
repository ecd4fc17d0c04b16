/** What each server in a run has been sent and has not answered. */
export interface Outstanding {
  /** How many requests. */
  of(runId: string): number;
  /** The bytes of their bodies. */
  bytesOf(runId: string): number;
  /** Counts a request until the function that it returns is called. */
  enter(runId: string, bytes?: number): () => void;
  /** Keeps when something was asked last, milliseconds since 1970; for few names. */
  mark(name: string, time: number): void;
  marked(name: string): number | undefined;
}

/** So many runs are remembered at which nothing is under way: a Map that shrinks and grows with each request costs more. */
const mostKept = 1_000;

export function createOutstanding(): Outstanding {
  const counts = new Map<string, { requests: number; bytes: number }>();
  const marks = new Map<string, number>();
  const forgetIdle = () => {
    for (const [runId, { requests }] of counts) if (requests === 0) counts.delete(runId);
  };
  return {
    mark: (name, time) => void marks.set(name, time),
    marked: (name) => marks.get(name),
    of: (runId) => counts.get(runId)?.requests ?? 0,
    bytesOf: (runId) => counts.get(runId)?.bytes ?? 0,
    enter(runId, bytes = 0) {
      let count = counts.get(runId);
      if (!count) {
        if (counts.size >= mostKept) forgetIdle();
        count = { requests: 0, bytes: 0 };
        counts.set(runId, count);
      }
      const counted = count;
      counted.requests += 1;
      counted.bytes += bytes;
      let entered = true;
      return () => {
        if (!entered) return;
        entered = false;
        counted.requests -= 1;
        counted.bytes -= bytes;
      };
    },
  };
}
