import {
  CreateProcessingJobCommand,
  DeleteProcessingJobCommand,
  DescribeProcessingJobCommand,
  ListProcessingJobsCommand,
  ProcessingJobStatus,
  StopProcessingJobCommand,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { processingInput, processingOutput } from "../form/starts.ts";
import { jobLog } from "../panels/logs.tsx";
import { machinePanel } from "../panels/machine.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { stopsOnly } from "./refusals.ts";

export const processingJob = defineResource({
  service: sagemaker,
  kind: "sagemaker/processing-job",
  title: "Processing job",
  plural: "Processing jobs",
  area: "Data",
  words: "A program of yours reads data from S3 and writes what it makes of them back.",
  name: "ProcessingJobName",
  arn: "ProcessingJobArn",
  status: "ProcessingJobStatus",
  list: ListProcessingJobsCommand,
  filters: [{ member: "NameContains" }, { member: "StatusEquals", values: Object.values(ProcessingJobStatus) }],
  sortsByStatus: true,
  columns: ["ProcessingJobName", "ProcessingJobStatus", "CreationTime", "ProcessingEndTime"],
  describe: DescribeProcessingJobCommand,
  sections: [
    {
      title: "Job",
      members: ["CreationTime", "ProcessingStartTime", "ProcessingEndTime", "FailureReason", "ExitMessage", "RoleArn"],
    },
    {
      title: "What runs",
      members: [
        "AppSpecification",
        "ProcessingResources.ClusterConfig",
        "Environment",
        "StoppingCondition.MaxRuntimeInSeconds",
      ],
    },
    { title: "Data", members: ["ProcessingInputs", "ProcessingOutputConfig.Outputs"] },
  ],
  panels: [jobLog("/aws/sagemaker/ProcessingJobs"), machinePanel("/aws/sagemaker/ProcessingJobs")],
  actions: [
    {
      title: "Stop",
      command: StopProcessingJobCommand,
      refused: stopsOnly("ProcessingJobStatus"),
      confirm: "What it has written so far may be lost.",
    },
  ],
  create: CreateProcessingJobCommand,
  start: () => ({
    ProcessingInputs: [processingInput],
    ProcessingOutputConfig: { Outputs: [processingOutput] },
    ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 } },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  }),
  form: [
    { title: "Job", fields: [{ member: "ProcessingJobName", isName: true }, "RoleArn"] },
    {
      title: "What runs",
      fields: [
        "AppSpecification.ImageUri",
        { member: "AppSpecification.ContainerEntrypoint", note: "The program and its words, one a line." },
        "AppSpecification.ContainerArguments",
        "Environment",
      ],
    },
    {
      title: "Data",
      fields: [
        {
          member: "ProcessingInputs",
          entry: "Input",
          start: processingInput,
          fields: ["InputName", { member: "S3Input.S3Uri", required: true }, "S3Input.LocalPath"],
        },
        {
          member: "ProcessingOutputConfig.Outputs",
          title: "Outputs",
          entry: "Output",
          start: processingOutput,
          fields: ["OutputName", { member: "S3Output.S3Uri", required: true }, "S3Output.LocalPath"],
        },
      ],
    },
    {
      title: "Machine",
      fields: [
        "ProcessingResources.ClusterConfig.InstanceType",
        "ProcessingResources.ClusterConfig.InstanceCount",
        "ProcessingResources.ClusterConfig.VolumeSizeInGB",
        "StoppingCondition.MaxRuntimeInSeconds",
      ],
    },
  ],
  delete: DeleteProcessingJobCommand,
  deleteWords: "What it has written to S3 stays.",
});
