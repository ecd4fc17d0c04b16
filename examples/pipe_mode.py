"""A training that streams its data in mode Pipe, with boto3.

Run it with: bin/sagebrush exec -- python examples/pipe_mode.py

The rows of the Wisconsin breast-cancer set are put into S3 as packed objects. The job reads them from a pipe for each
epoch, unpacked on the way, the objects in another order each time, and never has more than a row in memory.
"""

import gzip
import pathlib
import time
import uuid

import boto3

sagemaker = boto3.client("sagemaker")
s3 = boto3.client("s3")
REGION = sagemaker.meta.region_name
ACCOUNT = boto3.client("sts").get_caller_identity()["Account"]
BUCKET = f"sagemaker-{REGION}-{ACCOUNT}"
RUN = uuid.uuid4().hex[:8]
PLACE = f"pipe-mode/{RUN}"
IMAGE = f"081325390199.dkr.ecr.{REGION}.amazonaws.com/sagemaker-base-python-311:1.0"
TABLE = pathlib.Path(__file__).parent / "data" / "breast-cancer.csv"

# Logistic regression, a row at a time. The first epoch gathers how large the columns are, the others learn.
SCRIPT = """
import json, math, sys

def rows(epoch):
    with open(f"/opt/ml/input/data/train_{epoch}") as pipe:
        for line in pipe:
            label, *values = map(float, line.split(","))
            yield label, values

count, sums, squares = 0, None, None
for _, values in rows(0):
    count += 1
    sums = [a + b for a, b in zip(sums or [0] * len(values), values)]
    squares = [a + b * b for a, b in zip(squares or [0] * len(values), values)]
means = [total / count for total in sums]
spreads = [math.sqrt(total / count - mean ** 2) for total, mean in zip(squares, means)]
weights, bias = [0.0] * len(means), 0.0
for epoch in range(1, int(sys.argv[1]) + 1):
    right = 0
    for label, values in rows(epoch):
        scaled = [(value - mean) / spread for value, mean, spread in zip(values, means, spreads)]
        sure = 1 / (1 + math.exp(-bias - sum(w * x for w, x in zip(weights, scaled))))
        right += (sure > 0.5) == (label == 1)
        step = 0.05 * (label - sure)
        weights, bias = [w + step * x for w, x in zip(weights, scaled)], bias + step
    print(f"epoch {epoch}: accuracy={right / count:.4f};", flush=True)
json.dump({"means": means, "spreads": spreads, "weights": weights, "bias": bias}, open("/opt/ml/model/model.json", "w"))
"""


def put_rows():
    lines = TABLE.read_text().splitlines(keepends=True)[1:]
    for at in range(0, len(lines), 50):
        packed = gzip.compress("".join(lines[at : at + 50]).encode())
        s3.put_object(Bucket=BUCKET, Key=f"{PLACE}/rows/{at:04}.csv.gz", Body=packed)
    s3.put_object(Bucket=BUCKET, Key=f"{PLACE}/code/train.py", Body=SCRIPT)


def below(name):
    return {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{PLACE}/{name}/"}}


def train(name, epochs):
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["python3", "/opt/ml/input/data/code/train.py"],
            "ContainerArguments": [str(epochs)],
            "MetricDefinitions": [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}],
        },
        InputDataConfig=[
            {"ChannelName": "code", "DataSource": below("code")},
            {
                "ChannelName": "train",
                "DataSource": below("rows"),
                "InputMode": "Pipe",
                "CompressionType": "Gzip",
                "ShuffleConfig": {"Seed": 7},
            },
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/{PLACE}"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/SageMakerRole",
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    while (job := sagemaker.describe_training_job(TrainingJobName=name))["TrainingJobStatus"] == "InProgress":
        time.sleep(0.2)
    if job["TrainingJobStatus"] != "Completed":
        raise SystemExit(job["FailureReason"])
    return job


put_rows()
trained = train(f"pipe-mode-{RUN}", epochs=5)
accuracy = trained["FinalMetricDataList"][0]["Value"]
print(f"accuracy {accuracy:.4f} in the last epoch; the model is {trained['ModelArtifacts']['S3ModelArtifacts']}")
