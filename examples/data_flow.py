"""Runs a flow of Data Wrangler as a processing job, as the notebooks that Studio exports do.

bin/sagebrush exec -- python examples/data_flow.py
"""

import json
import pathlib
import time

import boto3

name = f"rides-{int(time.time())}"
s3, sagemaker = boto3.client("s3"), boto3.client("sagemaker")
account = boto3.client("sts").get_caller_identity()["Account"]
region = sagemaker.meta.region_name
bucket = f"sagemaker-{region}-{account}"
configuration = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
try:
    s3.create_bucket(Bucket=bucket, **configuration)
except s3.exceptions.BucketAlreadyOwnedByYou:
    pass

rides = "miles,fare\n" + "".join(f"{miles / 2},{3 + miles * 1.1:.2f}\n" for miles in range(1, 41))
flow = pathlib.Path(__file__).parent / "data" / "rides.flow"
s3.put_object(Bucket=bucket, Key=f"{name}/rides.csv", Body=rides)
s3.put_object(Bucket=bucket, Key=f"{name}/rides.flow", Body=flow.read_bytes())


def job_input(name, key):
    place = {"S3Uri": f"s3://{bucket}/{key}", "LocalPath": f"/opt/ml/processing/{name}"}
    return {"InputName": name, "S3Input": {**place, "S3DataType": "S3Prefix", "S3InputMode": "File"}}


def job_output(name):
    place = {"S3Uri": f"s3://{bucket}/{job}/output", "LocalPath": "/opt/ml/processing/output"}
    return {"OutputName": name, "S3Output": {**place, "S3UploadMode": "EndOfJob"}}


job = name
sagemaker.create_processing_job(
    ProcessingJobName=job,
    RoleArn=f"arn:aws:iam::{account}:role/SageMakerRole",
    AppSpecification={
        "ImageUri": f"174368400705.dkr.ecr.{region}.amazonaws.com/sagemaker-data-wrangler-container:3.x",
        "ContainerArguments": [f"--output-config '{json.dumps({'parts.Train': {'content_type': 'CSV'}})}'"],
    },
    ProcessingInputs=[job_input("flow", f"{name}/rides.flow"), job_input("rides.csv", f"{name}/rides.csv")],
    ProcessingOutputConfig={"Outputs": [job_output("parts.Train"), job_output("parts.Test")]},
    ProcessingResources={
        "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
    },
)
sagemaker.get_waiter("processing_job_completed_or_stopped").wait(
    ProcessingJobName=job, WaiterConfig={"Delay": 1, "MaxAttempts": 600}
)
for part in ("Train", "Test"):
    [found] = s3.list_objects_v2(Bucket=bucket, Prefix=f"{job}/output/{job}/parts/{part}/")["Contents"]
    lines = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read().decode().splitlines()
    print(f"{part}: {len(lines) - 1} rows of {lines[0]}")
