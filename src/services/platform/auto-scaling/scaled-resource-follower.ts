import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineFollower } from "../../../frame/define-follower.ts";
import { allDocuments, keyText, type ResourceKey } from "../../../stores/resources/port.ts";
import { scalableTargetKind, type TargetDocument } from "./scaling-kinds.ts";

/**
 * Deregisters the scalable targets of an endpoint or an inference component that is gone, with their policies, the
 * alarms of those, and their scheduled actions. What was registered after the deletion is of a new one of that name.
 */
export const scaledResourceFollower = defineFollower({
  name: "scaled-resources",
  kinds: ["sagemaker/endpoint", "sagemaker/inference-component"],
  grants: [
    {
      actions: ["application-autoscaling:DeregisterScalableTarget"],
      resources: ["arn:aws:application-autoscaling:*:*:scalable-target/*"],
    },
    { actions: ["cloudwatch:DeleteAlarms"], resources: ["arn:aws:cloudwatch:*:*:alarm:*"] },
  ],
  async handle({ key, event, deleted, time }, context) {
    if (event || !deleted) return;
    const { account, region } = context;
    const left: TargetDocument[] = [];
    const query = { account, region, labels: { namespace: "sagemaker" }, sort: { by: "created" } } as const;
    for await (const found of allDocuments(context.resources, scalableTargetKind.name, query)) {
      const target = scalableTargetKind.read(found);
      if (isOf(target, key, context) && (target.actual.registered ?? target.created) <= time) left.push(target);
    }
    for (const target of left) await deregister(target, context);
  },
});

/** Whether a target scales that resource: its identifier begins with what the resource's ARN ends with. */
function isOf({ wanted }: TargetDocument, key: ResourceKey, { account, region, kinds }: Context): boolean {
  const [type, name] = wanted.ResourceId.split("/");
  const scaled = kinds.parse(`arn:aws:sagemaker:${region}:${account}:${type}/${name}`);
  return scaled !== undefined && keyText(scaled.key) === keyText(key);
}

async function deregister({ wanted }: TargetDocument, context: Context): Promise<void> {
  const { ServiceNamespace, ResourceId, ScalableDimension } = wanted;
  try {
    const names = { ServiceNamespace, ResourceId, ScalableDimension };
    await context.call("application-autoscaling", "DeregisterScalableTarget", names);
  } catch (error) {
    if (!(error instanceof Fault && error.code === "ObjectNotFoundException")) throw error;
  }
}
