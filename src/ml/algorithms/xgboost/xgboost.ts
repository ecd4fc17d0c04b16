import { defineAlgorithm } from "../../define-algorithm.ts";
import { boost } from "./boost.ts";
import { checkLabels } from "./check-labels.ts";
import { createPredictor } from "./forest.ts";
import { combinationProblems, hyperparameters } from "./hyperparameters.ts";
import { readModelJson, writeModelJson } from "./model-json.ts";
import { objectives } from "./objectives.ts";

/** Gradient-boosted trees by the histogram method. */
export const xgboost = defineAlgorithm({
  name: "xgboost",
  hyperparameters,
  combinationProblems,
  data: { weightsInCsv: (values) => values.csv_weights === "1" },
  train(data, values, run) {
    const objective = objectives[values.objective]!;
    const classes = objective.task === "binary" ? 2 : (values.num_class ?? 0);
    checkLabels(data.train, objective, classes);
    if (data.validation) checkLabels(data.validation, objective, classes);
    if (!["auto", "hist"].includes(values.tree_method))
      run.log(`tree_method ${values.tree_method} runs as hist: trees are grown on histograms of max_bin bins.`);
    return boost(data, values, run);
  },
  modelFile: "xgboost-model",
  save: (model) => new TextEncoder().encode(writeModelJson(model)),
  load: readModelJson,
  columns: (model) => model.columns,
  predictor(model) {
    const predict = createPredictor(model);
    const { toAnswers } = objectives[model.objective]!;
    return (features) => {
      const predictions = predict(features);
      return toAnswers
        ? { values: toAnswers(predictions, model.groups), width: 1 }
        : { values: predictions, width: model.groups };
    };
  },
});
