import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { scriptEnvironmentsFolder } from "../tools/python-environments.ts";
import { runProgram } from "./program.ts";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { root, useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** Where Debian's python3-torch is; `.ci/run` installs it. */
const torchFolder = "/usr/lib/python3/dist-packages/torch";
const lock = "huggingface-pytorch-1.13-debian";

let models: string;
/** For each task: its name, the task that the image found, transformers' own answer, and the image's. */
let answers: readonly (readonly [task: string, found: string, own: unknown, said: unknown])[] = [];

beforeAll(async () => {
  models = mkdtempSync(join(tmpdir(), "sagebrush-huggingface-"));
  if (!existsSync(torchFolder)) return;
  const prepared = await server.sagebrush("environments", "prepare", lock);
  if (prepared.code !== 0) throw new Error(prepared.stderr);
  const folder = readdirSync(scriptEnvironmentsFolder).find((name) => name.startsWith(`${lock}-`))!;
  const python = join(scriptEnvironmentsFolder, folder, "bin", "python");
  const words = [
    join(root, "conformance", "scripts", "huggingface", "tiny_models.py"),
    ...[models, join(root, "src", "runtimes", "serving", "python")],
  ];
  // As a run's Python has it.
  const PYTHONPATH = join(root, "clients", "toolkits");
  const { code, stdout, stderr } = await runProgram(python, words, { env: { ...process.env, PYTHONPATH } });
  if (code !== 0) throw new Error(stderr);
  answers = JSON.parse(/^ANSWERS (.*)$/m.exec(stdout)![1]!);
}, 240_000);
afterAll(() => rmSync(models, { recursive: true, force: true }));

function needsTorch(context: TestContext): void {
  if (existsSync(torchFolder)) return;
  if (process.env.CI) throw new Error(`${torchFolder} is missing; .ci/run installs python3-torch`);
  context.skip(`${torchFolder} is missing: apt-get install -y python3-torch`);
}

test("without a script the image says what transformers' own pipeline says, for nine tasks", (context) => {
  needsTorch(context);
  expect(answers).toHaveLength(9);
  for (const [task, found, own, said] of answers) {
    expect(found).toBe(task);
    expect(said, task).toEqual(own);
  }
});

const program = (folder: string) => `
import http.server, json, os, tarfile, threading, time
import boto3
import sagemaker
from sagemaker.huggingface import HuggingFaceModel

session = sagemaker.Session()
role = "arn:aws:iam::123456789012:role/SageMakerRole"
versions = dict(transformers_version="4.26.0", pytorch_version="1.13.1", py_version="py39", sagemaker_session=session, role=role)
folder = ${JSON.stringify(folder)}
runtime, client = boto3.client("sagemaker-runtime"), boto3.client("sagemaker")

def ask(name, body, content_type="application/json", **more):
    try:
        answer = runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType=content_type, **more)
        return [answer["ContentType"], answer["Body"].read().decode()]
    except runtime.exceptions.ModelError as error:
        return [error.response["OriginalStatusCode"], json.loads(error.response["OriginalMessage"])]

with tarfile.open(f"{folder}/model.tar.gz", "w:gz") as archive:
    archive.add(f"{folder}/BertForSequenceClassification", arcname=".")
url = session.upload_data(f"{folder}/model.tar.gz", key_prefix="huggingface")
predictor = HuggingFaceModel(model_data=url, **versions).deploy(initial_instance_count=1, instance_type="ml.m5.large")
name = predictor.endpoint_name
found = {
    "one": predictor.predict({"inputs": "the cat sat"}),
    "two": predictor.predict({"inputs": ["the cat", "a dog"], "parameters": {"top_k": None}}),
    "csv": ask(name, "inputs\\nthe cat sat\\n", "text/csv", Accept="text/csv"),
    "refused": [ask(name, "x", "text/plain"), ask(name, "a\\nb", "text/csv"), ask(name, json.dumps({"inputs": 5}))[0]],
}
predictor.delete_endpoint()

# A mirror of the Hub with one model, which speaks its protocol.
files = sorted(os.listdir(f"{folder}/BertForMaskedLM"))
class Mirror(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self):
        commit = "0123456789abcdef0123456789abcdef01234567"
        head, body = {"X-Repo-Commit": commit}, None
        if self.path.split("?")[0] in ("/api/models/tiny/mask", "/api/models/tiny/mask/revision/main"):
            siblings = [{"rfilename": file} for file in files]
            body = json.dumps({"_id": "1", "id": "tiny/mask", "modelId": "tiny/mask", "sha": commit, "private": False,
                "disabled": False, "gated": False, "downloads": 0, "likes": 0, "tags": [], "pipeline_tag": "fill-mask", "siblings": siblings}).encode()
        for file in files:
            if self.path in (f"/tiny/mask/resolve/main/{file}", f"/tiny/mask/resolve/{commit}/{file}"):
                body, head["ETag"] = open(f"{folder}/BertForMaskedLM/{file}", "rb").read(), f'"{file}-1"'
        self.send_response(404 if body is None else 200)
        for key, value in {**head, "Content-Length": len(body or b"")}.items():
            self.send_header(key, str(value))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or b"")
    do_GET = do_HEAD = answer
    def log_message(self, *words):
        pass
mirror = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
threading.Thread(target=mirror.serve_forever, daemon=True).start()
hub = {"HF_MODEL_ID": "tiny/mask", "HF_ENDPOINT": f"http://127.0.0.1:{mirror.server_address[1]}"}
predictor = HuggingFaceModel(env=hub, **versions).deploy(initial_instance_count=1, instance_type="ml.m5.large")
found["hub"] = predictor.predict({"inputs": "the [MASK] sat"})
predictor.delete_endpoint()

try:
    HuggingFaceModel(env={**hub, "HF_ENDPOINT": "http://127.0.0.1:9"}, name="nowhere", **versions).deploy(
        initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="nowhere")
except Exception:
    found["nowhere"] = client.describe_endpoint(EndpointName="nowhere")["FailureReason"]
print("RESULT", json.dumps(found))
`;

test("SDK 2: HuggingFaceModel serves an archive, and a model of a mirror of the Hub", async (context) => {
  needsTorch(context);
  const own = (task: string, index = 0) => answers.filter(([name]) => name === task)[index]![2];
  const output = await runPython(context, server, "v2", program(models));
  const found = JSON.parse(/RESULT (.*)$/m.exec(output)![1]!);
  const [{ label, score }] = own("text-classification") as [{ label: string; score: number }];
  const refused = (message: string) => [400, { code: 400, type: "InternalServerException", message }];
  expect(found).toEqual({
    one: own("text-classification"),
    two: own("text-classification", 1),
    csv: ["text/csv", `label,score\r\n${label},${score}\r\n`],
    refused: [
      refused("Content type text/plain is not supported by this framework."),
      refused(expect.stringContaining("header columns")),
      400,
    ],
    hub: own("fill-mask"),
    nowhere: expect.stringMatching(
      /tiny\/mask \(HF_MODEL_ID\) cannot be brought from http:\/\/127\.0\.0\.1:9: .* name a mirror of the Hub/,
    ),
  });
});
