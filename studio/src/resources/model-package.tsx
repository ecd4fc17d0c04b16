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
  words: "A model as it was registered: its container, its artifact, who approved it.",
  name: "ModelPackageArn",
  arn: "ModelPackageArn",
  status: "ModelPackageStatus",
  list: ListModelPackagesCommand,
  listInput: { ModelPackageType: "Both" },
  filters: [
    { member: "ModelPackageGroupName", title: "Group" },
    { member: "ModelApprovalStatus", title: "Approval", values: Object.values(ModelApprovalStatus) },
  ],
  columns: [
    { member: "ModelPackageArn", title: "Version" },
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelApprovalStatus",
    "CreationTime",
  ],
  describe: DescribeModelPackageCommand,
  sections: [
    {
      title: "Version",
      members: [
        "ModelPackageGroupName",
        "ModelPackageVersion",
        "ModelApprovalStatus",
        "ApprovalDescription",
        "CreationTime",
      ],
    },
    { title: "Container", members: ["InferenceSpecification"] },
    { title: "About it", members: ["ModelPackageDescription", "CustomerMetadataProperties", "ModelMetrics"] },
  ],
  actions: [
    {
      title: "Approve or reject",
      command: UpdateModelPackageCommand,
      input: (item) => ({ ModelPackageArn: item.ModelPackageArn, ModelApprovalStatus: item.ModelApprovalStatus }),
      form: [{ title: "Approval", fields: ["ModelApprovalStatus", "ApprovalDescription"] }],
    },
  ],
  create: CreateModelPackageCommand,
  form: [
    { title: "Version", fields: ["ModelPackageGroupName", "ModelPackageDescription", "ModelApprovalStatus"] },
    {
      title: "Container",
      fields: [
        {
          member: "InferenceSpecification.Containers",
          entry: "Container",
          fields: ["Image", "ModelDataUrl", "Environment"],
          start: {},
        },
        "InferenceSpecification.SupportedContentTypes",
        "InferenceSpecification.SupportedResponseMIMETypes",
      ],
    },
  ],
  delete: DeleteModelPackageCommand,
});
