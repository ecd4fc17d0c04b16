import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceKey } from "../../../stores/resources/port.ts";
import { type ActualEndpoint, endpoint } from "./endpoint.ts";
import { type EndpointFleet, newInstance, type Variant } from "./endpoint-fleet.ts";
import { recordSetup } from "./invocation-metrics.ts";

const demandOf = (endpointId: string, variant: Pick<Variant, "name">): string =>
  `serverless/${endpointId}/${variant.name}`;

/**
 * Counts a request of a serverless variant until the function that it returns is called.
 * @throws Fault 429 past its MaxConcurrency
 */
export function enterServerless(context: Context, endpointId: string, variant: Variant): () => void {
  // One process counts them.
  context.controlOnly();
  const { outstanding, clock } = context;
  const demand = demandOf(endpointId, variant);
  const { maxConcurrency } = variant.serverless!;
  if (outstanding.of(demand) >= maxConcurrency)
    throw new Fault(
      "ThrottlingException",
      `Rate exceeded: the variant ${variant.name} answers ${maxConcurrency} request(s) at once, its MaxConcurrency. Try again in a moment.`,
      { status: 429 },
    );
  const leave = outstanding.enter(demand);
  return () => {
    leave();
    outstanding.mark(demand, clock.now());
  };
}

/** A request waits so long for a model server. */
const setupMilliseconds = 60_000;

/**
 * Has an instance of a variant started that has none, and returns when one answers, has failed, or the time is over. It
 * writes the endpoint's document, which is the control plane's: the request has become a matter of it (0092).
 */
export async function awaitInstance(
  context: Context,
  key: ResourceKey,
  endpointName: string,
  { name }: Variant,
): Promise<void> {
  const begun = performance.now();
  const began = context.clock.now();
  await endpoint.update(context, endpointName, ({ actual }) => {
    const serving = begin(context, actual.serving, name);
    return serving && { actual: { ...actual, serving } };
  });
  const settled = Promise.withResolvers<boolean>();
  const look = async () => {
    const found = await context.resources.get(key);
    const variant = (found?.actual as ActualEndpoint | undefined)?.serving?.variants.find((one) => one.name === name);
    if (variant?.instances.some(({ ready }) => ready)) settled.resolve(true);
    else if (!variant || variant.instances.some(({ lastEnd }) => lastEnd && lastEnd.time >= began))
      settled.resolve(false);
  };
  const looked = () => void look().catch(settled.reject);
  const end = () => settled.resolve(false);
  const unwatch = context.resources.watch([key], looked);
  const timer = setTimeout(end, setupMilliseconds);
  context.signal.addEventListener("abort", end);
  looked();
  try {
    if (await settled.promise) recordSetup(context, { endpointName, variantName: name }, performance.now() - begun);
  } finally {
    unwatch();
    clearTimeout(timer);
    context.signal.removeEventListener("abort", end);
  }
}

/** Returns the fleet with an instance for a variant that has none; undefined when it has one. */
function begin(context: Context, fleet: EndpointFleet | undefined, name: string): EndpointFleet | undefined {
  if (!fleet?.variants.some((variant) => variant.name === name && variant.serverless && variant.instances.length === 0))
    return undefined;
  const variants = fleet.variants.map((variant) =>
    variant.name === name ? { ...variant, instances: [newInstance(context)] } : variant,
  );
  return { ...fleet, variants };
}

/** What of a fleet nobody has asked for long, and when to look again. */
export interface Idle {
  readonly fleet: EndpointFleet;
  readonly dropped: EndpointFleet | undefined;
  readonly again?: number;
}

/** Takes the instances of serverless variants away that have had no request for a while. */
export function dropIdle(
  { outstanding, clock, settings }: Pick<Context, "outstanding" | "clock" | "settings">,
  endpointId: string,
  fleet: EndpointFleet,
): Idle {
  const now = clock.now();
  let again: number | undefined;
  let dropped: Variant | undefined;
  const variants = fleet.variants.map((variant) => {
    const { serverless, instances } = variant;
    if (!serverless || serverless.provisionedConcurrency || instances.length === 0) return variant;
    const demand = demandOf(endpointId, variant);
    const since = Math.max(outstanding.marked(demand) ?? 0, ...instances.map(({ readySince }) => readySince ?? now));
    const due = (outstanding.of(demand) > 0 ? now : since) + settings.serverlessIdleSeconds * 1000;
    if (now < due) {
      again = Math.min(again ?? due, due);
      return variant;
    }
    dropped = variant;
    return { ...variant, instances: [] };
  });
  return dropped
    ? { fleet: { ...fleet, variants }, dropped: { ...fleet, variants: [dropped] } }
    : { fleet, dropped: undefined, ...(again === undefined ? {} : { again }) };
}
