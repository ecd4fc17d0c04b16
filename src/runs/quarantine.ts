import type { Timer } from "./timer.ts";

/** What a server in a run says to the question whether it works; `gone`: there is none to ask. */
export type SignOfLife = "yes" | "no" | "gone";

/** Runs whose servers get no calls, or none while there are others. */
export interface Quarantine {
  /** Whether a call of the run ran into its limit, and its server has not answered a ping since. */
  has(runId: string): boolean;
  /** Keeps calls from a run until `ask` says that its server works or is gone. It is asked at once, then every 2 s. */
  put(runId: string, ask: () => Promise<SignOfLife>): void;
  /** Whether the run's server broke off a call, and has not answered a ping since: others come first. */
  doubts(runId: string): boolean;
  /** Doubts a run until `ask` says that its server works or is gone. A server that dies takes connections to its last. */
  doubt(runId: string, ask: () => Promise<SignOfLife>): void;
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
  const doubted = new Map<string, () => void>();

  async function look(
    runs: Map<string, () => void>,
    runId: string,
    ask: () => Promise<SignOfLife>,
    over?: () => void,
  ): Promise<void> {
    const sign = await ask().catch((): SignOfLife => "no");
    if (!runs.has(runId)) return;
    if (sign === "no")
      runs.set(
        runId,
        timer.after(askMilliseconds, () => void look(runs, runId, ask, over)),
      );
    else {
      runs.delete(runId);
      over?.();
    }
  }

  return {
    has: (runId) => kept.has(runId) || keptElsewhere.has(runId),
    put(runId, ask) {
      if (kept.has(runId)) return;
      kept.set(runId, () => {});
      tell(runId, true);
      void look(kept, runId, ask, () => tell(runId, false));
    },
    doubts: (runId) => doubted.has(runId),
    doubt(runId, ask) {
      if (doubted.has(runId)) return;
      doubted.set(runId, () => {});
      void look(doubted, runId, ask);
    },
    heard(runId, isKept) {
      if (isKept) keptElsewhere.add(runId);
      else keptElsewhere.delete(runId);
    },
    share(others) {
      tell = others;
    },
    close() {
      for (const runs of [kept, doubted]) {
        for (const cancel of runs.values()) cancel();
        runs.clear();
      }
    },
  };
}
