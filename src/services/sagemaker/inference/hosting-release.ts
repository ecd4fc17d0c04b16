import type { EndpointFleet } from "./endpoint-fleet.ts";
import { hostLimits, isManaged } from "./hosting-variant.ts";

/**
 * Returns the fleet without the instances that follow the components' needs and host no copy any more; undefined when
 * there are none to be released.
 */
export function releaseIdleHosts(fleet: EndpointFleet, status: string | undefined): EndpointFleet | undefined {
  if (status !== "InService") return undefined;
  let changed = false;
  const hosting = fleet.hosting?.map((variant) => {
    if (!isManaged(variant)) return variant;
    let spare = variant.hosts.length - hostLimits(variant).least;
    const hosts = variant.hosts.filter(({ claims }) => Object.keys(claims).length > 0 || spare-- <= 0);
    changed ||= hosts.length < variant.hosts.length;
    return { ...variant, hosts };
  });
  return changed ? { ...fleet, hosting: hosting! } : undefined;
}
