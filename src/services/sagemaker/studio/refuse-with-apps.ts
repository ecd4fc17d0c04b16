import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ResourceKey } from "../../../stores/resources/port.ts";

/** Refuses to delete a user or space that has apps. */
export async function refuseWithApps(
  context: Context,
  key: ResourceKey,
  labels: { readonly domain: string; readonly user?: string; readonly space?: string },
  title: string,
): Promise<void> {
  const { documents } = await context.resources.list("sagemaker/app", {
    ...{ account: key.account, region: key.region, limit: 1, labels },
  });
  if (documents.length > 0) throw new Fault("ResourceInUse", `Unable to delete ${title}: delete its apps first.`);
}
