import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const trainers = (sources: string) => `
import json, os, shutil, tarfile, tempfile
from sagemaker.core.helper.session_helper import Session
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, SourceCode

session = Session()
source = tempfile.mkdtemp() + "/code"
shutil.copytree("conformance/scripts/params", source)
os.chmod(source + "/params.sh", 0o755)
with open(source + "/needs.txt", "w") as file:
    file.write("tabulate==0.9.0\\n")
data = tempfile.mkdtemp()
with open(data + "/rows.csv", "w") as file:
    file.write("1,2\\n")
shared = dict(
    sagemaker_session=session,
    training_image="246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
    role="arn:aws:iam::123456789012:role/SageMakerRole",
    compute=Compute(instance_type="ml.m5.large", instance_count=1),
    base_job_name="params",
    hyperparameters={
        "integer": 1, "float": 3.14, "boolean": True, "string": "Hello World", "list": [1, 2, 3],
        "dict": {"key": "value", "nested": {"a": 1.5}},
    },
)
for source_code in [${sources}]:
    trainer = ModelTrainer(source_code=source_code, **shared)
    try:
        trainer.train(input_data_config=[InputData(channel_name="train", data_source=data)])
    except Exception as error:
        print("RESULT", type(error).__name__, json.dumps(str(error)))
        continue
    job = trainer._latest_training_job
    bucket, key = job.model_artifacts.s3_model_artifacts[5:].split("/", 1)
    session.boto_session.client("s3").download_file(bucket, key, data + "/model.tar.gz")
    with tarfile.open(data + "/model.tar.gz") as archive:
        print("RESULT", job.training_job_status, json.dumps(json.load(archive.extractfile("model.json"))["list"]))
`;

test("SDK 3: ModelTrainer runs Python, a shell script with requirements, a command; tells of a failure", async (context) => {
  const output = await runPython(
    context,
    server,
    "v3",
    trainers(`
    SourceCode(source_dir=source, entry_script="params.py"),
    SourceCode(source_dir=source, entry_script="params.sh", requirements="needs.txt"),
    SourceCode(source_dir=source, command="python -c 'import tabulate'"),`),
  );
  const results = output.match(/^RESULT .*$/gm);
  expect(results).toEqual([
    "RESULT Completed [1, 2, 3]",
    "RESULT Completed [1, 2, 3]",
    expect.stringMatching(/^RESULT FailedStatusError ".*Failure Reason: AlgorithmError: .*exit code: 1/),
  ]);
});
