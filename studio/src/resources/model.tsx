import {
  CreateModelCommand,
  DeleteModelCommand,
  DescribeModelCommand,
  ListModelsCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

export const model = defineResource({
  service: sagemaker,
  kind: "sagemaker/model",
  title: "Model",
  plural: "Models",
  area: "Inference",
  words: "A trained artifact with the image that serves it. Deploy one to get answers from it.",
  name: "ModelName",
  arn: "ModelArn",
  list: ListModelsCommand,
  filters: [{ member: "NameContains" }],
  columns: ["ModelName", "CreationTime"],
  describe: DescribeModelCommand,
  sections: [
    { title: "Model", members: ["CreationTime", "ExecutionRoleArn", "ModelArn", "EnableNetworkIsolation"] },
    {
      title: "Container",
      members: [
        "PrimaryContainer.Image",
        "PrimaryContainer.ModelDataUrl",
        "PrimaryContainer.Mode",
        "PrimaryContainer.ModelPackageName",
        "PrimaryContainer.Environment",
      ],
    },
    { title: "Containers", members: ["Containers", "InferenceExecutionConfig.Mode"] },
  ],
  actions: [{ title: "Deploy", to: (_, name) => `/deploy?model=${encodeURIComponent(name)}` }],
  create: CreateModelCommand,
  form: [
    { title: "Model", fields: [{ member: "ModelName", isName: true }, "ExecutionRoleArn"] },
    {
      title: "Container",
      fields: [
        { member: "PrimaryContainer.Image", required: true, note: "The image that serves the model." },
        {
          member: "PrimaryContainer.ModelDataUrl",
          title: "Model artifact",
          note: "The model.tar.gz of a training job.",
        },
        "PrimaryContainer.Environment",
      ],
    },
  ],
  delete: DeleteModelCommand,
  deleteWords: "The artifact in S3 stays. Endpoints that serve the model go on.",
});
