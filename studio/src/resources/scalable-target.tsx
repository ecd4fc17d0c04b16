import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { defineResource } from "../declare/define-resource.ts";
import { activities } from "../panels/activities.tsx";
import { applicationAutoscaling } from "../services/application-autoscaling.ts";
import { ofSageMaker, scaledAddress, targetFields, targetOf, targetStart } from "./scaled.ts";

export const scalableTarget = defineResource({
  service: applicationAutoscaling,
  kind: "application-autoscaling/scalable-target",
  title: "Scalable target",
  plural: "Scalable targets",
  area: "Inference",
  words: "A variant of an endpoint whose number of instances policies may change, between two limits.",
  name: "ResourceId",
  arn: "ScalableTargetARN",
  list: DescribeScalableTargetsCommand,
  listInput: ofSageMaker,
  pageSize: 50,
  columns: ["ResourceId", "ScalableDimension", "MinCapacity", "MaxCapacity", "CreationTime"],
  find: (name) => ({ ...ofSageMaker, ResourceIds: [name] }),
  sections: [
    { title: "Target", members: ["ScalableDimension", "MinCapacity", "MaxCapacity", "CreationTime", "RoleARN"] },
    { title: "Suspended", members: ["SuspendedState"] },
  ],
  panels: [activities],
  actions: [
    {
      title: "Change limits",
      command: RegisterScalableTargetCommand,
      leaves: true,
      input: (item) => ({ ...item, ...targetOf(item) }),
      form: [{ title: "Limits", fields: ["MinCapacity", "MaxCapacity", "SuspendedState"] }],
    },
    // "endpoint/NAME/variant/VARIANT", "inference-component/NAME"
    { title: "What is scaled", to: (_, name) => scaledAddress(name) },
  ],
  create: RegisterScalableTargetCommand,
  replaced: ({ ResourceId, ...item }) => ({ ...targetOf(item), ResourceIds: [ResourceId as string] }),
  start: targetStart,
  form: [
    { title: "Target", fields: targetFields },
    {
      title: "Limits",
      fields: [
        { member: "MinCapacity", required: true },
        { member: "MaxCapacity", required: true },
      ],
    },
  ],
  delete: DeregisterScalableTargetCommand,
  deleteInput: targetOf,
  deleteWords: "Its policies and scheduled actions go with it. The instances stay as many as they are.",
});
