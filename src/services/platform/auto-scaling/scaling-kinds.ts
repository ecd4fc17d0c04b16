import { createHash } from "node:crypto";
import { defineKind } from "../../../frame/define-kind.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import type { Tag } from "../../../frame/resource-tags.ts";
import type { ResourceDocument, ResourceKey } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { ActivityFacts } from "./activity-journal.ts";

type Client = typeof import("@aws-sdk/client-application-auto-scaling");
type Register = InputOf<Client, "RegisterScalableTarget">;

/** What names a scalable target in every input. */
export type TargetNames = Pick<Register, "ServiceNamespace" | "ResourceId" | "ScalableDimension">;

export interface WantedTarget extends TargetNames {
  readonly MinCapacity: number;
  readonly MaxCapacity: number;
  readonly RoleARN: string;
  readonly SuspendedState: Required<NonNullable<Register["SuspendedState"]>>;
  readonly Tags: readonly Tag[];
}

/** The last change of capacity in one direction: by which the next one waits out its cooldown. */
export interface LastScaling {
  readonly time: number;
  /** The capacity before it. */
  readonly before: number;
}

export interface ActualTarget {
  /** When it was last registered, in milliseconds since 1970; absent of one that an older version wrote. */
  readonly registered?: number;
  /** The alarms that are in ALARM, with the policies that they trigger. */
  readonly alarmed: readonly { readonly policy: string; readonly alarm: string }[];
  /** Set when the limits have changed: the capacity may lie outside of them. */
  readonly limitsChanged?: boolean;
  /** The activity that is under way. */
  readonly activity?: Activity;
  readonly lastOut?: LastScaling;
  readonly lastIn?: LastScaling;
}

/** A change of capacity that is under way. */
export interface Activity extends ActivityFacts {
  readonly before: number;
  readonly desired: number;
}

export type TargetDocument = ResourceDocument<WantedTarget, ActualTarget>;

/** A scalable target is found by three names; its ARN has an identifier made of them. */
const targetId = ({ account, region }: Place, { ServiceNamespace, ResourceId, ScalableDimension }: TargetNames) =>
  createHash("sha256")
    .update(JSON.stringify([account, region, ServiceNamespace, ResourceId, ScalableDimension]))
    .digest("hex")
    .slice(0, 36);

export const scalableTargetKind = defineKind<WantedTarget, ActualTarget, "Idle" | "Active">({
  service: "application-autoscaling",
  kind: "scalable-target",
  arn: "scalable-target/{TargetId}",
  exactCase: true,
  tags: true,
  title: "Scalable target",
  listedBy: "DescribeScalableTargets",
  statuses: { Idle: { final: true }, Active: { final: false } },
  labels: {
    namespace: ({ wanted }) => wanted.ServiceNamespace,
    resource: ({ wanted }) => wanted.ResourceId,
    dimension: ({ wanted }) => wanted.ScalableDimension,
    alarms: ({ actual }) => [...new Set(actual.alarmed.map(({ alarm }) => alarm))],
  },
});

export const targetKey = (place: Place, names: TargetNames): ResourceKey =>
  scalableTargetKind.key(place, { TargetId: targetId(place, names) });

export type WantedPolicy = InputOf<Client, "PutScalingPolicy">;
export interface ActualPolicy {
  readonly uuid: string;
  /** The alarms that were made for it. */
  readonly alarms: readonly { readonly AlarmName: string; readonly AlarmARN: string }[];
}
export type PolicyDocument = ResourceDocument<WantedPolicy, ActualPolicy>;

const ofTarget = { kind: scalableTargetKind.name, deletion: "takes children" } as const;
const namesOf = {
  namespace: ({ wanted }: { readonly wanted: TargetNames }) => wanted.ServiceNamespace,
  resource: ({ wanted }: { readonly wanted: TargetNames }) => wanted.ResourceId,
  dimension: ({ wanted }: { readonly wanted: TargetNames }) => wanted.ScalableDimension,
};

export const scalingPolicyKind = defineKind<WantedPolicy, ActualPolicy>({
  service: "application-autoscaling",
  kind: "scaling-policy",
  key: ["TargetId", "PolicyName"],
  exactCase: true,
  title: "Scaling policy",
  listedBy: "DescribeScalingPolicies",
  parent: ofTarget,
  labels: namesOf,
});

export const policyKey = (place: Place, names: TargetNames & { readonly PolicyName: string }): ResourceKey =>
  scalingPolicyKind.key(place, { TargetId: targetId(place, names), PolicyName: names.PolicyName });

export const policyArn = ({ key, wanted, actual }: Pick<PolicyDocument, "key" | "wanted" | "actual">): string =>
  `arn:aws:autoscaling:${key.region}:${key.account}:scalingPolicy:${actual.uuid}:resource/${wanted.ServiceNamespace}/${wanted.ResourceId}:policyName/${wanted.PolicyName}`;

export type WantedAction = InputOf<Client, "PutScheduledAction">;
export interface ActualAction {
  readonly uuid: string;
  /** When it is due next, in milliseconds since 1970; absent when no time is left. */
  readonly next?: number;
}
export type ActionDocument = ResourceDocument<WantedAction, ActualAction>;

export const scheduledActionKind = defineKind<WantedAction, ActualAction, "Waiting" | "Over">({
  service: "application-autoscaling",
  kind: "scheduled-action",
  key: ["TargetId", "ScheduledActionName"],
  exactCase: true,
  title: "Scheduled action",
  listedBy: "DescribeScheduledActions",
  parent: ofTarget,
  statuses: { Waiting: { final: false }, Over: { final: true } },
  labels: namesOf,
});

export const actionKey = (place: Place, names: TargetNames & { readonly ScheduledActionName: string }): ResourceKey =>
  scheduledActionKind.key(place, {
    TargetId: targetId(place, names),
    ScheduledActionName: names.ScheduledActionName,
  });

export const actionArn = ({ key, wanted, actual }: Pick<ActionDocument, "key" | "wanted" | "actual">): string =>
  `arn:aws:autoscaling:${key.region}:${key.account}:scheduledAction:${actual.uuid}:resource/${wanted.ServiceNamespace}/${wanted.ResourceId}:scheduledActionName/${wanted.ScheduledActionName}`;
