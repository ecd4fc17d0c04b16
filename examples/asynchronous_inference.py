"""Requests in a queue and answers in S3, on an endpoint that has an instance only while there are any, with boto3.

Run it with: bin/sagebrush exec -- python examples/asynchronous_inference.py

Nothing in it is particular to Sagebrush. It trains the built-in XGBoost on the Wisconsin breast-cancer set and serves the
model asynchronously. The endpoint's last instance is taken away; the requests that come then wait, and an alarm on the
queue brings an instance back.
"""

import pathlib
import time

import boto3

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
NAME = f"queue-{int(time.time())}"
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
s3 = boto3.client("s3")
scaling = boto3.client("application-autoscaling")
cloudwatch = boto3.client("cloudwatch")
account = boto3.client("sts").get_caller_identity()["Account"]
region = sagemaker.meta.region_name
role = f"arn:aws:iam::{account}:role/SageMakerRole"
# The registry of the built-in XGBoost is another account in each region; the server takes any of them.
image = f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.7-1"

s3.create_bucket(Bucket=NAME, CreateBucketConfiguration={"LocationConstraint": region})
s3.put_object(Bucket=NAME, Key="train/rows.csv", Body="\n".join(ROWS[:400]).encode())
sagemaker.create_training_job(
    TrainingJobName=NAME,
    RoleArn=role,
    AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
    HyperParameters={"objective": "binary:logistic", "num_round": "20", "max_depth": "4"},
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
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=NAME)
model = sagemaker.describe_training_job(TrainingJobName=NAME)["ModelArtifacts"]["S3ModelArtifacts"]
sagemaker.create_model(
    ModelName=NAME, ExecutionRoleArn=role, PrimaryContainer={"Image": image, "ModelDataUrl": model}
)
sagemaker.create_endpoint_config(
    EndpointConfigName=NAME,
    ProductionVariants=[
        {"VariantName": "A", "ModelName": NAME, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    ],
    AsyncInferenceConfig={
        "OutputConfig": {"S3OutputPath": f"s3://{NAME}/answers", "S3FailurePath": f"s3://{NAME}/failures"},
        "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 4},
    },
)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)

target = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"endpoint/{NAME}/variant/A",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=2)
policy = scaling.put_scaling_policy(
    **target,
    PolicyName="first-instance",
    PolicyType="StepScaling",
    StepScalingPolicyConfiguration={
        "AdjustmentType": "ChangeInCapacity",
        "MetricAggregationType": "Maximum",
        "Cooldown": 60,
        "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
    },
)
cloudwatch.put_metric_alarm(
    AlarmName=f"{NAME}-waits",
    Namespace="AWS/SageMaker",
    MetricName="HasBacklogWithoutCapacity",
    Dimensions=[{"Name": "EndpointName", "Value": NAME}],
    Statistic="Maximum",
    Period=10,
    EvaluationPeriods=1,
    Threshold=1,
    ComparisonOperator="GreaterThanOrEqualToThreshold",
    AlarmActions=[policy["PolicyARN"]],
)
sagemaker.update_endpoint_weights_and_capacities(
    EndpointName=NAME, DesiredWeightsAndCapacities=[{"VariantName": "A", "DesiredInstanceCount": 0}]
)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)
print("instances:", sagemaker.describe_endpoint(EndpointName=NAME)["ProductionVariants"][0]["CurrentInstanceCount"])

held_out = [row.split(",", 1) for row in ROWS[400:420]]
requests = [
    runtime.invoke_endpoint_async(EndpointName=NAME, Body=features.encode(), ContentType="text/csv")
    for _, features in held_out
]
print(f"{len(requests)} requests wait")


def answer(location):
    """Waits for an answer and reads it."""
    bucket, key = location.removeprefix("s3://").split("/", 1)
    s3.get_waiter("object_exists").wait(Bucket=bucket, Key=key, WaiterConfig={"Delay": 1, "MaxAttempts": 300})
    return float(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


answers = [answer(request["OutputLocation"]) for request in requests]
right = sum((one > 0.5) == (label == "1") for one, (label, _) in zip(answers, held_out))
print(f"{right} of {len(answers)} answers are right")
cloudwatch.delete_alarms(AlarmNames=[f"{NAME}-waits"])
sagemaker.delete_endpoint(EndpointName=NAME)
