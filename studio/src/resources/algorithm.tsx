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
  words:
    "A training image with what it takes: its channels, hyperparameters and metrics. Jobs name it instead of an image.",
  name: "AlgorithmName",
  arn: "AlgorithmArn",
  status: "AlgorithmStatus",
  list: ListAlgorithmsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["AlgorithmName", "AlgorithmStatus", "AlgorithmDescription", "CreationTime"],
  describe: DescribeAlgorithmCommand,
  sections: [
    { title: "Algorithm", members: ["CreationTime", "AlgorithmDescription", "AlgorithmArn"] },
    {
      title: "Training",
      members: [
        "TrainingSpecification.TrainingImage",
        "TrainingSpecification.SupportedTrainingInstanceTypes",
        "TrainingSpecification.TrainingChannels",
        "TrainingSpecification.SupportedHyperParameters",
        "TrainingSpecification.MetricDefinitions",
      ],
    },
    { title: "Serving", members: ["InferenceSpecification"] },
  ],
  create: CreateAlgorithmCommand,
  start: () => ({
    TrainingSpecification: {
      SupportedTrainingInstanceTypes: ["ml.m5.large"],
      TrainingChannels: [{ Name: "train", SupportedContentTypes: ["text/csv"], SupportedInputModes: ["File"] }],
    },
  }),
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
          fields: ["Name", "SupportedContentTypes", "SupportedInputModes"],
        },
        {
          member: "TrainingSpecification.SupportedHyperParameters",
          entry: "Hyperparameter",
          start: { Type: "FreeText" },
          fields: ["Name", "Type", "DefaultValue", "IsRequired"],
        },
        { member: "TrainingSpecification.MetricDefinitions", entry: "Metric", fields: ["Name", "Regex"] },
      ],
    },
  ],
  delete: DeleteAlgorithmCommand,
  deleteWords: "Jobs that it has trained stay.",
});
