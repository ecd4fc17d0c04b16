"""A model of your own behind an endpoint, with boto3: a script that says how it is loaded and asked.

Run it with: bin/sagebrush exec -- python examples/serving_script.py

Nothing in it is particular to Sagebrush.
"""

import io
import json
import tarfile
import time

import boto3

NAME = f"serving-script-{int(time.time())}"
sagemaker = boto3.client("sagemaker")
account = boto3.client("sts").get_caller_identity()["Account"]
region = sagemaker.meta.region_name

SCRIPT = """
import json, os
import numpy

def model_fn(model_dir):
    with open(os.path.join(model_dir, "weights.json")) as file:
        return numpy.array(json.load(file))

def predict_fn(rows, weights):
    return rows @ weights
"""

archive = io.BytesIO()
with tarfile.open(fileobj=archive, mode="w:gz") as tar:
    for name, text in {"weights.json": "[1.0, 10.0, 100.0]", "code/inference.py": SCRIPT}.items():
        member = tarfile.TarInfo(name)
        member.size = len(text)
        tar.addfile(member, io.BytesIO(text.encode()))
s3 = boto3.client("s3")
# S3 takes no location for this one region.
place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
s3.create_bucket(Bucket=NAME, **place)
s3.put_object(Bucket=NAME, Key="model.tar.gz", Body=archive.getvalue())

sagemaker.create_model(
    ModelName=NAME,
    ExecutionRoleArn=f"arn:aws:iam::{account}:role/SageMakerRole",
    PrimaryContainer={
        "Image": f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3",
        "ModelDataUrl": f"s3://{NAME}/model.tar.gz",
    },
)
sagemaker.create_endpoint_config(
    EndpointConfigName=NAME,
    ProductionVariants=[
        {"VariantName": "AllTraffic", "ModelName": NAME, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    ],
)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)

runtime = boto3.client("sagemaker-runtime")
for body, content_type in [("[[1, 2, 3], [4, 5, 6]]", "application/json"), ("1,2,3\n4,5,6", "text/csv")]:
    answer = runtime.invoke_endpoint(EndpointName=NAME, Body=body, ContentType=content_type, Accept="application/json")
    print(content_type, json.load(answer["Body"]))
sagemaker.delete_endpoint(EndpointName=NAME)
