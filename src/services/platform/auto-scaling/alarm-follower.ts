import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineFollower } from "../../../frame/define-follower.ts";
import { allDocuments, keyText, type ResourceKey } from "../../../stores/resources/port.ts";
import { scalableDimensions } from "./scalable-resource.ts";
import { scalableTargetKind, type TargetNames, targetKey } from "./scaling-kinds.ts";

const alarmKind = "cloudwatch/alarm";
const namedPolicy = /^arn:aws:autoscaling:[^:]+:[^:]+:scalingPolicy:[^:]+:resource\/(\w+)\/([^:]+):policyName\/(.+)$/;

/**
 * Tells scalable targets which of the alarms that name their policies are in ALARM. It goes by what an alarm is now, and
 * not by what has changed, so it does no harm to be told twice.
 */
export const scalingAlarmFollower = defineFollower({
  name: "scaling-alarms",
  kinds: [alarmKind],
  grants: [{ actions: ["cloudwatch:DescribeAlarms"], resources: ["arn:aws:cloudwatch:*:*:alarm:*"] }],
  async handle({ key, event }, context) {
    if (event) return;
    const alarm = context.kinds.arn(key)!.replace(/^.*?:alarm:/, "");
    const triggered = await triggeredBy(alarm, context);
    const targets = new Map<string, ResourceKey>();
    const { account, region } = context;
    const query = { account, region, labels: { alarms: alarm }, sort: { by: "created" } } as const;
    for await (const target of allDocuments(context.resources, scalableTargetKind.name, query))
      targets.set(keyText(target.key), target.key);
    for (const { target } of triggered) targets.set(keyText(target), target);
    for (const [text, target] of targets) {
      const policies = triggered.filter((one) => keyText(one.target) === text).map(({ policy }) => policy);
      await setAlarmed(context, target, alarm, policies);
    }
  },
});

async function triggeredBy(AlarmName: string, context: Context): Promise<{ target: ResourceKey; policy: string }[]> {
  const { MetricAlarms = [] } = await context.call("cloudwatch", "DescribeAlarms", { AlarmNames: [AlarmName] });
  const [alarm] = MetricAlarms;
  if (alarm?.StateValue !== "ALARM" || !alarm.ActionsEnabled) return [];
  return (alarm.AlarmActions ?? []).flatMap((action) => {
    const [, namespace, ResourceId, policy] = namedPolicy.exec(action) ?? [];
    if (policy === undefined) return [];
    const ServiceNamespace = namespace as TargetNames["ServiceNamespace"];
    // A policy's ARN names the resource and not the dimension.
    return scalableDimensions.map((ScalableDimension) => ({
      target: targetKey(context, { ServiceNamespace, ResourceId: ResourceId!, ScalableDimension }),
      policy,
    }));
  });
}

const setAlarmed = (context: Context, key: ResourceKey, alarm: string, policies: readonly string[]) =>
  againOnConflict(context, async () => {
    const target = await scalableTargetKind.find(context, key);
    if (!target) return;
    const { alarmed } = target.actual;
    const others = alarmed.filter((one) => one.alarm !== alarm);
    const now = [...others, ...policies.map((policy) => ({ policy, alarm }))];
    const isSame =
      alarmed.length === now.length &&
      now.every(({ policy, alarm }) => alarmed.some((one) => one.policy === policy && one.alarm === alarm));
    if (isSame) return;
    const change = await scalableTargetKind.put(context, {
      ...target,
      modified: context.clock.now(),
      status: "Active",
      actual: { ...target.actual, alarmed: now },
    });
    await context.resources.write([change]);
  });
