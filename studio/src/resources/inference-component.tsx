import {
  CreateInferenceComponentCommand,
  DeleteInferenceComponentCommand,
  DescribeInferenceComponentCommand,
  InferenceComponentStatus,
  ListInferenceComponentsCommand,
  UpdateInferenceComponentRuntimeConfigCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import type { Item } from "../declare/item.ts";
import { valueAt } from "../declare/path.ts";
import { logPanel } from "../panels/logs.tsx";
import { trafficPanel } from "../panels/traffic.tsx";
import { sagemaker } from "../services/sagemaker.ts";

const copiesOf = (item: Item) => ({ CopyCount: valueAt(item, "RuntimeConfig.DesiredCopyCount") });

/** What was asked for: a description names the image and the artifact of a model, too. */
function specificationOf(item: Item): object {
  const { Container, ...specification } = item.Specification as Item;
  if (specification.ModelName) return specification;
  const Image = valueAt(item, "Specification.Container.DeployedImage.SpecifiedImage");
  return { ...specification, Container: { ...(Container as Item), Image } };
}

export const inferenceComponent = defineResource({
  service: sagemaker,
  kind: "sagemaker/inference-component",
  title: "Inference component",
  plural: "Inference components",
  area: "Inference",
  words: "Copies of a model on an endpoint, each with a share of its instances.",
  name: "InferenceComponentName",
  arn: "InferenceComponentArn",
  status: "InferenceComponentStatus",
  list: ListInferenceComponentsCommand,
  filters: [
    { member: "NameContains" },
    { member: "StatusEquals", values: Object.values(InferenceComponentStatus) },
    { member: "EndpointNameEquals", title: "Endpoint" },
  ],
  sortsByStatus: true,
  columns: ["InferenceComponentName", "InferenceComponentStatus", "EndpointName", "VariantName", "CreationTime"],
  describe: DescribeInferenceComponentCommand,
  sections: [
    {
      title: "Component",
      members: ["EndpointName", "VariantName", "CreationTime", "LastModifiedTime", "FailureReason"],
    },
    { title: "Model", members: ["Specification", "RuntimeConfig"] },
  ],
  panels: [
    trafficPanel(
      (_, name) => [{ words: name, dimensions: { InferenceComponentName: name } }],
      ["/aws/sagemaker/InferenceComponents", "CPUUtilizationNormalized", "MemoryUtilizationNormalized"],
    ),
    logPanel(
      (_, name) => `/aws/sagemaker/InferenceComponents/${name}`,
      () => "",
    ),
  ],
  actions: [
    {
      title: "Change copies",
      command: UpdateInferenceComponentRuntimeConfigCommand,
      input: (item, name) => ({ InferenceComponentName: name, DesiredRuntimeConfig: copiesOf(item) }),
      form: [{ title: "Copies", fields: [{ member: "DesiredRuntimeConfig.CopyCount", title: "Copies" }] }],
    },
  ],
  create: CreateInferenceComponentCommand,
  start: () => ({ RuntimeConfig: { CopyCount: 1 } }),
  form: [
    {
      title: "Component",
      fields: [
        { member: "InferenceComponentName", isName: true },
        "EndpointName",
        { member: "VariantName", required: true },
      ],
    },
    {
      title: "Model",
      fields: ["Specification.ModelName", "Specification.ComputeResourceRequirements", "RuntimeConfig.CopyCount"],
    },
  ],
  again: (item) => ({ ...item, RuntimeConfig: copiesOf(item), Specification: specificationOf(item) }),
  delete: DeleteInferenceComponentCommand,
  deleteWords: "Its copies end. The endpoint and the model stay.",
});
