import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const isThere =
  existsSync(scriptEnvironmentsFolder) &&
  readdirSync(scriptEnvironmentsFolder).some((name) => name.startsWith("tensorflow-2.19-"));

const program = `
import json
import boto3
import sagemaker
from sagemaker.tensorflow import TensorFlow, TensorFlowModel
from sagemaker.serializers import CSVSerializer

session = sagemaker.Session()
role = "arn:aws:iam::123456789012:role/SageMakerRole"
estimator = TensorFlow(
    entry_point="train.py", source_dir="conformance/scripts/tensorflow", role=role, instance_type="ml.m5.large",
    instance_count=1, framework_version="2.19.0", py_version="py312", sagemaker_session=session,
)
estimator.fit()
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large")
runtime = boto3.client("sagemaker-runtime")

def ask(name, body, content_type="application/json", **more):
    try:
        answer = runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType=content_type, **more)
        return answer["ContentType"], answer["Body"].read().decode()
    except runtime.exceptions.ModelError as error:
        return error.response["OriginalStatusCode"], json.loads(error.response["OriginalMessage"])["error"]

name = predictor.endpoint_name
found = {
    "rows": predictor.predict({"instances": [1.0, 2.0, 5.0]}),
    "list": predictor.predict([1.0, 2.0, 5.0]),
    "columns": predictor.predict({"inputs": {"x": [4]}}),
    "two": predictor.predict({"signature_name": "two", "instances": [{"a": 1, "b": [1, 2]}, {"a": 2, "b": [3, 4]}]}),
    "texts": predictor.predict({"signature_name": "texts", "instances": ["abc", {"b64": "eHl6"}]}),
    "version": predictor.predict({"instances": [4]}, initial_args={"CustomAttributes": "tfs-model-version=1"}),
    "csv": json.loads(ask(name, "1.0\\n2.0\\n", "text/csv")[1]),
    "lines": ask(name, "1\\n", "application/jsonlines", Accept="application/jsonlines"),
    "classes": json.loads(ask(name, json.dumps({"examples": [{"share": 0.25}]}),
        CustomAttributes="tfs-model-name=shares,tfs-method=classify")[1]),
    "regression": json.loads(ask(name, json.dumps({"signature_name": "regression", "examples": [{"share": 0.25}]}),
        CustomAttributes="tfs-model-name=shares,tfs-method=regress")[1]),
    "refused": [
        ask(name, "x", "text/plain"),
        ask(name, json.dumps({"instances": ["abc"]}))[0],
        ask(name, json.dumps({"signature_name": "none", "instances": [1]})),
        ask(name, json.dumps({"instances": [1]}), CustomAttributes="tfs-model-name=none"),
        ask(name, json.dumps({"examples": [{"x": 1}]}), CustomAttributes="tfs-method=classify"),
    ],
}
predictor.delete_endpoint()

scripted = TensorFlowModel(
    model_data=estimator.model_data, role=role, framework_version="2.19.0", sagemaker_session=session,
    entry_point="inference.py", source_dir="conformance/scripts/tensorflow",
).deploy(initial_instance_count=1, instance_type="ml.m5.large")
name = scripted.endpoint_name
kind, text = ask(name, "1 2", "text/x-numbers", Accept="text/mine", CustomAttributes="tfs-model-version=2")
found["script"] = [kind, json.loads(text), ask(name, "1 2"), ask(name, "1", "text/x-numbers", CustomAttributes="tfs-model-name=none")]
scripted.delete_endpoint()
print("RESULT", json.dumps(found))
`;

test("SDK 2: a TensorFlow estimator is deployed as TensorFlow Serving answers, and a script of handlers", async (context) => {
  if (!isThere) {
    const reason = "the Python environment tensorflow-2.19 is missing; npm test makes it";
    if (process.env.CI) throw new Error(reason);
    context.skip(reason);
  }
  const output = await runPython(context, server, "v2", program);
  const found = JSON.parse(/RESULT (.*)$/m.exec(output)![1]!);
  expect(found).toEqual({
    rows: { predictions: [2.5, 3, 4.5] },
    list: { predictions: [[2.5, 3, 4.5]] },
    columns: { outputs: [4] },
    two: {
      predictions: [
        { sum: 4, twice: [2, 4] },
        { sum: 9, twice: [6, 8] },
      ],
    },
    texts: {
      predictions: [
        { upper: "ABC", raw_bytes: { b64: "YWJj" } },
        { upper: "XYZ", raw_bytes: { b64: "eHl6" } },
      ],
    },
    version: { predictions: [2] },
    csv: { predictions: [2.5, 3] },
    lines: ["application/jsonlines", expect.stringMatching(/^\{ *"predictions": \[ *2\.5 *\]\}$/)],
    classes: {
      results: [
        [
          ["no", 0.75],
          ["yes", 0.25],
        ],
      ],
    },
    regression: { results: [1] },
    refused: [
      [415, "Unsupported Media Type: text/plain"],
      400,
      [400, 'Serving signature key "none" not found.'],
      [404, "Servable not found for request: Latest(none)"],
      [400, expect.stringContaining("Expected classify signature method_name")],
    ],
    script: [
      "application/x-answer",
      { y: [2.5, 3], asked: "models/Servo/versions/2:predict", as: "text/mine" },
      [500, "not read: application/json"],
      [500, expect.stringContaining("Servable not found for request: Latest(none)")],
    ],
  });
});
