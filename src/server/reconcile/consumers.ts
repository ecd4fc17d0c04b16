import type { Grant } from "../../aws/caller.ts";
import { backOffMilliseconds } from "../../base/back-off.ts";
import type { Clock } from "../../base/clock.ts";
import type { Context } from "../../frame/context.ts";
import type { ConsumerEntry, ConsumerUnit } from "../../frame/define-consumer.ts";
import type { Place } from "../../frame/kind-naming.ts";
import { pause, type Timer } from "../../runs/timer.ts";
import type { QueueOf, QueueStore, TakenMessage } from "../../stores/queues/port.ts";

const takenAtOnce = 10;
const movedAtOnce = 100;
const waitMilliseconds = 3_600_000;
/** An error so long after the one before is a first one. */
const forgottenMilliseconds = 60_000;

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
  readonly clock: Clock;
  readonly report: (what: string, error: unknown) => void;
}): Consumers {
  const { queues, consumers, contextFor, timer, clock, report } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  let running: Promise<unknown> = Promise.resolve();

  /** Gives the messages of a consumer's queue to the queues of their lanes. The unit is loaded for its first message. */
  async function consume(entry: ConsumerEntry): Promise<void> {
    const { queue } = entry;
    const prefix = `${queue.id}-lane-`;
    const lanes = new Map<string, Promise<void>>();
    let unit: ConsumerUnit | undefined;
    const toLane = (lane: string): QueueOf => {
      const of = { ...queue, id: prefix + lane };
      if (!lanes.has(lane))
        lanes.set(
          lane,
          again(entry.name, () => consumeLane(unit!, of)),
        );
      return of;
    };
    await again(entry.name, async () => {
      // What a server before this one has left.
      for (const id of await queues.ids(prefix)) {
        if (lanes.has(id.slice(prefix.length))) continue;
        const { delayed, hidden, ready } = await queues.counts({ ...queue, id });
        if (delayed + hidden + ready === 0) {
          await queues.drop(id);
          continue;
        }
        unit ??= await entry.load();
        toLane(id.slice(prefix.length));
      }
      while (!signal.aborted) {
        const [first] = await queues.receive(queue, { limit: 1, hiddenMilliseconds: 0, waitMilliseconds, signal });
        if (!first) continue;
        unit ??= await entry.load();
        const { laneOf } = unit;
        await queues.move(queue, movedAtOnce, (message) => toLane(laneOf(message)));
      }
    });
    await Promise.all(lanes.values());
  }

  /** Does work until it stops, anew after an error. */
  async function again(name: string, work: () => Promise<void>): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const began = clock.now();
      try {
        await work();
      } catch (error) {
        if (signal.aborted) break;
        failures = clock.now() - began > forgottenMilliseconds ? 1 : failures + 1;
        const wait = backOffMilliseconds(failures);
        report(`The consumer ${name} met an error; again in ${wait / 1000} s`, error);
        await pause(timer, wait, signal);
      }
    }
  }

  async function consumeLane(unit: ConsumerUnit, of: QueueOf): Promise<void> {
    const { atOnce, hiddenMilliseconds } = unit;
    const underWay = new Set<Promise<void>>();
    try {
      while (!signal.aborted) {
        const limit = Math.min(atOnce - underWay.size, takenAtOnce);
        if (limit <= 0) {
          await Promise.race(underWay);
          continue;
        }
        for (const message of await queues.receive(of, { limit, hiddenMilliseconds, waitMilliseconds, signal })) {
          const work = handle(unit, of, message).finally(() => underWay.delete(work));
          underWay.add(work);
        }
      }
    } finally {
      await Promise.all(underWay);
    }
  }

  async function handle(unit: ConsumerUnit, queue: QueueOf, message: TakenMessage): Promise<void> {
    const { grants, name } = unit;
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
