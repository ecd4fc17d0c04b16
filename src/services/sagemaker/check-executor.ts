import { validationFault } from "../../aws/faults.ts";
import type { RunNeeds } from "../../executors/port.ts";
import type { Context } from "../../frame/context.ts";

/** Refuses what no executor of this server can run, when it is asked for and not when it is to run. */
export async function checkExecutor(
  context: Pick<Context, "executors" | "images">,
  needs: RunNeeds,
  imageUri: string,
): Promise<void> {
  const image = context.images.find(imageUri)?.executor;
  const choice = await context.executors.choose(needs, image);
  if ("refusal" in choice) throw validationFault(choice.refusal);
}
