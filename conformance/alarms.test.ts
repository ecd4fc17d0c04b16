import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  ListTagsForResourceCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-cloudwatch";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { describe, expect, test, vi } from "vitest";
import { runPython, runShell } from "./python-clients.ts";
import { useServer } from "./server.ts";

const server = useServer();
const topic = "arn:aws:sns:us-west-2:123456789012:people";

const protocols = [
  { name: "JSON", setting: {} },
  { name: "CBOR", setting: { protocol: AwsSmithyRpcV2CborProtocol, disableRequestCompression: true } },
  { name: "query", setting: { protocol: AwsQueryProtocol } },
];

describe.each(protocols)("the SDK for JavaScript in $name", ({ name, setting }) => {
  test("puts, describes, sets, tags and deletes alarms, and reads their history", async () => {
    const client = new CloudWatchClient({ ...server.clientOptions, ...setting });
    const AlarmName = `js ${name}/é"🌿`;
    const watched = { Namespace: "Shop", MetricName: name, Dimensions: [{ Name: "Page", Value: "home" }] };
    const alarm = {
      ...watched,
      AlarmName,
      AlarmDescription: "slow pages",
      AlarmActions: [topic],
      ExtendedStatistic: "p99",
      Period: 300,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 0.5,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "ignore",
      Unit: "Seconds",
    } satisfies PutMetricAlarmCommandInput;
    await client.send(new PutMetricAlarmCommand({ ...alarm, Tags: [{ Key: "team", Value: "blue" }] }));
    const describe = async () => {
      const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }));
      return MetricAlarms![0]!;
    };
    const made = await describe();
    expect(made).toMatchObject({ ...alarm, StateValue: "INSUFFICIENT_DATA", ActionsEnabled: true });
    expect(made.StateUpdatedTimestamp).toBeInstanceOf(Date);
    const { MetricAlarms } = await client.send(new DescribeAlarmsForMetricCommand(watched));
    expect(MetricAlarms!.map(({ AlarmName }) => AlarmName)).toEqual([AlarmName]);

    const ResourceARN = made.AlarmArn!;
    await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: "tier", Value: "1" }] }));
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }));
    const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).toEqual([{ Key: "tier", Value: "1" }]);

    await client.send(new DisableAlarmActionsCommand({ AlarmNames: [AlarmName] }));
    expect(await describe()).toMatchObject({ ActionsEnabled: false });
    await client.send(new EnableAlarmActionsCommand({ AlarmNames: [AlarmName] }));
    await client.send(new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "drill" }));
    expect(await describe()).toMatchObject({ StateValue: "ALARM", StateReason: "drill" });
    await client.send(
      new PutCompositeAlarmCommand({
        AlarmName: `any ${name}`,
        AlarmRule: `ALARM("${ResourceARN.replaceAll('"', '\\"')}")`,
      }),
    );
    await vi.waitFor(async () => {
      const { CompositeAlarms } = await client.send(
        new DescribeAlarmsCommand({ AlarmTypes: ["CompositeAlarm"], AlarmNames: [`any ${name}`] }),
      );
      expect(CompositeAlarms).toMatchObject([{ StateValue: "ALARM" }]);
    }, 10_000);
    await expect(client.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] }))).rejects.toMatchObject({
      message: expect.stringContaining("composite alarm(s) depending on it"),
    });
    await client.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName, `any ${name}`] }));
    expect(await describe()).toBeUndefined();
    await expect(
      client.send(new SetAlarmStateCommand({ AlarmName, StateValue: "OK", StateReason: "gone" })),
    ).rejects.toMatchObject({ name: "ResourceNotFound", $metadata: { httpStatusCode: 404 } });

    await vi.waitFor(async () => {
      const { AlarmHistoryItems = [] } = await client.send(new DescribeAlarmHistoryCommand({ AlarmName }));
      expect(AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary)).toEqual([
        `Alarm "${AlarmName}" deleted`,
        `Failed to execute action ${topic}`,
        "Alarm updated from INSUFFICIENT_DATA to ALARM",
        `Alarm "${AlarmName}" updated`,
        `Alarm "${AlarmName}" updated`,
        `Alarm "${AlarmName}" created`,
      ]);
    }, 10_000);
  });
});

