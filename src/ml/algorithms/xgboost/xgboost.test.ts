import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createCsvReader } from "../../data/csv.ts";
import type { LabelledData } from "../../data/matrix.ts";
import { ModelError } from "../../define-algorithm.ts";
import goldens from "./goldens/goldens.json" with { type: "json" };
import { xgboost } from "./xgboost.ts";

type LabelName = "diagnosis" | "worst_area" | "texture_class";

/** The column that holds what is predicted, and how a label is made of it. */
const labelsOf: Record<LabelName, { column: number; make: (value: number) => number }> = {
  diagnosis: { column: 0, make: (value) => value },
  worst_area: { column: 24, make: (value) => value },
  texture_class: { column: 2, make: (value) => (value > 17 ? 1 : 0) + (value > 20 ? 1 : 0) },
};

let table: { rows: number; columns: number; values: Float32Array };
beforeAll(() => {
  const file = readFileSync(join(import.meta.dirname, "../../../../examples/data/breast-cancer.csv"));
  const reader = createCsvReader();
  reader.read(file.subarray(file.indexOf("\n") + 1), { file: "breast-cancer.csv", line: 2 });
  table = reader.features();
});

/** Builds the data as make-goldens.py does. */
function dataFor(label: string, options: { missing: boolean; weighted: boolean; heldOut: boolean }): LabelledData {
  const { column: at, make } = labelsOf[label as LabelName];
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => (row % 5 === 0) === options.heldOut);
  const values = rows.flatMap((row) =>
    Array.from(table.values.subarray(row * table.columns, (row + 1) * table.columns))
      .map((value, column) => (options.missing && (31 * row + 17 * column) % 10 === 0 ? Number.NaN : value))
      .toSpliced(at, 1),
  );
  return {
    features: { rows: rows.length, columns: table.columns - 1, values: Float32Array.from(values) },
    labels: Float32Array.from(rows, (row) => make(table.values[row * table.columns + at]!)),
    ...(options.weighted ? { weights: Float32Array.from(rows, (row) => 1 + (row % 3)) } : {}),
    placeOf: (row) => ({ file: "breast-cancer.csv", line: rows[row]! + 2 }),
  };
}

async function train(
  hyperparameters: Record<string, string | undefined>,
  data: { train: LabelledData; validation?: LabelledData },
  rounds = Number.POSITIVE_INFINITY,
  version = "1.7-1",
) {
  const { values, problems } = xgboost.read(hyperparameters as Record<string, string>, version);
  expect(problems).toEqual([]);
  expect(xgboost.combinationProblems(values)).toEqual([]);
  const log: string[] = [];
  const run = { log: (line: string) => log.push(line), continues: async () => log.length < rounds };
  return { model: await xgboost.train(data, values, run), log };
}

const data = (label: LabelName, missing = false) => ({
  train: dataFor(label, { missing, weighted: false, heldOut: false }),
  validation: dataFor(label, { missing, weighted: false, heldOut: true }),
});

/** Answers of XGBoost 3.2 to 40 rows, base_score 0.5, three rounds: of the first two rows and of the last one. */
it.each([
  ["gamma", "inf", [1.5984229, 1.5984229, 1.5984229]],
  ["lambda", "inf", [0.5, 0.5, 0.5]],
  ["alpha", "Infinity", [0.5, 0.5, 0.5]],
  ["max_delta_step", "inf", [0.8102085, 1.1458645, 2.0861855]],
  ["min_child_weight", "inf", [0.5, 0.5, 0.5]],
  // The root needs the hessian of a child too.
  ["min_child_weight", "40", [1.5984229, 1.5984229, 1.5984229]],
  ["min_child_weight", "41", [0.5, 0.5, 0.5]],
])("%s %s holds trees back as in XGBoost", async (name, value, expected) => {
  const rows = Array.from({ length: 40 }, (_, row) => row);
  const features = { rows: 40, columns: 2, values: Float32Array.from(rows.flatMap((row) => [row, row % 3])) };
  const labels = Float32Array.from(rows, (row) => (row > 20 ? 3 : 1 + (row % 2)));
  const placeOf = (row: number) => ({ file: "rows", line: row + 1 });
  const { model } = await train({ num_round: "3", [name]: value }, { train: { features, labels, placeOf } });
  const { values } = xgboost.predictor(model)(features);
  for (const [at, row] of [0, 1, 39].entries()) expect(values[row]).toBeCloseTo(expected[at]!, 5);
});

