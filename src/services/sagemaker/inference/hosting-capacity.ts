import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type CopyNeeds, fits, needWords, noNeeds, plus, roomOfType } from "./copy-needs.ts";
import type { EndpointFleet, Fleet } from "./endpoint-fleet.ts";
import { type Claim, type HostingVariant, hostLimits, isManaged, newHost } from "./hosting-variant.ts";

type Asked = InputOf<
  typeof import("@aws-sdk/client-sagemaker"),
  "UpdateEndpointWeightsAndCapacities"
>["DesiredWeightsAndCapacities"];

/** Returns the fleet with what is asked of the variants that host components. @throws Fault */
export function askHosts(
  context: Context,
  fleet: EndpointFleet,
  hosting: readonly HostingVariant[],
  asked: Asked,
): EndpointFleet {
  const variants = hosting.map((variant): HostingVariant => {
    const { name, weight, hosts } = variant;
    const wanted = asked.find(({ VariantName }) => VariantName === name);
    if (!wanted) return variant;
    const { DesiredWeight = weight, DesiredInstanceCount: count = hosts.length, ServerlessUpdateConfig } = wanted;
    if (ServerlessUpdateConfig)
      throw validationFault(`ServerlessUpdateConfig is for serverless variants, which "${name}" is not.`);
    if (!Number.isFinite(DesiredWeight))
      throw validationFault(`DesiredWeight of variant "${name}" is ${DesiredWeight}; it must be finite.`);
    const { least, most } = isManaged(variant) ? hostLimits(variant) : { least: 1, most: Number.POSITIVE_INFINITY };
    if (count < least || count > most)
      throw validationFault(
        `DesiredInstanceCount ${count} of variant "${name}" is not between ${least} and ${most}, as its ManagedInstanceScaling says.`,
      );
    checkRoom(context, variant, variant, count);
    const added = Array.from({ length: Math.max(0, count - hosts.length) }, () => newHost(context));
    return { ...variant, hosts: [...hosts, ...added], desired: { weight: DesiredWeight, count } };
  });
  return { ...fleet, hosting: variants };
}

export const isHostCountAsked = ({ hosting }: Fleet & Pick<EndpointFleet, "hosting">): boolean =>
  hosting?.some(({ desired }) => desired) ?? false;

/** Takes the instances away that are too many, the emptiest first: copies on them are placed elsewhere. */
export function settleHosts<F extends Fleet & Pick<EndpointFleet, "hosting">>(fleet: F): F {
  if (!isHostCountAsked(fleet)) return fleet;
  const hosting = fleet.hosting!.map(({ desired, ...variant }): HostingVariant => {
    if (!desired) return variant;
    const kept = [...variant.hosts].sort((a, b) => copiesAt(b.claims) - copiesAt(a.claims)).slice(0, desired.count);
    return { ...variant, weight: desired.weight, hosts: variant.hosts.filter((host) => kept.includes(host)) };
  });
  return { ...fleet, hosting };
}

const copiesAt = (claims: Readonly<Record<string, Claim>>): number =>
  Object.values(claims).reduce((sum, { copies }) => sum + copies, 0);

/** The components of an endpoint must have room in the fleet that it is updated to. @throws Fault */
export function checkHosted(context: Context, serving: EndpointFleet, next: EndpointFleet): void {
  const before = serving.hosting ?? [];
  const kinds = (fleet: EndpointFleet) => (fleet.hosting ? "inference components" : "models");
  if (kinds(serving) !== kinds(next))
    throw validationFault(
      `An endpoint that hosts ${kinds(serving)} cannot be updated to host ${kinds(next)}; create another endpoint.`,
    );
  for (const variant of before) {
    if (variant.hosts.every(({ claims }) => copiesAt(claims) === 0)) continue;
    const after = next.hosting!.find(({ name }) => name === variant.name);
    if (!after)
      throw validationFault(
        `The variant "${variant.name}" hosts inference components and is not in "${next.endpointConfigName}".`,
      );
    checkRoom(context, variant, after, hostLimits(after).most);
  }
}

/** Places each copy anew, the largest first. @throws Fault when they do not fit on so many instances */
function checkRoom(context: Context, before: HostingVariant, after: HostingVariant, count: number): void {
  const room = roomOfType(context, after.instanceType);
  const copies = before.hosts
    .flatMap(({ claims }) => Object.values(claims))
    .flatMap((claim): CopyNeeds[] =>
      Array.from({ length: claim.copies }, () => ({
        cores: claim.cores / claim.copies,
        accelerators: claim.accelerators / claim.copies,
        memoryMegabytes: claim.memoryMegabytes / claim.copies,
      })),
    )
    .sort((a, b) => b.memoryMegabytes - a.memoryMegabytes || b.cores - a.cores);
  const taken: CopyNeeds[] = [];
  for (const copy of copies) {
    const index = taken.findIndex((used) => fits(plus(used, copy), room));
    if (index >= 0) taken[index] = plus(taken[index]!, copy);
    else if (taken.length < count && fits(copy, room)) taken.push(plus(noNeeds, copy));
    else
      throw validationFault(
        `There is not enough hardware resources on ${count} instance(s) of ${after.instanceType} (${needWords(room)} each) for the ${copies.length} copies of inference components that the variant "${after.name}" hosts. Give it more instances, or scale the components in first.`,
      );
  }
}
