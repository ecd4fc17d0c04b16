import type { ServiceHost } from "../../frame/context.ts";
import type { UpkeepEntry } from "../../frame/define-upkeep.ts";
import type { Timer } from "../../runs/timer.ts";

/** Runs the upkeep of the stores, one unit at a time. */
export interface Upkeep {
  start(): void;
  stop(): Promise<void>;
}

export function createUpkeep(options: {
  readonly host: ServiceHost;
  readonly upkeep: readonly UpkeepEntry[];
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}): Upkeep {
  const { host, upkeep, timer, report } = options;
  const stopping = new AbortController();
  const cancels = new Map<string, () => void>();
  let turn: Promise<void> = Promise.resolve();

  function plan(entry: UpkeepEntry): void {
    if (stopping.signal.aborted) return;
    const cancel = timer.after(entry.everyMilliseconds, () => {
      turn = turn.then(() => keep(entry)).then(() => plan(entry));
    });
    cancels.set(entry.name, cancel);
  }

  async function keep({ name, load }: UpkeepEntry): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      const { run } = await load();
      await run(host, stopping.signal);
    } catch (error) {
      if (!stopping.signal.aborted) report(`The upkeep ${name} met an error; it is done again at its next turn`, error);
    }
  }

  return {
    start() {
      for (const entry of upkeep) plan(entry);
    },
    async stop() {
      stopping.abort();
      for (const cancel of cancels.values()) cancel();
      await turn;
    },
  };
}