describe("against XGBoost itself", () => {
  it.each(goldens.cases.map((golden, number) => ({ number, ...golden })))(
    "case $number learns and predicts the same: $label $hyperparameters",
    async ({ label, missing, weighted, hyperparameters, scores, predictions }) => {
      const trainData = dataFor(label, { missing, weighted, heldOut: false });
      const validation = dataFor(label, { missing, weighted, heldOut: true });
      const { model, log } = await train(hyperparameters, { train: trainData, validation });
      const { values } = xgboost.predictor(model)(validation.features);
      for (const [i, expected] of predictions.entries())
        expect(Math.abs(values[i]! - expected)).toBeLessThan(1e-5 * Math.max(1, Math.abs(expected)));
      const last = Object.fromEntries(
        log
          .at(-1)!
          .split("\t")
          .slice(1)
          .map((field) => [field.slice(0, field.lastIndexOf(":")), Number(field.slice(field.lastIndexOf(":") + 1))]),
      );
      expect(Object.keys(last)).toEqual(Object.keys(scores));
      for (const [name, expected] of Object.entries(scores))
        expect(Math.abs(last[name]! - (expected as number)), name).toBeLessThan(1e-5 * Math.max(1, expected as number));
    },
  );

  it.each(goldens.models)("a model it wrote is read and predicts the same: $label", ({ label, model, predictions }) => {
    const { features } = dataFor(label, { missing: true, weighted: false, heldOut: true });
    const { values } = xgboost.predictor(xgboost.load(new TextEncoder().encode(model)))(features);
    for (const [i, expected] of predictions.entries()) expect(values[i]).toBeCloseTo(expected, 5);
  });
});

describe("training", () => {
  const sampled = { subsample: "0.7", colsample_bytree: "0.8", colsample_bylevel: "0.7", colsample_bynode: "0.5" };
  const base = { objective: "binary:logistic", num_round: "15", ...sampled };

  it("gives the same model for the same seed, another for another, and saves and loads it unchanged", async () => {
    const rows = data("diagnosis", true);
    const save = async (seed: string) => xgboost.save((await train({ ...base, seed }, rows)).model);
    const [one, again, other] = [await save("1"), await save("1"), await save("2")];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(xgboost.save(xgboost.load(one))).toEqual(one);
  });

  it("learns from a sample of rows and columns as well as from all", async () => {
    const { log } = await train({ ...base, num_round: "60", eval_metric: "auc" }, data("diagnosis"));
    expect(Number(/validation-auc:(\S+)/.exec(log.at(-1)!)![1])).toBeGreaterThan(0.98);
  });

  it("stops early and keeps the best round", async () => {
    const { model, log } = await train(
      { objective: "binary:logistic", num_round: "500", early_stopping_rounds: "5", eval_metric: "auc,logloss" },
      data("diagnosis"),
    );
    const losses = log.slice(0, -1).map((line) => Number(/validation-logloss:(\S+)/.exec(line)![1]));
    const best = losses.indexOf(Math.min(...losses));
    expect(model.trees).toHaveLength(best + 1);
    expect(losses).toHaveLength(best + 6);
    expect(log.at(-1)).toBe(`Stopped early: logloss was best in round ${best}; that model is kept.`);
  });

  it.each<[string, Record<string, string>, boolean, "train" | "validation" | undefined, string?]>([
    ["1.7-1", { eval_metric: "logloss" }, false, undefined, "has no effect: the job has no channel validation."],
    ["1.3-1", {}, true, undefined, "this version of the image watches the last of eval_metric, and the job has none."],
    ["1.3-1", { eval_metric: "logloss" }, true, "validation"],
    ["1.2-2", {}, true, "validation"],
    ["0.90-1", {}, false, "train", "early_stopping_rounds watches the channel train"],
  ])(
    "stops early in version %s with %j, validation %s: watches %s",
    async (version, more, validated, watched, said) => {
      const { train: rows, validation } = data("diagnosis");
      const hyperparameters = { objective: "binary:logistic", num_round: "60", early_stopping_rounds: "2", ...more };
      const sets = validated ? { train: rows, validation } : { train: rows };
      const { model, log } = await train(hyperparameters, sets, undefined, version);
      const lines = log.filter((line) => line.startsWith("["));
      const metric = version === "1.3-1" || version === "1.7-1" ? "logloss" : "error";
      const scores = lines.map((line) => Number(new RegExp(`${watched}-${metric}:(\\S+)`).exec(line)?.[1]));
      const best = scores.indexOf(Math.min(...scores));
      expect(lines.length).toBe(watched ? best + 3 : 60);
      expect(model.trees).toHaveLength(watched ? best + 1 : 60);
      if (said) expect(log[0]).toContain(said);
    },
  );

  it("ends when it is asked to, with whole rounds", async () => {
    const hyperparameters = { objective: "multi:softprob", num_class: "3", num_round: "50" };
    const { model } = await train(hyperparameters, data("texture_class"), 4);
    expect(model.trees).toHaveLength(4 * 3);
  });

  it("starts version 3.0-5 from the mean label, as XGBoost 3.0.5 does, and the others from a half", async () => {
    const rows = dataFor("diagnosis", { missing: false, weighted: true, heldOut: false });
    const meanOf = (weigh: (row: number, label: number) => number) => {
      const weights = Array.from(rows.labels, (label, row) => weigh(row, label));
      const sum = weights.reduce((total, weight, row) => total + weight * rows.labels[row]!, 0);
      return sum / weights.reduce((total, weight) => total + weight, 0);
    };
    const start = async (hyperparameters: Record<string, string>, version: string) =>
      (await train({ num_round: "1", ...hyperparameters }, { train: rows }, undefined, version)).model.baseScores[0];
    const logistic = { objective: "binary:logistic" };
    expect(await start(logistic, "3.0-5")).toBeCloseTo(
      meanOf((row) => rows.weights![row]!),
      6,
    );
    expect(await start({ ...logistic, scale_pos_weight: "3" }, "3.0-5")).toBeCloseTo(
      meanOf((row, label) => rows.weights![row]! * (label ? 3 : 1)),
      6,
    );
    expect(await start({ ...logistic, base_score: "0.5" }, "3.0-5")).toBe(0.5);
    expect(await start({ objective: "multi:softprob", num_class: "2" }, "3.0-5")).toBe(0.5);
    expect(await start(logistic, "1.7-1")).toBe(0.5);
    rows.labels.fill(1);
    await expect(start(logistic, "3.0-5")).rejects.toThrow("breast-cancer.csv: all labels are 1; this version");
  });

  it("learns nothing from one row, from equal rows, from columns without values", async () => {
    for (const values of [
      [1, 2],
      [1, 2, 1, 2],
      [Number.NaN, Number.NaN],
    ]) {
      const features = { rows: values.length / 2, columns: 2, values: Float32Array.from(values) };
      const labels = new Float32Array(features.rows).fill(1);
      const placeOf = () => ({ file: "t", line: 1 });
      const { model } = await train({ num_round: "2", eval_metric: "rmse" }, { train: { features, labels, placeOf } });
      expect(model.trees.map((tree) => tree.feature.length)).toEqual([1, 1]);
    }
  });
});

