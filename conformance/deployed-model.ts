import type { ContainerDefinition, CreateEndpointConfigInput, ProductionVariant } from "@aws-sdk/client-sagemaker";
import { expect, vi } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { region, type TestServer } from "./server.ts";
import { role, xgboost, xgboostJob } from "./xgboost-job.ts";

/** The bucket of `trainModel`. */
export const modelBucket = "deployed-model";

/** Trains a model that says whether its first number is above a half; returns its s3:// address. */
export async function trainModel(server: TestServer): Promise<string> {
  const { s3, sagemaker } = clientsOf(server);
  await s3.createBucket({ Bucket: modelBucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const rows = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200},${(index * 7) % 10}`);
  await s3.putObject({ Bucket: modelBucket, Key: "train/rows.csv", Body: rows.join("\n") });
  const TrainingJobName = "deployed-model";
  await sagemaker.createTrainingJob(
    xgboostJob(TrainingJobName, {
      data: `s3://${modelBucket}/train/`,
      output: `s3://${modelBucket}/out`,
      hyperparameters: { objective: "binary:logistic", num_round: "10" },
    }),
  );
  const job = () => sagemaker.describeTrainingJob({ TrainingJobName });
  await vi.waitUntil(async () => (await job()).TrainingJobStatus === "Completed", patience);
  return (await job()).ModelArtifacts!.S3ModelArtifacts!;
}

type Variants = Readonly<Record<string, Partial<ProductionVariant>>>;

/** Makes a model that was trained and a configuration of one name, as `configure` does. */
export const configureModel = (
  server: TestServer,
  name: string,
  ModelDataUrl: string,
  variants?: Variants,
  more?: Partial<CreateEndpointConfigInput>,
): Promise<void> => configure(server, name, { Image: xgboost, ModelDataUrl }, variants, more);

/** Makes a model and a configuration of one name; each variant named serves the model, on one instance unless it says more. */
export async function configure(
  server: TestServer,
  name: string,
  PrimaryContainer: ContainerDefinition,
  variants: Variants = { AllTraffic: {} },
  more: Partial<CreateEndpointConfigInput> = {},
): Promise<void> {
  const { sagemaker } = clientsOf(server);
  await sagemaker.createModel({ ModelName: name, ExecutionRoleArn: role, PrimaryContainer });
  const ProductionVariants = Object.entries(variants).map(([VariantName, variant]) => ({
    ...{ VariantName, ModelName: name, InitialInstanceCount: 1 },
    InstanceType: "ml.m5.large" as const,
    ...variant,
  }));
  await sagemaker.createEndpointConfig({ EndpointConfigName: name, ProductionVariants, ...more });
}

export const untilStatus = (server: TestServer, EndpointName: string, status = "InService") =>
  expect
    .poll(async () => (await clientsOf(server).sagemaker.describeEndpoint({ EndpointName })).EndpointStatus, patience)
    .toBe(status);

export async function deployModel(server: TestServer, EndpointName: string, EndpointConfigName: string): Promise<void> {
  await clientsOf(server).sagemaker.createEndpoint({ EndpointName, EndpointConfigName });
  await untilStatus(server, EndpointName);
}
