"""An endpoint that is changed while it serves, with boto3.

Run it with: bin/sagebrush exec -- python examples/live_endpoint.py

Nothing in it is particular to Sagebrush. It trains the built-in XGBoost on the Wisconsin breast-cancer set with few and
with many rounds, deploys both models as variants of one endpoint, shifts the traffic between them, and gives one of them
a second instance.
"""

import collections
import pathlib
import time

import boto3

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
NAME = f"live-{int(time.time())}"
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
account = boto3.client("sts").get_caller_identity()["Account"]
region = sagemaker.meta.region_name
role = f"arn:aws:iam::{account}:role/SageMakerRole"
# The registry of the built-in XGBoost is another account in each region; the server takes any of them.
image = f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.7-1"


def train(name, rounds):
    job = f"{NAME}-{name}"
    sagemaker.create_training_job(
        TrainingJobName=job,
        RoleArn=role,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters={"objective": "binary:logistic", "num_round": str(rounds), "max_depth": "4"},
        InputDataConfig=[
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{NAME}/train/"}},
            }
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{NAME}/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
    model = sagemaker.describe_training_job(TrainingJobName=job)["ModelArtifacts"]["S3ModelArtifacts"]
    sagemaker.create_model(
        ModelName=job, ExecutionRoleArn=role, PrimaryContainer={"Image": image, "ModelDataUrl": model}
    )
    return {"VariantName": name, "ModelName": job, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}


def who_answers(calls=200):
    body = ROWS[0].split(",", 1)[1]
    answers = (runtime.invoke_endpoint(EndpointName=NAME, ContentType="text/csv", Body=body) for _ in range(calls))
    return dict(collections.Counter(answer["InvokedProductionVariant"] for answer in answers))


s3 = boto3.client("s3")
place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
s3.create_bucket(Bucket=NAME, **place)
s3.put_object(Bucket=NAME, Key="train/rows.csv", Body="\n".join(ROWS))
variants = [
    {**train("few", 2), "InitialVariantWeight": 1},
    {**train("many", 50), "InitialVariantWeight": 0},
]
sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=variants)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)
print("at first", who_answers())

sagemaker.update_endpoint_weights_and_capacities(
    EndpointName=NAME,
    DesiredWeightsAndCapacities=[
        {"VariantName": "few", "DesiredWeight": 0},
        {"VariantName": "many", "DesiredWeight": 1, "DesiredInstanceCount": 2},
    ],
)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)
print("then", who_answers())
for variant in sagemaker.describe_endpoint(EndpointName=NAME)["ProductionVariants"]:
    print(variant["VariantName"], "weight", variant["CurrentWeight"], "instances", variant["CurrentInstanceCount"])
sagemaker.delete_endpoint(EndpointName=NAME)
