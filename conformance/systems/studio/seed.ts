import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { vi } from "vitest";
import { clientsOf, patience } from "../../clients.ts";
import { configure, modelBucket, trainModel } from "../../deployed-model.ts";
import { makeClicks } from "../../feature-groups.ts";
import type { TestServer } from "../../server.ts";
import { role, xgboost, xgboostJob } from "../../xgboost-job.ts";
import { seedCatalog } from "./seed-catalog.ts";
import { seedWorkspaces } from "./seed-workspaces.ts";

const scaled = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/seeded/variant/AllTraffic",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

/** What rooms show of things that are there, and a clone of one. */
export const placesOf = (details: readonly string[]): string[] => [
  `s3/${modelBucket}`,
  `s3/${modelBucket}?key=train%2F`,
  `s3/${modelBucket}?key=train%2Frows.csv`,
  "logs?group=%2Faws%2Fsagemaker%2FTrainingJobs",
  "compare?job=deployed-model&job=deployed-model-again",
  "deploy?job=deployed-model",
  `model/create?from=${details.find((path) => path.startsWith("model/"))!.slice("model/".length)}`,
  "nowhere",
];

/** One thing of every kind that has pages. */
export async function seed(server: TestServer): Promise<void> {
  const { sagemaker, cloudwatch, runtime } = clientsOf(server);
  await seedCatalog(server);
  await seedWorkspaces(server);
  await makeClicks(server, "seeded");
  const ModelDataUrl = await trainModel(server);
  await configure(server, "seeded", { Image: xgboost, ModelDataUrl });
  await Promise.all([deploy(server, "seeded"), seedComponent(server)]);
  await runtime.invokeEndpoint({ EndpointName: "seeded", ContentType: "text/csv", Body: Buffer.from("0.9,3") });
  await sagemaker.createTrainingJob(
    xgboostJob("deployed-model-again", {
      data: `s3://${modelBucket}/train/`,
      output: `s3://${modelBucket}/out`,
      hyperparameters: { objective: "binary:logistic", num_round: "20" },
    }),
  );
  await sagemaker.createInferenceExperiment({
    Name: "seeded",
    Type: "ShadowMode",
    RoleArn: role,
    EndpointName: "seeded",
    // It waits, and needs no servers.
    Schedule: { StartTime: new Date(Date.now() + 86_400_000) },
    ModelVariants: ["AllTraffic", "Next"].map((VariantName) => ({
      VariantName,
      ModelName: "seeded",
      InfrastructureConfig: {
        InfrastructureType: "RealTimeInference",
        RealTimeInferenceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1 },
      },
    })),
    ShadowModeConfig: {
      SourceModelVariantName: "AllTraffic",
      ShadowModelVariants: [{ ShadowModelVariantName: "Next", SamplingPercentage: 50 }],
    },
  });
  await sagemaker.createProcessingJob({
    ProcessingJobName: "seeded",
    RoleArn: role,
    AppSpecification: { ImageUri: xgboost, ContainerEntrypoint: ["python3", "-c", "print('made')"] },
    ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 } },
  });
  await sagemaker.createTransformJob({
    TransformJobName: "seeded",
    ModelName: "seeded",
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${modelBucket}/train/` } },
      ContentType: "text/csv",
      SplitType: "Line",
    },
    TransformOutput: { S3OutputPath: `s3://${modelBucket}/transformed`, AssembleWith: "Line" },
    TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
    // The rows have the label first.
    DataProcessing: { InputFilter: "$[1:]", JoinSource: "Input", OutputFilter: "$[0,-1]" },
  });
  await sagemaker.createAlgorithm({
    AlgorithmName: "seeded",
    TrainingSpecification: {
      TrainingImage: xgboost,
      SupportedTrainingInstanceTypes: ["ml.m5.large"],
      TrainingChannels: [{ Name: "train", SupportedContentTypes: ["text/csv"], SupportedInputModes: ["File"] }],
    },
  });
  await sagemaker.createModelPackageGroup({ ModelPackageGroupName: "seeded" });
  await sagemaker.createModelPackage({
    ModelPackageGroupName: "seeded",
    InferenceSpecification: {
      Containers: [{ Image: xgboost, ModelDataUrl }],
      SupportedContentTypes: ["text/csv"],
      SupportedResponseMIMETypes: ["text/csv"],
    },
  });
  await cloudwatch.putMetricAlarm({
    AlarmName: "seeded",
    Namespace: "AWS/SageMaker",
    MetricName: "Invocations",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanThreshold",
  });
  await cloudwatch.putCompositeAlarm({ AlarmName: "seeded-both", AlarmRule: "ALARM(seeded)" });
  const scaling = new ApplicationAutoScaling(server.clientOptions);
  await scaling.registerScalableTarget({ ...scaled, MinCapacity: 1, MaxCapacity: 2 });
  await scaling.putScalingPolicy({
    ...scaled,
    PolicyName: "seeded",
    PolicyType: "TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 100,
      PredefinedMetricSpecification: { PredefinedMetricType: "SageMakerVariantInvocationsPerInstance" },
    },
  });
  await scaling.putScheduledAction({
    ...scaled,
    ScheduledActionName: "seeded",
    Schedule: "rate(7 days)",
    ScalableTargetAction: { MinCapacity: 1 },
  });
}

/** A copy of the model on an endpoint of its own. */
async function seedComponent(server: TestServer): Promise<void> {
  const { sagemaker } = clientsOf(server);
  await sagemaker.createEndpointConfig({
    EndpointConfigName: "seeded-shared",
    ExecutionRoleArn: role,
    ProductionVariants: [{ VariantName: "AllTraffic", InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
  });
  await deploy(server, "seeded-shared");
  const InferenceComponentName = "seeded";
  await sagemaker.createInferenceComponent({
    InferenceComponentName,
    EndpointName: "seeded-shared",
    VariantName: "AllTraffic",
    Specification: { ModelName: "seeded", ComputeResourceRequirements: { MinMemoryRequiredInMb: 1024 } },
    RuntimeConfig: { CopyCount: 1 },
  });
  const component = () => sagemaker.describeInferenceComponent({ InferenceComponentName });
  await vi.waitUntil(async () => (await component()).InferenceComponentStatus === "InService", patience);
}

/** Makes an endpoint of the configuration of its name. */
async function deploy(server: TestServer, name: string): Promise<void> {
  const { sagemaker } = clientsOf(server);
  await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  const endpoint = () => sagemaker.describeEndpoint({ EndpointName: name });
  await vi.waitUntil(async () => (await endpoint()).EndpointStatus === "InService", patience);
}
