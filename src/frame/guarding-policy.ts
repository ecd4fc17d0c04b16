import { Fault } from "../aws/faults.ts";
import { type ResourcePolicy, readResourcePolicy } from "../aws/resource-policy.ts";
import type { ResourceKey } from "../stores/resources/port.ts";
import { type WireServiceId, wireServiceOf } from "../wire/wire-services.ts";
import type { Context } from "./context.ts";
import type { Place } from "./kind-naming.ts";

/** What a document of a kind with `guards` holds. */
export interface WantedGuard {
  /** The policy as it was given. */
  readonly policy: string;
}

/** The one name of such documents. */
export const guardName = "policy";

/** Returns the policy that guards the things of a service in the account and region of a call; undefined without one. */
export function guardingPolicy(
  { kinds, resources, account, region }: Pick<Context, "kinds" | "resources"> & Place,
  service: WireServiceId,
): Promise<ResourcePolicy | undefined> | undefined {
  const entry = kinds.guarding(service);
  if (!entry) return undefined;
  const key: ResourceKey = { account, region, kind: `${entry.service}/${entry.kind}`, name: guardName };
  return resources.get(key).then((document) => {
    if (!document) return undefined;
    const prefix = wireServiceOf(service).actionPrefix ?? service;
    const { policy } = document.wanted as WantedGuard;
    const { statements } = readResourcePolicy(policy, prefix, unreadable, unreadable);
    const spared = ["Get", "Put", "Delete"].map((verb) => `${prefix}:${verb}ResourcePolicy`);
    return { statements, spared };
  });
}

/**
 * Returns the own policy of the thing that a permission is about; undefined without one. Whoever is the administrator of
 * its account may always read and change its attributes, so that a policy that denies everything can be taken back.
 */
export function ownPolicy(
  { kinds, resources }: Pick<Context, "kinds" | "resources">,
  service: WireServiceId,
  resource: string,
): Promise<ResourcePolicy | undefined> | undefined {
  const key = kinds.withPolicy(service, resource);
  if (!key) return undefined;
  return resources.get(key).then((document) => {
    const text = (document?.wanted as WithPolicy | undefined)?.Attributes?.Policy;
    if (!text) return undefined;
    const { statements } = readResourcePolicy(text, service, unreadable, unreadable);
    const noun = key.kind.slice(key.kind.indexOf("/") + 1).replace(/^./, (letter) => letter.toUpperCase());
    const spared = ["Get", "Set"].map((verb) => `${service}:${verb}${noun}Attributes`);
    return { statements, spared };
  });
}

interface WithPolicy {
  readonly Attributes?: { readonly Policy?: string };
}

/** A policy is checked when it is given, so one that cannot be read denies nothing in silence. */
const unreadable = (message: string) => new Fault("InternalFailure", message, { status: 500 });
