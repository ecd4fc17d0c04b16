import type { Timer } from "../../runs/timer.ts";

/** Time that stands still until the test moves it. */
export function createManualTimer(clock: { time: number }): Timer & { pass(milliseconds: number): void } {
  const waiting = new Set<{ at: number; run: () => void }>();
  return {
    after(milliseconds: number, run: () => void) {
      const one = { at: clock.time + milliseconds, run };
      waiting.add(one);
      return () => void waiting.delete(one);
    },
    pass(milliseconds: number) {
      clock.time += milliseconds;
      for (const one of [...waiting])
        if (one.at <= clock.time) {
          waiting.delete(one);
          one.run();
        }
    },
  };
}
