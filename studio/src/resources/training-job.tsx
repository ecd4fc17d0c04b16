import {
  CreateTrainingJobCommand,
  DeleteTrainingJobCommand,
  DescribeTrainingJobCommand,
  ListTrainingJobsCommand,
  StopTrainingJobCommand,
  TrainingJobStatus,
} from "@aws-sdk/client-sagemaker";
import { defineResource } from "../declare/define-resource.ts";
import { Hyperparameters, hyperparameterProblem } from "../form/hyperparameters.tsx";
import { channel } from "../form/starts.ts";
import { curves } from "../panels/curves.tsx";
import { jobLog } from "../panels/logs.tsx";
import { machinePanel } from "../panels/machine.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { stopsOnly, unless } from "./refusals.ts";

export const trainingJob = defineResource({
  service: sagemaker,
  kind: "sagemaker/training-job",
  title: "Training job",
  plural: "Training jobs",
  area: "Training",
  words: "A program or a built-in algorithm learns a model from data in S3.",
  name: "TrainingJobName",
  arn: "TrainingJobArn",
  status: "TrainingJobStatus",
  list: ListTrainingJobsCommand,
  filters: [{ member: "NameContains" }, { member: "StatusEquals", values: Object.values(TrainingJobStatus) }],
  sortsByStatus: true,
  columns: ["TrainingJobName", "TrainingJobStatus", "CreationTime", "TrainingEndTime"],
  describe: DescribeTrainingJobCommand,
  sections: [
    {
      title: "Job",
      members: [
        "CreationTime",
        "TrainingStartTime",
        "TrainingEndTime",
        "TrainingTimeInSeconds",
        "SecondaryStatus",
        "FailureReason",
        "RoleArn",
      ],
    },
    {
      title: "What runs",
      members: [
        "AlgorithmSpecification.TrainingImage",
        "ResourceConfig.InstanceType",
        "ResourceConfig.InstanceCount",
        "StoppingCondition.MaxRuntimeInSeconds",
        "HyperParameters",
      ],
    },
    { title: "Data", members: ["InputDataConfig", "OutputDataConfig.S3OutputPath", "ModelArtifacts.S3ModelArtifacts"] },
  ],
  panels: [curves, jobLog("/aws/sagemaker/TrainingJobs"), machinePanel("/aws/sagemaker/TrainingJobs")],
  compare: {
    title: "Compare",
    most: 20,
    to: (names) => `/compare?${new URLSearchParams(names.map((name) => ["job", name]))}`,
  },
  actions: [
    {
      title: "Deploy",
      to: (_, name) => `/deploy?job=${encodeURIComponent(name)}`,
      refused: unless("TrainingJobStatus", ["Completed"], "Only a completed job has a model"),
    },
    {
      title: "Stop",
      command: StopTrainingJobCommand,
      refused: stopsOnly("TrainingJobStatus"),
      confirm: "What it has learned so far is kept where the program keeps it.",
    },
  ],
  create: CreateTrainingJobCommand,
  start: () => ({
    AlgorithmSpecification: { TrainingInputMode: "File" },
    InputDataConfig: [channel("train")],
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  }),
  form: [
    {
      title: "Job",
      fields: [
        { member: "TrainingJobName", isName: true },
        "RoleArn",
        { member: "AlgorithmSpecification.TrainingImage", required: true },
      ],
    },
    {
      title: "Data",
      fields: [
        {
          member: "InputDataConfig",
          title: "Channels",
          entry: "Channel",
          start: channel(""),
          fields: [
            "ChannelName",
            { member: "DataSource.S3DataSource.S3Uri", title: "Where it is in S3", required: true },
            "ContentType",
          ],
        },
        { member: "OutputDataConfig.S3OutputPath", title: "Where the model goes", note: "A folder in S3." },
      ],
    },
    {
      title: "Hyperparameters",
      fields: [{ member: "HyperParameters", title: "Values", as: Hyperparameters, check: hyperparameterProblem }],
    },
    {
      title: "Machine",
      fields: ["ResourceConfig.InstanceType", "ResourceConfig.InstanceCount", "StoppingCondition.MaxRuntimeInSeconds"],
    },
  ],
  delete: DeleteTrainingJobCommand,
  deleteWords: "Its model artifact in S3 stays.",
});
