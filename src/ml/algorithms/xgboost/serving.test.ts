import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../data/protobuf.ts";
import { ModelError, type Serving } from "../../define-algorithm.ts";
import type { Model } from "./forest.ts";
import goldens from "./goldens/answers.json" with { type: "json" };
import { servingOf } from "./serving.ts";
import { containerVersions } from "./versions.ts";

type Environment = Record<string, string>;
type Rows = readonly (number | readonly number[])[];
/** A model that predicts given rows. */
type Recorded = Model & { readonly rows: Rows };

const features = { rows: 1, columns: 1, values: new Float32Array(1) };
const widths: Record<string, number> = { "multi:softprob": 3, "multi:softmax": 3 };

const recorded = (objective: string, rows: Rows): Recorded => ({
  objective,
  rows,
  columns: 1,
  groups: widths[objective] ?? 1,
  baseScores: [],
  trees: [],
  groupOf: new Int32Array(0),
});

function serving(version: string, environment: Environment = {}): Serving<Model> {
  const found = servingOf(version, environment, "xgboost-model", (model) => {
    const { rows } = model as Recorded;
    return () => ({ values: Float32Array.from(rows.flat()), width: Array.isArray(rows[0]) ? rows[0].length : 1 });
  });
  if ("instead" in found) throw new Error(`${found.what}; ${found.instead}`);
  return found;
}

const base64 = (body: string | Uint8Array) => Buffer.from(body as Uint8Array).toString("base64");

/** The labels of each record. A later field wins, as protobuf has it: the container repeats all records before. */
function recordsOf(encoded: string): Record<string, number[]>[] {
  const bytes = Buffer.from(encoded, "base64");
  const records: Record<string, number[]>[] = [];
  for (let at = 0; at < bytes.length; ) {
    expect(bytes.readUInt32LE(at)).toBe(0xced7230a);
    const length = bytes.readUInt32LE(at + 4);
    const labels: Record<string, number[]> = {};
    for (const entry of fieldsOf(bytes.subarray(at + 8, at + 8 + length))) {
      const [key, value] = [...fieldsOf(entry.bytes)].map((field) => Buffer.from(field.bytes)) as [Buffer, Buffer];
      const [tensor] = fieldsOf(value);
      const [packed] = fieldsOf(tensor!.bytes);
      const view = new DataView(Uint8Array.from(packed!.bytes).buffer);
      labels[key.toString()] = Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
    }
    records.push(labels);
    at += 8 + length + (-length & 3);
  }
  return records;
}

describe.each(
  goldens.answers.flatMap(({ versions, environment, answers }) =>
    versions.map((version) => ({ version, environment: environment as Environment, answers })),
  ),
)("the answers of version $version with $environment are the container's", ({ version, environment, answers }) => {
  it(`in ${answers.length} cases`, () => {
    const server = serving(version, environment);
    const sets = goldens.predictions as unknown as Readonly<Record<string, readonly Rows[]>>;
    for (const [objective, count, accept, status, type, place] of answers as [
      string,
      number,
      string,
      number,
      string?,
      number?,
    ][]) {
      const name = `${objective}, ${count} models, Accept ${accept}`;
      const models = sets[objective]!.slice(0, count).map((rows) => recorded(objective, rows));
      const answer = server.answerer(models)(features, accept);
      expect(answer.status, name).toBe(status);
      if (status !== 200) continue;
      expect(answer.type, name).toBe(type);
      const expected = goldens.texts[place!]!;
      if (!type!.includes("recordio")) expect(answer.body, name).toBe(expected);
      // For batch transform the container calls its lines so too.
      else if (typeof answer.body === "string") expect(base64(answer.body), name).toBe(expected);
      else expect(recordsOf(base64(answer.body)), name).toEqual(recordsOf(expected));
    }
  });
});

it("has answers of every version whose container is open", () => {
  const open = Object.keys(containerVersions).filter((version) => version !== "1");
  expect([...new Set(goldens.answers.flatMap(({ versions }) => versions))].sort()).toEqual(open.sort());
});

describe("the environment", () => {
  it.each<[string, Environment, number]>([
    ["1.7-1", {}, 6_291_456],
    ["1.7-1", { MAX_CONTENT_LENGTH: "104857600" }, 104_857_600],
    ["1.2-1", { MAX_CONTENT_LENGTH: "104857600" }, 20_971_520],
    ["0.90-1", { MAX_CONTENT_LENGTH: "1000" }, 1000],
  ])("of version %s with %j allows payloads of %d bytes", (version, environment, bytes) => {
    expect(serving(version, environment).mostPayloadBytes).toBe(bytes);
  });

  it.each<[string, Environment, string[]]>([
    ["1.7-1", { A: "1", SAGEMAKER_CONTAINER_LOG_LEVEL: "20", SAGEMAKER_PROGRAM: "" }, []],
    [
      "1.7-1",
      { SAGEMAKER_MODEL_SERVER_WORKERS: "4" },
      ["SAGEMAKER_MODEL_SERVER_WORKERS has no effect: one process answers."],
    ],
    [
      "0.90-2",
      { SAGEMAKER_INFERENCE_OUTPUT: "probability", SAGEMAKER_INFERENCE_ENSEMBLE: "false" },
      [
        "SAGEMAKER_INFERENCE_OUTPUT has no effect: this version of the image does not read it.",
        "SAGEMAKER_INFERENCE_ENSEMBLE has no effect: this version of the image does not read it.",
      ],
    ],
  ])("of version %s with %j warns %j", (version, environment, warnings) => {
    expect(serving(version, environment).warnings).toEqual(warnings);
  });

  it.each<[string, Environment, string[]]>([
    ["1.7-1", {}, ["b", "xgboost-model", "xgboost-model-1"]],
    ["1.7-1", { SAGEMAKER_INFERENCE_ENSEMBLE: "false" }, ["xgboost-model"]],
    ["1.7-1", { SAGEMAKER_INFERENCE_ENSEMBLE: "True" }, ["xgboost-model"]],
    ["1.2-1", {}, ["xgboost-model"]],
  ])("of version %s with %j serves the files %j", (version, environment, files) => {
    const folder = ["xgboost-model-1", ".cache", "b", "xgboost-model"];
    expect(serving(version, environment).modelFiles(folder)).toEqual(files);
    expect(serving(version, environment).modelFiles(["other.json"])).toEqual(["other.json"]);
  });
});

describe("models that cannot answer together or as asked", () => {
  it("are told apart", () => {
    const [a, b] = [recorded("binary:logistic", [1]), recorded("reg:squarederror", [1])];
    expect(() => serving("1.7-1").answerer([a, b])).toThrow(ModelError);
    expect(() => serving("1.7-1").answerer([a, b])).toThrow("set SAGEMAKER_INFERENCE_ENSEMBLE to false");
    const unknown = recorded("count:poisson", [1]);
    expect(() => serving("1.7-1", { SAGEMAKER_INFERENCE_OUTPUT: "probability" }).answerer([unknown])).toThrow(
      "Nothing can be selected of a model with objective count:poisson",
    );
  });
});
