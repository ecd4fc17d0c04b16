import type { ReconcileContext } from "../../../frame/define-reconciler.ts";
import type { ResourceChange } from "../../../stores/resources/port.ts";
import type { Fleet, Instance, Variant } from "./endpoint-fleet.ts";
import { type FleetOwner, type Tended, tendInstance } from "./endpoint-instance.ts";

/** The outcome of tending all instances of a fleet. */
export interface TendedFleet<F extends Fleet | undefined = Fleet | undefined> {
  /** The same object when nothing of it changed. */
  readonly fleet: F;
  readonly changes: readonly ResourceChange[];
  readonly again?: number;
  readonly failure?: Tended["failure"];
}

/** What of a fleet is tended. */
interface TendOptions {
  /** Whether an instance that never answers fails what is under way: one that is new does, another is replaced. */
  fails(instance: Instance): boolean;
  /** How many instances of a variant are to be up; those after them are not started. */
  limit?(variant: Variant): number;
}

/** Does the next step towards each instance that is to be up. */
export async function tendFleet<F extends Fleet>(
  context: ReconcileContext,
  owner: FleetOwner,
  fleet: F | undefined,
  { fails, limit }: TendOptions,
): Promise<TendedFleet<F | undefined>> {
  if (!fleet) return { fleet, changes: [] };
  const changes: ResourceChange[] = [];
  let again: number | undefined;
  let failure: Tended["failure"];
  let changed = false;
  const variants: Variant[] = [];
  for (const variant of fleet.variants) {
    const instances: Instance[] = [];
    const up = limit?.(variant) ?? variant.instances.length;
    for (const [index, instance] of variant.instances.entries()) {
      // A copy of an inference component waits until it is placed.
      if (index >= up || (variant.needs && instance.host === undefined && instance.runId === undefined)) {
        instances.push(instance);
        continue;
      }
      const tended = await tendInstance(context, owner, variant, instance);
      changed ||= tended.instance !== instance;
      instances.push(tended.instance);
      changes.push(...tended.changes);
      again = earliest(again, tended.again);
      if (fails(instance)) failure ??= tended.failure;
    }
    variants.push({ ...variant, instances });
  }
  return { fleet: changed ? { ...fleet, variants } : fleet, changes, again, failure };
}

export function earliest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
