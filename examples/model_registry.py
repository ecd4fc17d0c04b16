"""The model registry with boto3: two versions of a model, one of them approved and deployed.

Run it with: bin/sagebrush exec -- python examples/model_registry.py

Nothing in it is particular to Sagebrush. It trains the built-in XGBoost twice on the Wisconsin breast-cancer set,
registers both models as versions of one group, approves the better one, and deploys what is approved.
"""

import pathlib
import re
import time

import boto3

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
NAME = f"registry-{int(time.time())}"
sagemaker = boto3.client("sagemaker")
account = boto3.client("sts").get_caller_identity()["Account"]
region = sagemaker.meta.region_name
bucket = NAME
role = f"arn:aws:iam::{account}:role/SageMakerRole"
# The registry of the built-in XGBoost is another account in each region; the server takes any of them.
image = f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.7-1"


def train(rounds):
    """Returns where the model lies, and its logarithmic loss on the rows it was trained on."""
    job = f"{NAME}-{rounds}"
    sagemaker.create_training_job(
        TrainingJobName=job,
        RoleArn=role,
        AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
        HyperParameters={"objective": "binary:logistic", "num_round": str(rounds), "max_depth": "4"},
        InputDataConfig=[
            {
                "ChannelName": "train",
                "ContentType": "text/csv",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/train/"}},
            }
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=job)
    described = sagemaker.describe_training_job(TrainingJobName=job)
    metrics = {metric["MetricName"]: metric["Value"] for metric in described["FinalMetricDataList"]}
    return described["ModelArtifacts"]["S3ModelArtifacts"], metrics["train:logloss"]


s3 = boto3.client("s3")
if region == "us-east-1":
    s3.create_bucket(Bucket=bucket)
else:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
train_rows = [row for number, row in enumerate(ROWS) if number % 5]
s3.put_object(Bucket=bucket, Key="train/rows.csv", Body="\n".join(train_rows))

sagemaker.create_model_package_group(ModelPackageGroupName=NAME, ModelPackageGroupDescription="Breast cancer")
losses = {}
for rounds in (2, 100):
    model, loss = train(rounds)
    version = sagemaker.create_model_package(
        ModelPackageGroupName=NAME,
        ModelPackageDescription=f"{rounds} rounds",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [{"Image": image, "ModelDataUrl": model}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
        CustomerMetadataProperties={"loss": str(loss)},
    )["ModelPackageArn"]
    losses[version] = loss
    print(f"{version}: loss {loss}")

best = min(losses, key=losses.get)
sagemaker.update_model_package(ModelPackageArn=best, ModelApprovalStatus="Approved", ApprovalDescription="Least loss")
approved = sagemaker.list_model_packages(ModelPackageGroupName=NAME, ModelApprovalStatus="Approved")
package = approved["ModelPackageSummaryList"][0]["ModelPackageArn"]

sagemaker.create_model(ModelName=NAME, ExecutionRoleArn=role, PrimaryContainer={"ModelPackageName": package})
variant = {"VariantName": "AllTraffic", "ModelName": NAME, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
sagemaker.create_endpoint_config(EndpointConfigName=NAME, ProductionVariants=[variant])
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)

held_out = ROWS[::5]
body = "\n".join(row.split(",", 1)[1] for row in held_out)
runtime = boto3.client("sagemaker-runtime")
answer = runtime.invoke_endpoint(EndpointName=NAME, ContentType="text/csv", Accept="text/csv", Body=body)
scores = [float(score) for score in re.split(r"[\s,]+", answer["Body"].read().decode().strip())]
hits = sum((score > 0.5) == (row[0] == "1") for score, row in zip(scores, held_out))
print(f"Version {package.rsplit('/', 1)[1]} is approved and serves: accuracy {hits / len(held_out):.4f}")
sagemaker.delete_endpoint(EndpointName=NAME)
