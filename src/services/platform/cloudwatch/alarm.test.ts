import { beforeEach, describe, expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { follow, noTopics, step } from "./alarm.fixture.ts";
import { alarmReconciler } from "./alarm.reconcile.ts";
import { alarm } from "./alarm.ts";
import { alarmHistory } from "./alarm-history.ts";
import { alarmHistoryFollower } from "./alarm-history-follower.ts";
import { alarmHistoryUpkeep } from "./alarm-history-upkeep.ts";
import { alarmKind } from "./alarm-kind.ts";
import { metric } from "./metric.ts";
import { putAlarm } from "./put-alarm.ts";
import { tags } from "./tags.ts";

const minute = 60_000;
const topic = "arn:aws:sns:us-west-2:123456789012:people";
const watched = { Namespace: "Shop", MetricName: "Latency", Dimensions: [{ Name: "Page", Value: "home" }] };
let context: TestContext;
let since: number;

beforeEach(async () => {
  const withKind = { ...alarm, ...alarmKind, unit: "resource", operations: alarm.operations } as never;
  context = createTestContext({ units: [withKind, putAlarm, alarmHistory, tags, metric, noTopics] });
  since = (await context.resources.write([])).sequence;
});

const call: TestContext["call"] = (service, operation, input) => context.call(service, operation, input);
const put = (more: object = {}) =>
  call("cloudwatch", "PutMetricAlarm", {
    AlarmName: "slow",
    ...watched,
    Statistic: "Average",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: "GreaterThanThreshold",
    ...more,
  });
const point = (Value: number, ago = 0) =>
  call("cloudwatch", "PutMetricData", {
    Namespace: "Shop",
    MetricData: [
      {
        MetricName: "Latency",
        Dimensions: watched.Dimensions,
        Value,
        Timestamp: new Date(context.clock.now() - ago),
      },
    ],
  });
const described = async (AlarmName = "slow") =>
  (await call("cloudwatch", "DescribeAlarms", { AlarmNames: [AlarmName] })).MetricAlarms![0]!;
const history = async (more: object = {}) => {
  await follow(context, alarmHistoryFollower, since);
  return call("cloudwatch", "DescribeAlarmHistory", { AlarmName: "slow", ...more });
};

describe("an alarm", () => {
  it("begins without data, and is evaluated every minute at moments of its own", async () => {
    context.setTime(testTime + 7_000);
    await put();
    expect(await described()).toMatchObject({
      AlarmArn: "arn:aws:cloudwatch:us-west-2:123456789012:alarm:slow",
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      ActionsEnabled: true,
    });
    expect(await step(context, alarmReconciler)).toEqual([testTime + 67_000]);
    expect((await described()).StateReason).toBe("Unchecked: Initial alarm creation");

    context.passTime(10_000);
    await point(9);
    context.setTime(testTime + 67_000);
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({
      StateValue: "ALARM",
      StateReason:
        "Threshold Crossed: 1 out of the last 1 datapoints [9.0 (01/01/26 00:00:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).",
      StateUpdatedTimestamp: new Date(testTime + 67_000),
      StateTransitionedTimestamp: new Date(testTime + 67_000),
    });
    const { version } = (await alarmKind.find(context, alarmKind.key(context, { AlarmName: "slow" })))!;
    await point(7);
    context.passTime(minute);
    // The state stays, so nothing is written.
    expect(await step(context, alarmReconciler)).toEqual([testTime + 67_000 + 2 * minute]);
    expect(await alarmKind.find(context, alarmKind.key(context, { AlarmName: "slow" }))).toMatchObject({ version });
  });

  it("is evaluated at once when it is put again, and keeps its state and tags until then", async () => {
    await put({ Tags: [{ Key: "team", Value: "blue" }] });
    await point(9, minute);
    context.passTime(2_000);
    await step(context, alarmReconciler);
    await put({ Threshold: 10, Tags: [{ Key: "team", Value: "red" }] });
    expect(await described()).toMatchObject({ StateValue: "ALARM", Threshold: 10 });
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({ StateValue: "OK" });
    const ResourceARN = (await described()).AlarmArn!;
    expect(await call("cloudwatch", "ListTagsForResource", { ResourceARN })).toEqual({
      Tags: [{ Key: "team", Value: "blue" }],
    });
  });

  it("holds a state that SetAlarmState gives until its next evaluation", async () => {
    await put();
    await point(1, minute);
    await step(context, alarmReconciler);
    context.passTime(5_000);
    const set = { AlarmName: "slow", StateValue: "ALARM", StateReason: "a drill" } as const;
    await call("cloudwatch", "SetAlarmState", { ...set, StateReasonData: '{"drill":1}' });
    expect(await step(context, alarmReconciler)).toEqual([testTime + minute]);
    expect(await described()).toMatchObject({ StateValue: "ALARM", StateReason: "a drill" });
    context.setTime(testTime + minute);
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({ StateValue: "OK" });
    await expect(call("cloudwatch", "SetAlarmState", { ...set, AlarmName: "none" })).rejects.toMatchObject({
      code: "ResourceNotFound",
      status: 404,
    });
    await expect(call("cloudwatch", "SetAlarmState", { ...set, StateReasonData: "{" })).rejects.toMatchObject({
      code: "InvalidFormat",
    });
  });

  it("of a short period is evaluated every ten seconds", async () => {
    await put({ Period: 10, TreatMissingData: "notBreaching" });
    expect(await step(context, alarmReconciler)).toEqual([undefined]);
    expect(await step(context, alarmReconciler)).toEqual([testTime + 10_000]);
    expect(await described()).toMatchObject({
      StateReason:
        "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
    });
  });

  it.each([
    [{ Period: 45 }, "ValidationError", "Period must be 10, 20, 30 or a multiple of 60"],
    [{ Period: 300, EvaluationPeriods: 300 }, "ValidationError", "EvaluationPeriods * Period must be <= 86400"],
    [{ Statistic: undefined }, "InvalidParameterCombination", "At least one"],
    [{ ExtendedStatistic: "p99" }, "InvalidParameterCombination", "Only one"],
    [{ Statistic: undefined, ExtendedStatistic: "tm99" }, "InvalidParameterValue", "tm99"],
    [{ DatapointsToAlarm: 2 }, "ValidationError", "DatapointsToAlarm"],
    [{ TreatMissingData: "skip" }, "ValidationError", "Option skip is not supported for TreatMissingData"],
    [{ AlarmActions: ["people"] }, "ValidationError", "Invalid arn syntax: people"],
    [{ ThresholdMetricId: "band" }, "InvalidParameterValue", "ThresholdMetricId"],
    [{ ComparisonOperator: "GreaterThanUpperThreshold" }, "InvalidParameterValue", "GreaterThanUpperThreshold"],
    [{ Metrics: [{ Id: "m" }] }, "InvalidParameterCombination", "Metrics and Namespace"],
  ])("is refused with %j", async (more, code, words) => {
    await expect(put(more)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it("may name its metric as the only query", async () => {
    const own = { Namespace: undefined, MetricName: undefined, Dimensions: undefined, Period: undefined };
    const queries = (query: object) => put({ ...own, Statistic: undefined, Metrics: [{ Id: "m1", ...query }] });
    await queries({ MetricStat: { Metric: watched, Period: 60, Stat: "p90" }, ReturnData: true });
    await point(9, minute);
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({ StateValue: "ALARM" });
  });

  const computed = (expressions: Record<string, string>, more: object = {}, callsPeriod = 60) => {
    const stat = (MetricName: string, Period = 60) => ({
      MetricStat: { Metric: { ...watched, MetricName }, Period, Stat: "Sum" },
      ReturnData: false,
    });
    const own = { Namespace: undefined, MetricName: undefined, Dimensions: undefined, Period: undefined };
    return put({
      ...{ ...own, Statistic: undefined, Threshold: 10 },
      Metrics: [
        { Id: "errors", ...stat("Errors") },
        { Id: "calls", ...stat("Calls", callsPeriod) },
        ...Object.entries(expressions).map(([Id, Expression], index) => ({
          ...{ Id, Expression, ReturnData: index === 0 },
        })),
      ],
      ...more,
    });
  };
  const points = (errors: number, calls: number, ago: number) =>
    call("cloudwatch", "PutMetricData", {
      Namespace: "Shop",
      MetricData: Object.entries({ Errors: errors, Calls: calls }).map(([MetricName, Value]) => ({
        ...{ MetricName, Value, Dimensions: watched.Dimensions, Timestamp: new Date(context.clock.now() - ago) },
      })),
    });

  it("may compute what it watches of several metrics, and says so", async () => {
    await computed({ rate: "100 * FILL(errors, 0) / calls" }, { EvaluationPeriods: 2, DatapointsToAlarm: 1 });
    await points(1, 40, minute);
    await points(9, 60, 2 * minute);
    await step(context, alarmReconciler);
    const found = await described();
    expect(found).toMatchObject({
      StateValue: "ALARM",
      StateReason: expect.stringContaining("1 out of the last 2 datapoints [15.0 (31/12/25 23:58:00)] was greater"),
      Metrics: [{ Id: "errors" }, { Id: "calls" }, { Id: "rate", Expression: "100 * FILL(errors, 0) / calls" }],
      MetricName: undefined,
    });
    expect(JSON.parse(found.StateReasonData!)).toEqual({
      ...{ version: "1.0", period: 60, recentDatapoints: [15, 2.5], threshold: 10 },
      queryDate: "2026-01-01T00:00:00.000+0000",
      startDate: "2025-12-31T23:58:00.000+0000",
      evaluatedDatapoints: [
        { timestamp: "2025-12-31T23:59:00.000+0000", value: 2.5 },
        { timestamp: "2025-12-31T23:58:00.000+0000", value: 15 },
      ],
    });
    const [, event] = (await context.resources.changes(since, 1000)).flatMap(({ event }) => event ?? []);
    expect(event).toMatchObject({
      type: "CloudWatch Alarm State Change",
      detail: {
        configuration: {
          metrics: [
            { id: "errors", metricStat: { stat: "Sum", metric: { name: "Errors" } }, returnData: false },
            { id: "calls" },
            { id: "rate", expression: "100 * FILL(errors, 0) / calls", returnData: true },
          ],
        },
      },
    });
    const metric = { Namespace: "Shop", MetricName: "Errors", Dimensions: watched.Dimensions };
    expect((await call("cloudwatch", "DescribeAlarmsForMetric", metric)).MetricAlarms).toEqual([]);
  });

  it("computes with metrics of several periods by the longest of them", async () => {
    await computed({ rate: "calls - errors * PERIOD(errors) / 60" }, { EvaluationPeriods: 1 }, 300);
    // The last five minutes, which began with this one.
    await points(7, 20, 5 * minute);
    await points(100, 30, 4 * minute);
    await step(context, alarmReconciler);
    const found = await described();
    expect(found).toMatchObject({ StateValue: "ALARM", StateReason: expect.stringContaining("[43.0 (") });
    expect(JSON.parse(found.StateReasonData!)).toMatchObject({ period: 300, recentDatapoints: [43] });
  });

  it.each<[Record<string, string>, object, string]>([
    [
      { e: "errors" },
      {
        Metrics: [
          { Id: "e", Expression: "1", Period: 30 },
          { Id: "m", ReturnData: false, MetricStat: { Metric: watched, Period: 60, Stat: "Sum" } },
        ],
      },
      "Period 30 of the expression e",
    ],
    [{ e: "errors +" }, {}, "Error in expression 'e': it ends too soon."],
    [{ e: "errors / none" }, {}, "Error in expression 'e': there is no query none."],
    [{ e: "AVG(errors)" }, {}, "must give one series"],
    [{ e: "f + 1", f: "e + 1" }, {}, "it refers to itself through e"],
    [{ e: "ANOMALY_DETECTION_BAND(errors, 2)" }, {}, "The function ANOMALY_DETECTION_BAND"],
    [{ e: "SELECT AVG(Errors) FROM Shop" }, {}, "SQL"],
    [{}, {}, "Exactly one element of the metrics list should return data."],
    [{ e: "errors" }, { Metrics: [{ Id: "e", Expression: "TIME_SERIES(1)" }] }, "Metrics has no MetricStat"],
  ])("computes nothing of %j", async (expressions, more, words) => {
    await expect(computed(expressions, more)).rejects.toThrow(words);
  });
});

describe("history", () => {
  it("tells of configuration, states and actions, each once, and outlives the alarm", async () => {
    await put({ AlarmActions: [topic] });
    context.passTime(1_000);
    await call("cloudwatch", "SetAlarmState", { AlarmName: "slow", StateValue: "ALARM", StateReason: "drill" });
    await history();
    context.passTime(1_000);
    await call("cloudwatch", "DeleteAlarms", { AlarmNames: ["slow", "none"] });
    await history();
    const { AlarmHistoryItems = [], NextToken } = await history();
    expect(NextToken).toBeUndefined();
    expect(AlarmHistoryItems.map(({ HistoryItemType, HistorySummary }) => [HistoryItemType, HistorySummary])).toEqual([
      ["ConfigurationUpdate", 'Alarm "slow" deleted'],
      ["Action", `Failed to execute action ${topic}`],
      ["StateUpdate", "Alarm updated from INSUFFICIENT_DATA to ALARM"],
      ["ConfigurationUpdate", 'Alarm "slow" created'],
    ]);
    expect(JSON.parse(AlarmHistoryItems[2]!.HistoryData!)).toMatchObject({
      version: "1.0",
      oldState: { stateValue: "INSUFFICIENT_DATA", stateReason: "Unchecked: Initial alarm creation" },
      newState: { stateValue: "ALARM", stateReason: "drill" },
    });
    expect(JSON.parse(AlarmHistoryItems[1]!.HistoryData!)).toMatchObject({
      actionState: "Failed",
      stateUpdateTimestamp: testTime + 1_000,
      notificationResource: topic,
      error: "Topic does not exist",
    });

    const states = await history({ HistoryItemType: "StateUpdate" });
    expect(states.AlarmHistoryItems).toHaveLength(1);
    const first = await history({ MaxRecords: 3, ScanBy: "TimestampAscending" });
    expect(first.AlarmHistoryItems).toHaveLength(3);
    const rest = await history({ ScanBy: "TimestampAscending", NextToken: first.NextToken });
    expect(rest.AlarmHistoryItems).toMatchObject([{ HistorySummary: 'Alarm "slow" deleted' }]);
    expect((await history({ AlarmName: undefined })).AlarmHistoryItems).toHaveLength(4);
    expect((await history({ EndDate: new Date(testTime) })).AlarmHistoryItems).toHaveLength(1);

    context.passTime(31 * 24 * 60 * minute);
    await alarmHistoryUpkeep.run(context, context.signal);
    expect(await context.journals.streams("alarm-history/", undefined, 10)).toEqual([]);
  });

  it("has no actions while they are disabled", async () => {
    await put({ AlarmActions: [topic] });
    await call("cloudwatch", "DisableAlarmActions", { AlarmNames: ["slow", "none"] });
    await call("cloudwatch", "SetAlarmState", { AlarmName: "slow", StateValue: "ALARM", StateReason: "drill" });
    expect((await history({ HistoryItemType: "Action" })).AlarmHistoryItems).toEqual([]);
    await call("cloudwatch", "EnableAlarmActions", { AlarmNames: ["slow"] });
    expect(await described()).toMatchObject({ ActionsEnabled: true });
  });
});

it("describes alarms by name, prefix, state, action and metric, by pages", async () => {
  for (const name of ["b", "a", "c"]) await put({ AlarmName: `page/${name}`, AlarmActions: [`${topic}-${name}`] });
  await put({ AlarmName: "other", MetricName: "Errors", Statistic: "Sum", TreatMissingData: "breaching" });
  await step(context, alarmReconciler);
  const names = async (input: object) =>
    (await call("cloudwatch", "DescribeAlarms", input)).MetricAlarms!.map(({ AlarmName }) => AlarmName);
  expect(await names({})).toEqual(["other", "page/a", "page/b", "page/c"]);
  expect(await names({ AlarmNamePrefix: "page/" })).toEqual(["page/a", "page/b", "page/c"]);
  expect(await names({ AlarmNames: ["page/c", "none"] })).toEqual(["page/c"]);
  expect(await names({ StateValue: "ALARM" })).toEqual(["other"]);
  expect(await names({ ActionPrefix: `${topic}-b` })).toEqual(["page/b"]);
  expect(await names({ ActionPrefix: "arn:aws:sns" })).toEqual(["page/a", "page/b", "page/c"]);
  expect(await names({ AlarmTypes: ["CompositeAlarm"] })).toEqual([]);
  const page = await call("cloudwatch", "DescribeAlarms", { MaxRecords: 3 });
  expect(page.MetricAlarms).toHaveLength(3);
  expect(await names({ NextToken: page.NextToken })).toEqual(["page/c"]);
  await expect(names({ NextToken: "x" })).rejects.toMatchObject({ code: "InvalidNextToken" });
  await expect(names({ AlarmNames: ["a"], AlarmNamePrefix: "a" })).rejects.toMatchObject({
    code: "InvalidParameterCombination",
  });

  const forMetric = async (input: object) =>
    (await call("cloudwatch", "DescribeAlarmsForMetric", { ...watched, ...input })).MetricAlarms!.length;
  expect(await forMetric({})).toBe(3);
  expect(await forMetric({ Period: 60, Statistic: "Average" })).toBe(3);
  expect(await forMetric({ Statistic: "Sum" })).toBe(0);
  expect(await forMetric({ Dimensions: [] })).toBe(0);
});

it("tags of what is not there are refused", async () => {
  const ResourceARN = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:none";
  for (const operation of ["TagResource", "UntagResource", "ListTagsForResource"] as const)
    await expect(call("cloudwatch", operation, { ResourceARN, Tags: [], TagKeys: [] } as never)).rejects.toMatchObject({
      code: "ResourceNotFoundException",
      status: 404,
      message: "Unknown",
    });
});
