import { describe, expect, it } from "vitest";
import { type Answer, ModelError, type Serving } from "../../define-algorithm.ts";
import { linearLearner } from "./linear-learner.ts";
import type { LinearModel } from "./model.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const numbers = (size: 4 | 8, values: readonly (number | bigint)[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (const [i, value] of values.entries())
    if (size === 8) view.setBigUint64(8 * i, BigInt(value), true);
    else view.setUint32(4 * i, Number(value), true);
  return new Uint8Array(view.buffer);
};

/** A ZIP file as Python's zipfile stores it. */
function zip(members: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const parts: Uint8Array[] = [];
  const list: Uint8Array[] = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(members)) {
    const local = new DataView(new ArrayBuffer(30));
    local.setUint32(0, 0x04034b50, true);
    local.setUint16(26, name.length, true);
    const entry = new DataView(new ArrayBuffer(46));
    entry.setUint32(0, 0x02014b50, true);
    entry.setUint32(24, bytes.length, true);
    entry.setUint16(28, name.length, true);
    entry.setUint32(42, at, true);
    parts.push(new Uint8Array(local.buffer), encode(name), bytes);
    list.push(new Uint8Array(entry.buffer), encode(name));
    at += 30 + name.length + bytes.length;
  }
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(10, list.length / 2, true);
  end.setUint32(16, at, true);
  return joined([...parts, ...list, new Uint8Array(end.buffer)]);
}

/** A file of arrays of 32-bit numbers, as MXNet 1.3 writes it. */
const params = (arrays: Readonly<Record<string, { shape: number[]; values: number[] }>>): Uint8Array =>
  joined([
    numbers(8, [0x112, 0, Object.keys(arrays).length]),
    ...Object.values(arrays).map(({ shape, values }) =>
      joined([
        numbers(4, [0xf993fac9, 0, shape.length]),
        numbers(8, shape),
        numbers(4, [1, 0, 0]),
        new Uint8Array(Float32Array.from(values).buffer),
      ]),
    ),
    numbers(8, [Object.keys(arrays).length]),
    ...Object.keys(arrays).map((name) => joined([numbers(8, [name.length + 4]), encode(`arg:${name}`)])),
  ]);

const output = (name: string, op: string) => ({
  nodes: [
    { op: "null", name: "data", inputs: [] },
    { op: "null", name: "fc0_weight", inputs: [] },
    {
      op: "dot",
      name: "dot0",
      inputs: [
        [0, 0, 0],
        [1, 0, 0],
      ],
    },
    { op: "null", name: "fc0_bias", inputs: [] },
    {
      op: "broadcast_add",
      name: "plus0",
      inputs: [
        [2, 0, 0],
        [3, 0, 0],
      ],
    },
    { op: "null", name: "out_label", inputs: [] },
    {
      op,
      name,
      inputs: [
        [4, 0, 0],
        [5, 0, 0],
      ],
    },
  ],
  heads: [[6, 0, 0]],
});

interface Given {
  readonly type: string;
  readonly op: string;
  readonly weights: { shape: number[]; values: number[] };
  readonly bias: number[];
  readonly threshold?: number;
}

const file = ({ type, op, weights, bias, threshold }: Given): Uint8Array =>
  zip({
    "mx-mod-symbol.json": encode(JSON.stringify(output("out", op))),
    "additional-params.json": encode(JSON.stringify({ predictor_type: type, threshold })),
    "mx-mod-0000.params": params({ fc0_weight: weights, fc0_bias: { shape: [1, bias.length], values: bias } }),
  });

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
