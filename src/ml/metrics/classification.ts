import { type Metric, meanOverRows, type Outcome } from "./metric.ts";

/** Keeps logarithms finite, as XGBoost does. */
const least = 1e-16;

export const logloss: Metric = {
  name: "logloss",
  maximize: false,
  tasks: ["binary"],
  evaluate: (outcome) =>
    meanOverRows(outcome, (row) => {
      const [probability, label] = [outcome.predictions[row]!, outcome.labels[row]!];
      return -label * Math.log(Math.max(probability, least)) - (1 - label) * Math.log(Math.max(1 - probability, least));
    }),
};

/** The share of rows on the wrong side of the threshold; `error@0.7` moves it from 0.5. */
export const error = (threshold = 0.5): Metric => ({
  name: threshold === 0.5 ? "error" : `error@${threshold}`,
  maximize: false,
  tasks: ["binary"],
  evaluate: (outcome) =>
    meanOverRows(outcome, (row) => {
      const label = outcome.labels[row]!;
      return outcome.predictions[row]! > threshold ? 1 - label : label;
    }),
});

export const mlogloss: Metric = {
  name: "mlogloss",
  maximize: false,
  tasks: ["multiclass"],
  evaluate: (outcome) =>
    meanOverRows(outcome, (row) => {
      const probability = outcome.predictions[row * outcome.groups + outcome.labels[row]!]!;
      return -Math.log(Math.max(probability, least));
    }),
};

const wrongClass = (outcome: Outcome): number =>
  meanOverRows(outcome, (row) => (predictedClass(outcome, row) === outcome.labels[row]! ? 0 : 1));

export const merror: Metric = { name: "merror", maximize: false, tasks: ["multiclass"], evaluate: wrongClass };

export const accuracy: Metric = {
  name: "accuracy",
  maximize: true,
  tasks: ["binary", "multiclass"],
  evaluate: (outcome) => 1 - wrongClass(outcome),
};

/** The mean over all classes of each class's F1; a class that is neither a label nor a prediction is left out. */
export const f1: Metric = {
  name: "f1",
  maximize: true,
  tasks: ["binary", "multiclass"],
  evaluate(outcome) {
    const classes = Math.max(outcome.groups, 2);
    const [hits, predicted, actual] = [0, 1, 2].map(() => new Float64Array(classes)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let row = 0; row < outcome.labels.length; row++) {
      const [guess, label] = [predictedClass(outcome, row), Math.round(outcome.labels[row]!)];
      predicted[guess]!++;
      actual[label]!++;
      if (guess === label) hits[label]!++;
    }
    let sum = 0;
    let count = 0;
    for (let k = 0; k < classes; k++) {
      if (predicted[k]! + actual[k]! === 0) continue;
      sum += (2 * hits[k]!) / (predicted[k]! + actual[k]!);
      count++;
    }
    return sum / count;
  },
};

/**
 * Returns the class with the largest probability, the lower of equal ones; for one probability, 1 when it is above 0.5.
 */
function predictedClass({ predictions, groups }: Outcome, row: number): number {
  if (groups === 1) return predictions[row]! > 0.5 ? 1 : 0;
  const from = row * groups;
  let best = 0;
  for (let k = 1; k < groups; k++) if (predictions[from + k]! > predictions[from + best]!) best = k;
  return best;
}
