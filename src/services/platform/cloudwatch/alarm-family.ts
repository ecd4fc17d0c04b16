import type { Context } from "../../../frame/context.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type AlarmState, noSuchAlarm, validationError } from "./alarm-faults.ts";
import { type AlarmDocument, alarmKind, isComposite, typeOf } from "./alarm-kind.ts";
import { namesIn, parentsOf } from "./composite-alarm.ts";

type Input = InputOf<typeof import("@aws-sdk/client-cloudwatch"), "DescribeAlarms">;

const beside = ["ChildrenOfAlarmName", "ParentsOfAlarmName", "MaxRecords", "NextToken"];

/** Describes the alarms that the rule of an alarm names, or those whose rules name it, with what AWS shows of them. */
export async function describeFamily(context: Context, input: Input) {
  const { ChildrenOfAlarmName, ParentsOfAlarmName } = input;
  const others = Object.keys(input).filter((member) => !beside.includes(member));
  if (others.length > 0 || (ChildrenOfAlarmName !== undefined && ParentsOfAlarmName !== undefined))
    throw validationError("ChildrenOfAlarmName and ParentsOfAlarmName stand alone: leave out all other parameters.");
  const find = (AlarmName: string) => alarmKind.find(context, alarmKind.key(context, { AlarmName }));
  const of = await find((ChildrenOfAlarmName ?? ParentsOfAlarmName)!);
  if (!of) throw noSuchAlarm();
  const names = ChildrenOfAlarmName !== undefined && isComposite(of.wanted) ? namesIn(of.wanted) : [];
  const found =
    ChildrenOfAlarmName === undefined
      ? await parentsOf(context, ParentsOfAlarmName!)
      : (await Promise.all(names.map(find))).filter((document) => document !== undefined);
  const shown = ({ key, status, wanted, actual }: AlarmDocument) => ({
    AlarmName: wanted.AlarmName,
    AlarmArn: alarmKind.arn(key),
    ...(ChildrenOfAlarmName !== undefined && {
      StateValue: status as AlarmState,
      StateUpdatedTimestamp: new Date(actual.updated),
    }),
  });
  return {
    MetricAlarms: found.filter(({ wanted }) => typeOf(wanted) === "MetricAlarm").map(shown),
    CompositeAlarms: found.filter(({ wanted }) => typeOf(wanted) === "CompositeAlarm").map(shown),
  };
}