describe("a model file", () => {
  const model = JSON.parse(goldens.models[0]!.model);
  const changed = (change: (copy: typeof model) => void) => {
    const copy = structuredClone(model);
    change(copy);
    return new TextEncoder().encode(JSON.stringify(copy));
  };

  it.each<[string, Uint8Array, string]>([
    [
      "another booster",
      changed((m) => (m.learner.gradient_booster.name = "gblinear")),
      "The model's booster is gblinear",
    ],
    [
      "another objective",
      changed((m) => (m.learner.objective.name = "my:own")),
      "The model's objective is my:own; this version has reg:squarederror",
    ],
    [
      "a loop",
      changed((m) => (m.learner.gradient_booster.model.trees[0].left_children[0] = 0)),
      "a tree's nodes do not fit together",
    ],
    [
      "fewer trees than groups",
      changed((m) => m.learner.gradient_booster.model.trees.pop()),
      "its trees, groups and base scores do not fit together",
    ],
    ["half a file", changed(() => {}).subarray(0, 500), "damaged or no XGBoost model"],
    ["a pickle", Uint8Array.of(0x80, 3, 99), "read as a pickle: it ends in the middle of a line"],
    [
      "the old binary format",
      new TextEncoder().encode("binf\0\0"),
      "read as XGBoost's old binary format: it ends early",
    ],
    ["UBJSON", new TextEncoder().encode("{L\0\0"), "read as UBJSON: it ends in the middle of a number"],
    [
      "a pickle that runs a program",
      new TextEncoder().encode("cposix\nsystem\n(S'touch /tmp/pickled'\ntR."),
      "a Python pickle without a Booster of XGBoost; it holds a posix.system",
    ],
    [
      "a pickle that runs a program, of protocol 2",
      Uint8Array.from("\x80\x02cposix\nsystem\nX\x05\0\0\0false\x85R.", (letter) => letter.charCodeAt(0)),
      "a Python pickle without a Booster of XGBoost; it holds a posix.system",
    ],
    ["an empty file", new Uint8Array(0), "The model file is empty"],
  ])("of %s is refused", (_, bytes, message) => {
    expect(() => xgboost.load(bytes)).toThrow(ModelError);
    expect(() => xgboost.load(bytes)).toThrow(message);
  });
});
