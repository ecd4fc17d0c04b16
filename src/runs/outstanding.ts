/** How many requests each server in a run has been sent and has not answered. */
export interface Outstanding {
  of(runId: string): number;
  /** Counts a request until the function that it returns is called. */
  enter(runId: string): () => void;
}

export function createOutstanding(): Outstanding {
  const counts = new Map<string, number>();
  return {
    of: (runId) => counts.get(runId) ?? 0,
    enter(runId) {
      counts.set(runId, (counts.get(runId) ?? 0) + 1);
      let entered = true;
      return () => {
        if (!entered) return;
        entered = false;
        const left = counts.get(runId)! - 1;
        if (left > 0) counts.set(runId, left);
        else counts.delete(runId);
      };
    },
  };
}
