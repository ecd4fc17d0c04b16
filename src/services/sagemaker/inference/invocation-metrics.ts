import type { Context } from "../../../frame/context.ts";
import type { MetricDatum } from "../../../frame/metric-buffer.ts";

export interface InvocationFigures {
  readonly endpointName: string;
  readonly variantName: string;
  /** The instances of the variant. */
  readonly instances: number;
  /** The HTTP status of the container's answer; 0 without an answer. */
  readonly status: number;
  readonly modelMilliseconds: number;
  readonly overheadMilliseconds: number;
}

/** Adds an invocation to the metrics of its variant, under the names that SageMaker gives them. */
export function recordInvocation(context: Context, figures: InvocationFigures): void {
  const { endpointName, variantName, instances, status } = figures;
  const dimensions = [
    { Name: "EndpointName", Value: endpointName },
    { Name: "VariantName", Value: variantName },
  ];
  const add = (name: string, value: number, unit: MetricDatum["Unit"] = "None") =>
    context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions, name, unit }, value);
  const isOk = status >= 200 && status < 300;
  const is4xx = status >= 400 && status < 500;
  add("Invocations", 1);
  add("InvocationsPerInstance", 1 / instances);
  add("Invocation4XXErrors", is4xx ? 1 : 0);
  add("Invocation5XXErrors", isOk || is4xx ? 0 : 1);
  add("InvocationModelErrors", isOk ? 0 : 1);
  add("ModelLatency", Math.round(figures.modelMilliseconds * 1000), "Microseconds");
  add("OverheadLatency", Math.max(0, Math.round(figures.overheadMilliseconds * 1000)), "Microseconds");
}
