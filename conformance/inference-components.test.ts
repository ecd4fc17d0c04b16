import { beforeAll, expect, test } from "vitest";
import { trainModel } from "./deployed-model.ts";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

// Requests are answered by workers, what changes components by the control process.
const server = useServer({ environment: { SAGEBRUSH_WORKERS: "2" } });
let modelData: string;
beforeAll(async () => {
  modelData = await trainModel(server);
});

const resultOf = (output: string): unknown => JSON.parse(/RESULT (.*)$/m.exec(output)![1]!);
const start = () => `
import boto3, json, time
image, role, model_data = "${xgboost}", "${role}", "${modelData}"
sagemaker, runtime = boto3.client("sagemaker"), boto3.client("sagemaker-runtime")

def until(looked, wanted):
    deadline = time.time() + 60
    while looked() != wanted and time.time() < deadline:
        time.sleep(0.1)
    assert looked() == wanted, (looked(), wanted)

def refusal(call, **input):
    try:
        call(**input)
    except Exception as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
`;

const life = () => `${start()}
scaling, cloudwatch = boto3.client("application-autoscaling"), boto3.client("cloudwatch")
sagemaker.create_endpoint_config(
    EndpointConfigName="shared", ExecutionRoleArn=role,
    ProductionVariants=[dict(
        VariantName="AllTraffic", InstanceType="ml.m5.large", InitialInstanceCount=1,
        ManagedInstanceScaling=dict(Status="ENABLED", MinInstanceCount=0, MaxInstanceCount=2),
        RoutingConfig=dict(RoutingStrategy="LEAST_OUTSTANDING_REQUESTS"),
    )],
)
sagemaker.create_endpoint(EndpointName="shared", EndpointConfigName="shared")
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="shared", WaiterConfig={"Delay": 1})

def component(name, copies):
    sagemaker.create_inference_component(
        InferenceComponentName=name, EndpointName="shared", VariantName="AllTraffic", Tags=[{"Key": "team", "Value": "blue"}],
        Specification=dict(
            Container=dict(Image=image, ArtifactUrl=model_data),
            StartupParameters=dict(ContainerStartupHealthCheckTimeoutInSeconds=60),
            ComputeResourceRequirements=dict(NumberOfCpuCoresRequired=0.5, MinMemoryRequiredInMb=4096, MaxMemoryRequiredInMb=4096),
        ),
        RuntimeConfig=dict(CopyCount=copies),
    )
    until(lambda: described(name)["InferenceComponentStatus"], "InService")
described = lambda name: sagemaker.describe_inference_component(InferenceComponentName=name)
counts = lambda name: [described(name)["RuntimeConfig"][which] for which in ("DesiredCopyCount", "CurrentCopyCount")]
instances = lambda: sagemaker.describe_endpoint(EndpointName="shared")["ProductionVariants"][0]["CurrentInstanceCount"]
asked = dict(EndpointName="shared", Body="0.9,3", ContentType="text/csv")

component("one", 1)
component("two", 2)
out = {"instances": instances(), "counts": counts("two")}
answer = runtime.invoke_endpoint(**asked, InferenceComponentName="two")
out["answer"] = [float(answer["Body"].read()) > 0.8, answer["InvokedProductionVariant"]]
parts = runtime.invoke_endpoint_with_response_stream(**asked, InferenceComponentName="one")["Body"]
out["stream"] = float(b"".join(part["PayloadPart"]["Bytes"] for part in parts)) > 0.8
out["missing"] = refusal(runtime.invoke_endpoint, **asked)
out["unknown"] = refusal(runtime.invoke_endpoint, **asked, InferenceComponentName="none")
out["kept"] = refusal(sagemaker.delete_endpoint, EndpointName="shared")
pages = sagemaker.get_paginator("list_inference_components").paginate(EndpointNameEquals="shared", SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 1})
out["list"] = [one["InferenceComponentName"] for page in pages for one in page["InferenceComponents"]]
out["tags"] = sagemaker.list_tags(ResourceArn=described("one")["InferenceComponentArn"])["Tags"]

# To zero, and back by the requests that found none.
target = dict(ServiceNamespace="sagemaker", ResourceId="inference-component/one", ScalableDimension="sagemaker:inference-component:DesiredCopyCount")
scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=2)
policy = scaling.put_scaling_policy(**target, PolicyName="wake", PolicyType="StepScaling", StepScalingPolicyConfiguration=dict(
    AdjustmentType="ChangeInCapacity", Cooldown=60, StepAdjustments=[dict(MetricIntervalLowerBound=0, ScalingAdjustment=1)]))
cloudwatch.put_metric_alarm(
    AlarmName="asleep", Namespace="AWS/SageMaker", MetricName="NoCapacityInvocationFailures", Statistic="Sum",
    Dimensions=[dict(Name="InferenceComponentName", Value="one")], Period=10, EvaluationPeriods=1, Threshold=1,
    ComparisonOperator="GreaterThanOrEqualToThreshold", TreatMissingData="missing", AlarmActions=[policy["PolicyARN"]])
for name in ("one", "two"):
    sagemaker.update_inference_component_runtime_config(InferenceComponentName=name, DesiredRuntimeConfig=dict(CopyCount=0))
until(instances, 0)
out["asleep"] = refusal(runtime.invoke_endpoint, **asked, InferenceComponentName="one")
until(lambda: counts("one"), [1, 1])
out["awake"] = float(runtime.invoke_endpoint(**asked, InferenceComponentName="one")["Body"].read()) > 0.8
activity = scaling.describe_scaling_activities(**target)["ScalingActivities"][0]
until(lambda: scaling.describe_scaling_activities(**target)["ScalingActivities"][0]["StatusCode"], "Successful")
out["activity"] = [activity["Description"], activity["Cause"]]
out["tracked"] = len(scaling.put_scaling_policy(**target, PolicyName="track", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration=dict(
    TargetValue=5, PredefinedMetricSpecification=dict(PredefinedMetricType="SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution")))["Alarms"])
until(lambda: sorted(one["MetricName"] for one in cloudwatch.list_metrics(Namespace="AWS/SageMaker", Dimensions=[dict(Name="InferenceComponentName", Value="one")])["Metrics"] if "PerCopy" in one["MetricName"] or "NoCap" in one["MetricName"]), ["ConcurrentRequestsPerCopy", "InvocationsPerCopy", "NoCapacityInvocationFailures"])
scaling.deregister_scalable_target(**target)
for name in ("one", "two"):
    sagemaker.delete_inference_component(InferenceComponentName=name)
until(lambda: len(sagemaker.list_inference_components(EndpointNameEquals="shared")["InferenceComponents"]), 0)
out["gone"] = refusal(sagemaker.describe_inference_component, InferenceComponentName="one")
sagemaker.delete_endpoint(EndpointName="shared")
sagemaker.get_waiter("endpoint_deleted").wait(EndpointName="shared", WaiterConfig={"Delay": 1})
print("RESULT", json.dumps(out))
`;