test("boto3 pages through alarms, waits for them, and is refused in AWS's words", async (context) => {
  const output = await runPython(
    context,
    server,
    "v3",
    `
import boto3, botocore
cloudwatch = boto3.client("cloudwatch")
for index in range(120):
    cloudwatch.put_metric_alarm(
        AlarmName=f"boto-{index:03}", Namespace="Shop", MetricName="Orders", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="LessThanThreshold", TreatMissingData="notBreaching")
cloudwatch.get_waiter("alarm_exists").wait(AlarmNames=["boto-119"])
pages = list(cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix="boto-"))
print(len(pages), [alarm["AlarmName"] for page in pages for alarm in page["MetricAlarms"]] == [f"boto-{i:03}" for i in range(120)])
cloudwatch.put_composite_alarm(AlarmName="boto-all", AlarmRule="OK(boto-000) AND OK(boto-001)")
cloudwatch.get_waiter("composite_alarm_exists").wait(AlarmNames=["boto-all"], AlarmTypes=["CompositeAlarm"])
try:
    cloudwatch.put_composite_alarm(AlarmName="boto-none", AlarmRule="OK(none)")
except cloudwatch.exceptions.ClientError as error:
    print(error.response["Error"]["Code"], error.response["Error"]["Message"])
history = cloudwatch.get_paginator("describe_alarm_history").paginate(AlarmName="boto-000", HistoryItemType="StateUpdate")
print(sum(len(page["AlarmHistoryItems"]) for page in history) <= 1)
import datetime, time
def hushed(wanted):
    deadline = time.time() + 30
    while time.time() < deadline:
        alarm = cloudwatch.describe_alarms(AlarmNames=["boto-hushed"], AlarmTypes=["CompositeAlarm"])["CompositeAlarms"][0]
        if (alarm["StateValue"], alarm.get("ActionsSuppressedReason")) == wanted:
            return
        time.sleep(0.05)
    print("waited for", wanted, alarm)
for name in ("boto-child", "boto-quiet"):
    cloudwatch.put_metric_alarm(
        AlarmName=name, Namespace="Shop", MetricName="Orders", Statistic="Sum", Period=3600,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore")
cloudwatch.put_composite_alarm(
    AlarmName="boto-hushed", AlarmRule="ALARM(boto-child)", AlarmActions=["${topic}"],
    ActionsSuppressor="boto-quiet", ActionsSuppressorWaitPeriod=600, ActionsSuppressorExtensionPeriod=1)
hushed(("OK", None))
cloudwatch.set_alarm_state(AlarmName="boto-child", StateValue="ALARM", StateReason="a drill")
hushed(("ALARM", "Actions suppressed by WaitPeriod"))
cloudwatch.set_alarm_state(AlarmName="boto-quiet", StateValue="ALARM", StateReason="at work")
hushed(("ALARM", "Actions suppressed by Alarm"))
cloudwatch.set_alarm_state(AlarmName="boto-quiet", StateValue="OK", StateReason="done")
hushed(("ALARM", None))
items = []
while len(items) < 2:
    items = cloudwatch.describe_alarm_history(AlarmName="boto-hushed", AlarmTypes=["CompositeAlarm"], HistoryItemType="Action")["AlarmHistoryItems"]
print([item["HistorySummary"] for item in reversed(items)])
def of(id, name):
    return {"Id": id, "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "Shop", "MetricName": name}, "Period": 60, "Stat": "Sum"}}
math = dict(AlarmName="boto-math", EvaluationPeriods=1, Threshold=10, ComparisonOperator="GreaterThanThreshold")
before = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=90)
cloudwatch.put_metric_data(Namespace="Shop", MetricData=[
    {"MetricName": name, "Value": value, "Timestamp": before} for name, value in [("Errors", 3), ("Calls", 20)]])
cloudwatch.put_metric_alarm(**math, Metrics=[of("errors", "Errors"), of("calls", "Calls"), {"Id": "rate", "Expression": "100 * errors / calls"}])
while (alarm := cloudwatch.describe_alarms(AlarmNames=["boto-math"])["MetricAlarms"][0])["StateReason"].startswith("Unchecked"):
    time.sleep(0.1)
print(alarm["StateValue"], alarm["Metrics"][2]["Expression"], alarm["StateReason"].split("[")[1][:4])
try:
    cloudwatch.put_metric_alarm(**math, Metrics=[of("errors", "Errors"), {"Id": "rate", "Expression": "errors /"}])
except cloudwatch.exceptions.ClientError as error:
    print(error.response["Error"]["Message"])
`,
  );
  expect(output.trim().split("\n")).toEqual([
    "3 True",
    "ValidationError Could not save the composite alarm as alarms [none] in the alarm rule do not exist",
    "True",
    `['Actions suppressed by WaitPeriod', 'Failed to execute action ${topic}']`,
    "ALARM 100 * errors / calls 15.0",
    "Error in expression 'rate': it ends too soon.",
  ]);
});

