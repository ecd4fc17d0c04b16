import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { defineResource } from "../declare/define-resource.ts";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";

const start = { ServiceNamespace: "sagemaker", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" } as const;

export const scalableTarget = defineResource({
  service: applicationAutoscaling,
  kind: "application-autoscaling/scalable-target",
  title: "Scalable target",
  plural: "Scalable targets",
  area: "Inference",
  words: "A variant of an endpoint whose count of machines follows its traffic, within limits.",
  name: "ResourceId",
  arn: "ScalableTargetARN",
  list: DescribeScalableTargetsCommand,
  listInput: { ServiceNamespace: "sagemaker" },
  pageSize: 50,
  columns: ["ResourceId", "ScalableDimension", "MinCapacity", "MaxCapacity", "CreationTime"],
  find: (name) => ({ ResourceIds: [name] }),
  sections: [
    { title: "Target", members: ["ScalableDimension", "MinCapacity", "MaxCapacity", "RoleARN", "CreationTime"] },
    { title: "Suspended", members: ["SuspendedState"] },
  ],
  create: RegisterScalableTargetCommand,
  start: () => ({ ...start, MinCapacity: 1, MaxCapacity: 2 }),
  form: [
    {
      title: "Target",
      fields: [
        { member: "ResourceId", note: "endpoint/NAME/variant/VARIANT", required: true },
        "ScalableDimension",
        "MinCapacity",
        "MaxCapacity",
        "ServiceNamespace",
      ],
    },
  ],
  delete: DeregisterScalableTargetCommand,
  deleteInput: ({ ResourceId, ScalableDimension, ServiceNamespace }) => ({
    ResourceId,
    ScalableDimension,
    ServiceNamespace,
  }),
  deleteWords: "Its policies and scheduled actions go with it. The variant keeps the machines that it has.",
});
