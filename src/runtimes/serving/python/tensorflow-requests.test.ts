import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Returns what functions of tensorflow_requests.py return, or how they refuse; a Python for each would take seconds. */
function call(calls: readonly (readonly [name: string, ...given: readonly unknown[]])[]): unknown[] {
  const program = `
import json, sys
import tensorflow_requests as requests
answers = []
for name, *given in json.loads(sys.argv[1]):
    if name == "serving_json":
        given[0] = given[0].encode()
    try:
        answers.append(getattr(requests, name)(*given))
    except requests.RequestError as error:
        answers.append([error.status, str(error)])
print(json.dumps(answers))`;
  const PYTHONPATH = join(import.meta.dirname, "..", "..", "..", "..", "clients", "toolkits");
  const env = { PATH: process.env.PATH, PYTHONPATH, PYTHONDONTWRITEBYTECODE: "1" };
  const { stdout, stderr } = spawnSync("python3", ["-c", program, JSON.stringify(calls)], {
    ...{ cwd: import.meta.dirname, env, encoding: "utf8" },
  });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

const json = "application/json";
const lines = "application/jsonlines";
const jsons = "application/jsons";
const csv = "text/csv; charset=utf-8";
const taken: readonly (readonly [type: string, body: string, request: object])[] = [
  [json, '{"instances": [[1.0, 2.0, 5.0]]}', { instances: [[1, 2, 5]] }],
  [json, '{"inputs": {"x": [1]}, "signature_name": "s"}', { inputs: { x: [1] }, signature_name: "s" }],
  [json, '{"examples": [{"x": 1}]}', { examples: [{ x: 1 }] }],
  [json, "[1.0, 2.0, 5.0]", { instances: [[1, 2, 5]] }],
  [
    json,
    "[[1.0, 2.0], [3.0, 4.0]]",
    {
      instances: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [json, '{"x": 1, "y": [2]}', { instances: [{ x: 1, y: [2] }] }],
  [json, "7", { instances: [7] }],
  [
    lines,
    "[1.0, 2.0]\n[3.0, 4.0]\n",
    {
      instances: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [jsons, '{"x": 1} {"x": 2}\n{"x": 3}', { instances: [{ x: 1 }, { x: 2 }, { x: 3 }] }],
  [lines, '{"x": "a}{b"}\n{"x": "c"}', { instances: [{ x: "a}{b" }, { x: "c" }] }],
  [csv, "1.0,2.0,5.0", { instances: [[1, 2, 5]] }],
  [
    csv,
    "1.0,2.0\r\n3.0,4.0\n\n",
    {
      instances: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [csv, "1.0\n2.0\n5.0", { instances: [1, 2, 5] }],
  [csv, "-1,2", { instances: [[-1, 2]] }],
  [csv, '"a b",2', { instances: [["a b", 2]] }],
  [csv, "red,green,3", { instances: [["red", "green", "3"]] }],
  [csv, 'say "no"', { instances: ['say "no"'] }],
];

describe.skipIf(!hasPython)("what the TensorFlow Serving image takes without a script", () => {
  it("is read into TensorFlow Serving's own requests", () => {
    const found = call(taken.map(([type, body]) => ["serving_json", body, type]));
    expect(found.map((text) => JSON.parse(text as string))).toEqual(taken.map(([, , request]) => request));
  });

  it("is refused in other types, and as JSON that is none", () => {
    expect(
      call([
        ["serving_json", "x", "text/plain"],
        ["serving_json", "x", undefined],
        ["serving_json", '{"x": 1} {"x": ', jsons],
      ]),
    ).toEqual([
      [415, "Unsupported Media Type: text/plain"],
      [415, "Unsupported Media Type: Unknown"],
      [400, expect.stringMatching(/^JSON Parse error: /)],
    ]);
  });

  it("names the model, version and method in its custom attributes, and may want one line", () => {
    const attributes = { "tfs-model-name": "other", "tfs-method": "classify", "tfs-model-version": "3" };
    expect(
      call([
        ["serving_attributes", "tfs-model-name=other,tfs-method=classify, tfs-model-version=3,mine=1"],
        ["serving_attributes", undefined],
        ["answer_type", lines],
        ["answer_type", "*/*"],
      ]),
    ).toEqual([attributes, {}, [lines, true], [json, false]]);
  });
});
