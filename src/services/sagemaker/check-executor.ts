import { validationFault } from "../../aws/faults.ts";
import type { RunNeeds } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";
import { notBuilt } from "./not-built.ts";

/** Refuses what no executor of this server can run, when it is asked for and not when it is to run. */
export async function checkExecutor(
  context: Pick<Context, "settings" | "executors" | "images">,
  needs: RunNeeds,
  imageUri: string,
): Promise<void> {
  const image = context.images.find(imageUri)?.executor;
  const choice = await context.executors.choose(needs, image);
  if (!("refusal" in choice)) return;
  const isOnlyIsolation =
    needs.network === "none" && !("refusal" in (await context.executors.choose({ ...needs, network: "host" }, image)));
  throw isOnlyIsolation ? notBuilt(context, "EnableNetworkIsolation") : validationFault(choice.refusal);
}
