import {
  DeleteScalingPolicyCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { defineResource } from "../declare/define-resource.ts";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";
import { shortName } from "../values/short-name.ts";
import { ofSageMaker, targetFields, targetOf, targetStart } from "./scaled.ts";

export const scalingPolicy = defineResource({
  service: applicationAutoscaling,
  kind: "application-autoscaling/scaling-policy",
  title: "Scaling policy",
  plural: "Scaling policies",
  area: "Inference",
  words: "Keeps a metric of a scalable target near a value, or changes its capacity in steps.",
  // Targets may have policies of the same name.
  name: "PolicyARN",
  list: DescribeScalingPoliciesCommand,
  listInput: ofSageMaker,
  pageSize: 10,
  columns: ["PolicyARN", "PolicyType", "ResourceId", "CreationTime"],
  find: (arn) => ({ ...ofSageMaker, PolicyNames: [shortName(arn)] }),
  sections: [
    { title: "Policy", members: ["PolicyType", "ResourceId", "ScalableDimension", "CreationTime", "PolicyARN"] },
    { title: "Rule", members: ["TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration"] },
    { title: "Alarms", members: ["Alarms"] },
  ],
  create: PutScalingPolicyCommand,
  replaced: (item) => ({ ...targetOf(item), PolicyNames: [item.PolicyName as string] }),
  start: () => ({
    ...targetStart(),
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
      TargetValue: 100,
    },
  }),
  form: [
    { title: "Policy", fields: [{ member: "PolicyName", isName: true }, "PolicyType"] },
    { title: "Target", fields: targetFields },
    {
      title: "Rule",
      fields: [
        {
          member: "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType",
          title: "Metric",
        },
        { member: "TargetTrackingScalingPolicyConfiguration.TargetValue", note: "Where the metric is held." },
      ],
    },
  ],
  delete: DeleteScalingPolicyCommand,
  deleteInput: (item) => ({ ...targetOf(item), PolicyName: item.PolicyName }),
  deleteWords: "The alarms that it made go with it.",
});
