import { defineKind } from "../../../frame/define-kind.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { AlarmState } from "./alarm-faults.ts";
import { alarmMetricOf, metricText } from "./alarm-metric.ts";
import { parseAlarmRule } from "./alarm-rule.ts";

type CloudWatch = typeof import("@aws-sdk/client-cloudwatch");
/** What PutMetricAlarm was given. */
export type MetricAlarm = InputOf<CloudWatch, "PutMetricAlarm">;
/** What PutCompositeAlarm was given. */
export type CompositeAlarm = InputOf<CloudWatch, "PutCompositeAlarm">;
export type WantedAlarm = MetricAlarm | CompositeAlarm;

export type AlarmType = "MetricAlarm" | "CompositeAlarm";

/** The state of an alarm beside its value, which is the document's status. Times are in milliseconds since 1970. */
export interface ActualAlarm {
  readonly reason: string;
  /** JSON, as AWS words it. */
  readonly reasonData?: string;
  /** When state and reason were written, and when the value was last another one. */
  readonly updated: number;
  readonly transitioned: number;
  /** When the alarm was last put. An alarm that was just put is evaluated at once. */
  readonly configured: number;
  /** Of a composite alarm whose state SetAlarmState gave: the states of the alarms of its rule, while it holds. */
  readonly held?: string;
  /** Of a composite alarm: what suppresses its actions, and the state whose actions were done last. */
  readonly suppressed?: Suppression;
  readonly acted?: AlarmState;
}

export interface Suppression {
  readonly by: "Alarm" | "WaitPeriod" | "ExtensionPeriod";
  /** When a period ends, in milliseconds since 1970. */
  readonly until?: number;
}

export type AlarmDocument = ResourceDocument<WantedAlarm, ActualAlarm>;

export const isComposite = (wanted: WantedAlarm): wanted is CompositeAlarm => "AlarmRule" in wanted;
export const typeOf = (wanted: WantedAlarm): AlarmType => (isComposite(wanted) ? "CompositeAlarm" : "MetricAlarm");

/** Returns what an alarm does when it comes into a state. */
export const actionsIn = (wanted: WantedAlarm, state: string | undefined): readonly string[] =>
  (state === "ALARM" ? wanted.AlarmActions : state === "OK" ? wanted.OKActions : wanted.InsufficientDataActions) ?? [];

const actionsOf = ({ AlarmActions = [], OKActions = [], InsufficientDataActions = [] }: WantedAlarm) => [
  ...new Set([...AlarmActions, ...OKActions, ...InsufficientDataActions]),
];

export const alarmKind = defineKind<WantedAlarm, ActualAlarm, AlarmState>({
  service: "cloudwatch",
  kind: "alarm",
  arn: "alarm:{AlarmName+}",
  exactCase: true,
  tags: true,
  title: "Alarm",
  listedBy: "DescribeAlarms",
  labels: {
    type: ({ wanted }) => typeOf(wanted),
    actions: ({ wanted }) => actionsOf(wanted),
    children: ({ wanted }) => (isComposite(wanted) ? parseAlarmRule(wanted.AlarmRule).names : undefined),
    metric: ({ wanted }) => {
      const metric = isComposite(wanted) ? undefined : alarmMetricOf(wanted);
      return metric && metricText(metric);
    },
  },
  statuses: {
    OK: { final: false, tone: "good" },
    ALARM: { final: false, tone: "bad" },
    INSUFFICIENT_DATA: { final: false },
  },
  shownReason: ({ actual }) => actual.reason,
});
