"""A training that is stopped half-way, and another job that goes on from its checkpoint, with boto3.

Run it with: bin/sagebrush exec -- python examples/resumed_training.py

Both jobs keep their checkpoints at one place in S3. What is there when a job begins is in /opt/ml/checkpoints before its
script starts, and what the script writes there is uploaded while it runs.
"""

import time
import uuid

import boto3

sagemaker = boto3.client("sagemaker")
logs = boto3.client("logs")
s3 = boto3.client("s3")
REGION = sagemaker.meta.region_name
ACCOUNT = boto3.client("sts").get_caller_identity()["Account"]
BUCKET = f"sagemaker-{REGION}-{ACCOUNT}"
RUN = uuid.uuid4().hex[:8]
CODE = f"s3://{BUCKET}/resumed-training/{RUN}/code/"
CHECKPOINTS = f"s3://{BUCKET}/resumed-training/{RUN}/checkpoints"
IMAGE = f"081325390199.dkr.ecr.{REGION}.amazonaws.com/sagemaker-base-python-311:1.0"

# Finds the square root of 2 by small steps. A checkpoint is written beside its place and moved there, so it is never half.
SCRIPT = """
import json, os, sys, time
steps, place = int(sys.argv[1]), "/opt/ml/checkpoints/state.json"
state = {"step": 0, "x": 1.0}
if os.path.exists(place):
    state = json.load(open(place))
    print(f"goes on from step {state['step']}", flush=True)
while state["step"] < steps:
    state = {"step": state["step"] + 1, "x": state["x"] - 0.05 * (state["x"] ** 2 - 2)}
    with open(place + ".new", "w") as file:
        json.dump(state, file)
    os.replace(place + ".new", place)
    print(f"step {state['step']}: x={state['x']:.6f};", flush=True)
    time.sleep(0.05)
json.dump(state, open("/opt/ml/model/model.json", "w"))
"""


def train(name, steps):
    sagemaker.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": ["python3", "/opt/ml/input/data/code/train.py"],
            "ContainerArguments": [str(steps)],
            "MetricDefinitions": [{"Name": "x", "Regex": "x=([0-9.]+);"}],
        },
        InputDataConfig=[
            {"ChannelName": "code", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": CODE}}},
        ],
        CheckpointConfig={"S3Uri": CHECKPOINTS},
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/resumed-training/{RUN}"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/SageMakerRole",
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )


def until(name, holds):
    while not holds(job := sagemaker.describe_training_job(TrainingJobName=name)):
        if job["TrainingJobStatus"] == "Failed":
            raise SystemExit(job["FailureReason"])
        time.sleep(0.2)
    return job


def lines_of(name):
    group = "/aws/sagemaker/TrainingJobs"
    return [event["message"] for event in logs.filter_log_events(logGroupName=group, logStreamNamePrefix=name + "/")["events"]]


s3.head_bucket(Bucket=BUCKET)
s3.put_object(Bucket=BUCKET, Key=f"resumed-training/{RUN}/code/train.py", Body=SCRIPT)
first, second = f"resumed-{RUN}-first", f"resumed-{RUN}-second"
train(first, steps=1_000_000)
until(first, lambda _: s3.list_objects_v2(Bucket=BUCKET, Prefix=f"resumed-training/{RUN}/checkpoints/")["KeyCount"] > 0)
sagemaker.stop_training_job(TrainingJobName=first)
until(first, lambda job: job["TrainingJobStatus"] == "Stopped")
print("stopped at", lines_of(first)[-1])

train(second, steps=100)
job = until(second, lambda job: job["TrainingJobStatus"] == "Completed")
print("the second job", next(line for line in lines_of(second) if line.startswith("goes on")))
print(f"the square root of 2 is about {job['FinalMetricDataList'][0]['Value']:.4f}")
