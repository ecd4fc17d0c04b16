import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { clientsOf, patience, sumOf } from "./clients.ts";
import { configureModel, deployModel, modelBucket, trainModel, untilStatus } from "./deployed-model.ts";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { region, useServer } from "./server.ts";
import { role, xgboost } from "./xgboost-job.ts";

const server = useServer();
const EndpointName = "Queue";
const S3OutputPath = `s3://${modelBucket}/answers`;
const S3FailurePath = `s3://${modelBucket}/failures`;
const topic = `arn:aws:sns:${region}:123456789012:ends`;
const NotificationConfig = { SuccessTopic: topic, ErrorTopic: topic };
let model: string;
/** Where the topic of all ends is heard. */
let heard: string;

beforeAll(async () => {
  model = await trainModel(server);
  const sns = new SNS(server.clientOptions);
  const sqs = new SQS(server.clientOptions);
  const { TopicArn } = await sns.createTopic({ Name: "ends" });
  heard = (await sqs.createQueue({ QueueName: "heard" })).QueueUrl!;
  const { Attributes } = await sqs.getQueueAttributes({ QueueUrl: heard, AttributeNames: ["QueueArn"] });
  const Endpoint = Attributes!.QueueArn!;
  await sqs.setQueueAttributes({
    QueueUrl: heard,
    Attributes: {
      Policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            ...{ Effect: "Allow", Principal: { Service: "sns.amazonaws.com" }, Action: "sqs:SendMessage" },
            ...{ Resource: Endpoint, Condition: { ArnEquals: { "aws:SourceArn": TopicArn } } },
          },
        ],
      }),
    },
  });
  await sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint, Attributes: { RawMessageDelivery: "true" } });
  await configureModel(server, "queue", model, undefined, {
    AsyncInferenceConfig: {
      OutputConfig: { S3OutputPath, S3FailurePath, NotificationConfig },
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 },
    },
  });
  await clientsOf(server).s3.putObject({ Bucket: modelBucket, Key: "in/rows.csv", Body: "0.9,3\n0.1,3" });
  const { sagemaker } = clientsOf(server);
  await sagemaker.createEndpoint({ EndpointName, EndpointConfigName: "queue" });
  const inService = async () => (await sagemaker.describeEndpoint({ EndpointName })).EndpointStatus === "InService";
  await vi.waitUntil(inService, patience);
});

const read = async (url = "") => {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url)!;
  const { Body } = await clientsOf(server).s3.getObject({ Bucket: Bucket!, Key: Key! });
  return Body!.transformToString();
};
const becomes = (url: string | undefined) =>
  expect.poll(() => read(url).catch(({ name }) => (name === "NoSuchKey" ? undefined : name)), patience);
const isHigh = (text: string): boolean[] =>
  text
    .trim()
    .split(/[\n,]/)
    .map((one) => Number(one) > 0.5);

