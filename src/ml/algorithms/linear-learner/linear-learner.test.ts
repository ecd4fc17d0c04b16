import { describe, expect, it } from "vitest";
import { type Answer, ModelError, type Serving } from "../../define-algorithm.ts";
import { linearLearner } from "./linear-learner.ts";
import { encode, file, zip } from "./linear-model.fixture.ts";
import type { LinearModel } from "./model.ts";

const answer = (model: LinearModel, accept: string, rows: readonly number[][]): Answer =>
  (linearLearner.serving("1", {}) as Serving<LinearModel>).answerer([model])(
    { rows: rows.length, columns: rows[0]!.length, values: Float32Array.from(rows.flat()) },
    accept,
  );

const binary = { type: "binary_classifier", op: "LogisticRegressionOutput", threshold: 0.6 };
const two = { shape: [2, 1], values: [1, -1] };

describe("models of AWS's linear-learner", () => {
  it("a binary classifier answers the score and the label by its threshold", () => {
    const model = linearLearner.load(file({ ...binary, weights: two, bias: [0.5] }));
    expect(linearLearner.columns(model)).toBe(2);
    const rows = [
      [0, 0.5],
      [2, 1.5],
    ];
    expect(answer(model, "", rows)).toEqual({
      status: 200,
      type: "application/json",
      body: '{"predictions": [{"score": 0.5, "predicted_label": 0}, {"score": 0.7310585975646973, "predicted_label": 1}]}',
    });
    expect(answer(model, "application/jsonlines; verbose=true", rows).body).toBe(
      '{"score": 0.5, "predicted_label": 0}\n{"score": 0.7310585975646973, "predicted_label": 1}\n',
    );
    expect(answer(model, "text/csv", rows).body).toBe("0,0.5\n1,0.7310585975646973\n");
    expect(answer(model, "image/png", rows)).toMatchObject({ status: 406, type: "text/plain" });
  });

  it("several classes have a score each, which are shares of one", () => {
    const weights = { shape: [2, 3], values: [1, 0, -1, 0, 1, 0] };
    const model = linearLearner.load(
      file({ type: "multiclass_classifier", op: "SoftmaxOutput", weights, bias: [0, 0, 0] }),
    );
    const { predictions } = JSON.parse(String(answer(model, "application/json", [[2, 3]]).body));
    const parts = [2, 3, -2].map(Math.exp);
    const whole = parts[0]! + parts[1]! + parts[2]!;
    expect(predictions[0].predicted_label).toBe(1);
    for (const [i, part] of parts.entries()) expect(predictions[0].score[i]).toBeCloseTo(part / whole, 6);
  });

  it("a regressor has no label, in RecordIO either; what is missing is 0", () => {
    const model = linearLearner.load(
      file({ type: "regressor", op: "LinearRegressionOutput", weights: two, bias: [0.25] }),
    );
    expect(answer(model, "application/json", [[Number.NaN, 2]]).body).toBe('{"predictions": [{"score": -1.75}]}');
    const { body } = answer(model, "application/x-recordio-protobuf", [[1, 0]]);
    expect(Buffer.from(body as Uint8Array).includes("score")).toBe(true);
    expect(Buffer.from(body as Uint8Array).includes("predicted_label")).toBe(false);
  });

  const sound = { ...binary, weights: two, bias: [0.5] };
  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "it is no ZIP file"],
    ["another ZIP", zip({ "model.json": encode("{}") }), "it has no member additional-params.json, only model.json"],
    ["half a file", file(sound).subarray(0, 400), "it is no ZIP file"],
    ["another network", file({ ...sound, op: "Convolution" }), "has the operation Convolution (out)"],
    ["another type", file({ ...sound, type: "ranker" }), "predictor_type is ranker"],
    ["a bias of another width", file({ ...sound, bias: [1, 2] }), "its weights and its bias do not fit together"],
  ])("of %s is no model read", (_, bytes, message) => {
    expect(() => linearLearner.load(bytes)).toThrow(ModelError);
    expect(() => linearLearner.load(bytes)).toThrow(message);
  });
});
