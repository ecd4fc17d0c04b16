import { existsSync } from "node:fs";
import { expect, type TestContext, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** Where Debian's python3-torchvision is, which brings python3-torch; `.ci/run` installs it. */
const torchFolder = "/usr/lib/python3/dist-packages/torchvision";

const fitNetwork = `
import json, tempfile, os
import numpy
import sagemaker
from sagemaker.pytorch import PyTorch

session = sagemaker.Session()
random = numpy.random.default_rng(0)
x = random.normal(size=(1506, 8))
y = x @ random.normal(size=8) / 2.2 + random.normal(scale=0.05, size=1506)
rows = numpy.column_stack([x, y])
folder = tempfile.mkdtemp()
places = {}
for name, part in [("train", rows[:1204]), ("test", rows[1204:])]:
    os.makedirs(f"{folder}/{name}")
    numpy.save(f"{folder}/{name}/rows.npy", part)
    places[name] = session.upload_data(f"{folder}/{name}", key_prefix=f"linear/{name}")
estimator = PyTorch(
    entry_point="train.py",
    source_dir="conformance/scripts/pytorch-linear",
    role="arn:aws:iam::123456789012:role/SageMakerRole",
    instance_type="ml.m5.large",
    instance_count=1,
    framework_version="1.13.1",
    py_version="py39",
    hyperparameters={"epochs": 200},
    metric_definitions=[{"Name": "test:mse", "Regex": "test_mse=([0-9.]+);"}, {"Name": "train:loss", "Regex": "train_loss=([0-9.]+);"}],
    sagemaker_session=session,
)
estimator.fit(places)
job = estimator.latest_training_job.describe()
print("RESULT", json.dumps({metric["MetricName"]: metric["Value"] for metric in job["FinalMetricDataList"]}))
predictor = estimator.deploy(initial_instance_count=1, instance_type="ml.m5.large", entry_point="serve.py", source_dir="conformance/scripts/pytorch-linear")
answers = predictor.predict(rows[1204:, :-1].astype("float32"))
print("\\nSERVED", json.dumps([answers.shape, float(((answers[:, 0] - rows[1204:, -1]) ** 2).mean())]))
predictor.delete_endpoint()
`;

function needsTorch(context: TestContext): void {
  if (existsSync(torchFolder)) return;
  if (process.env.CI) throw new Error(`${torchFolder} is missing; .ci/run installs python3-torchvision`);
  context.skip(`${torchFolder} is missing: apt-get install -y python3-torchvision`);
}

test("SDK 2: PyTorch trains a network with the system's own torch, and serves it (O15)", async (context) => {
  needsTorch(context);
  const output = await runPython(context, server, "v2", fitNetwork);
  const [shape, error] = JSON.parse(/^SERVED (.*)$/m.exec(output)![1]!);
  expect(shape).toEqual([302, 1]);
  expect(error).toBeLessThan(0.3);
  const metrics = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  expect(metrics["test:mse"]).toBeLessThan(0.3);
  expect(metrics["train:loss"]).toBeLessThan(0.3);
  expect(output).toMatch(/Python 3\.11\.\d+ with the packages pytorch-1\.13-debian\. AWS's image has Python 3\.9\.\n/);
  expect(output).toContain("the packages that examples use are there");
  expect(output).toContain("gloo True");
});

const serveTorchScript = `
import io, json, os, subprocess, tarfile, tempfile
import boto3
import numpy
import sagemaker
from sagemaker.model import Model

session = sagemaker.Session()
folder = tempfile.mkdtemp()
subprocess.run(["/usr/bin/python3", "conformance/scripts/torchscript/export.py", f"{folder}/weighted.pt"], check=True)

def archive(name, *files):
    with tarfile.open(f"{folder}/{name}", "w:gz") as packed:
        for file in files:
            packed.add(f"{folder}/{file}", arcname=file)
    return session.upload_data(f"{folder}/{name}", key_prefix="torchscript")

image = sagemaker.image_uris.retrieve("pytorch", session.boto_region_name, version="1.13.1", py_version="py39", image_scope="inference", instance_type="ml.m5.large")
role = "arn:aws:iam::123456789012:role/SageMakerRole"
client, runtime = boto3.client("sagemaker"), boto3.client("sagemaker-runtime")
def deploy(name, url):
    Model(image_uri=image, model_data=url, role=role, name=name, sagemaker_session=session).deploy(
        initial_instance_count=1, instance_type="ml.m5.large", endpoint_name=name)
def ask(body, content_type, accept):
    answer = runtime.invoke_endpoint(EndpointName="torchscript", Body=body, ContentType=content_type, Accept=accept)
    return answer["Body"].read()
deploy("torchscript", archive("model.tar.gz", "weighted.pt"))
stream = io.BytesIO()
numpy.save(stream, numpy.array([[1, 2, 3], [0, 0, 1]], dtype="float32"))
npy = numpy.load(io.BytesIO(ask(stream.getvalue(), "application/x-npy", "application/x-npy")))
found = [
    json.loads(ask("[[1, 2, 3], [0, 0, 1]]", "application/json", "application/json")),
    ask("1,2,3\\n0,0,1\\n", "text/csv", "text/csv").decode(),
    [str(npy.dtype), npy.tolist()],
]
client.delete_endpoint(EndpointName="torchscript")
os.rename(f"{folder}/weighted.pt", f"{folder}/one.pt")
with open(f"{folder}/two.pth", "w") as file:
    file.write("no model")
for name, files in ("many", ["one.pt", "two.pth"]), ("none", ["two.pth"]):
    try:
        deploy(name, archive(f"{name}.tar.gz", *files))
    except Exception:
        found.append(client.describe_endpoint(EndpointName=name)["FailureReason"])
print("\\nRESULT", json.dumps(found))
`;

test("the PyTorch image loads a TorchScript model without a script, and asks it without gradients or dropout", async (context) => {
  needsTorch(context);
  const output = await runPython(context, server, "v2", serveTorchScript);
  expect(JSON.parse(/RESULT (.*)$/m.exec(output)![1]!)).toEqual([
    [[17], [4]],
    "17.0\n4.0\n",
    ["float32", [[17], [4]]],
    expect.stringContaining("Exactly one .pth or .pt file is required for PyTorch models: ['one.pt', 'two.pth']"),
    expect.stringMatching(/Failed to load .*two\.pth\. Please ensure model is saved using torchscript/),
  ]);
});
