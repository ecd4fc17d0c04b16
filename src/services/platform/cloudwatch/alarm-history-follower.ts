import { defineFollower } from "../../../frame/define-follower.ts";
import { publishGrants } from "../../../frame/publish-notification.ts";
import { actionOutcome } from "./alarm-actions.ts";
import {
  type ConfigurationDetail,
  configurationEvent,
  type StateChangeDetail,
  type StateInEvent,
  stateChangeEvent,
} from "./alarm-events.ts";
import { appendItems, type HistoryItem, historyOf } from "./alarm-history-journal.ts";
import { actionsIn, alarmKind } from "./alarm-kind.ts";
import { notifyTopic } from "./alarm-notification.ts";

const operations = { create: "created", update: "updated", delete: "deleted" } as const;

/** Writes the history of alarms, and what became of their actions, from the events in the change feed. */
export const alarmHistoryFollower = defineFollower({
  name: "alarm-history",
  kinds: ["cloudwatch/alarm"],
  grants: [{ actions: ["application-autoscaling:DescribeScalingPolicies"], resources: ["*"] }, ...publishGrants("*")],
  async handle({ sequence, key, time, event }, context) {
    if (!event) return;
    const alarm = await alarmKind.find(context, key);
    const { alarmName, configuration } = event.detail as StateChangeDetail | ConfigurationDetail;
    const alarmType = "alarmRule" in configuration ? ("CompositeAlarm" as const) : ("MetricAlarm" as const);
    const item = (item: HistoryItem["item"], summary: string, data: string): HistoryItem => ({
      ...{ alarm: alarmName, alarmType, item, summary, data },
      sequence,
    });
    const items: HistoryItem[] = [];
    if (event.type === configurationEvent) {
      const { operation, previousConfiguration } = event.detail as ConfigurationDetail;
      const type = operation[0]!.toUpperCase() + operation.slice(1);
      items.push(
        item(
          "ConfigurationUpdate",
          `Alarm "${alarmName}" ${operations[operation]}`,
          JSON.stringify({
            version: "1.0",
            type,
            [`${operations[operation]}Alarm`]: configuration,
            ...(previousConfiguration && { previousAlarm: previousConfiguration }),
          }),
        ),
      );
    } else if (event.type === stateChangeEvent) {
      const { state, previousState } = event.detail as StateChangeDetail;
      // One that came into its state while its actions were suppressed tells it again for their sake.
      if (state.value !== previousState.value)
        items.push(
          item(
            "StateUpdate",
            `Alarm updated from ${previousState.value} to ${state.value}`,
            `{"version":"1.0","oldState":${stateText(previousState)},"newState":${stateText(state)}}`,
          ),
        );
      const actions = alarm?.wanted.ActionsEnabled ? actionsIn(alarm.wanted, state.value) : [];
      if (state.actionsSuppressedBy !== undefined && actions.length > 0) {
        const data = { version: "1.0", actionState: "Suppressed", suppressedBy: state.actionsSuppressedBy };
        items.push(item("Action", state.actionsSuppressedReason!, JSON.stringify(data)));
      }
      for (const action of state.actionsSuppressedBy === undefined ? actions : []) {
        const error =
          alarmType === "CompositeAlarm" && action.startsWith("arn:aws:autoscaling:")
            ? "A scaling policy is triggered by metric alarms alone."
            : action.startsWith("arn:aws:sns:") && alarm
              ? await notifyTopic(action, alarm, event.detail as StateChangeDetail, context)
              : await actionOutcome(action, state.value, context);
        items.push(
          item(
            "Action",
            `${error === undefined ? "Successfully executed" : "Failed to execute"} action ${action}`,
            JSON.stringify({
              version: "1.0",
              actionState: error === undefined ? "Succeeded" : "Failed",
              stateUpdateTimestamp: Date.parse(state.timestamp.replace("+0000", "Z")),
              notificationResource: action,
              error,
            }),
          ),
        );
      }
    }
    await appendItems(context.journals, historyOf(key, alarmName), time, items);
    await appendItems(context.journals, historyOf(key), time, items);
  },
});

/** The data of a reason is JSON, and stays as it was written: 9.0 and not 9. */
const stateText = ({ value, reason, reasonData }: StateInEvent): string =>
  `{"stateValue":"${value}","stateReason":${JSON.stringify(reason)}${reasonData === undefined ? "" : `,"stateReasonData":${reasonData}`}}`;
