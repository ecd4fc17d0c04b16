"""A shadow test of a new model on an endpoint that serves, with boto3.

Run it with: bin/sagebrush exec -- python examples/shadow_test.py

Nothing in it is particular to Sagebrush. It trains the built-in XGBoost on the Wisconsin breast-cancer set with few and
with many rounds and serves the first model. An inference experiment gives the second a copy of every request; what both
answered is captured and compared, and the second takes the place of the first.
"""

import base64
import json
import pathlib
import time

import boto3

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
NAME = f"shadow-{int(time.time())}"
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
s3 = boto3.client("s3")
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
    return job


def variant(name, model):
    infrastructure = {
        "InfrastructureType": "RealTimeInference",
        "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }
    return {"VariantName": name, "ModelName": model, "InfrastructureConfig": infrastructure}


def until(status):
    while (found := sagemaker.describe_inference_experiment(Name=NAME)["Status"]) != status:
        if found == "Cancelled":
            raise SystemExit(sagemaker.describe_inference_experiment(Name=NAME)["StatusReason"])
        time.sleep(0.2)


def captured(variant):
    """Returns what a variant answered, by the id of the request."""
    found = {}
    for item in s3.list_objects_v2(Bucket=NAME, Prefix=f"captured/{NAME}/{variant}/").get("Contents", []):
        for line in s3.get_object(Bucket=NAME, Key=item["Key"])["Body"].read().decode().splitlines():
            record = json.loads(line)
            answer = record["captureData"]["endpointOutput"]
            text = answer["data"] if answer["encoding"] != "BASE64" else base64.b64decode(answer["data"]).decode()
            found[record["eventMetadata"]["inferenceId"]] = float(text) > 0.5
    return found


place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
s3.create_bucket(Bucket=NAME, **place)
s3.put_object(Bucket=NAME, Key="train/rows.csv", Body="\n".join(ROWS))
few, many = train("few", 1), train("many", 50)
sagemaker.create_endpoint_config(
    EndpointConfigName=NAME,
    ProductionVariants=[
        {"VariantName": "few", "ModelName": few, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    ],
)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)

sagemaker.create_inference_experiment(
    Name=NAME,
    Type="ShadowMode",
    RoleArn=role,
    EndpointName=NAME,
    ModelVariants=[variant("few", few), variant("many", many)],
    ShadowModeConfig={
        "SourceModelVariantName": "few",
        "ShadowModelVariants": [{"ShadowModelVariantName": "many", "SamplingPercentage": 100}],
    },
    DataStorageConfig={"Destination": f"s3://{NAME}/captured", "ContentType": {"CsvContentTypes": ["text/csv"]}},
)
until("Running")
calls = ROWS[:100]
answered = set()
for number, row in enumerate(calls):
    answer = runtime.invoke_endpoint(
        EndpointName=NAME, ContentType="text/csv", Body=row.split(",", 1)[1], InferenceId=f"row-{number}"
    )
    answered.add(answer["InvokedProductionVariant"])
print("while it was tried,", *answered, "answered")

while len(captured("few")) < len(calls) or len(captured("many")) < len(calls):
    time.sleep(1)
truth = {f"row-{number}": row.startswith("1") for number, row in enumerate(calls)}
for name in "few", "many":
    right = sum(answer == truth[call] for call, answer in captured(name).items())
    print(name, "was right", right, "times of", len(calls))

sagemaker.stop_inference_experiment(
    Name=NAME, ModelVariantActions={"few": "Remove", "many": "Promote"}, DesiredState="Completed"
)
until("Completed")
answer = runtime.invoke_endpoint(EndpointName=NAME, ContentType="text/csv", Body=calls[0].split(",", 1)[1])
print("now", answer["InvokedProductionVariant"], "answers")
sagemaker.delete_endpoint(EndpointName=NAME)
