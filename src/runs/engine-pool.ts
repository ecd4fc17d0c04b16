import type { RunAddress } from "../executors/port.ts";

/** The account and region for which an engine works: nothing of one is where an engine of another could reach it. */
export interface EnginePlace {
  readonly account: string;
  readonly region: string;
}

/** An engine in a run that takes statements. */
export interface ReadyEngine {
  readonly runId: string;
  readonly address: RunAddress;
}

export interface EngineLease extends ReadyEngine {
  /** Gives the engine back. `broken`: it did not answer to the end, and takes no more statements. */
  release(how?: { readonly broken: boolean }): void;
}

/**
 * The SQL engines that are up, and the work that they do. An engine does one thing at a time; who asks for one waits until
 * it is free, first come first served.
 */
export interface EnginePool {
  /** Adds an engine; it may be offered again. */
  offer(place: EnginePlace, engine: ReadyEngine): void;
  withdraw(runId: string): void;
  take(place: EnginePlace, signal: AbortSignal): Promise<EngineLease>;
  /** Since when no engine of the place was asked for anything, in milliseconds since 1970. */
  idleSince(place: EnginePlace): number | undefined;
  /** Begins a piece of work unless one of that name is under way. */
  begin(name: string, work: (signal: AbortSignal) => Promise<void>): void;
  isUnderWay(name: string): boolean;
  cancel(name: string): void;
  /** Cancels all work and waits for its end. */
  close(): Promise<void>;
}

interface Slot {
  readonly place: string;
  readonly engine: ReadyEngine;
  busy: boolean;
  /** When it was taken last, among all turns of engines. */
  turn: number;
}

interface Waiting {
  readonly place: string;
  give(slot: Slot): void;
}

export function createEnginePool(options: {
  readonly now: () => number;
  readonly report: (what: string, error: unknown) => void;
}): EnginePool {
  const { now, report } = options;
  const slots = new Map<string, Slot>();
  const waiting: Waiting[] = [];
  const used = new Map<string, number>();
  const work = new Map<string, { readonly stop: AbortController; readonly done: Promise<void> }>();
  let turns = 0;
  const textOf = ({ account, region }: EnginePlace) => `${account} ${region}`;

  function serve(place: string): void {
    for (;;) {
      // The one that has rested longest: after an answer an engine opens its next database.
      const [slot] = [...slots.values()]
        .filter((one) => one.place === place && !one.busy)
        .sort((one, other) => one.turn - other.turn);
      const at = waiting.findIndex((one) => one.place === place);
      if (!slot || at < 0) return;
      const [first] = waiting.splice(at, 1);
      slot.busy = true;
      slot.turn = ++turns;
      first!.give(slot);
    }
  }

  function leaseOf(slot: Slot): EngineLease {
    let isReleased = false;
    return {
      ...slot.engine,
      release({ broken } = { broken: false }) {
        if (isReleased) return;
        isReleased = true;
        used.set(slot.place, now());
        slot.busy = false;
        if (broken && slots.get(slot.engine.runId) === slot) slots.delete(slot.engine.runId);
        serve(slot.place);
      },
    };
  }

  return {
    offer(place, engine) {
      if (slots.has(engine.runId)) return;
      const text = textOf(place);
      if (!used.has(text)) used.set(text, now());
      slots.set(engine.runId, { place: text, engine, busy: false, turn: 0 });
      serve(text);
    },
    withdraw: (runId) => void slots.delete(runId),
    take(place, signal) {
      const text = textOf(place);
      used.set(text, now());
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const leave = () => {
          waiting.splice(waiting.indexOf(one), 1);
          reject(signal.reason);
        };
        const one: Waiting = {
          place: text,
          give(slot) {
            signal.removeEventListener("abort", leave);
            resolve(leaseOf(slot));
          },
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(one);
        serve(text);
      });
    },
    idleSince(place) {
      const text = textOf(place);
      const isBusy = waiting.some((one) => one.place === text) || [...slots.values()].some((one) => one.busy);
      return isBusy ? undefined : used.get(text);
    },
    begin(name, doWork) {
      if (work.has(name)) return;
      const stop = new AbortController();
      const done = doWork(stop.signal)
        .catch((error) => {
          if (!stop.signal.aborted) report(name, error);
        })
        .finally(() => work.delete(name));
      work.set(name, { stop, done });
    },
    isUnderWay: (name) => work.has(name),
    cancel: (name) => work.get(name)?.stop.abort(),
    async close() {
      for (const { stop } of work.values()) stop.abort();
      await Promise.all([...work.values()].map(({ done }) => done));
      slots.clear();
    },
  };
}
