import type { Matrix } from "../../data/matrix.ts";
import { defineAlgorithm } from "../../define-algorithm.ts";
import { boost } from "./boost.ts";
import { checkLabels } from "./check-labels.ts";
import { createPredictor, type Model } from "./forest.ts";
import { aliasesOf, combinationProblems, hyperparametersOf, readHyperparameters } from "./hyperparameters.ts";
import { writeModelJson } from "./model-json.ts";
import { objectives } from "./objectives.ts";
import { predictionObjectives } from "./prediction-objectives.ts";
import { readModel } from "./read-model.ts";
import { servingOf } from "./serving.ts";
import { containerVersion, versionNames } from "./versions.ts";

const modelFile = "xgboost-model";

function predictor(model: Model) {
  const predict = createPredictor(model);
  const { toAnswers } = predictionObjectives[model.objective]!;
  return (features: Matrix) => {
    const predictions = predict(features);
    return toAnswers
      ? { values: toAnswers(predictions, model.groups), width: 1 }
      : { values: predictions, width: model.groups };
  };
}

/** Gradient-boosted trees by the histogram method. */
export const xgboost = defineAlgorithm({
  name: "xgboost",
  versions: versionNames,
  hyperparameters: (version) => ({ known: hyperparametersOf(version), aliases: aliasesOf(version) }),
  read: readHyperparameters,
  formats: (version) => containerVersion(version).formats,
  combinationProblems,
  data: { weightsInCsv: (values) => values.csv_weights === 1 },
  train(data, values, run) {
    const objective = objectives[values.objective]!;
    const classes = objective.task === "binary" ? 2 : (values.num_class ?? 0);
    checkLabels(data.train, objective, classes);
    if (data.validation) checkLabels(data.validation, objective, classes);
    if (!["auto", "hist"].includes(values.tree_method))
      run.log(`tree_method ${values.tree_method} runs as hist: trees are grown on histograms of max_bin bins.`);
    return boost(data, values, run);
  },
  modelFile,
  save: (model) => new TextEncoder().encode(writeModelJson(model)),
  load: readModel,
  columns: (model) => model.columns,
  predictor,
  serving: (version, environment) => servingOf(version, environment, modelFile, predictor),
});
