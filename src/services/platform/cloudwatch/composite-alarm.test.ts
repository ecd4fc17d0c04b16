import { beforeEach, describe, expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { step } from "./alarm.fixture.ts";
import { alarmReconciler } from "./alarm.reconcile.ts";
import { alarm } from "./alarm.ts";
import type { AlarmState } from "./alarm-faults.ts";
import { parseAlarmRule } from "./alarm-rule.ts";
import { putAlarm } from "./put-alarm.ts";

describe("a rule", () => {
  const states: Record<string, AlarmState> = { a: "ALARM", b: "OK", "c d": "INSUFFICIENT_DATA", 'q"': "ALARM" };
  it.each([
    ["ALARM(a)", true],
    ["alarm( a )", true],
    ["NOT ALARM(a)", false],
    ['ALARM(a) AND OK(b) AND INSUFFICIENT_DATA("c d")', true],
    ["ALARM(b) OR ALARM(a) AND NOT OK(b)", false],
    ["(ALARM(b) OR ALARM(a)) AND OK(b)", true],
    ["TRUE AND NOT FALSE", true],
    ["NOT (TRUE OR ALARM(a))", false],
    ['ALARM("q\\"")', true],
    ['ALARM("arn:aws:cloudwatch:us-west-2:123456789012:alarm:a")', true],
    ["ALARM(arn:aws:cloudwatch:us-west-2:123456789012:alarm:b)", false],
  ])("%s is %s", (text, expected) => expect(parseAlarmRule(text).holds((name) => states[name]!)).toBe(expected));

  it.each([
    "",
    "a",
    "ALARM",
    "ALARM(",
    "ALARM()",
    "ALARM(a",
    "ALARM(a) ALARM(b)",
    "ALARM(a) AND",
    '"x',
    "(TRUE",
    "TRUE)",
  ])("is not %j", (text) => expect(() => parseAlarmRule(text)).toThrow("AlarmRule must not contain invalid syntax"));

  it("of hundreds of brackets is read", () => {
    const text = `${"(".repeat(1000)}TRUE${")".repeat(1000)}`;
    expect(parseAlarmRule(text).holds(() => "OK")).toBe(true);
  });
});

let context: TestContext;
beforeEach(() => {
  context = createTestContext({ units: [alarm, putAlarm] });
});

const call: TestContext["call"] = (service, operation, input) => context.call(service, operation, input);
const put = (AlarmName: string) =>
  call("cloudwatch", "PutMetricAlarm", {
    ...{ AlarmName, Namespace: "Shop", MetricName: AlarmName, Statistic: "Sum", Period: 60, EvaluationPeriods: 1 },
    ...{ Threshold: 1, ComparisonOperator: "GreaterThanThreshold" },
  });
const combine = (AlarmRule: string, AlarmName = "both") =>
  call("cloudwatch", "PutCompositeAlarm", { AlarmName, AlarmRule });
const set = (AlarmName: string, StateValue: AlarmState) =>
  call("cloudwatch", "SetAlarmState", { AlarmName, StateValue, StateReason: "drill" });
const arn = (name: string) => `arn:aws:cloudwatch:us-west-2:123456789012:alarm:${name}`;
const described = async (name = "both") =>
  (await call("cloudwatch", "DescribeAlarms", { AlarmNames: [name], AlarmTypes: ["CompositeAlarm"] }))
    .CompositeAlarms![0]!;

describe("a composite alarm", () => {
  it("follows the alarms of its rule, and the alarms that name it follow it", async () => {
    await put("cpu");
    await put("disk");
    await combine("ALARM(cpu) AND ALARM(disk)");
    await combine("NOT ALARM(both)", "quiet");
    await step(context, alarmReconciler);
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({
      StateValue: "OK",
      StateReason: `${arn("both")} was created and its alarm rule evaluates to OK`,
      AlarmRule: "ALARM(cpu) AND ALARM(disk)",
    });
    expect(await described("quiet")).toMatchObject({ StateValue: "ALARM" });
    context.passTime(1_000);
    await set("cpu", "ALARM");
    context.passTime(1_000);
    await set("disk", "ALARM");
    await step(context, alarmReconciler);
    await step(context, alarmReconciler);
    const both = await described();
    expect(both).toMatchObject({
      StateValue: "ALARM",
      StateReason: `${arn("disk")} transitioned to ALARM at Thursday 01 January, 2026 00:00:02 UTC`,
    });
    expect(JSON.parse(both.StateReasonData!).triggeringAlarms).toHaveLength(2);
    expect(await described("quiet")).toMatchObject({ StateValue: "OK" });
    expect(context.clock.now()).toBe(testTime + 2_000);
  });

  it("holds a state that it is given until an alarm of its rule changes", async () => {
    await put("cpu");
    await combine("ALARM(cpu)");
    await step(context, alarmReconciler);
    context.passTime(1_000);
    await set("both", "ALARM");
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({ StateValue: "ALARM", StateReason: "drill" });
    await set("cpu", "OK");
    await step(context, alarmReconciler);
    expect(await described()).toMatchObject({ StateValue: "OK" });
  });

  it("is refused with a rule of alarms that are missing, or that lead back to it", async () => {
    await expect(combine("ALARM(cpu) OR OK(none)")).rejects.toMatchObject({
      code: "ValidationError",
      message: "Could not save the composite alarm as alarms [cpu, none] in the alarm rule do not exist",
    });
    await put("cpu");
    await combine("ALARM(cpu)");
    await combine("ALARM(both)", "outer");
    await expect(combine("ALARM(outer)")).rejects.toMatchObject({ message: expect.stringContaining("leads back") });
    await expect(combine("TRUE", "cpu")).rejects.toMatchObject({ message: expect.stringContaining("MetricAlarm") });
  });

  it("keeps its alarms from being deleted, and shows them", async () => {
    await put("cpu");
    await combine("ALARM(cpu)");
    await expect(call("cloudwatch", "DeleteAlarms", { AlarmNames: ["cpu"] })).rejects.toMatchObject({
      message: "Cannot delete cpu as there are composite alarm(s) depending on it.",
    });
    expect(await call("cloudwatch", "DescribeAlarms", { ChildrenOfAlarmName: "both" })).toMatchObject({
      MetricAlarms: [{ AlarmName: "cpu", AlarmArn: arn("cpu"), StateValue: "INSUFFICIENT_DATA" }],
      CompositeAlarms: [],
    });
    expect(await call("cloudwatch", "DescribeAlarms", { ParentsOfAlarmName: "cpu" })).toEqual({
      MetricAlarms: [],
      CompositeAlarms: [{ AlarmName: "both", AlarmArn: arn("both") }],
    });
    await call("cloudwatch", "DeleteAlarms", { AlarmNames: ["cpu", "both"] });
    expect(await call("cloudwatch", "DescribeAlarms", { AlarmTypes: ["MetricAlarm", "CompositeAlarm"] })).toMatchObject(
      {
        MetricAlarms: [],
        CompositeAlarms: [],
      },
    );
  });
});
