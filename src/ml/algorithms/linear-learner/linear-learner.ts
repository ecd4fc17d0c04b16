import type { Matrix } from "../../data/matrix.ts";
import { defineServedAlgorithm, type Predictions } from "../../define-algorithm.ts";
import { type LinearModel, readLinearModel } from "./model.ts";
import { servingOf } from "./serving.ts";

/** Linear and logistic regression: models that AWS's linear-learner trained are served. */
export const linearLearner = defineServedAlgorithm<LinearModel>({
  name: "linear-learner",
  versions: ["1"],
  formats: () => ({
    channelDefault: "recordio-protobuf",
    requestDefault: "csv",
    read: ["csv", "json", "jsonlines", "recordio-protobuf"],
    piped: [],
  }),
  modelFile: "model_algo-1",
  load: readLinearModel,
  columns: ({ columns }) => columns,
  predictor,
  serving: () => servingOf(predictor),
});

/** In 64 bits, and rounded to 32 at the end. What a sparse row does not name is 0. */
function predictor({ columns, outputs, weights, bias, link }: LinearModel) {
  return ({ rows, values }: Matrix): Predictions => {
    const scores = new Float32Array(rows * outputs);
    const sums = new Float64Array(outputs);
    for (let row = 0; row < rows; row++) {
      sums.set(bias);
      for (let column = 0; column < columns; column++) {
        const value = values[row * columns + column]!;
        if (value !== 0 && !Number.isNaN(value))
          for (let output = 0; output < outputs; output++) sums[output]! += value * weights[column * outputs + output]!;
      }
      scores.set(linked[link](sums), row * outputs);
    }
    return { values: scores, width: outputs };
  };
}

const linked: Readonly<Record<LinearModel["link"], (sums: Float64Array) => Float64Array>> = {
  same: (sums) => sums,
  sigmoid: (sums) => sums.map((sum) => 1 / (1 + Math.exp(-sum))),
  softmax(sums) {
    const largest = Math.max(...sums);
    const parts = sums.map((sum) => Math.exp(sum - largest));
    const whole = parts.reduce((total, part) => total + part, 0);
    return parts.map((part) => part / whole);
  },
};
