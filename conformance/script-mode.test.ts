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
    /Invoking script with the following command:\s+\/opt\/ml\/\.python\/bin\/python train\.py --label class --n-estimators 20/,
  );
});
