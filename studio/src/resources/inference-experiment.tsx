import {
  CreateInferenceExperimentCommand,
  DeleteInferenceExperimentCommand,
  DescribeInferenceExperimentCommand,
  InferenceExperimentStatus,
  ListInferenceExperimentsCommand,
  StartInferenceExperimentCommand,
  StopInferenceExperimentCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import type { Item } from "../declare/item.ts";
import { valueAt } from "../declare/path.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { unless } from "./refusals.ts";

/** The one that answers stays, and the one that was tried goes, unless somebody says otherwise. */
const actionsOf = (item: Item) =>
  Object.fromEntries(
    (item.ModelVariants as { VariantName: string }[]).map(({ VariantName }) => [
      VariantName,
      VariantName === valueAt(item, "ShadowModeConfig.SourceModelVariantName") ? "Retain" : "Remove",
    ]),
  );

export const inferenceExperiment = defineResource({
  service: sagemaker,
  kind: "sagemaker/inference-experiment",
  title: "Shadow test",
  plural: "Shadow tests",
  area: "Inference",
  words: "For a time, a second model gets copies of the requests to an endpoint, and nobody waits for its answers.",
  name: "Name",
  arn: "Arn",
  status: "Status",
  list: ListInferenceExperimentsCommand,
  filters: [{ member: "NameContains" }, { member: "StatusEquals", values: Object.values(InferenceExperimentStatus) }],
  sortsByStatus: true,
  columns: ["Name", "Status", "CreationTime", "CompletionTime"],
  describe: DescribeInferenceExperimentCommand,
  sections: [
    {
      title: "Test",
      members: ["EndpointMetadata.EndpointName", "Schedule", "StatusReason", "CreationTime", "Description", "RoleArn"],
    },
    { title: "Models", members: ["ModelVariants", "ShadowModeConfig", "DataStorageConfig"] },
  ],
  actions: [
    {
      title: "Start",
      command: StartInferenceExperimentCommand,
      refused: unless("Status", ["Created"], "Only a test that has not begun starts"),
    },
    {
      title: "Stop",
      command: StopInferenceExperimentCommand,
      refused: unless("Status", ["Created", "Starting", "Running"], "It does not run"),
      input: (item, name) => ({ Name: name, DesiredState: "Completed", ModelVariantActions: actionsOf(item) }),
      form: [{ title: "What becomes of the models", fields: ["ModelVariantActions", "DesiredState", "Reason"] }],
    },
  ],
  create: CreateInferenceExperimentCommand,
  start: () => ({ Type: "ShadowMode", ModelVariants: [{ VariantName: "production" }, { VariantName: "shadow" }] }),
  form: [
    { title: "Test", fields: [{ member: "Name", isName: true }, "Type", "EndpointName", "RoleArn", "Schedule"] },
    {
      title: "Models",
      fields: [
        { member: "ModelVariants", entry: "Model", fields: ["VariantName", "ModelName", "InfrastructureConfig"] },
        "ShadowModeConfig",
      ],
    },
  ],
  again: (item) => ({ ...item, EndpointName: valueAt(item, "EndpointMetadata.EndpointName") }),
  delete: DeleteInferenceExperimentCommand,
});
