import type { Context } from "../../frame/context.ts";
import { type Refusals, refusalsOf } from "../../frame/not-built.ts";

export const { notBuilt, refuseMembers }: Refusals = refusalsOf("sagemaker");

/** Refuses network isolation where no executor is able to give it. */
export function refuseNetworkIsolation(
  context: Pick<Context, "settings" | "executors">,
  { EnableNetworkIsolation }: { readonly EnableNetworkIsolation?: boolean },
): void {
  if (EnableNetworkIsolation && !context.executors.all.some(({ abilities }) => abilities.networkIsolation))
    throw notBuilt(context, "EnableNetworkIsolation");
}
