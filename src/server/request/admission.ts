import { Fault } from "../../aws/faults.ts";
import { createSlots } from "../../base/slots.ts";
import type { Timer } from "../../runs/timer.ts";

/** Lets requests in; while the server is being reset, none. */
export interface Admission {
  /**
   * Returns what is to be called when the request has ended.
   * @param cut ends the request when it does not end by itself
   * @throws Fault while the server is being reset
   */
  enter(cut: (fault: Fault) => void): () => void;
  /** Aborts when the requests under way are to end: those of today, not those after a reset. */
  signal(): AbortSignal;
  /** Lets no more requests in, and returns when those under way have ended. */
  pause(): Promise<void>;
  resume(): void;
  /** Aborts the signal for good. */
  end(): void;
}

/** How long a request may take to end after the signal. An upload knows nothing of it. */
const patienceMilliseconds = 1_000;

export function createAdmission(timer: Timer): Admission {
  const inside = createSlots<(fault: Fault) => void>();
  let ending = new AbortController();
  let isPaused = false;
  let tellEmpty = () => {};

  return {
    enter(cut) {
      if (isPaused) throw beingReset();
      const place = inside.add(cut);
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        inside.remove(place);
        if (inside.size() === 0) tellEmpty();
      };
    },
    signal: () => ending.signal,
    async pause() {
      isPaused = true;
      ending.abort();
      if (inside.size() === 0) return;
      const cancel = timer.after(patienceMilliseconds, () => {
        for (const [, cut] of inside.entries()) cut(beingReset());
      });
      await new Promise<void>((resolve) => {
        tellEmpty = resolve;
      });
      cancel();
    },
    resume() {
      ending = new AbortController();
      isPaused = false;
    },
    end: () => ending.abort(),
  };
}

const beingReset = (): Fault =>
  new Fault("ServiceUnavailable", "Sagebrush is being reset; try again.", { status: 503 });
