import {
  CreateEndpointCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  EndpointStatus,
  ListEndpointsCommand,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { backlogPanel, isAsynchronous } from "../panels/backlog.tsx";
import { invoke } from "../panels/invoke.tsx";
import { logPanel } from "../panels/logs.tsx";
import { trafficPanel } from "../panels/traffic.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { unless } from "./refusals.ts";

export const endpoint = defineResource({
  service: sagemaker,
  kind: "sagemaker/endpoint",
  title: "Endpoint",
  plural: "Endpoints",
  area: "Inference",
  words: "Models that answer requests, on servers that stay up.",
  name: "EndpointName",
  arn: "EndpointArn",
  status: "EndpointStatus",
  list: ListEndpointsCommand,
  filters: [{ member: "NameContains" }, { member: "StatusEquals", values: Object.values(EndpointStatus) }],
  sortsByStatus: true,
  columns: ["EndpointName", "EndpointStatus", "CreationTime", "LastModifiedTime"],
  describe: DescribeEndpointCommand,
  sections: [
    {
      title: "Endpoint",
      members: ["EndpointConfigName", "CreationTime", "LastModifiedTime", "FailureReason", "EndpointArn"],
    },
    { title: "Variants", members: ["ProductionVariants", "ShadowProductionVariants", "PendingDeploymentSummary"] },
    { title: "Besides", members: ["AsyncInferenceConfig", "DataCaptureConfig"] },
  ],
  panels: [
    // One that queues requests answers none at once.
    { ...invoke, when: (item) => !isAsynchronous(item) },
    backlogPanel,
    trafficPanel(
      ({ ProductionVariants }, name) =>
        ((ProductionVariants ?? []) as { VariantName: string }[]).map(({ VariantName }) => ({
          words: VariantName,
          dimensions: { EndpointName: name, VariantName },
        })),
      ["/aws/sagemaker/Endpoints", "CPUUtilization", "MemoryUtilization"],
    ),
    logPanel(
      (_, name) => `/aws/sagemaker/Endpoints/${name}`,
      () => "",
    ),
  ],
  actions: [
    {
      title: "Update",
      command: UpdateEndpointCommand,
      refused: unless("EndpointStatus", ["InService", "Failed"], "It can be updated once it is in service"),
      input: (item, name) => ({ EndpointName: name, EndpointConfigName: item.EndpointConfigName }),
      form: [{ title: "New configuration", fields: ["EndpointConfigName", "RetainAllVariantProperties"] }],
    },
  ],
  create: CreateEndpointCommand,
  form: [{ title: "Endpoint", fields: [{ member: "EndpointName", isName: true }, "EndpointConfigName"] }],
  delete: DeleteEndpointCommand,
  deleteWords: "It stops answering. Its configuration and its models stay.",
});
