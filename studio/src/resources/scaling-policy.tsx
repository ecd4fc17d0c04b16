import {
  DeleteScalingPolicyCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { defineResource } from "../declare/define-resource.ts";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";

export const scalingPolicy = defineResource({
  service: applicationAutoscaling,
  kind: "application-autoscaling/scaling-policy",
  title: "Scaling policy",
  plural: "Scaling policies",
  area: "Inference",
  words: "When a scalable target grows and shrinks: by a metric that is held at a value, or by steps.",
  name: "PolicyName",
  list: DescribeScalingPoliciesCommand,
  listInput: { ServiceNamespace: "sagemaker" },
  pageSize: 10,
  columns: ["PolicyName", "PolicyType", "ResourceId", "CreationTime"],
  find: (name) => ({ PolicyNames: [name] }),
  sections: [
    { title: "Policy", members: ["PolicyType", "ResourceId", "ScalableDimension", "CreationTime", "PolicyARN"] },
    {
      title: "When it scales",
      members: ["TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration", "Alarms"],
    },
  ],
  create: PutScalingPolicyCommand,
  start: () => ({
    ServiceNamespace: "sagemaker",
    ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
    },
  }),
  form: [
    {
      title: "Policy",
      fields: [
        "PolicyName",
        { member: "ResourceId", note: "endpoint/NAME/variant/VARIANT" },
        "ScalableDimension",
        "PolicyType",
        "ServiceNamespace",
      ],
    },
    {
      title: "When it scales",
      fields: [
        {
          member: "TargetTrackingScalingPolicyConfiguration.TargetValue",
          note: "The value at which the metric is held.",
        },
        {
          member: "TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType",
          title: "Metric",
        },
      ],
    },
  ],
  delete: DeleteScalingPolicyCommand,
  deleteInput: ({ PolicyName, ResourceId, ScalableDimension, ServiceNamespace }) => ({
    PolicyName,
    ResourceId,
    ScalableDimension,
    ServiceNamespace,
  }),
});
