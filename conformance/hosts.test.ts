import { existsSync } from "node:fs";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { expect, type TestContext, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

/** Where Debian's python3-torchvision is, which brings python3-torch; `.ci/run` installs it. */
const torchFolder = "/usr/lib/python3/dist-packages/torchvision";

function needsTorch(context: TestContext): void {
  if (existsSync(torchFolder)) return;
  if (process.env.CI) throw new Error(`${torchFolder} is missing; .ci/run installs python3-torchvision`);
  context.skip(`${torchFolder} is missing: apt-get install -y python3-torchvision`);
}

const fitTogether = `
import json, tarfile, tempfile
import sagemaker
from sagemaker.pytorch import PyTorch

session = sagemaker.Session()
for count in [1, 2]:
    estimator = PyTorch(
        entry_point="train.py", source_dir="conformance/scripts/hosts-torch", role="arn:aws:iam::123456789012:role/SageMakerRole",
        instance_type="ml.g4dn.xlarge", instance_count=count, framework_version="1.13.1", py_version="py39",
        distribution={"torch_distributed": {"enabled": True}},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+);"}], sagemaker_session=session,
    )
    estimator.fit()
    job = estimator.latest_training_job.describe()
    bucket, key = estimator.model_data[5:].split("/", 1)
    with tempfile.NamedTemporaryFile() as file:
        session.boto_session.client("s3").download_file(bucket, key, file.name)
        with tarfile.open(file.name) as archive:
            names = sorted(archive.getnames())
    print("\\nRESULT", json.dumps([job["FinalMetricDataList"][0]["Value"], names]))
`;

test("SDK 2: torchrun over two hosts has the loss of one host with the same batches", async (context) => {
  needsTorch(context);
  const output = await runPython(context, server, "v2", fitTogether);
  const [alone, together] = [...output.matchAll(/^RESULT (.*)$/gm)].map((match) => JSON.parse(match[1]!));
  expect(alone[1]).toEqual(["rank-0.json"]);
  expect(together[1]).toEqual(["rank-0.json", "rank-1.json"]);
  expect(together[0]).toBeCloseTo(alone[0], 9);
  expect(output).toContain("host algo-1 algo-1 10.0.1.1 0 2");
  expect(output).toContain("host algo-2 algo-2 10.0.1.1 1 2");
});

const driveTorchrun = `
import shutil, tempfile
from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, SourceCode
from sagemaker.train.distributed import Torchrun

source = tempfile.mkdtemp() + "/code"
shutil.copytree("conformance/scripts/hosts-torch", source)
trainer = ModelTrainer(
    sagemaker_session=Session(), role="arn:aws:iam::123456789012:role/SageMakerRole", base_job_name="driven",
    training_image="763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:1.13.1-cpu-py39",
    source_code=SourceCode(source_dir=source, entry_script="train.py"), hyperparameters={"steps": 2},
    compute=Compute(instance_type="ml.m5.large", instance_count=2), distributed=Torchrun(process_count_per_node=1),
)
trainer.train()
print("RESULT", trainer._latest_training_job.training_job_status)
`;

test("SDK 3: the driver Torchrun starts a process on each of two hosts", async (context) => {
  needsTorch(context);
  const output = await runPython(context, server, "v3", driveTorchrun);
  expect(output).toContain("RESULT Completed");
  const logs = new CloudWatchLogs(server.clientOptions);
  const { events = [] } = await logs.filterLogEvents({
    logGroupName: "/aws/sagemaker/TrainingJobs",
    logStreamNamePrefix: "driven",
    filterPattern: "host",
  });
  const said = events.map(({ message }) => message!).filter((line) => line.startsWith("host algo"));
  expect(said.sort()).toEqual(["host algo-1 algo-1 10.0.1.1 0 2", "host algo-2 algo-2 10.0.1.1 1 2"]);
});
