import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { notBuilt } from "./scaling-faults.ts";
import type { TargetNames, WantedPolicy } from "./scaling-kinds.ts";

type PutMetricAlarm = InputOf<typeof import("@aws-sdk/client-cloudwatch"), "PutMetricAlarm">;
export type TrackingConfiguration = NonNullable<WantedPolicy["TargetTrackingScalingPolicyConfiguration"]>;

type TrackedMetric = Required<
  Pick<PutMetricAlarm, "Namespace" | "MetricName" | "Dimensions" | "Statistic" | "Period">
> &
  Pick<PutMetricAlarm, "Unit">;
type TrackedMath = Required<Pick<PutMetricAlarm, "Metrics">>;

const ofVariant = (names: TargetNames) => {
  const [, endpoint, , variant] = names.ResourceId.split("/");
  return [
    { Name: "EndpointName", Value: endpoint! },
    { Name: "VariantName", Value: variant! },
  ];
};

const ofComponent = ({ ResourceId }: TargetNames) => [
  { Name: "InferenceComponentName", Value: ResourceId.split("/")[1]! },
];

/** The metrics that have a name of their own. */
const predefined: Readonly<Record<string, (names: TargetNames) => TrackedMetric>> = {
  SageMakerVariantInvocationsPerInstance: (names) => ({
    ...{ Namespace: "AWS/SageMaker", MetricName: "InvocationsPerInstance", Statistic: "Sum", Period: 60 },
    Dimensions: ofVariant(names),
  }),
  SageMakerVariantConcurrentRequestsPerModelHighResolution: (names) => ({
    ...{ Namespace: "AWS/SageMaker", MetricName: "ConcurrentRequestsPerModel", Statistic: "Maximum", Period: 10 },
    Dimensions: ofVariant(names),
  }),
  SageMakerVariantProvisionedConcurrencyUtilization: (names) => ({
    Namespace: "AWS/SageMaker",
    MetricName: "ServerlessProvisionedConcurrencyUtilization",
    ...{ Statistic: "Maximum", Period: 60, Dimensions: ofVariant(names) },
  }),
  SageMakerInferenceComponentInvocationsPerCopy: (names) => ({
    ...{ Namespace: "AWS/SageMaker", MetricName: "InvocationsPerCopy", Statistic: "Sum", Period: 60 },
    Dimensions: ofComponent(names),
  }),
  SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution: (names) => ({
    ...{ Namespace: "AWS/SageMaker", MetricName: "ConcurrentRequestsPerCopy", Statistic: "Maximum", Period: 10 },
    Dimensions: ofComponent(names),
  }),
};

/** The dimension that a predefined metric is of. */
function dimensionOf(metric: string): TargetNames["ScalableDimension"] {
  if (metric.includes("InferenceComponent")) return "sagemaker:inference-component:DesiredCopyCount";
  if (metric.includes("ProvisionedConcurrency")) return "sagemaker:variant:DesiredProvisionedConcurrency";
  return "sagemaker:variant:DesiredInstanceCount";
}

/** The alarms look at these minutes, and at three periods to scale out. */
const minutesToScaleIn = 15;
const periodsToScaleOut = 3;
/** The part of the target below which capacity is taken away. */
const lowShare = 0.9;

/** Checks what the model cannot say. @throws Fault */
export function checkTracking(
  context: Context,
  { ScalableDimension }: Pick<TargetNames, "ScalableDimension">,
  configuration: TrackingConfiguration,
): void {
  const { PredefinedMetricSpecification: own, CustomizedMetricSpecification: custom, TargetValue } = configuration;
  if ((own === undefined) === (custom === undefined))
    throw validationFault(
      "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.",
    );
  if (!(TargetValue! > 0)) throw validationFault("TargetValue must be greater than 0.");
  if (own && !predefined[own.PredefinedMetricType!])
    throw notBuilt(
      context,
      `PredefinedMetricType ${own.PredefinedMetricType}`,
      `track ${Object.keys(predefined).join(", ")} or a metric of your own`,
    );
  if (own && dimensionOf(own.PredefinedMetricType!) !== ScalableDimension)
    throw validationFault(
      `PredefinedMetricType ${own.PredefinedMetricType} is for the scalable dimension ${dimensionOf(own.PredefinedMetricType!)}, not ${ScalableDimension}.`,
    );
  if (!custom) return;
  if (custom.Metrics?.length) {
    const beside = (["MetricName", "Namespace", "Dimensions", "Statistic", "Unit"] as const).find(
      (name) => custom[name],
    );
    if (beside !== undefined)
      throw validationFault(`CustomizedMetricSpecification has either Metrics or ${beside}, not both.`);
    return;
  }
  if (custom.MetricName === undefined || custom.Namespace === undefined || custom.Statistic === undefined)
    throw validationFault("CustomizedMetricSpecification needs MetricName, Namespace and Statistic.");
}

/** Metrics of one's own are read by the minute. */
const ownPeriod = 60;

const metricOf = (names: TargetNames, configuration: TrackingConfiguration): TrackedMetric | TrackedMath => {
  const { PredefinedMetricSpecification: own, CustomizedMetricSpecification: custom } = configuration;
  if (own) return predefined[own.PredefinedMetricType!]!(names);
  if (custom!.Metrics?.length)
    return {
      Metrics: custom!.Metrics.map(({ MetricStat, ...query }) => ({
        ...query,
        ...(MetricStat && { MetricStat: { ...MetricStat, Period: ownPeriod } }),
      })) as TrackedMath["Metrics"],
    };
  return {
    Namespace: custom!.Namespace!,
    MetricName: custom!.MetricName!,
    Dimensions: (custom!.Dimensions ?? []).map(({ Name, Value }) => ({ Name, Value })),
    Statistic: custom!.Statistic!,
    Period: ownPeriod,
    Unit: custom!.Unit as TrackedMetric["Unit"],
  };
};

/** Returns the alarms of a policy that tracks a target: one to scale out and, unless that is disabled, one to scale in. */
export function trackingAlarms(
  names: TargetNames,
  configuration: TrackingConfiguration,
  { uuid, arn }: { readonly uuid: string; readonly arn: string },
): PutMetricAlarm[] {
  const { TargetValue, DisableScaleIn } = configuration;
  const metric = metricOf(names, configuration);
  const alarm = (which: string, more: Partial<PutMetricAlarm>): PutMetricAlarm => ({
    ...metric,
    AlarmName: `TargetTracking-${names.ResourceId}-${which}-${uuid}`,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${arn}.`,
    ActionsEnabled: true,
    AlarmActions: [arn],
    ...more,
  });
  const high = alarm("AlarmHigh", {
    ComparisonOperator: "GreaterThanThreshold",
    Threshold: TargetValue!,
    EvaluationPeriods: periodsToScaleOut,
  });
  if (DisableScaleIn) return [high];
  const low = alarm("AlarmLow", {
    ComparisonOperator: "LessThanThreshold",
    Threshold: Number((TargetValue! * lowShare).toFixed(9)),
    EvaluationPeriods: (minutesToScaleIn * 60) / ("Period" in metric ? metric.Period : ownPeriod),
  });
  return [high, low];
}
