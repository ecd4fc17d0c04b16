import { expect, test } from "vitest";
import { runClient } from "./python-clients.ts";
import { type Deployed, image, refusal, useScriptServer } from "./served-scripts.ts";

const { server, clients, archive, deploy, describe, remove, linesOf, ask } = useScriptServer();

const times = `
import os
def model_fn(folder, context):
    print("model_fn", folder, sorted(os.listdir(folder)), context.system_properties["model_dir"])
    return int(open(os.path.join(folder, "model.txt")).read())
def predict_fn(values, model):
    if values[0] == 0:
        raise ValueError("nought")
    if values[0] == -1:
        os._exit(7)
    return [value * model for value in values]
`;

test("a script in the archive serves with the image's own input and output", async () => {
  await deploy("functions", { files: { "code/inference.py": times } });
  expect(await ask("functions", "[1, 2]")).toEqual(["application/json", "[3, 6]"]);
  expect(await ask("functions", "[1, 2]", "application/json; charset=utf-8", "*/*")).toEqual([
    "application/json",
    "[3, 6]",
  ]);
  expect(await linesOf("functions")).toContain("model_fn /opt/ml/model ['code', 'model.txt'] /opt/ml/model");

  const wrongType = await refusal(ask("functions", "x", "image/png"));
  expect(wrongType).toEqual([
    415,
    expect.stringMatching(/^Content type image\/png is not supported; there are .*\nTraceback/),
  ]);
  const wrongAccept = await refusal(ask("functions", "[1]", "application/json", "image/png"));
  expect(wrongAccept).toEqual([406, expect.stringContaining("Content type image/png is not supported")]);
  const raised = await refusal(ask("functions", "[0]"));
  expect(raised).toEqual([
    500,
    expect.stringMatching(/^nought\nTraceback \(most recent call last\):[\s\S]*ValueError: nought\n$/),
  ]);

  const ended = await refusal(ask("functions", "[-1]"));
  expect(ended).toEqual([
    500,
    expect.stringContaining("The script's process ended with code 7 before it had answered"),
  ]);
  // The other worker answers at once, and one that takes the place of the ended one.
  for (let again = 0; again < 5; again++) expect(await ask("functions", "[5]")).toEqual(["application/json", "[15]"]);
  expect((await describe("functions")).EndpointStatus).toBe("InService");
  await remove("functions");
});