test("the AWS CLI puts, sets and lists alarms", async (context) => {
  const output = await runShell(
    context,
    server,
    "v3",
    `aws cloudwatch put-metric-alarm --alarm-name cli --namespace Shop --metric-name Errors --statistic Sum --period 60 \
  --evaluation-periods 2 --threshold 3 --comparison-operator GreaterThanThreshold --dimensions Name=Page,Value=home
aws cloudwatch set-alarm-state --alarm-name cli --state-value OK --state-reason drill
aws cloudwatch describe-alarms --alarm-names cli --output text --query 'MetricAlarms[].[StateValue,StateReason,Dimensions[0].Value]'
aws cloudwatch delete-alarms --alarm-names cli
aws cloudwatch describe-alarms --alarm-names cli --output text --query 'length(MetricAlarms)'`,
  );
  expect(output).toBe("OK\tdrill\thome\n0\n");
});

test("an alarm goes off on time, though the server was killed in between", async () => {
  const put = new PutMetricAlarmCommand({
    ...{ AlarmName: "on time", Namespace: "Shop", MetricName: "Queue", Statistic: "Maximum", Period: 10 },
    ...{ EvaluationPeriods: 1, Threshold: 5, ComparisonOperator: "GreaterThanThreshold" },
  });
  await new CloudWatchClient(server.clientOptions).send(put);
  const now = new Date();
  const data = [{ MetricName: "Queue", Value: 9, Timestamp: now, StorageResolution: 1 }];
  await new CloudWatchClient(server.clientOptions).send(
    new PutMetricDataCommand({ Namespace: "Shop", MetricData: data }),
  );
  await server.kill();
  await server.start();
  const back = Date.now();
  const client = new CloudWatchClient(server.clientOptions);
  await vi.waitFor(
    async () => {
      const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ["on time"] }));
      expect(MetricAlarms).toMatchObject([{ StateValue: "ALARM", StateReason: expect.stringContaining("[9.0 (") }]);
    },
    { timeout: 25_000, interval: 200 },
  );
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ["on time"] }));
  // The period ends at most 10 s after the point, and the alarm is evaluated within the next 10 s of a server that is there.
  expect(MetricAlarms![0]!.StateUpdatedTimestamp!.getTime() - back).toBeLessThan(21_000);
  await vi.waitFor(async () => {
    const { AlarmHistoryItems } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: "on time", HistoryItemType: "StateUpdate" }),
    );
    expect(AlarmHistoryItems).toMatchObject([{ HistorySummary: "Alarm updated from INSUFFICIENT_DATA to ALARM" }]);
  }, 10_000);
});
