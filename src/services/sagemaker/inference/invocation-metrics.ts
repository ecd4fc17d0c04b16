import type { Context } from "../../../frame/context.ts";
import type { CountedMetric } from "../../../frame/metric-buffer.ts";

export interface InvocationFigures {
  readonly endpointName: string;
  readonly variantName: string;
  /** The inference component that was asked, where the variant hosts some. */
  readonly component?: string | undefined;
  readonly provisionedConcurrency?: number | undefined;
  /** The instances of the variant, or the copies of the component. */
  readonly instances: number;
  /** The requests that the instance had when this one came to it, with this one. */
  readonly concurrent: number;
  /** The HTTP status of the container's answer; 0 without an answer. */
  readonly status: number;
  readonly modelMilliseconds: number;
  readonly overheadMilliseconds: number;
}

/** Adds an invocation to the metrics of its variant, under the names that SageMaker gives them. */
export function recordInvocation(context: Context, figures: InvocationFigures): void {
  const { endpointName, variantName, component, instances, status } = figures;
  const isOk = status >= 200 && status < 300;
  const is4xx = status >= 400 && status < 500;
  const ofVariant = [
    { Name: "EndpointName", Value: endpointName },
    { Name: "VariantName", Value: variantName },
  ];
  const ofComponent = component !== undefined && [{ Name: "InferenceComponentName", Value: component }];
  context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions: ofComponent || ofVariant }, [
    [invocations, 1],
    [ofComponent ? invocationsPerCopy : invocationsPerInstance, 1 / instances],
    [invocation4xxErrors, is4xx ? 1 : 0],
    [invocation5xxErrors, isOk || is4xx ? 0 : 1],
    [invocationModelErrors, isOk ? 0 : 1],
    [ofComponent ? concurrentPerCopy : concurrentRequests, figures.concurrent],
    [modelLatency, Math.round(figures.modelMilliseconds * 1000)],
    [overheadLatency, Math.max(0, Math.round(figures.overheadMilliseconds * 1000))],
    ...(figures.provisionedConcurrency ? provisionedFigures(figures.concurrent, figures.provisionedConcurrency) : []),
  ]);
}

/** How far the requests of a serverless variant use what is provisioned of it. One more than that spills over. */
const provisionedFigures = (concurrent: number, provisioned: number): [CountedMetric, number][] => [
  [provisionedExecutions, concurrent],
  [provisionedUtilization, concurrent / provisioned],
  [concurrent > provisioned ? spilloverInvocations : provisionedInvocations, 1],
];

/** Adds the time that a request waited for a model server of a serverless variant. */
export function recordSetup(
  context: Context,
  { endpointName, variantName }: Pick<InvocationFigures, "endpointName" | "variantName">,
  milliseconds: number,
): void {
  const dimensions = [
    { Name: "EndpointName", Value: endpointName },
    { Name: "VariantName", Value: variantName },
  ];
  context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions }, [
    [modelSetupTime, Math.round(milliseconds * 1000)],
  ]);
}

const modelSetupTime: CountedMetric = { name: "ModelSetupTime", unit: "Microseconds" };
const invocations: CountedMetric = { name: "Invocations", unit: "None" };
const invocationsPerInstance: CountedMetric = { name: "InvocationsPerInstance", unit: "None" };
const invocationsPerCopy: CountedMetric = { name: "InvocationsPerCopy", unit: "None" };
const concurrentPerCopy: CountedMetric = { name: "ConcurrentRequestsPerCopy", unit: "None", highResolution: true };
const provisionedExecutions: CountedMetric = { name: "ServerlessProvisionedConcurrencyExecutions", unit: "Count" };
const provisionedUtilization: CountedMetric = { name: "ServerlessProvisionedConcurrencyUtilization", unit: "None" };
const provisionedInvocations: CountedMetric = { name: "ServerlessProvisionedConcurrencyInvocations", unit: "Count" };
const spilloverInvocations: CountedMetric = {
  name: "ServerlessProvisionedConcurrencySpilloverInvocations",
  unit: "Count",
};
const invocation4xxErrors: CountedMetric = { name: "Invocation4XXErrors", unit: "None" };
const invocation5xxErrors: CountedMetric = { name: "Invocation5XXErrors", unit: "None" };
const invocationModelErrors: CountedMetric = { name: "InvocationModelErrors", unit: "None" };
const concurrentRequests: CountedMetric = { name: "ConcurrentRequestsPerModel", unit: "None", highResolution: true };
const modelLatency: CountedMetric = { name: "ModelLatency", unit: "Microseconds" };
const overheadLatency: CountedMetric = { name: "OverheadLatency", unit: "Microseconds" };
