import type { Matrix } from "../../data/matrix.ts";
import {
  type Answer,
  answererOf,
  type EnvironmentProblem,
  ModelError,
  type Predictions,
  type Serving,
} from "../../define-algorithm.ts";
import { type Encoder, predictionEncoders, selectionEncoders } from "./encode-answers.ts";
import type { Model } from "./forest.ts";
import { outputsOf } from "./selected-outputs.ts";
import { answerTypes, answerTypesOf, isProblem, type ServingSettings, servingSettings } from "./serving-environment.ts";
import { type ContainerVersion, containerVersion } from "./versions.ts";

type Predict = (features: Matrix) => Predictions;

/** How an image version serves models in an environment. `predictor` makes the predictions of one model. */
export function servingOf(
  version: string,
  environment: Readonly<Record<string, string | undefined>>,
  modelFile: string,
  predictor: (model: Model) => Predict,
): Serving<Model> | EnvironmentProblem {
  const container = containerVersion(version);
  const settings = servingSettings(container, environment);
  if (isProblem(settings)) return settings;
  const halves = (models: readonly Model[]) => ({
    predict: togetherOf(models, predictor),
    encoder: encoders(container, settings, models[0]!),
  });
  return {
    warnings: settings.warnings,
    mostPayloadBytes: settings.mostPayloadBytes,
    modelFiles(files) {
      const models = files.filter((name) => !name.startsWith(".")).sort();
      if (settings.ensemble) return models;
      return models.includes(modelFile) ? [modelFile] : models.slice(0, 1);
    },
    otherFiles:
      "Every file at the top of the model data is loaded as a model: leave this one out, or set SAGEMAKER_INFERENCE_ENSEMBLE to false.",
    answerer: (models) => answererOf(halves(models)),
    halves,
  };
}

/** One model's predictions; of several the mean, or for answers that are classes the one that most of them give. */
function togetherOf(models: readonly Model[], predictor: (model: Model) => Predict): Predict {
  if (models.length === 1) return predictor(models[0]!);
  const shapes = new Set(models.map(({ objective, groups, columns }) => `${objective}, ${groups}, ${columns}`));
  if (shapes.size > 1)
    throw new ModelError(
      `The models of the ensemble do not fit together (objective, classes, features): ${[...shapes].join("; ")}. ` +
        "Leave one in the archive, or set SAGEMAKER_INFERENCE_ENSEMBLE to false.",
    );
  const predictors = models.map(predictor);
  const combine = models[0]!.objective === "multi:softmax" ? mostFrequent : mean;
  return (features) => {
    const all = predictors.map((predict) => predict(features));
    const values = new Float32Array(all[0]!.values.length);
    for (let i = 0; i < values.length; i++) values[i] = combine(all.map((one) => one.values[i]!));
    return { values, width: all[0]!.width };
  };
}

/** In 32 bits, as numpy adds 32-bit numbers. */
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => Math.fround(sum + number)) / numbers.length;

/** Returns the smallest of those that are most frequent. */
function mostFrequent(numbers: readonly number[]): number {
  const counts = Map.groupBy(numbers, (number) => number);
  const [best] = [...counts].sort(([a, ofA], [b, ofB]) => ofB.length - ofA.length || a - b);
  return best![0];
}

/** Finds the encoder for an Accept header: an empty one and any type mean the default. */
function encoders(
  container: ContainerVersion,
  settings: ServingSettings,
  model: Model,
): (accept: string) => { readonly type: string; readonly encode: Encoder } | Answer {
  const { outputs: selected, batch, defaultAccept } = settings;
  const plain: Readonly<Record<string, Encoder>> = predictionEncoders;
  if (!selected && !container.readsAccept) {
    const encode = plain[batch ? "batch" : container.csvAnswer === "rows" ? "text/csv" : "joined"]!;
    return () => ({ type: "text/csv", encode });
  }
  const outputs = outputsOf(model);
  if (selected && !outputs)
    throw new ModelError(
      `Nothing can be selected of a model with objective ${model.objective}: unset SAGEMAKER_INFERENCE_OUTPUT.`,
    );
  const bySelection: Readonly<Record<string, Encoder>> | undefined =
    selected && selectionEncoders(selected, outputs!, { batch });
  const types = answerTypesOf(selected !== undefined);
  return (accept) => {
    const asked = accept.split(";")[0]!.trim().toLowerCase();
    const type = asked === "" || asked === "*/*" ? defaultAccept : asked;
    if (!Object.hasOwn(answerTypes, type))
      return refusal(406, `Accept ${accept} cannot be answered; ask for one of ${types.join(", ")}.`);
    if (bySelection) return { type, encode: bySelection[type]! };
    if (batch) return { type, encode: predictionEncoders.batch };
    // As in the container, whose encoder fails on these two.
    if (!types.includes(type))
      return refusal(
        500,
        `Accept ${accept} is answered only where the model's Environment sets SAGEMAKER_INFERENCE_OUTPUT; ` +
          `set it, or ask for one of ${types.join(", ")}.`,
      );
    return { type, encode: plain[type]! };
  };
}

const refusal = (status: number, body: string): Answer => ({ status, type: "text/plain", body });
