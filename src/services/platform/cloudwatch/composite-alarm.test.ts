import { beforeEach, describe, expect, it } from "vitest";
import { createTestContext, type TestContext, testTime } from "../../../server/request/test-context.ts";
import { follow, noTopics, step } from "./alarm.fixture.ts";
import { alarmReconciler } from "./alarm.reconcile.ts";
import { alarm } from "./alarm.ts";
import type { AlarmState } from "./alarm-faults.ts";
import { alarmHistory } from "./alarm-history.ts";
import { alarmHistoryFollower } from "./alarm-history-follower.ts";
import { alarmKind } from "./alarm-kind.ts";
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
  context = createTestContext({
    units: [{ ...alarm, ...alarmKind, unit: "resource" } as never, putAlarm, alarmHistory, noTopics],
  });
});

const call: TestContext["call"] = (service, operation, input) => context.call(service, operation, input);
const put = (AlarmName: string) =>
  call("cloudwatch", "PutMetricAlarm", {
    ...{ AlarmName, Namespace: "Shop", MetricName: AlarmName, Statistic: "Sum", Period: 60, EvaluationPeriods: 1 },
    ...{ Threshold: 1, ComparisonOperator: "GreaterThanThreshold", TreatMissingData: "ignore" },
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

  describe("with a suppressor", () => {
    const actions = { AlarmActions: ["arn:aws:sns:us-west-2:1:in"], OKActions: ["arn:aws:sns:us-west-2:1:out"] };
    const suppressed = { ActionsSuppressor: arn("quiet"), ActionsSuppressorWaitPeriod: 60 } as const;
    const suppress = (more: object = {}) =>
      call("cloudwatch", "PutCompositeAlarm", {
        ...{ AlarmName: "both", AlarmRule: "ALARM(cpu)", ...actions },
        ...{ ...suppressed, ActionsSuppressorExtensionPeriod: 120, ...more },
      });
    let since: number;
    beforeEach(async () => {
      await put("cpu");
      await put("quiet");
      await suppress();
      await step(context, alarmReconciler);
      await set("both", "OK");
      await step(context, alarmReconciler);
      since = (await context.resources.write([])).sequence;
    });
    const later = async (seconds: number, ...states: [string, AlarmState][]) => {
      context.passTime(seconds * 1000);
      for (const [name, state] of states) await set(name, state);
      const again = await step(context, alarmReconciler);
      const { StateValue, ActionsSuppressedBy, ActionsSuppressedReason } = await described();
      expect(ActionsSuppressedReason).toBe(ActionsSuppressedBy && `Actions suppressed by ${ActionsSuppressedBy}`);
      // It comes back when a period ends.
      const now = context.clock.now();
      const isWaiting = again.includes(now + 60_000) || again.includes(now + 120_000);
      return [StateValue, ActionsSuppressedBy, ...(isWaiting ? ["waits"] : [])];
    };
    /** The actions of its history since, the latest first. */
    const done = async () => {
      await follow(context, alarmHistoryFollower, since);
      since = (await context.resources.write([])).sequence;
      const { AlarmHistoryItems = [] } = await call("cloudwatch", "DescribeAlarmHistory", {
        ...{ AlarmName: "both", HistoryItemType: "Action", AlarmTypes: ["CompositeAlarm"] },
      });
      return AlarmHistoryItems.map(({ HistorySummary }) => HistorySummary!.replace("Failed to execute action ", ""));
    };

    it("waits for it, and then acts", async () => {
      expect(await later(1, ["cpu", "ALARM"])).toEqual(["ALARM", "WaitPeriod", "waits"]);
      expect(await done()).toEqual(["Actions suppressed by WaitPeriod"]);
      expect((await later(59)).slice(0, 2)).toEqual(["ALARM", "WaitPeriod"]);
      expect(await later(1)).toEqual(["ALARM", undefined]);
      expect((await done())[0]).toBe(actions.AlarmActions[0]);
      expect(await later(1, ["cpu", "OK"])).toEqual(["OK", undefined]);
      expect((await done())[0]).toBe(actions.OKActions[0]);
    });

    it("does nothing while the suppressor is in ALARM, and for some time after it", async () => {
      await later(1, ["cpu", "ALARM"]);
      expect(await later(1, ["quiet", "ALARM"])).toEqual(["ALARM", "Alarm"]);
      expect(await later(600)).toEqual(["ALARM", "Alarm"]);
      expect(await later(1, ["quiet", "OK"])).toEqual(["ALARM", "ExtensionPeriod", "waits"]);
      expect(await later(119)).toEqual(["ALARM", "ExtensionPeriod"]);
      expect(await done()).toEqual(["Actions suppressed by WaitPeriod"]);
      expect(await later(1)).toEqual(["ALARM", undefined]);
      expect((await done())[0]).toBe(actions.AlarmActions[0]);
    });

    it("does nothing at all when it is back where it was", async () => {
      await later(1, ["quiet", "ALARM"]);
      expect(await later(1, ["cpu", "ALARM"])).toEqual(["ALARM", "Alarm"]);
      expect(await later(1, ["cpu", "OK"])).toEqual(["OK", "Alarm"]);
      await later(1, ["quiet", "OK"]);
      expect(await later(200)).toEqual(["OK", undefined]);
      const suppressions = ["Actions suppressed by Alarm", "Actions suppressed by Alarm"];
      expect(await done()).toEqual(suppressions);
      // An alarm that goes off and is well again within the time that it waits.
      await later(1, ["cpu", "ALARM"]);
      expect(await later(1, ["cpu", "OK"])).toEqual(["OK", undefined]);
      await later(100);
      expect(await done()).toEqual([
        ...["Actions suppressed by WaitPeriod", "Actions suppressed by WaitPeriod"],
        ...suppressions,
      ]);
    });

    it("a state that it is given is suppressed too, and acts when the suppressor is taken from it", async () => {
      await later(1, ["quiet", "ALARM"], ["both", "ALARM"]);
      expect(await done()).toEqual(["Actions suppressed by Alarm"]);
      await suppress({
        ActionsSuppressor: undefined,
        ActionsSuppressorWaitPeriod: undefined,
        ActionsSuppressorExtensionPeriod: undefined,
        AlarmRule: "TRUE",
      });
      expect(await later(1)).toEqual(["ALARM", undefined]);
      expect((await done())[0]).toBe(actions.AlarmActions[0]);
    });

    it.each([
      [{ ActionsSuppressorWaitPeriod: undefined }, "ActionsSuppressorWaitPeriod must be specified"],
      [{ ActionsSuppressor: undefined }, "is only for an alarm with an ActionsSuppressor"],
      [{ ActionsSuppressor: "none" }, "its ActionsSuppressor none does not exist"],
      [{ ActionsSuppressor: "both" }, "cannot be its own ActionsSuppressor"],
      [{ ActionsSuppressorExtensionPeriod: -1 }, "must not be negative"],
    ])("is refused with %j", async (more, words) => {
      await expect(suppress(more)).rejects.toMatchObject({ message: expect.stringContaining(words) });
    });
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
