import { type CopyNeeds, fits, noNeeds, plus, takenShare } from "./copy-needs.ts";
import type { Fleet, Instance, Variant } from "./endpoint-fleet.ts";
import type { RetiringInstance } from "./fleet-reconcile.ts";
import { type Claim, type Host, type HostingVariant, hostLimits } from "./hosting-variant.ts";

/** A component's copies, and the instances that they are placed on. */
export interface Placed<F extends Fleet> {
  readonly hosting: HostingVariant;
  /** Each the same object when nothing of it changed. */
  readonly serving: F | undefined;
  readonly next: F | undefined;
  /** The copies that no instance has room for: those that were added to the fleet that serves, and those of the next. */
  readonly lacking: { readonly added: boolean; readonly next: boolean };
}

interface Component<F extends Fleet> {
  readonly name: string;
  readonly serving: F | undefined;
  readonly next: F | undefined;
  readonly retiring: readonly RetiringInstance[];
}

/**
 * Places the copies that are to be up and have no instance, or one that is gone. Instances are added where the variant
 * may have more.
 * @param limit how many copies of the next fleet are to be up by now
 */
export function placeCopies<F extends Fleet>(
  hosting: HostingVariant,
  room: CopyNeeds,
  { name, serving, next, retiring }: Component<F>,
  limit: (variant: Variant) => number,
  newHost: () => Host,
): Placed<F> {
  const taken = new Map(hosting.hosts.map(({ id, claims }) => [id, othersOn(claims, name)]));
  const take = (host: string | undefined, needs: CopyNeeds | undefined) => {
    const used = host === undefined ? undefined : taken.get(host);
    if (used && needs) taken.set(host!, plus(used, needs));
  };
  for (const fleet of [serving, next])
    for (const { instances, needs } of fleet?.variants ?? []) for (const { host } of instances) take(host, needs);
  for (const { host, needs } of retiring) take(host, needs);

  const hosts = [...hosting.hosts];
  const { most } = hostLimits(hosting);
  const choose = ({ needs = noNeeds, placement }: Variant): string | undefined => {
    const open = hosts.filter(({ id }) => fits(plus(taken.get(id)!, needs), room));
    const share = ({ id }: Host) => takenShare(taken.get(id)!, room) * (placement === "BINPACK" ? -1 : 1);
    let host = open.sort((a, b) => share(a) - share(b))[0];
    if (!host && hosts.length < most && fits(needs, room)) {
      host = newHost();
      hosts.push(host);
      taken.set(host.id, noNeeds);
    }
    if (host) take(host.id, needs);
    return host?.id;
  };

  const lacking = { added: false, next: false };
  const place = (fleet: F | undefined, up: (variant: Variant) => number, lacks: (instance: Instance) => void) => {
    let changed = false;
    const variants = fleet?.variants.map((variant) => ({
      ...variant,
      instances: variant.instances.map((instance, index) => {
        if (index >= up(variant) || (instance.host !== undefined && taken.has(instance.host))) return instance;
        const host = choose(variant);
        if (host === undefined) {
          lacks(instance);
          return instance;
        }
        changed = true;
        return { ...instance, host };
      }),
    }));
    return changed ? { ...fleet!, variants: variants! } : fleet;
  };
  const served = place(
    serving,
    ({ instances }) => instances.length,
    ({ added }) => {
      lacking.added ||= added === true;
    },
  );
  const coming = place(next, limit, () => {
    lacking.next = true;
  });
  return {
    hosting: hosts.length > hosting.hosts.length ? { ...hosting, hosts } : hosting,
    ...{ serving: served, next: coming, lacking },
  };
}

const othersOn = (claims: Host["claims"], name: string): CopyNeeds =>
  Object.entries(claims).reduce((sum, [of, claim]) => (of === name ? sum : plus(sum, claim)), noNeeds);

/** Returns the variant with what a component now has of each instance; the same object when nothing changed. */
export function claimRoom<F extends Fleet>(
  hosting: HostingVariant,
  { name, serving, next, retiring }: Component<F>,
  isLeaving: boolean,
): HostingVariant {
  const own = new Map<string, Claim>();
  const add = (host: string | undefined, needs: CopyNeeds | undefined) => {
    if (host === undefined || !needs) return;
    const before = own.get(host) ?? { ...noNeeds, copies: 0 };
    own.set(host, { ...plus(before, needs), copies: before.copies + 1, ...(isLeaving && { leaving: true as const }) });
  };
  for (const fleet of [serving, next])
    for (const { instances, needs } of fleet?.variants ?? []) for (const { host } of instances) add(host, needs);
  for (const { host, needs } of retiring) add(host, needs);
  let changed = false;
  const hosts = hosting.hosts.map((host) => {
    const { [name]: before, ...others } = host.claims;
    const after = own.get(host.id);
    if (isSame(before, after)) return host;
    changed = true;
    return { ...host, claims: after ? { ...others, [name]: after } : others };
  });
  return changed ? { ...hosting, hosts } : hosting;
}

const isSame = (one: Claim | undefined, other: Claim | undefined): boolean =>
  one === other ||
  (one !== undefined &&
    other !== undefined &&
    one.copies === other.copies &&
    one.leaving === other.leaving &&
    one.cores === other.cores &&
    one.accelerators === other.accelerators &&
    one.memoryMegabytes === other.memoryMegabytes);

/** Whether another component is about to give room back. */
export const isRoomComing = ({ hosts }: HostingVariant, name: string): boolean =>
  hosts.some(({ claims }) => Object.entries(claims).some(([of, { leaving }]) => of !== name && leaving));
