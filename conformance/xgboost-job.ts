import type { CreateTrainingJobCommandInput, TrainingInstanceType } from "@aws-sdk/client-sagemaker";
import { region } from "./server.ts";

/** The image of the test servers' region. */
export const xgboost = `246618743249.dkr.ecr.${region}.amazonaws.com/sagemaker-xgboost:1.7-1`;
/** The role that every home has. */
export const role = "arn:aws:iam::123456789012:role/SageMakerRole";

interface XgboostJob {
  /** s3:// address of the rows. */
  readonly data: string;
  /** s3:// address below which the job leaves its model. */
  readonly output: string;
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly image?: string;
  readonly channel?: string;
  readonly contentType?: string;
  readonly instanceType?: TrainingInstanceType;
  readonly runtimeSeconds?: number;
}

/** The request for a job that trains XGBoost on rows of a bucket. */
export const xgboostJob = (
  TrainingJobName: string,
  {
    data,
    output,
    hyperparameters,
    image = xgboost,
    channel = "train",
    contentType = "text/csv",
    instanceType = "ml.m5.large",
    runtimeSeconds = 600,
  }: XgboostJob,
): CreateTrainingJobCommandInput => ({
  TrainingJobName,
  HyperParameters: hyperparameters,
  AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
  RoleArn: role,
  InputDataConfig: [
    {
      ChannelName: channel,
      ContentType: contentType,
      DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: data } },
    },
  ],
  OutputDataConfig: { S3OutputPath: output },
  ResourceConfig: { InstanceType: instanceType, InstanceCount: 1, VolumeSizeInGB: 10 },
  StoppingCondition: { MaxRuntimeInSeconds: runtimeSeconds },
});
