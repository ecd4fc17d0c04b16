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

/** One of several, in as many processes of the server. */
export interface SharedQuarantine extends Quarantine {
  /** Another process keeps calls from a run, or no longer does. */
  heard(runId: string, isKept: boolean): void;
  /** Has the other processes told of what this one finds out. */
  share(tell: (runId: string, isKept: boolean) => void): void;
}

const askMilliseconds = 2_000;

export function createQuarantine(timer: Timer): SharedQuarantine {
  let tell: (runId: string, isKept: boolean) => void = () => {};
  const kept = new Map<string, () => void>();
  const keptElsewhere = new Set<string>();

  async function look(runId: string, ask: () => Promise<SignOfLife>): Promise<void> {
    const sign = await ask().catch((): SignOfLife => "no");
    if (!kept.has(runId)) return;
    if (sign === "no")
      kept.set(
        runId,
        timer.after(askMilliseconds, () => void look(runId, ask)),
      );
    else {
      kept.delete(runId);
      tell(runId, false);
    }
  }

  return {
    has: (runId) => kept.has(runId) || keptElsewhere.has(runId),
    put(runId, ask) {
      if (kept.has(runId)) return;
      kept.set(runId, () => {});
      tell(runId, true);
      void look(runId, ask);
    },
    heard(runId, isKept) {
      if (isKept) keptElsewhere.add(runId);
      else keptElsewhere.delete(runId);
    },
    share(others) {
      tell = others;
    },
    close() {
      for (const cancel of kept.values()) cancel();
      kept.clear();
    },
  };
}
