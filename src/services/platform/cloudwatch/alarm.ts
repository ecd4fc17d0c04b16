import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { ResourceDocument, ResourceQuery } from "../../../stores/resources/port.ts";
import { configured } from "./alarm-events.ts";
import { describeFamily } from "./alarm-family.ts";
import { noSuchAlarm, validationError } from "./alarm-faults.ts";
import { type AlarmDocument, alarmKind, isComposite, typeOf } from "./alarm-kind.ts";
import { alarmMetricOf, metricText } from "./alarm-metric.ts";
import { onAlarm, onAlarms } from "./alarm-permissions.ts";
import { shownCompositeAlarm, shownMetricAlarm } from "./alarm-shown.ts";
import { comeInto } from "./alarm-state.ts";
import { parentsOf, setComposite } from "./composite-alarm.ts";
import { invalidCombination } from "./metric-points.ts";

const page = {
  limit: "MaxRecords",
  size: 50,
  invalidToken: () => new Fault("InvalidNextToken", "The parameter NextToken is invalid."),
};
const mostForMetric = 1000;

const permissions = {
  DescribeAlarms: onAlarms("DescribeAlarms"),
  DeleteAlarms: onAlarms("DeleteAlarms"),
  EnableAlarmActions: onAlarms("EnableAlarmActions"),
  DisableAlarmActions: onAlarms("DisableAlarmActions"),
  SetAlarmState: onAlarm("SetAlarmState"),
};

export const alarm = defineOperations("cloudwatch", permissions, {
  async DescribeAlarms(input, context) {
    const { AlarmNames = [], AlarmNamePrefix, AlarmTypes = ["MetricAlarm"], StateValue, ActionPrefix } = input;
    if (input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined)
      return describeFamily(context, input);
    if (AlarmNames.length > 0 && AlarmNamePrefix !== undefined)
      throw invalidCombination(
        "The parameters AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.",
      );
    const types = (AlarmTypes as readonly string[]).filter((type) => type !== "LogAlarm");
    const isWanted = ({ wanted, status }: AlarmDocument) =>
      types.includes(typeOf(wanted)) &&
      (StateValue ?? status) === status &&
      (ActionPrefix === undefined ||
        [wanted.AlarmActions, wanted.OKActions, wanted.InsufficientDataActions].some((actions) =>
          actions?.some((action) => action.startsWith(ActionPrefix)),
        ));
    if (AlarmNames.length > 0) {
      const found = await Promise.all([...new Set(AlarmNames)].map((AlarmName) => find(context, AlarmName)));
      return shown(found.filter((document) => document !== undefined).filter(isWanted));
    }
    if (types.length === 0) return shown([]);
    const query: Omit<ResourceQuery, "limit"> = {
      namePrefix: AlarmNamePrefix,
      status: StateValue,
      labels: {
        type: types.length === 1 ? types[0] : undefined,
        actions: ActionPrefix === undefined ? undefined : { from: ActionPrefix, before: `${ActionPrefix}\u{10ffff}` },
      },
      sort: { by: "name" },
    };
    const { documents, next } = await listPage(page, input, (asked) => list(context, { ...query, ...asked }));
    return { ...shown(documents.map(alarmKind.read)), NextToken: next };
  },

  async DescribeAlarmsForMetric(input, context) {
    const { documents } = await list(context, { labels: { metric: metricText(input) }, limit: mostForMetric });
    const isSame = (asked: unknown, is: unknown) => asked === undefined || asked === is;
    const found = documents.map(alarmKind.read).filter(({ wanted }) => {
      const metric = alarmMetricOf(wanted as never)!;
      return (
        isSame(input.Statistic ?? input.ExtendedStatistic, metric.statistic) &&
        isSame(input.Period, metric.periodSeconds) &&
        isSame(input.Unit, metric.unit)
      );
    });
    return { MetricAlarms: shown(found).MetricAlarms };
  },

  async DeleteAlarms({ AlarmNames }, context) {
    await againOnConflict(context, async () => {
      const found = await Promise.all([...new Set(AlarmNames)].map((AlarmName) => find(context, AlarmName)));
      const alarms = found.filter((document) => document !== undefined);
      await refuseDependedOn(context, alarms);
      await context.resources.write(
        alarms.map(({ key, version }) => ({ delete: key, expected: version })),
        { events: alarms.map((document) => configured(document, "delete")) },
      );
    });
    return {};
  },

  async SetAlarmState(input, context) {
    const { AlarmName, StateValue: state, StateReason: reason, StateReasonData: reasonData } = input;
    if (reasonData !== undefined) checkJson(reasonData);
    await againOnConflict(context, async () => {
      const document = await find(context, AlarmName);
      if (!document) throw noSuchAlarm();
      const now = context.clock.now();
      const given = { state, reason, reasonData };
      const { update, events } = isComposite(document.wanted)
        ? await setComposite(context, document, given, now)
        : comeInto(document, given, now);
      const after = { ...document, ...update, modified: now };
      await context.resources.write([await alarmKind.put(context, after)], { events });
    });
    return {};
  },

  async EnableAlarmActions({ AlarmNames }, context) {
    await setActions(context, AlarmNames, true);
    return {};
  },

  async DisableAlarmActions({ AlarmNames }, context) {
    await setActions(context, AlarmNames, false);
    return {};
  },
});

/** An alarm that the rule of another one names stays, unless that one goes too. */
async function refuseDependedOn(context: Context, alarms: readonly AlarmDocument[]): Promise<void> {
  const going = new Set(alarms.map(({ wanted }) => wanted.AlarmName));
  for (const { wanted } of alarms) {
    const parents = await parentsOf(context, wanted.AlarmName!);
    if (parents.some((parent) => !going.has(parent.wanted.AlarmName)))
      throw validationError(`Cannot delete ${wanted.AlarmName} as there are composite alarm(s) depending on it.`);
  }
}

const find = (context: Context, AlarmName: string): Promise<AlarmDocument | undefined> =>
  alarmKind.find(context, alarmKind.key(context, { AlarmName }));

const list = ({ resources, account, region }: Context, query: ResourceQuery) =>
  resources.list(alarmKind.name, { account, region, ...query });

/** Returns alarms as DescribeAlarms does, each under its type. */
function shown(documents: readonly (AlarmDocument | ResourceDocument)[]) {
  const alarms = documents as readonly AlarmDocument[];
  return {
    MetricAlarms: alarms.filter(({ wanted }) => typeOf(wanted) === "MetricAlarm").map(shownMetricAlarm),
    CompositeAlarms: alarms.filter(({ wanted }) => typeOf(wanted) === "CompositeAlarm").map(shownCompositeAlarm),
  };
}

/** Alarms that are not there are passed over, as AWS does. The state of an alarm is no other by this. */
async function setActions(context: Context, names: readonly string[], ActionsEnabled: boolean): Promise<void> {
  for (const AlarmName of new Set(names))
    await againOnConflict(context, async () => {
      const document = await find(context, AlarmName);
      if (!document || document.wanted.ActionsEnabled === ActionsEnabled) return;
      const now = context.clock.now();
      const after = {
        ...document,
        modified: now,
        wanted: { ...document.wanted, ActionsEnabled },
        actual: { ...document.actual, configured: now },
      };
      await context.resources.write([await alarmKind.put(context, after)], {
        events: [configured(after, "update", document)],
      });
    });
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new Fault("InvalidFormat", "StateReasonData is not valid JSON.");
  }
}
