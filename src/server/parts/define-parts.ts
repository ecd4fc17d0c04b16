import type { Check } from "../checkup/checkup.ts";

/** Says whether the runs of this server end with it. */
export interface Closing {
  readonly endRuns: boolean;
}

/**
 * A part of the server: a store, an executor, the reconcile engine. `Earlier` is what the server was opened with and
 * what the parts above have made; a part that needs a later one does not compile.
 */
export interface Part<Earlier extends object, Made extends object> {
  readonly name: string;
  /** Returns what the parts below may use. */
  open(earlier: Earlier): Promise<Made> | Made;
  /** Begins its work, when all parts are open. */
  start?(opened: Earlier & Made): Promise<void> | void;
  /** For a reset: ends everything by which the part, or who reaches it, writes to a store. */
  pause?(opened: Earlier & Made): Promise<void> | void;
  /** Undoes `pause`. */
  resume?(opened: Earlier & Made): Promise<void> | void;
  /** For a reset: drops everything that the part keeps. Nothing else writes meanwhile. */
  clear?(opened: Earlier & Made): Promise<void> | void;
  close?(opened: Earlier & Made, how: Closing): Promise<void> | void;
  /** For `sagebrush doctor`; it needs no open part, because another server may hold the home. */
  readonly check?: Check["check"];
}

/** The parts in the order in which they are opened. */
export interface PartList<Given extends object, Opened extends object> {
  /** The list with one more part at its end. */
  part<Made extends object>(part: Part<Opened, Made>): PartList<Given, Opened & Made>;
  readonly checks: readonly Check[];
  /** Opens every part. When one cannot be opened, those before it are closed. */
  open(given: Given): Promise<OpenParts<Opened>>;
}

export interface OpenParts<Opened extends object> {
  /** What the server was opened with, and what the parts have made. */
  readonly opened: Opened;
  /** Starts the parts in the list's order. */
  start(): Promise<void>;
  /** Clears the parts in the reverse order, so that runs end before what they write to goes. */
  clear(): Promise<void>;
  /** Clears the parts while all are paused. They are resumed even when one fails; the first error is then thrown. */
  reset(): Promise<void>;
  /**
   * Closes the parts in the reverse order. One that fails to close does not keep the others open; the first error is
   * thrown at the end.
   */
  close(how: Closing): Promise<void>;
}

/** Makes a list without parts. `Given` is what the server is opened with. */
export const defineParts = <Given extends object>(): PartList<Given, Given> =>
  listOf([], async (given: Given) => given);

interface OpenPart {
  start(): Promise<void> | void;
  pause(): Promise<void> | void;
  resume(): Promise<void> | void;
  clear(): Promise<void> | void;
  close(how: Closing): Promise<void> | void;
}

/** `openThem` opens the parts so far and adds each to `open`, so that a failure leaves those to close. */
function listOf<Given extends object, Opened extends object>(
  checks: readonly Check[],
  openThem: (given: Given, open: OpenPart[]) => Promise<Opened>,
): PartList<Given, Opened> {
  return {
    checks,
    part: (part) =>
      listOf([...checks, part], async (given: Given, open) => {
        const earlier = await openThem(given, open);
        const opened = { ...earlier, ...(await part.open(earlier)) };
        open.push({
          start: () => part.start?.(opened),
          pause: () => part.pause?.(opened),
          resume: () => part.resume?.(opened),
          clear: () => part.clear?.(opened),
          close: (how) => part.close?.(opened, how),
        });
        return opened;
      }),
    async open(given) {
      const open: OpenPart[] = [];
      try {
        const opened = await openThem(given, open);
        const clear = async () => {
          for (const part of open.toReversed()) await part.clear();
        };
        return {
          opened,
          async start() {
            for (const part of open) await part.start();
          },
          clear,
          async reset() {
            const paused: OpenPart[] = [];
            try {
              for (const part of open.toReversed()) {
                paused.unshift(part);
                await part.pause();
              }
              await clear();
            } finally {
              for (const part of paused) await part.resume();
            }
          },
          close: (how) => closeAll(open, how),
        };
      } catch (error) {
        // Why a part could not be opened matters more than what its neighbours say when they close.
        await closeAll(open, { endRuns: false }).catch(() => {});
        throw error;
      }
    },
  };
}

async function closeAll(open: readonly OpenPart[], how: Closing): Promise<void> {
  const errors: unknown[] = [];
  for (const part of open.toReversed())
    try {
      await part.close(how);
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw errors[0];
}
