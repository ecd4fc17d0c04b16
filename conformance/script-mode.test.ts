import { expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";

const server = useServer({ environment: scriptEnvironments });

const fitIris = `
import json, sys, tarfile, tempfile, os
import pandas, numpy
from sklearn.datasets import load_iris
import sagemaker
from sagemaker.sklearn import SKLearn

session = sagemaker.Session()
iris = load_iris(as_frame=True)
table = iris.frame.sample(frac=1, random_state=0).rename(columns={"target": "class"})
folder = tempfile.mkdtemp()
places = {}
for name, rows in [("train", table[:100]), ("test", table[100:])]:
    os.makedirs(f"{folder}/{name}")
    rows.to_csv(f"{folder}/{name}/iris.csv", index=False)
    places[name] = session.upload_data(f"{folder}/{name}", key_prefix=f"iris/{name}")

estimator = SKLearn(
    entry_point="train.py",
    source_dir="conformance/scripts/sklearn-iris",
    role="arn:aws:iam::123456789012:role/SageMakerRole",
    instance_type="ml.m5.large",
    framework_version="1.2-1",
    hyperparameters={"n-estimators": 20, "label": "class"},
    metric_definitions=[{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}],
    sagemaker_session=session,
)
estimator.fit(places)
described = estimator.latest_training_job.describe()
bucket, key = described["ModelArtifacts"]["S3ModelArtifacts"][5:].split("/", 1)
session.boto_session.client("s3").download_file(bucket, key, f"{folder}/model.tar.gz")
session.boto_session.client("s3").download_file(bucket, key.replace("model.tar.gz", "output.tar.gz"), f"{folder}/output.tar.gz")
output = tarfile.open(f"{folder}/output.tar.gz")
print("RESULT " + json.dumps({
    "members": tarfile.open(f"{folder}/model.tar.gz").getnames(),
    "hyperparameters": json.load(output.extractfile("hyperparameters.json")),
    "metrics": [(metric["MetricName"], metric["Value"]) for metric in described["FinalMetricDataList"]],
    "status": described["SecondaryStatus"],
}))
`;

test("SDK 2: SKLearn fits a script with a module of its own and a requirement, and streams its log", async (context) => {
  const output = await runPython(context, server, "v2", fitIris);
  const result = JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!);
  expect(result).toEqual({
    members: ["model.joblib"],
    hyperparameters: { "n-estimators": 20, label: "class" },
    metrics: [["accuracy", expect.any(Number)]],
    status: "Completed",
  });
  expect(result.metrics[0][1]).toBeGreaterThanOrEqual(0.93);
  expect(output).toContain("folder  /opt/ml/code");
  expect(output).toContain("host    algo-1");
  expect(output).toMatch(
    /Invoking script with the following command:\s+\/opt\/ml\/\.python\/bin\/python -- train\.py --label class --n-estimators 20/,
  );
});

const stopScript = `
import io, json, tarfile, time
import boto3

sagemaker, s3, logs = boto3.client("sagemaker"), boto3.client("s3"), boto3.client("logs")
s3.create_bucket(Bucket="stopped-scripts", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
script = b"""
import os, signal, sys, time
def stop(*_):
    open(os.environ["SM_MODEL_DIR"] + "/so-far", "w").write("model")
    print("saved")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
defaults = os.environ.get("SAGEMAKER_ADMIN_CONFIG_OVERRIDE", "/dev/null")
print(open(defaults).read())
print("waiting", flush=True)
while True:
    time.sleep(1)
"""
archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    member = tarfile.TarInfo("train.py")
    member.size = len(script)
    tar.addfile(member, io.BytesIO(script))
s3.put_object(Bucket="stopped-scripts", Key="source.tar.gz", Body=archive.getvalue())
sagemaker.create_training_job(
    TrainingJobName="stopped",
    AlgorithmSpecification={"TrainingImage": "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-base-python-311:1.0", "TrainingInputMode": "File"},
    RoleArn="arn:aws:iam::123456789012:role/SageMakerRole",
    HyperParameters={"sagemaker_program": "train.py", "sagemaker_submit_directory": "s3://stopped-scripts/source.tar.gz"},
    OutputDataConfig={"S3OutputPath": "s3://stopped-scripts/out"},
    ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    StoppingCondition={"MaxRuntimeInSeconds": 600},
)
def lines():
    try:
        return [event["message"] for event in logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix="stopped/")["events"]]
    except logs.exceptions.ResourceNotFoundException:
        return []
while "waiting" not in lines():
    time.sleep(0.2)
sagemaker.stop_training_job(TrainingJobName="stopped")
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="stopped")
job = sagemaker.describe_training_job(TrainingJobName="stopped")
bucket, key = job["ModelArtifacts"]["S3ModelArtifacts"][5:].split("/", 1)
model = tarfile.open(fileobj=io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))
print("RESULT", json.dumps([job["TrainingJobStatus"], "saved" in lines(), "      TelemetryOptOut: true" in lines(), model.getnames()]))
`;

test("a stopped script hears of it, what it saves is kept, and the SDK in it reports nothing to Amazon", async (context) => {
  const output = await runPython(context, server, "v2", stopScript);
  expect(JSON.parse(/^RESULT (.*)$/m.exec(output)![1]!)).toEqual(["Stopped", true, true, ["so-far"]]);
});
