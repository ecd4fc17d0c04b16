import type { Context } from "../../../frame/context.ts";

const policyArn =
  /^arn:aws:autoscaling:([^:]+):([^:]+):scalingPolicy:[^:]+:resource\/([^/:]+)\/([^:]+):policyName\/(.+)$/;

/**
 * Returns why an action of an alarm cannot be done; undefined when it is. Scaling policies follow the alarms that name
 * them, so nothing more is done for them here.
 */
export async function actionOutcome(action: string, context: Context): Promise<string | undefined> {
  const [, region, account, namespace, resourceId, policyName] = policyArn.exec(action) ?? [];
  if (policyName === undefined) {
    const service = action.split(":")[2];
    return `Sagebrush ${context.settings.version} cannot deliver to ${service}: it has no such service.`;
  }
  const isHere = region === context.region && account === context.account;
  const { ScalingPolicies = [] } = isHere
    ? await context.call("application-autoscaling", "DescribeScalingPolicies", {
        ServiceNamespace: namespace as "sagemaker",
        ResourceId: resourceId!,
        PolicyNames: [policyName],
      })
    : {};
  return ScalingPolicies.some(({ PolicyARN }) => PolicyARN === action)
    ? undefined
    : `The scaling policy ${policyName} does not exist.`;
}
