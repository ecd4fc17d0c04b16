import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { waitUntilEndpointInService } from "@aws-sdk/client-sagemaker";
import { clientsOf } from "../../clients.ts";
import { configure, trainModel } from "../../deployed-model.ts";
import type { TestServer } from "../../server.ts";
import { role, xgboost } from "../../xgboost-job.ts";

const scaled = {
  ServiceNamespace: "sagemaker",
  ResourceId: "endpoint/seeded/variant/AllTraffic",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

/** Kinds of which there is no thing: each would need servers of its own, and its page is made as all others are. */
export const unseeded: ReadonlySet<string> = new Set(["inference-component", "inference-experiment", "transform-job"]);

/** One thing of every other kind that has pages. */
export async function seed(server: TestServer): Promise<void> {
  const { sagemaker, cloudwatch } = clientsOf(server);
  const ModelDataUrl = await trainModel(server);
  await configure(server, "seeded", { Image: xgboost, ModelDataUrl });
  await sagemaker.createEndpoint({ EndpointName: "seeded", EndpointConfigName: "seeded" });
  await waitUntilEndpointInService(
    { client: sagemaker, minDelay: 1, maxDelay: 1, maxWaitTime: 120 },
    { EndpointName: "seeded" },
  );
  await sagemaker.createProcessingJob({
    ProcessingJobName: "seeded",
    RoleArn: role,
    AppSpecification: { ImageUri: xgboost, ContainerEntrypoint: ["python3", "-c", "print('made')"] },
    ProcessingResources: { ClusterConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 } },
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
