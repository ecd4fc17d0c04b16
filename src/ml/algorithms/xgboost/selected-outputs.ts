import type { Model } from "./forest.ts";

/**
 * What SAGEMAKER_INFERENCE_OUTPUT can select for a row of predictions. Python writes whole numbers and floats
 * differently: `integer` says which they are.
 */
export interface SelectedOutput {
  readonly integer?: true;
  read(row: Float32Array): number | readonly number[];
}

type Outputs = Readonly<Record<string, SelectedOutput>>;

const float = (read: SelectedOutput["read"]): SelectedOutput => ({ read });
const integer = (read: SelectedOutput["read"]): SelectedOutput => ({ integer: true, read });
const first = float((row) => row[0]!);
/** The row's number is taken as that of class 1, whatever it is: so does the container, for multi:softmax too. */
const pair = float((row) => [1 - row[0]!, row[0]!]);
const largest = float((row) => Math.max(...row));
const all = float((row) => [...row]);

/** The outputs by objective, in the order that a JSON answer has them. */
const outputsByObjective: Readonly<Record<string, (model: Model) => Outputs>> = {
  "reg:squarederror": () => ({ predicted_score: first }),
  // The container asks XGBoost for the objective's name, which is the new one.
  "reg:linear": () => ({ predicted_score: first }),
  "binary:logistic": () => ({
    predicted_label: integer((row) => (row[0]! > 0.5 ? 1 : 0)),
    labels: integer(() => [0, 1]),
    probability: first,
    probabilities: pair,
    raw_score: first,
    raw_scores: pair,
  }),
  "multi:softmax": ({ groups }) => ({
    predicted_label: first,
    labels: integer(() => classes(groups)),
    raw_score: first,
    raw_scores: pair,
  }),
  "multi:softprob": ({ groups }) => ({
    predicted_label: integer((row) => row.indexOf(Math.max(...row))),
    labels: integer(() => classes(groups)),
    probability: largest,
    probabilities: all,
    raw_score: largest,
    raw_scores: all,
  }),
};

const classes = (groups: number) => Array.from({ length: groups }, (_, label) => label);

/** Returns what can be selected of a model's answers; undefined when nothing can. */
export const outputsOf = (model: Model): Outputs | undefined =>
  Object.hasOwn(outputsByObjective, model.objective) ? outputsByObjective[model.objective]!(model) : undefined;

/** A key that the objective does not have is answered with NaN, as the container answers it. */
export const absentOutput: SelectedOutput = float(() => Number.NaN);
