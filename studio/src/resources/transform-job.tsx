import {
  CreateTransformJobCommand,
  DescribeTransformJobCommand,
  ListTransformJobsCommand,
  StopTransformJobCommand,
  TransformJobStatus,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { jobLog } from "../panels/logs.tsx";
import { machinePanel } from "../panels/machine.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { stopsOnly } from "./refusals.ts";

export const transformJob = defineResource({
  service: sagemaker,
  kind: "sagemaker/transform-job",
  title: "Transform job",
  plural: "Transform jobs",
  area: "Inference",
  words: "A model answers all that is in objects of S3, and an output stands for each of them.",
  name: "TransformJobName",
  arn: "TransformJobArn",
  status: "TransformJobStatus",
  list: ListTransformJobsCommand,
  filters: [{ member: "NameContains" }, { member: "StatusEquals", values: Object.values(TransformJobStatus) }],
  sortsByStatus: true,
  columns: ["TransformJobName", "TransformJobStatus", "CreationTime", "TransformEndTime"],
  describe: DescribeTransformJobCommand,
  sections: [
    {
      title: "Job",
      members: ["CreationTime", "TransformStartTime", "TransformEndTime", "FailureReason", "ModelName"],
    },
    {
      title: "Input",
      members: [
        "TransformInput.DataSource.S3DataSource.S3Uri",
        "TransformInput.DataSource.S3DataSource.S3DataType",
        "TransformInput.ContentType",
        "TransformInput.SplitType",
        "TransformInput.CompressionType",
        "DataProcessing.InputFilter",
      ],
    },
    {
      title: "Output",
      members: [
        "TransformOutput.S3OutputPath",
        "TransformOutput.Accept",
        "TransformOutput.AssembleWith",
        "DataProcessing.JoinSource",
        "DataProcessing.OutputFilter",
        "DataCaptureConfig.DestinationS3Uri",
      ],
    },
    {
      title: "How the model is asked",
      members: [
        "BatchStrategy",
        "MaxPayloadInMB",
        "MaxConcurrentTransforms",
        "ModelClientConfig",
        "TransformResources.InstanceType",
        "TransformResources.InstanceCount",
        "Environment",
      ],
    },
  ],
  panels: [jobLog("/aws/sagemaker/TransformJobs"), machinePanel("/aws/sagemaker/TransformJobs")],
  actions: [
    {
      title: "Stop",
      command: StopTransformJobCommand,
      refused: stopsOnly("TransformJobStatus"),
      confirm: "Outputs that are not whole are not written.",
    },
  ],
  create: CreateTransformJobCommand,
  start: () => ({
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: "S3Prefix" } },
      ContentType: "text/csv",
      SplitType: "Line",
    },
    TransformOutput: { AssembleWith: "Line" },
    TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
  }),
  form: [
    { title: "Job", fields: [{ member: "TransformJobName", isName: true }, "ModelName"] },
    {
      title: "Input",
      fields: [
        { member: "TransformInput.DataSource.S3DataSource.S3Uri", note: "All objects whose keys begin so are read." },
        "TransformInput.ContentType",
        "TransformInput.SplitType",
        "BatchStrategy",
      ],
    },
    {
      title: "Output",
      fields: ["TransformOutput.S3OutputPath", "TransformOutput.AssembleWith", "TransformOutput.Accept"],
    },
    {
      title: "Single records",
      fields: [
        { member: "DataProcessing.InputFilter", note: "What of a record the model is sent, such as $[1:]." },
        "DataProcessing.JoinSource",
        { member: "DataProcessing.OutputFilter", note: "What of a joined record is kept, such as $[0,-1]." },
      ],
    },
    { title: "Machine", fields: ["TransformResources.InstanceType", "TransformResources.InstanceCount"] },
  ],
});
