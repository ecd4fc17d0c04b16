"""Several models on the instances of one endpoint, each with its share of them, with boto3.

Run it with: bin/sagebrush exec -- python examples/inference_components.py

Nothing in it is particular to Sagebrush. It trains the built-in XGBoost on the Wisconsin breast-cancer set, hosts the model
twice as an inference component, gives one component more copies, puts it to sleep, and lets the requests that find no copy
wake it.
"""

import pathlib
import time

import boto3

ROWS = (pathlib.Path(__file__).parent / "data" / "breast-cancer.csv").read_text().split()[1:]
NAME = f"components-{int(time.time())}"
sagemaker = boto3.client("sagemaker")
runtime = boto3.client("sagemaker-runtime")
account = boto3.client("sts").get_caller_identity()["Account"]
region = sagemaker.meta.region_name
role = f"arn:aws:iam::{account}:role/SageMakerRole"
# The registry of the built-in XGBoost is another account in each region; the server takes any of them.
image = f"246618743249.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.7-1"

s3 = boto3.client("s3")
place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
s3.create_bucket(Bucket=NAME, **place)
s3.put_object(Bucket=NAME, Key="train/rows.csv", Body="\n".join(ROWS).encode())
sagemaker.create_training_job(
    TrainingJobName=NAME,
    RoleArn=role,
    AlgorithmSpecification={"TrainingImage": image, "TrainingInputMode": "File"},
    HyperParameters={"objective": "binary:logistic", "num_round": "20"},
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

# No ModelName: the variant's instances host components, and there are as many as these need.
sagemaker.create_endpoint_config(
    EndpointConfigName=NAME,
    ExecutionRoleArn=role,
    ProductionVariants=[
        {
            "VariantName": "AllTraffic",
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
            "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 0, "MaxInstanceCount": 3},
        }
    ],
)
sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=NAME)
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=NAME)


def wait(done):
    deadline = time.time() + 300
    while not done() and time.time() < deadline:
        time.sleep(0.5)


def describe(component):
    return sagemaker.describe_inference_component(InferenceComponentName=component)


def report(what):
    variant = sagemaker.describe_endpoint(EndpointName=NAME)["ProductionVariants"][0]
    copies = [describe(f"{NAME}-{one}")["RuntimeConfig"]["CurrentCopyCount"] for one in ("a", "b")]
    print(f"{what}: {variant['CurrentInstanceCount']} instances, copies {copies}")


def settled(component):
    wait(lambda: describe(component)["InferenceComponentStatus"] in ("InService", "Failed"))


def set_copies(component, count):
    sagemaker.update_inference_component_runtime_config(
        InferenceComponentName=component, DesiredRuntimeConfig={"CopyCount": count}
    )
    settled(component)


def predict(component):
    body = ROWS[0].split(",", 1)[1]
    answer = runtime.invoke_endpoint(
        EndpointName=NAME, InferenceComponentName=component, ContentType="text/csv", Body=body
    )
    return float(answer["Body"].read())


for one in ("a", "b"):
    sagemaker.create_inference_component(
        InferenceComponentName=f"{NAME}-{one}",
        EndpointName=NAME,
        VariantName="AllTraffic",
        Specification={
            "Container": {"Image": image, "ArtifactUrl": model},
            "ComputeResourceRequirements": {"NumberOfCpuCoresRequired": 1, "MinMemoryRequiredInMb": 3000},
        },
        RuntimeConfig={"CopyCount": 1},
    )
    settled(f"{NAME}-{one}")
report("two components")
set_copies(f"{NAME}-a", 3)
report("more copies")
print("both answer alike:", predict(f"{NAME}-a") == predict(f"{NAME}-b"))

# Asleep, a component costs nothing; an alarm on the requests that find no copy wakes it.
target = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"inference-component/{NAME}-a",
    "ScalableDimension": "sagemaker:inference-component:DesiredCopyCount",
}
scaling, cloudwatch = boto3.client("application-autoscaling"), boto3.client("cloudwatch")
scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=3)
policy = scaling.put_scaling_policy(
    **target,
    PolicyName="wake",
    PolicyType="StepScaling",
    StepScalingPolicyConfiguration={
        "AdjustmentType": "ChangeInCapacity",
        "Cooldown": 60,
        "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
    },
)
cloudwatch.put_metric_alarm(
    AlarmName=f"{NAME}-asleep",
    Namespace="AWS/SageMaker",
    MetricName="NoCapacityInvocationFailures",
    Dimensions=[{"Name": "InferenceComponentName", "Value": f"{NAME}-a"}],
    Statistic="Sum",
    Period=10,
    EvaluationPeriods=1,
    Threshold=1,
    ComparisonOperator="GreaterThanOrEqualToThreshold",
    TreatMissingData="missing",
    AlarmActions=[policy["PolicyARN"]],
)
set_copies(f"{NAME}-a", 0)
wait(lambda: sagemaker.describe_endpoint(EndpointName=NAME)["ProductionVariants"][0]["CurrentInstanceCount"] == 1)
report("one asleep")
try:
    predict(f"{NAME}-a")
except runtime.exceptions.ClientError as error:
    print(error.response["Error"]["Message"].split(".")[0])
wait(lambda: describe(f"{NAME}-a")["RuntimeConfig"]["CurrentCopyCount"] == 1)
report("awake again")
print("and answers:", predict(f"{NAME}-a") == predict(f"{NAME}-b"))

scaling.deregister_scalable_target(**target)
cloudwatch.delete_alarms(AlarmNames=[f"{NAME}-asleep"])
for one in ("a", "b"):
    settled(f"{NAME}-{one}")
    sagemaker.delete_inference_component(InferenceComponentName=f"{NAME}-{one}")
wait(lambda: not sagemaker.list_inference_components(EndpointNameEquals=NAME)["InferenceComponents"])
sagemaker.delete_endpoint(EndpointName=NAME)
