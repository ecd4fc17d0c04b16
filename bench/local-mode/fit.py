"""Fits train.py as a user of the SageMaker SDK does: fit.py here|local IMAGE OUTPUT.

Fits once for each line of its input, so that the SDK is loaded once. Prints when CreateTrainingJob was called, when the
script's first line ran by its own clock, and the model.
"""

import io
import os
import sys
import tarfile
import time

import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.local import LocalSession

where, image, output = sys.argv[1:]
if where == "local":
    session = LocalSession()
    session.config = {"local": {"local_code": True}}
else:
    session = sagemaker.Session()
client = session.sagemaker_client
create = client.create_training_job


def timed(*words, **members):
    print(f"CREATED {time.time()}", flush=True)
    return create(*words, **members)


client.create_training_job = timed


def fit():
    estimator = Estimator(
        image_uri=image,
        role="arn:aws:iam::123456789012:role/SageMakerRole",
        instance_count=1,
        instance_type="local" if where == "local" else "ml.m5.large",
        source_dir=os.path.join(os.path.dirname(os.path.abspath(__file__)), "source"),
        entry_point="train.py",
        output_path=output,
        sagemaker_session=session,
    )
    if where == "local":
        estimator.fit()
        place = estimator.model_data
    else:
        # The SDK looks every ten seconds whether a job has ended.
        estimator.fit(wait=False)
        name = estimator.latest_training_job.name
        while client.describe_training_job(TrainingJobName=name)["TrainingJobStatus"] == "InProgress":
            time.sleep(0.1)
        place = f"{output}/{name}/output/model.tar.gz"
        stream = {"logGroupName": "/aws/sagemaker/TrainingJobs", "logStreamNamePrefix": f"{name}/"}
        print(*(event["message"] for event in boto3.client("logs").filter_log_events(**stream)["events"]), sep="\n")
    if place.startswith("s3://"):
        bucket, key = place[5:].split("/", 1)
        archive = boto3.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    else:
        with open(place.removeprefix("file://"), "rb") as file:
            archive = file.read()
    model = tarfile.open(fileobj=io.BytesIO(archive)).extractfile("model.txt").read().decode()
    print(f"MODEL {model}", flush=True)


for _ in sys.stdin:
    fit()
