import type { Context } from "../../../frame/context.ts";
import type { CountedMetric } from "../../../frame/metric-buffer.ts";
import { readFigures, refusalHeader, targetHeader } from "../../../images/multi-model-plan.ts";
import type { ModelAnswer } from "../../../runs/model-answer.ts";
import type { Variant } from "./endpoint-fleet.ts";
import { type Invocation, validationError } from "./invocation-request.ts";
import { isMultiModel } from "./server-run.ts";

/** @throws Fault for a request that names a model where there is one, or names none where there are many */
export function checkTargetModel({ container }: Variant, { EndpointName, TargetModel }: Invocation): void {
  if (isMultiModel(container) === (TargetModel !== undefined)) return;
  throw validationError(
    TargetModel === undefined
      ? `Endpoint ${EndpointName} has many models: name one as TargetModel, by its key below the prefix of the models.`
      : `TargetModel is for an endpoint with a multi-model container, which ${EndpointName} is not. Leave it out.`,
  );
}

const microseconds = (name: string): CountedMetric => ({ name, unit: "Microseconds" });
const metrics = {
  waitMilliseconds: microseconds("ModelLoadingWaitTime"),
  downloadMilliseconds: microseconds("ModelDownloadingTime"),
  loadMilliseconds: microseconds("ModelLoadingTime"),
  unloadMilliseconds: microseconds("ModelUnloadingTime"),
} as const;
const cacheHit: CountedMetric = { name: "ModelCacheHit", unit: "None" };
const loadedModels: CountedMetric = { name: "LoadedModelCount", unit: "None" };

/**
 * Adds what a target model took to the metrics of its variant, under the names that SageMaker gives them.
 * @throws Fault when the target model is not to be had
 */
export function recordTarget(context: Context, endpointName: string, variantName: string, answer: ModelAnswer): void {
  if (answer.headers[refusalHeader] !== undefined) throw validationError(answer.body.toString());
  const text = answer.headers[targetHeader];
  if (typeof text !== "string") return;
  const figures = readFigures(text);
  const dimensions = [
    { Name: "EndpointName", Value: endpointName },
    { Name: "VariantName", Value: variantName },
  ];
  const took = Object.entries(metrics).flatMap(([name, metric]): [CountedMetric, number][] => {
    const milliseconds = figures[name as keyof typeof metrics];
    return milliseconds === undefined ? [] : [[metric, Math.round(milliseconds * 1000)]];
  });
  context.metrics.add(context, { namespace: "AWS/SageMaker", dimensions }, [
    [cacheHit, figures.hit ? 1 : 0],
    [loadedModels, figures.loaded],
    ...took,
  ]);
}