test("a script of its own archive has transform_fn, and acts as the model's role", async () => {
  const source = await archive("source", {
    "bin/serve_it.py": `
import json, helper, boto3
def model_fn(folder):
    return boto3.client("sts").get_caller_identity()["Arn"]
def transform_fn(model, body, content_type, accept):
    return json.dumps([model, helper.name, body, content_type, accept]), "text/x-mine"
`,
    "helper.py": "name = 'helper'",
  });
  const environment = {
    SAGEMAKER_PROGRAM: "bin/serve_it.py",
    SAGEMAKER_SUBMIT_DIRECTORY: source,
    SAGEMAKER_MODEL_SERVER_WORKERS: "1",
    SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: "text/plain",
  };
  await deploy("transform", { environment });
  const [type, text] = await ask("transform", "a,b", "text/csv");
  expect(type).toBe("text/x-mine");
  expect(JSON.parse(text!)).toEqual([
    expect.stringMatching(/^arn:aws:sts::\d+:assumed-role\/SageMakerRole\//),
    "helper",
    "a,b",
    "text/csv",
    "text/plain",
  ]);
  await remove("transform");
});

test("a script copies libraries of its model to /lib, as those of the SDK's ModelBuilder do", async () => {
  const script = `
import ctypes, os, shutil
def model_fn(folder):
    shutil.copytree(folder + "/shared_libs", "/lib", dirs_exist_ok=True)
    return [os.path.exists("/lib/mine.txt"), bool(ctypes.CDLL("libm.so.6").cos), sorted(os.listdir("/usr/lib")) != sorted(os.listdir("/lib"))]
def predict_fn(rows, model):
    return model
`;
  await deploy("libraries", { files: { "code/inference.py": script, "shared_libs/mine.txt": "mine" } });
  expect(await ask("libraries", "[1]")).toEqual(["application/json", "[true, true, true]"]);
  await remove("libraries");
});

test("without a network a script still answers, and no one else", async () => {
  const script = `
import socket
def model_fn(folder):
    return None
def input_fn(body, content_type):
    return body
def predict_fn(address, model):
    host, port = address.decode().split(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
        return "reached"
    except OSError as error:
        return type(error).__name__
def output_fn(said, accept):
    return said
`;
  await deploy("isolated", { files: { "code/inference.py": script }, isolated: true });
  const [, said] = await ask("isolated", server.url.replace("http://", ""), "application/octet-stream");
  expect(said).toBe("ConnectionRefusedError");
  await remove("isolated");
});

const httpServer = `#!/usr/bin/env python
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        self.answer(b"")
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(f"{self.path} {self.headers['X-Amzn-SageMaker-Custom-Attributes']} {len(body)}".encode())
print("on the port", os.environ["SAGEMAKER_BIND_TO_PORT"], flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
`;

const nodeServer = `import { createServer } from "node:http";
createServer(async (request, response) => {
  let size = 0;
  for await (const bytes of request) size += bytes.length;
  response.end(\`\${request.url} \${request.headers["x-amzn-sagemaker-custom-attributes"]} \${size}\`);
}).listen(process.env.SAGEBRUSH_SOCKET);
`;

test.each<[string, Deployed]>([
  ["python-on-a-port", { files: { "code/serve": httpServer } }],
  ["python-without-a-network", { files: { "code/serve": httpServer }, isolated: true }],
  [
    "node-on-the-socket",
    { files: { "code/server.mjs": nodeServer }, environment: { SAGEMAKER_PROGRAM: "server.mjs" } },
  ],
])("a program that serves by itself: %s", async (EndpointName, deployed) => {
  await deploy(EndpointName, deployed);
  const CustomAttributes = "a=b";
  for (const Body of ["12345", Buffer.alloc(5_000_000)]) {
    const answer = await clients().runtime.invokeEndpoint({ EndpointName, Body, CustomAttributes });
    expect(answer.Body.transformToString()).toBe(`/invocations a=b ${Body.length}`);
  }
  await remove(EndpointName);
});

test("what a script answers that cannot be passed on is an error of that request alone", async () => {
  const script = `
import os
def model_fn(folder):
    return None
def transform_fn(model, body, content_type, accept):
    if body == "nothing":
        return None
    if body == "much":
        return "x" * (26 * 2**20)
    if body == "status":
        from sagemaker_containers.beta.framework import worker
        return worker.Response("a teapot", mimetype="text/plain", status=418)
    return body
`;
  await deploy("answers", { files: { "code/inference.py": script } });
  const asked = (body: string) => refusal(ask("answers", body, "text/csv"));
  expect(await asked("nothing")).toEqual([500, expect.stringContaining("The script returned NoneType as its answer")]);
  expect(await asked("much")).toEqual([0, expect.stringContaining("is larger than 26214400 bytes")]);
  expect(await asked("status")).toEqual([418, "a teapot"]);
  expect(await ask("answers", "as ever", "text/csv", "text/csv")).toEqual(["text/csv", "as ever"]);
  await remove("answers");
});

test("scikit-learn reads and writes JSON, CSV and NPY", async () => {
  const script = `
import numpy
class Model:
    def predict(self, rows):
        assert rows.dtype == numpy.float32 or rows.dtype == numpy.float64, rows.dtype
        return rows.sum(axis=1)
def model_fn(folder):
    import sklearn.linear_model
    return Model()
`;
  await deploy("formats", {
    image: image("sagemaker-scikit-learn:1.2-1-cpu-py3"),
    files: { "code/inference.py": script },
  });
  expect(await ask("formats", "[[1, 2], [3, 4]]")).toEqual(["application/json", "[3.0, 7.0]"]);
  expect(await ask("formats", "1,2\n3,4", "text/csv", "text/csv")).toEqual(["text/csv", "3.0\n7.0\n"]);
  expect(await ask("formats", "1,2\n3,4", "text/csv", "image/png, application/json;q=0.5")).toEqual([
    "application/json",
    "[3.0, 7.0]",
  ]);
  await remove("formats");
});

test("the example of the guide", async (context) => {
  const { code, stdout, stderr } = await runClient(context, server, "v2", ["python", "examples/serving_script.py"]);
  expect({ code, stdout }, stderr).toEqual({
    code: 0,
    stdout: "application/json [321.0, 654.0]\ntext/csv [321.0, 654.0]\n",
  });
});