test("boto3: two components share an endpoint's instances, and one wakes from zero by the requests that found none", {
  timeout: 300_000,
}, async (context) => {
  expect(resultOf(await runPython(context, server, "v2", life()))).toEqual({
    instances: 2,
    counts: [2, 2],
    answer: [true, "AllTraffic"],
    stream: true,
    missing: ["ValidationError", expect.stringMatching(/^Inference Component Name header is required/)],
    unknown: ["ValidationError", "Inference component none of endpoint shared not found."],
    kept: ["ValidationException", expect.stringContaining("it hosts inference components")],
    list: ["one", "two"],
    tags: [{ Key: "team", Value: "blue" }],
    asleep: [
      "ValidationError",
      expect.stringMatching(/^Inference Component has no capacity to process this request\./),
    ],
    awake: true,
    activity: ["Setting desired copy count to 1.", "monitor alarm asleep in state ALARM triggered policy wake"],
    tracked: 2,
    gone: ["ValidationException", expect.stringMatching(/^Could not find inference component "arn:aws:sagemaker:/)],
  });
});

test("the AWS CLI: a component is created, updated in batches, listed and deleted", {
  timeout: 300_000,
}, async (context) => {
  const output = await runShell(
    context,
    server,
    "v3",
    `
status() { aws sagemaker describe-inference-component --inference-component-name cli --output text --query InferenceComponentStatus; }
until_in_service() { for try in $(seq 60); do [ "$(status)" = InService ] && return; sleep 1; done; status; exit 1; }
aws sagemaker create-endpoint-config --endpoint-config-name cli --execution-role-arn ${role} --production-variants VariantName=AllTraffic,InstanceType=ml.m5.xlarge,InitialInstanceCount=1 --output text --query EndpointConfigArn
aws sagemaker create-endpoint --endpoint-name cli --endpoint-config-name cli > /dev/null
aws sagemaker wait endpoint-in-service --endpoint-name cli
of='"Container":{"Image":"${xgboost}","ArtifactUrl":"${modelData}"}'
aws sagemaker create-inference-component --inference-component-name cli --endpoint-name cli --variant-name AllTraffic --runtime-config CopyCount=2 \\
  --specification "{$of,\\"ComputeResourceRequirements\\":{\\"MinMemoryRequiredInMb\\":1024}}" --output text --query InferenceComponentArn
until_in_service
aws sagemaker update-inference-component --inference-component-name cli --specification '{"ComputeResourceRequirements":{"MinMemoryRequiredInMb":2048}}' \\
  --deployment-config '{"RollingUpdatePolicy":{"MaximumBatchSize":{"Type":"COPY_COUNT","Value":1},"WaitIntervalInSeconds":0}}' > /dev/null
until_in_service
aws sagemaker describe-inference-component --inference-component-name cli --output text --query '[Specification.ComputeResourceRequirements.MinMemoryRequiredInMb,RuntimeConfig.CurrentCopyCount,Specification.Container.ArtifactUrl]'
aws sagemaker update-inference-component-runtime-config --inference-component-name cli --desired-runtime-config CopyCount=1 > /dev/null
until_in_service
aws sagemaker list-inference-components --name-contains cli --status-equals InService --output text --query 'InferenceComponents[].InferenceComponentName'
printf 0.9,3 > /tmp/row-$$ && aws sagemaker-runtime invoke-endpoint --endpoint-name cli --inference-component-name cli --content-type text/csv --body fileb:///tmp/row-$$ /tmp/answer-$$ --output text --query InvokedProductionVariant
rm /tmp/row-$$ /tmp/answer-$$
aws sagemaker delete-inference-component --inference-component-name cli
while status > /dev/null 2>&1; do sleep 1; done
aws sagemaker delete-endpoint --endpoint-name cli`,
  );
  expect(output.trim().split("\n")).toEqual([
    expect.stringMatching(/^arn:aws:sagemaker:.*:endpoint-config\/cli$/),
    expect.stringMatching(/^arn:aws:sagemaker:.*:inference-component\/cli$/),
    `2048\t2\t${modelData}`,
    "cli",
    "AllTraffic",
  ]);
});

const sdkTwo = () => `${start()}
import sagemaker as sdk
from sagemaker.enums import EndpointType
from sagemaker.compute_resource_requirements.resource_requirements import ResourceRequirements
from sagemaker.deserializers import CSVDeserializer
from sagemaker.model import Model
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer

session = sdk.Session()
def deploy(name, memory, copies):
    model = Model(image_uri=image, model_data=model_data, role=role, name=name, predictor_cls=Predictor, sagemaker_session=session)
    return model.deploy(
        initial_instance_count=1, instance_type="ml.m5.xlarge", endpoint_name="two", endpoint_type=EndpointType.INFERENCE_COMPONENT_BASED,
        resources=ResourceRequirements(requests={"num_cpus": 1, "memory": memory, "copies": copies}, limits={"memory": memory}),
        serializer=CSVSerializer(), deserializer=CSVDeserializer(), inference_component_name=f"{name}-component",
    )
first, second = deploy("first", 1024, 1), deploy("second", 1024, 1)
out = [float(one.predict("0.9,3")[0][0]) > 0.8 for one in (first, second)]
out.append(session.is_inference_component_based_endpoint("two"))
out.append(sorted(one["InferenceComponentName"] for one in first.list_related_models()[0]))
first.update_predictor(resources=ResourceRequirements(requests={"num_cpus": 0.5, "memory": 512, "copies": 2}))
described = session.describe_inference_component("first-component")
out.append([described["InferenceComponentStatus"], described["RuntimeConfig"], described["Specification"]["ComputeResourceRequirements"]])
out.append(float(first.predict("0.9,3")[0][0]) > 0.8)
# With wait=True it sleeps for 20 seconds before it looks.
first.delete_predictor()
second.delete_predictor()
until(lambda: session.list_inference_components()["InferenceComponents"], [])
session.delete_endpoint("two")
print("RESULT", json.dumps(out))
`;

test("SDK 2: models are deployed as components of one endpoint, predict, are updated and deleted", {
  timeout: 300_000,
}, async (context) => {
  expect(resultOf(await runPython(context, server, "v2", sdkTwo()))).toEqual([
    true,
    true,
    true,
    ["first-component", "second-component"],
    [
      "InService",
      { DesiredCopyCount: 2, CurrentCopyCount: 2 },
      { NumberOfCpuCoresRequired: 0.5, MinMemoryRequiredInMb: 512 },
    ],
    true,
  ]);
});

const sdkThree = () => `${start()}
import os, tempfile
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.inference_config import ResourceRequirements
from sagemaker.core.resources import InferenceComponent
from sagemaker.serve.model_builder import ModelBuilder

session = Session()
builder = ModelBuilder(image_uri=image, s3_model_data_url=model_data, role_arn=role, sagemaker_session=session, instance_type="ml.m5.large")
builder.build(model_name="built")
endpoint = builder.deploy(
    endpoint_name="three", initial_instance_count=1, inference_component_name="built-component",
    inference_config=ResourceRequirements(requests={"num_cpus": 1, "memory": 1024, "copies": 1}),
)
component = InferenceComponent.get(inference_component_name="built-component")
component.wait_for_status("InService", timeout=60)
answer = endpoint.invoke(body="0.9,3", content_type="text/csv", inference_component_name="built-component")
out = [float(answer.body.read()) > 0.8, [one.inference_component_name for one in InferenceComponent.get_all(endpoint_name_equals=endpoint.endpoint_name)]]
component.update_runtime_configs(desired_runtime_config={"copy_count": 2})
component.wait_for_status("InService", timeout=60)
component.refresh()
out.append([component.runtime_config.desired_copy_count, component.runtime_config.current_copy_count])
component.delete()
component.wait_for_delete(timeout=60)
endpoint.delete()
print("RESULT", json.dumps(out))
`;

test("SDK 3: ModelBuilder deploys a component, whose copies are changed", { timeout: 300_000 }, async (context) => {
  expect(resultOf(await runPython(context, server, "v3", sdkThree()))).toEqual([true, ["built-component"], [2, 2]]);
});

test("the example of the guide scales a component out, puts it to sleep and wakes it", {
  timeout: 300_000,
}, async (context) => {
  const { code, stdout, stderr } = await runClient(context, server, "v3", [
    "python",
    "examples/inference_components.py",
  ]);
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split("\n")).toEqual([
    "two components: 1 instances, copies [1, 1]",
    "more copies: 2 instances, copies [3, 1]",
    "both answer alike: True",
    "one asleep: 1 instances, copies [0, 1]",
    "Inference Component has no capacity to process this request",
    "awake again: 1 instances, copies [1, 1]",
    "and answers: True",
  ]);
});
