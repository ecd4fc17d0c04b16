import type { Grant } from "../../aws/caller.ts";
import { backOffMilliseconds } from "../../base/back-off.ts";
import type { Context } from "../../frame/context.ts";
import type { ConsumerEntry, ConsumerUnit } from "../../frame/define-consumer.ts";
import type { Place } from "../../frame/kind-naming.ts";
import { pause, type Timer } from "../../runs/timer.ts";
import type { QueueStore, TakenMessage } from "../../stores/queues/port.ts";

const takenAtOnce = 10;
const waitMilliseconds = 3_600_000;

/** Runs the consumers of queues, each at its own pace. */
export interface Consumers {
  start(): void;
  /** Stops, after the messages under way are handled. */
  stop(): Promise<void>;
}

export function createConsumers(options: {
  readonly queues: QueueStore;
  readonly consumers: readonly ConsumerEntry[];
  readonly contextFor: (place: Place, origin: string, as?: { readonly grants?: readonly Grant[] }) => Context;
  readonly timer: Timer;
  readonly report: (what: string, error: unknown) => void;
}): Consumers {
  const { queues, consumers, contextFor, timer, report } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<unknown> = Promise.resolve();

  /** The unit is loaded for its first message. */
  async function consume(entry: ConsumerEntry): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let unit: ConsumerUnit | undefined;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const free = unit ? unit.atOnce - underWay.size : 1;
        if (free <= 0) {
          await Promise.race(underWay);
          continue;
        }
        const messages = await queues.receive(entry.queue, {
          limit: Math.min(free, takenAtOnce),
          hiddenMilliseconds: unit?.hiddenMilliseconds ?? firstHidden,
          ...{ waitMilliseconds, signal },
        });
        failures = 0;
        if (messages.length > 0) unit ??= await entry.load();
        for (const message of messages) {
          const work = handle(unit!, message).finally(() => underWay.delete(work));
          underWay.add(work);
        }
      } catch (error) {
        if (signal.aborted) break;
        const wait = backOffMilliseconds(++failures);
        report(`The consumer ${entry.name} met an error; again in ${wait / 1000} s`, error);
        await pause(timer, wait, signal);
      }
    }
    await Promise.all(underWay);
  }

  async function handle(unit: ConsumerUnit, message: TakenMessage): Promise<void> {
    const { grants, name, queue } = unit;
    const contextOf = (place: Place, origin: string) => contextFor(place, origin, { ...(grants && { grants }) });
    try {
      const again = await unit.handle(message, contextOf);
      if (again === undefined) await queues.remove(queue, [message.handle]);
      else await queues.hide(queue, [{ handle: message.handle, milliseconds: again }]);
    } catch (error) {
      // The message is there again when it is not hidden any more.
      if (!signal.aborted) report(`The consumer ${name} met an error with a message; it is handled again`, error);
    }
  }

  return {
    start() {
      running = Promise.all(consumers.map(consume));
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** How long the first message is hidden, whose unit is not loaded yet. */
const firstHidden = 60_000;
