import { ApplicationAutoScaling } from "@aws-sdk/client-application-auto-scaling";
import { beforeAll, expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { configureModel, deployModel, trainModel } from "./deployed-model.ts";
import { runClient, runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const EndpointName = "Scaled";
const names = {
  ServiceNamespace: "sagemaker",
  ResourceId: `endpoint/${EndpointName}/variant/AllTraffic`,
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;
const scaling = () => new ApplicationAutoScaling(server.clientOptions);

beforeAll(async () => {
  await configureModel(server, "one", await trainModel(server));
});

const instances = async () =>
  (await clientsOf(server).sagemaker.describeEndpoint({ EndpointName })).ProductionVariants![0]!.CurrentInstanceCount;
const activities = async () =>
  (await scaling().describeScalingActivities(names)).ScalingActivities!.map(({ Cause, StatusCode }) => [
    Cause,
    StatusCode,
  ]);

test("the SDK for JavaScript: an alarm that goes off scales out by its steps, and no request is dropped", async () => {
  await deployModel(server, EndpointName, "one");
  const client = scaling();
  const { ScalableTargetARN: ResourceARN } = await client.registerScalableTarget({
    ...{ ...names, MinCapacity: 1, MaxCapacity: 3 },
    Tags: { team: "blue" },
  });
  await client.tagResource({ ResourceARN: ResourceARN!, Tags: { tier: "1" } });
  await client.untagResource({ ResourceARN: ResourceARN!, TagKeys: ["team"] });
  expect((await client.listTagsForResource({ ResourceARN: ResourceARN! })).Tags).toEqual({ tier: "1" });
  const { PolicyARN } = await client.putScalingPolicy({
    ...{ ...names, PolicyName: "steps", PolicyType: "StepScaling" },
    StepScalingPolicyConfiguration: {
      AdjustmentType: "ChangeInCapacity",
      StepAdjustments: [
        { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
        { MetricIntervalLowerBound: 10, ScalingAdjustment: 2 },
      ],
    },
  });
  const { cloudwatch, runtime } = clientsOf(server);
  const Dimensions = [{ Name: "EndpointName", Value: EndpointName }];
  await cloudwatch.putMetricAlarm({
    ...{ AlarmName: "waiting", Namespace: "Shop", MetricName: "Waiting", Dimensions, Statistic: "Maximum", Period: 10 },
    ...{ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: "GreaterThanThreshold", AlarmActions: [PolicyARN!] },
  });
  let loading = true;
  const load = (async () => {
    while (loading) {
      const { Body } = await runtime.invokeEndpoint({ EndpointName, Body: "0.9,3", ContentType: "text/csv" });
      expect(Number(Body.transformToString())).toBeGreaterThan(0.8);
    }
  })();
  await cloudwatch.putMetricData({
    Namespace: "Shop",
    MetricData: [{ MetricName: "Waiting", Dimensions, Value: 40, Timestamp: new Date(), StorageResolution: 1 }],
  });
  await expect.poll(instances, patience).toBe(3);
  loading = false;
  await load;
  const cause = "monitor alarm waiting in state ALARM triggered policy steps";
  await expect.poll(activities, patience).toEqual([[cause, "Successful"]]);
  const history = async () =>
    (await cloudwatch.describeAlarmHistory({ AlarmName: "waiting", HistoryItemType: "Action" })).AlarmHistoryItems!.map(
      ({ HistorySummary }) => HistorySummary,
    );
  await expect.poll(history, patience).toContain(`Successfully executed action ${PolicyARN}`);
  await cloudwatch.deleteAlarms({ AlarmNames: ["waiting"] });
  await client.deleteScalingPolicy({ ...names, PolicyName: "steps" });
});

test("boto3: a schedule sets the limits, and the endpoint follows", async (context) => {
  const output = await runPython(
    context,
    server,
    "v3",
    `
import boto3, datetime, time
scaling = boto3.client("application-autoscaling")
names = dict(ServiceNamespace="sagemaker", ResourceId="${names.ResourceId}", ScalableDimension="${names.ScalableDimension}")
due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=3)
scaling.put_scheduled_action(**names, ScheduledActionName="night", Schedule=due.strftime("at(%Y-%m-%dT%H:%M:%S)"),
    ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 1})
print([action["ScheduledActionName"] for page in scaling.get_paginator("describe_scheduled_actions").paginate(ServiceNamespace="sagemaker") for action in page["ScheduledActions"]])
deadline = time.time() + 60
while time.time() < deadline:
    activities = scaling.describe_scaling_activities(**names)["ScalingActivities"]
    if activities[0]["Cause"] == "maximum capacity was set to 1" and activities[0]["StatusCode"] == "Successful":
        break
    time.sleep(0.2)
for activity in activities[:2]:
    print(activity["Cause"], "|", activity["StatusMessage"])
print(scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"][0]["MaxCapacity"])
scaling.delete_scheduled_action(**names, ScheduledActionName="night")
try:
    scaling.register_scalable_target(**{**names, "ResourceId": "endpoint/none/variant/AllTraffic"}, MinCapacity=1, MaxCapacity=2)
except scaling.exceptions.ValidationException as error:
    print(error.response["Error"]["Message"])
try:
    scaling.delete_scheduled_action(**names, ScheduledActionName="night")
except scaling.exceptions.ObjectNotFoundException as error:
    print(error.response["Error"]["Message"])
`,
  );
  expect(output.trim().split("\n")).toEqual([
    "['night']",
    "maximum capacity was set to 1 | Successfully set desired instance count to 1. Change successfully fulfilled by sagemaker.",
    "scheduled action name night was triggered | Successfully set min capacity to 1 and max capacity to 1",
    "1",
    "SageMaker endpoint variant doesn't exist: endpoint/none/variant/AllTraffic",
    `No scheduled action found for service namespace: sagemaker, resource ID: ${names.ResourceId}, scalable dimension: ${names.ScalableDimension}, scheduled action name: night`,
  ]);
  expect(await instances()).toBe(1);
});

test("the AWS CLI: a target is tracked by two alarms, which go with the scalable target", async (context) => {
  const of = `--service-namespace sagemaker --resource-id ${names.ResourceId} --scalable-dimension ${names.ScalableDimension}`;
  const output = await runShell(
    context,
    server,
    "v3",
    `aws application-autoscaling register-scalable-target ${of} --min-capacity 1 --max-capacity 2 --output text --query 'starts_with(ScalableTargetARN, \`arn:aws:application-autoscaling:\`)'
aws application-autoscaling put-scaling-policy ${of} --policy-name track --policy-type TargetTrackingScaling \
  --target-tracking-scaling-policy-configuration TargetValue=70,PredefinedMetricSpecification={PredefinedMetricType=SageMakerVariantInvocationsPerInstance} \
  --output text --query 'length(Alarms)'
aws application-autoscaling describe-scaling-policies ${of} --output text --query 'ScalingPolicies[].PolicyName'
aws cloudwatch describe-alarms --alarm-name-prefix TargetTracking-endpoint/ --output text --query 'MetricAlarms[].Threshold'
aws application-autoscaling deregister-scalable-target ${of}
aws cloudwatch describe-alarms --alarm-name-prefix TargetTracking-endpoint/ --output text --query 'length(MetricAlarms)'`,
  );
  expect(output.trim().split("\n")).toEqual(["True", "2", "track", "70\t63", "0"]);
});

test("the endpoint has the metrics of its invocations and of its hosts, by variant", async () => {
  const { cloudwatch } = clientsOf(server);
  const Dimensions = [
    { Name: "EndpointName", Value: EndpointName },
    { Name: "VariantName", Value: "AllTraffic" },
  ];
  const namesIn = async (Namespace: string) =>
    (await cloudwatch.listMetrics({ Namespace, Dimensions })).Metrics!.map(({ MetricName }) => MetricName).sort();
  expect(await namesIn("AWS/SageMaker")).toEqual([
    ...["ConcurrentRequestsPerModel", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"],
    ...["Invocations", "InvocationsPerInstance", "ModelLatency", "OverheadLatency"],
  ]);
  // They are measured every minute.
  const hosts = "/aws/sagemaker/Endpoints";
  const measured = ["CPUUtilization", "DiskUtilization", "MemoryUtilization"];
  await expect.poll(() => namesIn(hosts), { ...patience, timeout: 90_000 }).toEqual(measured);
  const range = { StartTime: new Date(Date.now() - 600_000), EndTime: new Date(Date.now() + 60_000) };
  for (const MetricName of measured) {
    const { Datapoints } = await cloudwatch.getMetricStatistics({
      ...{ Namespace: hosts, MetricName, Dimensions, ...range, Period: 60, Statistics: ["Maximum"] },
    });
    // The disk may have been looked at before the model was on it.
    expect(Datapoints![0]!.Maximum).toBeGreaterThanOrEqual(MetricName === "DiskUtilization" ? 0 : 0.01);
    expect(Datapoints![0]!.Unit).toBe("Percent");
  }
  // Requests of ten seconds, as an alarm of a short period reads them.
  const { Datapoints } = await cloudwatch.getMetricStatistics({
    ...{ Namespace: "AWS/SageMaker", MetricName: "ConcurrentRequestsPerModel", Dimensions, ...range },
    ...{ Period: 10, Statistics: ["Maximum"] },
  });
  expect(Datapoints!.map(({ Maximum }) => Maximum)).toContain(1);
});

test("the example scales out and in again", async (context) => {
  const example = ["python", "examples/auto_scaling.py", EndpointName, "AllTraffic"];
  const { code, stdout, stderr } = await runClient(context, server, "v2", example);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.trim().split("\n")).toEqual([
    "1 instances",
    "2 instances: minimum capacity was set to 2",
    "1 instances: maximum capacity was set to 1",
  ]);
});

test("what scales an endpoint goes with it: target, policy, its alarms and scheduled actions", async () => {
  const client = scaling();
  await client.registerScalableTarget({ ...names, MinCapacity: 1, MaxCapacity: 2 });
  const { Alarms } = await client.putScalingPolicy({
    ...{ ...names, PolicyName: "track", PolicyType: "TargetTrackingScaling" },
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 2,
      CustomizedMetricSpecification: {
        Metrics: [
          {
            ...{ Id: "waiting", ReturnData: false },
            MetricStat: { Metric: { Namespace: "Shop", MetricName: "Waiting" }, Stat: "Sum" },
          },
          { Id: "half", Expression: "waiting / 2" },
        ],
      },
    },
  });
  await client.putScheduledAction({
    ...{ ...names, ScheduledActionName: "morning", Schedule: "cron(0 7 ? * MON-FRI *)" },
    ScalableTargetAction: { MinCapacity: 1 },
  });
  const { cloudwatch, sagemaker } = clientsOf(server);
  const AlarmNames = Alarms!.map(({ AlarmName }) => AlarmName!);
  expect((await cloudwatch.describeAlarms({ AlarmNames })).MetricAlarms).toHaveLength(2);
  await sagemaker.deleteEndpoint({ EndpointName });
  const { ServiceNamespace } = names;
  const left = async () => [
    ...(await client.describeScalableTargets({ ServiceNamespace })).ScalableTargets!,
    ...(await client.describeScalingPolicies({ ServiceNamespace })).ScalingPolicies!,
    ...(await client.describeScheduledActions({ ServiceNamespace })).ScheduledActions!,
    ...(await cloudwatch.describeAlarms({ AlarmNames })).MetricAlarms!,
  ];
  await expect.poll(left, patience).toEqual([]);
});
