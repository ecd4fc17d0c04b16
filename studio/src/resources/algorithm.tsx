import {
  CreateAlgorithmCommand,
  DeleteAlgorithmCommand,
  DescribeAlgorithmCommand,
  ListAlgorithmsCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

export const algorithm = defineResource({
  service: sagemaker,
  kind: "sagemaker/algorithm",
  title: "Algorithm",
  plural: "Algorithms",
  area: "Training",
  words: "An image with the hyperparameters and channels that it takes, for jobs to name.",
  name: "AlgorithmName",
  arn: "AlgorithmArn",
  status: "AlgorithmStatus",
  list: ListAlgorithmsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["AlgorithmName", "AlgorithmStatus", "AlgorithmDescription", "CreationTime"],
  describe: DescribeAlgorithmCommand,
  sections: [
    { title: "Algorithm", members: ["CreationTime", "AlgorithmDescription", "AlgorithmArn"] },
    { title: "Training", members: ["TrainingSpecification"] },
    { title: "Inference", members: ["InferenceSpecification"] },
  ],
  create: CreateAlgorithmCommand,
  form: [
    { title: "Algorithm", fields: [{ member: "AlgorithmName", isName: true }, "AlgorithmDescription"] },
    {
      title: "Training",
      fields: [
        "TrainingSpecification.TrainingImage",
        "TrainingSpecification.SupportedTrainingInstanceTypes",
        {
          member: "TrainingSpecification.TrainingChannels",
          entry: "Channel",
          start: { SupportedInputModes: ["File"] },
          fields: ["Name", "SupportedContentTypes", "SupportedInputModes", "IsRequired"],
        },
        {
          member: "TrainingSpecification.SupportedHyperParameters",
          entry: "Hyperparameter",
          start: { Type: "FreeText" },
          fields: ["Name", "Type", "DefaultValue", "IsRequired"],
        },
      ],
    },
  ],
  delete: DeleteAlgorithmCommand,
});
