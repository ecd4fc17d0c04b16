import type { Grant } from "../aws/caller.ts";
import type { QueueOf, StoredMessage, TakenMessage } from "../stores/queues/port.ts";
import type { Context } from "./context.ts";
import type { Place } from "./kind-naming.ts";

/**
 * Takes the messages of one queue of the queue store for as long as the server works: what must be done for certain, later or
 * again, such as a request to somebody else's server. A message is put there by `context.queues.send`, and waits through restarts.
 */
export interface ConsumerUnit {
  readonly unit: "consumer";
  readonly name: string;
  readonly queue: QueueOf;
  /** How many messages are handled at the same time, in each lane. */
  readonly atOnce: number;
  /** The lane of a message, in which it waits for those of that lane alone; letters, digits and hyphens. */
  laneOf(message: StoredMessage): string;
  /** Longer than a message is ever handled: after it, as after a kill, the message is handled again. */
  readonly hiddenMilliseconds: number;
  /** What it may do beyond what the service may do anyway. */
  readonly grants?: readonly Grant[];
  /**
   * Handles a message, at least once. `contextOf` gives the service's context in an account and region.
   * Returns in how many milliseconds the message is to be handled again; undefined when it is done with.
   */
  handle(message: TakenMessage, contextOf: (place: Place, origin: string) => Context): Promise<number | undefined>;
}

export const defineConsumer = (declaration: Omit<ConsumerUnit, "unit">): ConsumerUnit => ({
  unit: "consumer",
  ...declaration,
});

/** An entry of the generated list. */
export interface ConsumerEntry {
  readonly name: string;
  readonly queue: QueueOf;
  load(): Promise<ConsumerUnit>;
}
