import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import {
  type EndpointFleet,
  type Fleet,
  type Instance,
  newInstance,
  type Variant,
  weightOf,
} from "./endpoint-fleet.ts";
import { askHosts, isHostCountAsked, settleHosts } from "./hosting-capacity.ts";
import { checkConcurrency, type Serverless } from "./serverless-config.ts";

type Input = InputOf<typeof import("@aws-sdk/client-sagemaker"), "UpdateEndpointWeightsAndCapacities">;

/** Returns the fleet with what is asked of its variants; nothing of it is started or stopped. */
export function askCapacities(
  context: Context,
  fleet: EndpointFleet,
  asked: Input["DesiredWeightsAndCapacities"],
): EndpointFleet {
  const names = asked.map(({ VariantName }) => VariantName!);
  const all = [...fleet.variants, ...(fleet.hosting ?? [])];
  const unknown = names.filter((name) => !all.some((variant) => variant.name === name));
  if (unknown.length > 0)
    throw validationFault(
      `The variant name(s) "${unknown.join(", ")}" is/are not present within endpoint configuration "${fleet.endpointConfigName}".`,
    );
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw validationFault(`Variant "${twice}" is given twice; give each variant once.`);
  if (fleet.hosting) return askHosts(context, fleet, fleet.hosting, asked);
  for (const { VariantName, DesiredInstanceCount, DesiredWeight, ServerlessUpdateConfig } of asked) {
    const { serverless } = fleet.variants.find(({ name }) => name === VariantName)!;
    if (serverless && DesiredInstanceCount !== undefined)
      throw validationFault(`DesiredInstanceCount is not for the serverless variant "${VariantName}".`);
    if (!serverless && ServerlessUpdateConfig)
      throw validationFault(`ServerlessUpdateConfig is for serverless variants, which "${VariantName}" is not.`);
    if (DesiredInstanceCount === 0 && !fleet.async)
      throw validationFault(
        `DesiredInstanceCount 0 of variant "${VariantName}": a variant with a model has at least one instance, unless its endpoint is asynchronous.`,
      );
    if (DesiredWeight !== undefined && !Number.isFinite(DesiredWeight))
      throw validationFault(`DesiredWeight of variant "${VariantName}" is ${DesiredWeight}; it must be finite.`);
  }
  const variants = fleet.variants.map((variant): Variant => {
    const wanted = asked.find(({ VariantName }) => VariantName === variant.name);
    if (!wanted) return variant;
    const { DesiredWeight: weight = weightOf(variant), DesiredInstanceCount: count = variant.instances.length } =
      wanted;
    const serverless = variant.serverless && askServerless(variant, wanted.ServerlessUpdateConfig);
    const least = serverless?.provisionedConcurrency ? 1 : 0;
    return { ...variant, desired: { weight, count: Math.max(least, count), ...(serverless && { serverless }) } };
  });
  if (variants.every(({ weight, desired, shadow }) => shadow || (desired?.weight ?? weight) === 0))
    throw validationFault("The desired weights of all production variants are 0; at least one must be greater.");
  return { ...fleet, variants };
}

function askServerless(
  { name, serverless }: Variant,
  asked: Input["DesiredWeightsAndCapacities"][number]["ServerlessUpdateConfig"],
): Serverless {
  const { maxConcurrency, provisionedConcurrency } = serverless!;
  const MaxConcurrency = asked?.MaxConcurrency ?? maxConcurrency;
  const ProvisionedConcurrency = asked?.ProvisionedConcurrency ?? provisionedConcurrency;
  checkConcurrency({ MaxConcurrency, ...(ProvisionedConcurrency && { ProvisionedConcurrency }) }, (what) => {
    throw validationFault(`Serverless variant "${name}": ${what}`);
  });
  return {
    ...serverless!,
    maxConcurrency: MaxConcurrency,
    ...(ProvisionedConcurrency && { provisionedConcurrency: ProvisionedConcurrency }),
  };
}

export const isCapacityAsked = <F extends Fleet>(fleet: F | undefined): fleet is F =>
  fleet !== undefined && (fleet.variants.some(({ desired }) => desired) || isHostCountAsked(fleet));

/** Adds the instances that a fleet lacks for what is asked of it; they serve as soon as they are ready. */
export function addInstances<F extends Fleet>(context: Pick<Context, "ids">, fleet: F): F {
  let changed = false;
  const variants = fleet.variants.map((variant) => {
    const { instances, desired } = variant;
    const missing = (desired?.count ?? 0) - instances.length;
    if (missing <= 0) return variant;
    changed = true;
    const added = Array.from({ length: missing }, (): Instance => ({ ...newInstance(context), added: true }));
    return { ...variant, instances: [...instances, ...added] };
  });
  return changed ? { ...fleet, variants } : fleet;
}

/** A fleet after a change of its capacity, and the instances that it no longer has. */
export interface Settled<F extends Fleet> {
  readonly fleet: F;
  readonly dropped: F;
}

/**
 * Returns the fleet as it was asked to be, when all that was added answers. What was never ready goes first, then what
 * came last.
 */
export function settleCapacity<F extends Fleet>(fleet: F): Settled<F> | undefined {
  if (fleet.variants.some(({ instances }) => instances.some(({ added, ready }) => added && !ready))) return undefined;
  return split(settleHosts(fleet), ({ instances, desired, ...variant }) => {
    const count = desired?.count ?? instances.length;
    const kept = [...instances].sort((a, b) => Number(b.ready) - Number(a.ready)).slice(0, count);
    const { weight = weightOf(variant), serverless } = desired ?? {};
    const weighed = {
      ...variant,
      ...(variant.shadow ? { shadow: { weight } } : { weight }),
      ...(serverless && { serverless }),
    };
    return { ...weighed, instances: instances.filter((one) => kept.includes(one)) };
  });
}

/** Returns the fleet as it was before the change was asked for. */
export const undoCapacity = <F extends Fleet>(fleet: F): Settled<F> =>
  split(fleet, ({ instances, desired, ...rest }) => ({
    ...rest,
    instances: instances.filter(({ added }) => !added),
  }));

function split<F extends Fleet>(fleet: F, keep: (variant: Variant) => Variant): Settled<F> {
  const kept = fleet.variants.map((variant) => keep(variant));
  return {
    fleet: {
      ...fleet,
      variants: kept.map((variant) => ({
        ...variant,
        instances: variant.instances.map(({ added, ...instance }) => instance),
      })),
    },
    dropped: {
      ...fleet,
      variants: fleet.variants.map((variant, index) => ({
        ...variant,
        instances: variant.instances.filter((instance) => !kept[index]!.instances.includes(instance)),
      })),
    },
  };
}