describe("asynchronous endpoints", () => {
  test("the SDK for JavaScript: a request is accepted with 202, and answered in S3", async () => {
    const { runtime, sagemaker } = clientsOf(server);
    const accepted = await runtime.invokeEndpointAsync({
      ...{
        EndpointName,
        InputLocation: `s3://${modelBucket}/in/rows.csv`,
        ContentType: "text/csv",
        InferenceId: "first",
      },
    });
    expect(accepted).toMatchObject({
      $metadata: { httpStatusCode: 202 },
      InferenceId: "first",
      OutputLocation: expect.stringMatching(/^s3:\/\/deployed-model\/answers\/[0-9a-f-]{36}\.out$/),
      FailureLocation: expect.stringMatching(/^s3:\/\/deployed-model\/failures\/[0-9a-f-]{36}-error\.out$/),
    });
    await becomes(accepted.OutputLocation).toSatisfy((text) => text && String(isHigh(text)) === "true,false");
    const described = await sagemaker.describeEndpoint({ EndpointName });
    expect(described.AsyncInferenceConfig?.ClientConfig).toEqual({ MaxConcurrentInvocationsPerInstance: 4 });
    await expect(runtime.invokeEndpoint({ EndpointName, Body: "0.9,3" })).rejects.toMatchObject({
      name: "ValidationError",
      message: "Endpoint Queue is an asynchronous endpoint: it answers InvokeEndpointAsync alone.",
    });
    await expect(runtime.invokeEndpointAsync({ EndpointName })).rejects.toThrow(
      "Exactly one of InputLocation and Body is needed",
    );
    await configureModel(server, "waits", model);
    await deployModel(server, "Waits", "waits");
    await expect(runtime.invokeEndpointAsync({ EndpointName: "Waits", Body: "0.9,3" })).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining("Waits is not an asynchronous endpoint"),
    });
    await sagemaker.deleteEndpoint({ EndpointName: "Waits" });
  });

  test("boto3, SDK 3 and the AWS CLI: an inline body, names of one's own, an input that is not there", async (context) => {
    const output = await runPython(
      context,
      server,
      "v3",
      `
import boto3
runtime = boto3.client("sagemaker-runtime")
named = runtime.invoke_endpoint_async(EndpointName="${EndpointName}", Body=b"0.9,3", ContentType="text/csv",
    S3OutputPathExtension="of/today", Filename="row.csv", RequestTTLSeconds=600, InvocationTimeoutSeconds=60)
print(named["ResponseMetadata"]["HTTPStatusCode"], named["OutputLocation"])
none = runtime.invoke_endpoint_async(EndpointName="${EndpointName}", InputLocation="s3://${modelBucket}/in/none.csv")
print(none["FailureLocation"])
from sagemaker.core.resources import Endpoint
of_sdk = Endpoint.get(endpoint_name="${EndpointName}").invoke_async(input_location="s3://${modelBucket}/in/rows.csv", content_type="text/csv")
print(of_sdk.output_location)
try:
    runtime.invoke_endpoint_async(EndpointName="${EndpointName}", Body=b"x" * 128001)
except Exception as error:
    print(error)
`,
    );
    const [named, none, ofSdk, large] = output.trim().split("\n");
    expect(named).toBe(`202 ${S3OutputPath}/of/today/row.csv`);
    expect(large).toContain("128000");
    await becomes(`${S3OutputPath}/of/today/row.csv`).toSatisfy((text) => text && isHigh(text)[0]);
    await becomes(ofSdk).toSatisfy((text) => text && isHigh(text).length === 2);
    await becomes(none).toContain("in/none.csv cannot be read: NoSuchKey");

    const told = await runShell(
      context,
      server,
      "v3",
      `aws sagemaker-runtime invoke-endpoint-async --endpoint-name ${EndpointName} --content-type text/csv \\
        --input-location s3://${modelBucket}/in/rows.csv --query OutputLocation --output text`,
    );
    await becomes(told.trim()).toSatisfy((text) => text && isHigh(text).length === 2);
  });

  test("SDK 2: AsyncPredictor waits for answers by a WaiterConfig, and raises what the model said", async (context) => {
    const output = await runPython(
      context,
      server,
      "v2",
      `
import numpy, os, sagemaker, sys
from sagemaker.async_inference import AsyncInferenceConfig, WaiterConfig
from sagemaker.deserializers import CSVDeserializer
from sagemaker.serializers import CSVSerializer
from sagemaker.model import Model
from sagemaker.predictor import Predictor
session = sagemaker.Session()
model = Model(image_uri="${xgboost}", model_data="${model}", role="${role}", sagemaker_session=session, predictor_cls=Predictor)
predictor = model.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="sdk", wait=False,
    async_inference_config=AsyncInferenceConfig(max_concurrent_invocations_per_instance=2))
session.sagemaker_client.get_waiter("endpoint_in_service").wait(EndpointName="sdk")
predictor.predictor.serializer, predictor.predictor.deserializer = CSVSerializer(), CSVDeserializer()
predictor.serializer = CSVSerializer()
waiter = WaiterConfig(max_attempts=60, delay=1)
print("one", float(predictor.predict(data=numpy.array([[0.9, 3]]), waiter_config=waiter)[0][0]) > 0.5)
two = predictor.predict_async(data=numpy.array([[0.1, 3]]))
print("two", float(two.get_result(waiter)[0][0]) < 0.5, two.output_path.startswith(f"s3://{session.default_bucket()}/async-endpoint-outputs/"))
three = predictor.predict_async(data="no,numbers")
try:
    three.get_result(waiter)
except Exception as error:
    print("three", type(error).__name__, "client error (4" in str(error))
predictor.delete_endpoint()
# The SDK leaves a thread that waits for the object that never comes.
sys.stdout.flush()
os._exit(0)
`,
    );
    expect(output.split("\n").filter((line) => /^(one|two|three) /.test(line))).toEqual([
      "one True",
      "two True True",
      "three AsyncInferenceModelError True",
    ]);
  });

  test("a topic is told that it will be told, and then of each end", async () => {
    const { runtime, sagemaker } = clientsOf(server);
    const accepted = await runtime.invokeEndpointAsync({
      ...{ EndpointName, Body: "0.9,3", ContentType: "text/csv", InferenceId: "told" },
    });
    const none = `s3://${modelBucket}/in/nothing.csv`;
    await runtime.invokeEndpointAsync({ EndpointName, InputLocation: none, InferenceId: "told-too" });
    const sqs = new SQS(server.clientOptions);
    const told = new Map<string | undefined, Record<string, unknown>>();
    const hear = async () => {
      const { Messages = [] } = await sqs.receiveMessage({ QueueUrl: heard, MaxNumberOfMessages: 10 });
      for (const { Body, ReceiptHandle } of Messages) {
        const event = JSON.parse(Body!) as Record<string, unknown>;
        told.set((event.inferenceId ?? event.eventName) as string, event);
        await sqs.deleteMessage({ QueueUrl: heard, ReceiptHandle: ReceiptHandle! });
      }
      return ["TestNotification", "told", "told-too"].every((name) => told.has(name));
    };
    await expect.poll(hear, patience).toBe(true);
    expect(told.get("told")).toMatchObject({
      ...{ invocationStatus: "Completed", eventName: "InferenceResult", eventSource: "aws:sagemaker" },
      responseParameters: { outputLocation: accepted.OutputLocation },
    });
    expect(told.get("told-too")).toMatchObject({
      invocationStatus: "Failed",
      failureReason: expect.stringContaining(`The input ${none} cannot be read: NoSuchKey`),
      requestParameters: { endpointName: EndpointName, inputLocation: none },
    });
    await configureModel(server, "untold", model, undefined, {
      AsyncInferenceConfig: {
        OutputConfig: { S3OutputPath, NotificationConfig: { ErrorTopic: `${NotificationConfig.ErrorTopic}-gone` } },
      },
    });
    await expect(
      sagemaker.createEndpoint({ EndpointName: "Untold", EndpointConfigName: "untold" }),
    ).rejects.toMatchObject({ name: "ValidationException", message: expect.stringContaining(":ends-gone of Async") });
  });

  test("an endpoint without an instance keeps requests, and its backlog brings one back", async () => {
    const { sagemaker, runtime, cloudwatch } = clientsOf(server);
    const scaling = new ApplicationAutoScaling(server.clientOptions);
    const names = {
      ServiceNamespace: "sagemaker",
      ResourceId: `endpoint/${EndpointName}/variant/AllTraffic`,
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
    } as const;
    await scaling.registerScalableTarget({ ...names, MinCapacity: 0, MaxCapacity: 2 });
    await scaling.putScalingPolicy({
      ...{ ...names, PolicyName: "track", PolicyType: "TargetTrackingScaling" },
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 5,
        CustomizedMetricSpecification: {
          ...{ MetricName: "ApproximateBacklogSizePerInstance", Namespace: "AWS/SageMaker", Statistic: "Average" },
          Dimensions: [{ Name: "EndpointName", Value: EndpointName }],
        },
      },
    });
    const { PolicyARN } = await scaling.putScalingPolicy({
      ...{ ...names, PolicyName: "wake", PolicyType: "StepScaling" },
      StepScalingPolicyConfiguration: {
        ...{ AdjustmentType: "ChangeInCapacity", MetricAggregationType: "Average", Cooldown: 10 },
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    });
    await sagemaker.updateEndpointWeightsAndCapacities({
      EndpointName,
      DesiredWeightsAndCapacities: [{ VariantName: "AllTraffic", DesiredInstanceCount: 0 }],
    });
    await untilStatus(server, EndpointName);
    const instances = async () =>
      (await sagemaker.describeEndpoint({ EndpointName })).ProductionVariants![0]!.CurrentInstanceCount;
    expect(await instances()).toBe(0);
    const accepted = await Promise.all(
      Array.from({ length: 20 }, () =>
        runtime.invokeEndpointAsync({ EndpointName, Body: "0.9,3", ContentType: "text/csv" }),
      ),
    );
    const Dimensions = [{ Name: "EndpointName", Value: EndpointName }];
    await cloudwatch.putMetricAlarm({
      ...{ AlarmName: "backlog", Namespace: "AWS/SageMaker", MetricName: "HasBacklogWithoutCapacity", Dimensions },
      ...{ Statistic: "Maximum", Period: 10, EvaluationPeriods: 1, Threshold: 1, TreatMissingData: "missing" },
      ...{ ComparisonOperator: "GreaterThanOrEqualToThreshold", AlarmActions: [PolicyARN!] },
    });
    for (const { OutputLocation } of accepted)
      await becomes(OutputLocation).toSatisfy((text) => text && isHigh(text)[0]);
    expect(await instances()).toBeGreaterThan(0);
    const metric = (MetricName: string) => ({ Namespace: "AWS/SageMaker", MetricName });
    const ofVariant = { EndpointName, VariantName: "AllTraffic" };
    await expect
      .poll(() => sumOf(server, metric("InvocationsProcesssed"), ofVariant, "Sum"), patience)
      .toBeGreaterThanOrEqual(20);
    expect(await sumOf(server, metric("HasBacklogWithoutCapacity"), { EndpointName }, "Sum")).toBeGreaterThan(0);
    expect(await sumOf(server, metric("Invocations"), ofVariant, "SampleCount")).toBe(0);
    await cloudwatch.deleteAlarms({ AlarmNames: ["backlog"] });
  });

  test("the example answers what came while there was no instance", async (context) => {
    const output = await runClient(context, server, "v3", ["python", "examples/asynchronous_inference.py"]);
    expect(output.stdout, output.stderr).toMatch(
      /^instances: 0\n20 requests wait\n(1[5-9]|20) of 20 answers are right\n$/,
    );
  });
});
