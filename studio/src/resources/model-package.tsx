import {
  CreateModelPackageCommand,
  DeleteModelPackageCommand,
  DescribeModelPackageCommand,
  ListModelPackagesCommand,
  ModelApprovalStatus,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { sagemaker } from "../services/sagemaker.ts";

export const modelPackage = defineResource({
  service: sagemaker,
  kind: "sagemaker/model-package",
  title: "Model version",
  plural: "Model versions",
  area: "Registry",
  words: "A model in the registry: what serves it, how good it is, and whether it may be deployed.",
  name: "ModelPackageArn",
  arn: "ModelPackageArn",
  status: "ModelPackageStatus",
  list: ListModelPackagesCommand,
  listInput: { ModelPackageType: "Both" },
  filters: [
    { member: "NameContains" },
    { member: "ModelPackageGroupName", title: "Group" },
    { member: "ModelApprovalStatus", values: Object.values(ModelApprovalStatus) },
  ],
  columns: ["ModelPackageArn", "ModelPackageStatus", "ModelApprovalStatus", "ModelPackageDescription", "CreationTime"],
  describe: DescribeModelPackageCommand,
  sections: [
    {
      title: "Model",
      members: [
        "ModelPackageGroupName",
        "ModelPackageVersion",
        "ModelApprovalStatus",
        "ApprovalDescription",
        "CreationTime",
        "CreatedBy",
        "ModelPackageDescription",
        "CustomerMetadataProperties",
      ],
    },
    { title: "What serves it", members: ["InferenceSpecification"] },
    { title: "How good it is", members: ["ModelMetrics", "DriftCheckBaselines", "Domain", "Task"] },
  ],
  // A version has the tags of its group.
  tagged: ({ ModelPackageGroupName }) => ModelPackageGroupName === undefined,
  actions: [
    {
      title: "Approve or reject",
      command: UpdateModelPackageCommand,
      leaves: true,
      input: ({ ModelPackageArn, ModelApprovalStatus, ApprovalDescription }) => ({
        ...{ ModelPackageArn, ModelApprovalStatus, ApprovalDescription },
      }),
      form: [{ title: "Decision", fields: ["ModelApprovalStatus", "ApprovalDescription"] }],
    },
  ],
  create: CreateModelPackageCommand,
  start: () => ({
    InferenceSpecification: {
      SupportedContentTypes: ["text/csv"],
      SupportedResponseMIMETypes: ["text/csv"],
    },
  }),
  form: [
    { title: "Model", fields: [{ member: "ModelPackageGroupName", title: "Group" }, "ModelPackageDescription"] },
    {
      title: "What serves it",
      fields: [
        { member: "InferenceSpecification.Containers", entry: "Container", fields: ["Image", "ModelDataUrl"] },
        "InferenceSpecification.SupportedContentTypes",
        "InferenceSpecification.SupportedResponseMIMETypes",
      ],
    },
    { title: "Decision", fields: ["ModelApprovalStatus"] },
  ],
  delete: DeleteModelPackageCommand,
  deleteWords: "Models that were made from it stay.",
});
