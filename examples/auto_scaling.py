"""Automatic scaling of an endpoint with boto3: a tracked target, and limits that move its capacity at once.

Run it with: bin/sagebrush exec -- python examples/auto_scaling.py ENDPOINT VARIANT

Nothing in it is particular to Sagebrush.
"""

import sys
import time

import boto3

ENDPOINT, VARIANT = sys.argv[1:]
scaling = boto3.client("application-autoscaling")
sagemaker = boto3.client("sagemaker")
target = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": f"endpoint/{ENDPOINT}/variant/{VARIANT}",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}


def instances():
    variants = sagemaker.describe_endpoint(EndpointName=ENDPOINT)["ProductionVariants"]
    return next(variant["CurrentInstanceCount"] for variant in variants if variant["VariantName"] == VARIANT)


def limit(least, most):
    """Sets the limits, waits until the capacity lies within them, and says why it was changed."""
    scaling.register_scalable_target(**target, MinCapacity=least, MaxCapacity=most)
    deadline = time.time() + 300
    while not least <= instances() <= most and time.time() < deadline:
        time.sleep(1)
    while (activity := scaling.describe_scaling_activities(**target)["ScalingActivities"][0])["StatusCode"] in (
        "Pending",
        "InProgress",
    ):
        time.sleep(1)
    print(f"{instances()} instances: {activity['Cause']}")


print(f"{instances()} instances")
scaling.register_scalable_target(**target, MinCapacity=1, MaxCapacity=4)
# Scales out when an instance has more than 1000 invocations a minute, and in when it has clearly fewer.
scaling.put_scaling_policy(
    **target,
    PolicyName="invocations",
    PolicyType="TargetTrackingScaling",
    TargetTrackingScalingPolicyConfiguration={
        "TargetValue": 1000,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"},
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 300,
    },
)
limit(2, 4)
limit(1, 1)
scaling.deregister_scalable_target(**target)
