import type { Context } from "../../../frame/context.ts";
import type { AlarmState } from "./alarm-faults.ts";

const policyArn =
  /^arn:aws:autoscaling:([^:]+):([^:]+):scalingPolicy:[^:]+:resource\/([^/:]+)\/([^:]+):policyName\/(.+)$/;

/**
 * Returns why an action of an alarm cannot be done; undefined when it is. Scaling policies follow the alarms that name
 * them, so nothing more is done for them here.
 */
export async function actionOutcome(action: string, state: AlarmState, context: Context): Promise<string | undefined> {
  const [, region, account, namespace, resourceId, policyName] = policyArn.exec(action) ?? [];
  if (policyName === undefined) {
    const service = action.split(":")[2];
    return `Sagebrush ${context.settings.version} cannot deliver to ${service}: it has no such service.`;
  }
  if (state !== "ALARM") return "A scaling policy is triggered by the state ALARM alone: name it in AlarmActions.";
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
