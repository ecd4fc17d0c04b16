import type { Timer } from "./timer.ts";

/** What a server in a run says to the question whether it works; `gone`: there is none to ask. */
export type SignOfLife = "yes" | "no" | "gone";

/** Runs whose servers get no calls: a call of each ran into its limit, and it has not answered a ping since. */
export interface Quarantine {
  has(runId: string): boolean;
  /** Keeps calls from a run until `ask` says that its server works or is gone. It is asked at once, then every 2 s. */
  put(runId: string, ask: () => Promise<SignOfLife>): void;
  close(): void;
}

const askMilliseconds = 2_000;

export function createQuarantine(timer: Timer): Quarantine {
  const kept = new Map<string, () => void>();

  async function look(runId: string, ask: () => Promise<SignOfLife>): Promise<void> {
    const sign = await ask().catch((): SignOfLife => "no");
    if (!kept.has(runId)) return;
    if (sign === "no")
      kept.set(
        runId,
        timer.after(askMilliseconds, () => void look(runId, ask)),
      );
    else kept.delete(runId);
  }

  return {
    has: (runId) => kept.has(runId),
    put(runId, ask) {
      if (kept.has(runId)) return;
      kept.set(runId, () => {});
      void look(runId, ask);
    },
    close() {
      for (const cancel of kept.values()) cancel();
      kept.clear();
    },
  };
}
