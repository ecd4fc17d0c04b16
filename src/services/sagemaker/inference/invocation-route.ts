import type { Context } from "../../../frame/context.ts";
import type { Fleet, Instance, Variant } from "./endpoint-fleet.ts";
import type { Fleets } from "./fleet-reconcile.ts";

/** Chooses a variant by its weight; undefined when none has any. Even numbers keep the shares of few calls, too. */
export function chooseByWeight<V extends { readonly weight: number }>(
  variants: readonly V[],
  even: Context["even"],
): V | undefined {
  let sum = 0;
  for (const { weight } of variants) sum += weight;
  let rest = even.next() * sum;
  for (const variant of variants) {
    rest -= variant.weight;
    if (rest < 0) return variant;
  }
  return variants.findLast(({ weight }) => weight > 0);
}

/**
 * Chooses the fleet that a request goes to: during a deployment the next one gets its share.
 * @param has whether a fleet has what the request names
 */
export function chooseFleet(
  { serving, next, deployment }: Fleets,
  random: Context["random"],
  has: (fleet: Fleet) => boolean,
): Fleet {
  if (!deployment || deployment.share === 0 || !has(next!)) return serving!;
  return random.next() < deployment.share || !has(serving!) ? next! : serving!;
}

/**
 * Chooses the instance with the fewest requests that it has not answered, of those that answer pings; of equals any. One
 * that broke off a call comes after all others. `gone`: runs that could not be reached.
 */
export function chooseInstance(
  { outstanding, quarantine, random }: Pick<Context, "outstanding" | "quarantine" | "random">,
  { instances, routing }: Pick<Variant, "instances" | "routing">,
  gone?: ReadonlySet<string>,
): Instance | undefined {
  let least: Instance | undefined;
  let leastCount = 0;
  let equals = 0;
  let doubted: Instance | undefined;
  for (const instance of instances) {
    const runId = instance.runId;
    if (!instance.ready || runId === undefined || gone?.has(runId) || quarantine.has(runId)) continue;
    if (quarantine.doubts(runId)) {
      doubted = instance;
      continue;
    }
    const count = instances.length === 1 || routing ? 0 : outstanding.of(runId);
    if (!least || count < leastCount) {
      least = instance;
      leastCount = count;
      equals = 1;
    } else if (count === leastCount) {
      equals += 1;
      // Each of the equals is kept with the same chance.
      if (random.below(equals) === 0) least = instance;
    }
  }
  return least ?? doubted;
}
