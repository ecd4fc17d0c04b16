import {
  CreateEndpointConfigCommand,
  DeleteEndpointConfigCommand,
  DescribeEndpointConfigCommand,
  ListEndpointConfigsCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { variant } from "../form/starts.ts";
import { sagemaker } from "../services/sagemaker.ts";

export const endpointConfig = defineResource({
  service: sagemaker,
  kind: "sagemaker/endpoint-config",
  title: "Endpoint configuration",
  plural: "Endpoint configurations",
  area: "Inference",
  words: "Which models an endpoint serves, on what machines, and who gets how much of the traffic.",
  name: "EndpointConfigName",
  arn: "EndpointConfigArn",
  list: ListEndpointConfigsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["EndpointConfigName", "CreationTime"],
  describe: DescribeEndpointConfigCommand,
  sections: [
    { title: "Configuration", members: ["CreationTime", "ExecutionRoleArn", "EndpointConfigArn"] },
    { title: "What serves", members: ["ProductionVariants", "ShadowProductionVariants"] },
    { title: "Besides", members: ["DataCaptureConfig", "AsyncInferenceConfig", "ExplainerConfig"] },
  ],
  create: CreateEndpointConfigCommand,
  start: () => ({ ProductionVariants: [variant] }),
  form: [
    { title: "Configuration", fields: [{ member: "EndpointConfigName", isName: true }] },
    {
      title: "What serves",
      fields: [
        {
          member: "ProductionVariants",
          entry: "Variant",
          start: variant,
          fields: ["VariantName", "ModelName", "InstanceType", "InitialInstanceCount", "InitialVariantWeight"],
        },
      ],
    },
  ],
  delete: DeleteEndpointConfigCommand,
  deleteWords: "Endpoints that were made with it go on.",
});
