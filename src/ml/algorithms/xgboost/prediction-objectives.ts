import { type Objective, objectives } from "./objectives.ts";

/** What predicting needs of an objective. */
export type PredictionObjective = Pick<Objective, "toMargin" | "toPredictions" | "toAnswers">;

const same: PredictionObjective = { toMargin: (score) => score, toPredictions: () => {} };
const logistic = objectives["binary:logistic"]!;
const exponential: PredictionObjective = {
  toMargin: Math.log,
  toPredictions(margins) {
    for (let i = 0; i < margins.length; i++) margins[i] = Math.exp(margins[i]!);
  },
};

/** The objectives of models that can be served: those that are trained here, and others that XGBoost trains. */
export const predictionObjectives: Readonly<Record<string, PredictionObjective>> = {
  ...objectives,
  "reg:logistic": logistic,
  "binary:logitraw": same,
  "binary:hinge": {
    ...same,
    toPredictions(margins) {
      for (let i = 0; i < margins.length; i++) margins[i] = margins[i]! > 0 ? 1 : 0;
    },
  },
  ...Object.fromEntries(
    ["squaredlogerror", "pseudohubererror", "absoluteerror", "quantileerror"].map((name) => [`reg:${name}`, same]),
  ),
  ...Object.fromEntries(["pairwise", "ndcg", "map"].map((name) => [`rank:${name}`, same])),
  ...Object.fromEntries(
    ["count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft"].map((name) => [name, exponential]),
  ),
};
