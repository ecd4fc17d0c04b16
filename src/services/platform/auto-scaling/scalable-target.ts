import { validationFault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import { closeParent } from "../../../frame/children.ts";
import type { Context } from "../../../frame/context.ts";
import { parentText } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkTags } from "../../../frame/resource-tags.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { scalableOf } from "./scalable-resource.ts";
import { notFound } from "./scaling-faults.ts";
import {
  scalableTargetKind,
  scalingPolicyKind,
  type TargetNames,
  targetKey,
  type WantedTarget,
} from "./scaling-kinds.ts";
import { listScaling } from "./scaling-list.ts";
import { onTarget } from "./scaling-permissions.ts";

/** The role that acts when a request names none. */
const serviceRole = ({ account }: Pick<Context, "account">, dimension: TargetNames["ScalableDimension"]) =>
  `arn:aws:iam::${account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMaker${dimension.includes(":inference-component:") ? "InferenceComponent" : "Endpoint"}`;

const permissions = {
  RegisterScalableTarget: onTarget("RegisterScalableTarget"),
  DeregisterScalableTarget: onTarget("DeregisterScalableTarget"),
};

export const scalableTarget = defineOperations("application-autoscaling", permissions, {
  async RegisterScalableTarget(input, context) {
    const { ServiceNamespace, ResourceId, ScalableDimension, MinCapacity, MaxCapacity, SuspendedState } = input;
    const names: TargetNames = { ServiceNamespace, ResourceId, ScalableDimension };
    const scalable = scalableOf(context, names);
    const tags = Object.entries(input.Tags ?? {}).map(([Key, Value]) => ({ Key, Value: Value! }));
    checkTags(tags);
    const resource = await scalable.read(context);
    if (!resource) throw scalable.missing();
    const lowest = resource.least ?? scalable.least;
    const key = targetKey(context, names);
    await againOnConflict(context, async () => {
      const before = await scalableTargetKind.find(context, key);
      if (before && tags.length > 0)
        throw validationFault("Tags can only be given to a new scalable target. Use TagResource to change them.");
      const least = MinCapacity ?? before?.wanted.MinCapacity;
      const most = MaxCapacity ?? before?.wanted.MaxCapacity;
      if (least === undefined || most === undefined)
        throw validationFault(
          "Both MinCapacity and MaxCapacity must be specified when registering a new scalable target",
        );
      if (least > most) throw validationFault("Minimum capacity cannot be greater than maximum capacity");
      if (least < lowest) throw validationFault(`Minimum capacity of ${ScalableDimension} must be at least ${lowest}`);
      const now = context.clock.now();
      const wanted: WantedTarget = {
        ...names,
        MinCapacity: least,
        MaxCapacity: most,
        RoleARN: input.RoleARN ?? before?.wanted.RoleARN ?? serviceRole(context, ScalableDimension),
        SuspendedState: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
          ...before?.wanted.SuspendedState,
          ...SuspendedState,
        },
        Tags: before?.wanted.Tags ?? tags,
      };
      const change = await scalableTargetKind.put(context, {
        ...(before ?? { key, id: context.ids.ulid(), origin: context.origin, created: now }),
        modified: now,
        status: "Active",
        wanted,
        actual: { ...(before?.actual ?? { alarmed: [] }), registered: now, limitsChanged: true },
      });
      await context.resources.write([change]);
    });
    return { ScalableTargetARN: scalableTargetKind.arn(key) };
  },

  async DescribeScalableTargets(input, context) {
    const { ResourceIds = [] } = input;
    const { documents, next } = await listScaling(context, scalableTargetKind, input);
    return {
      ScalableTargets: documents
        .filter(({ wanted }) => ResourceIds.length === 0 || ResourceIds.includes(wanted.ResourceId))
        .map(({ key, created, wanted: { Tags: _, ...wanted } }) => ({
          ...wanted,
          CreationTime: new Date(created),
          ScalableTargetARN: scalableTargetKind.arn(key),
        })),
      NextToken: next,
    };
  },

  async DeregisterScalableTarget(input, context) {
    const key = targetKey(context, input);
    await againOnConflict(context, async () => {
      const target = await scalableTargetKind.find(context, key);
      if (!target) throw notFound("scalable target found", input);
      // The alarms of its policies go first: the policies remember them until then.
      const { account, region } = key;
      const AlarmNames: string[] = [];
      for await (const policy of allDocuments(context.resources, scalingPolicyKind.name, {
        ...{ account, region, parent: parentText(key), sort: { by: "created" } },
      }))
        AlarmNames.push(...scalingPolicyKind.read(policy).actual.alarms.map(({ AlarmName }) => AlarmName));
      if (AlarmNames.length > 0) await context.call("cloudwatch", "DeleteAlarms", { AlarmNames });
      const closed = await closeParent(context, target, () => validationFault("The scalable target has children."));
      await context.resources.write([{ delete: key, expected: closed.document.version }, ...closed.changes]);
    });
    return {};
  },
});
