import { defineOperations } from "../../../frame/define-operations.ts";
import { refusalsOf } from "../../../frame/not-built.ts";
import type { JournalEntry } from "../../../stores/journals/port.ts";
import { type HistoryItem, historyOf } from "./alarm-history-journal.ts";
import { onAlarm } from "./alarm-permissions.ts";
import { invalidValue } from "./metric-points.ts";

const { refuseMembers } = refusalsOf("cloudwatch");

const pageSize = 100;
const readAtOnce = 500;
/** The entries that one call looks at, at most. What is left is for the next page, which may show nothing new. */
const mostLookedAt = 10_000;

export const alarmHistory = defineOperations(
  "cloudwatch",
  { DescribeAlarmHistory: onAlarm("DescribeAlarmHistory") },
  {
    async DescribeAlarmHistory(input, context) {
      refuseMembers(context, input, "", ["AlarmContributorId"]);
      const { AlarmName, AlarmTypes = ["MetricAlarm"], HistoryItemType, MaxRecords = pageSize } = input;
      const [start, end] = [input.StartDate?.getTime() ?? -Infinity, input.EndDate?.getTime() ?? Infinity];
      const isWanted = ({ time }: JournalEntry, { alarmType, item }: HistoryItem) =>
        time >= start &&
        time <= end &&
        (AlarmTypes as readonly string[]).includes(alarmType) &&
        (HistoryItemType ?? item) === item;

      const journal = historyOf(context, AlarmName);
      const { first = 0, next = 0 } = (await context.journals.summary(journal)) ?? {};
      const ascending = input.ScanBy === "TimestampAscending";
      let position = positionOf(input.NextToken) ?? (ascending ? first : next);
      const found: { entry: JournalEntry; item: HistoryItem }[] = [];
      const isOver = () => (ascending ? position >= next : position <= first);
      for (
        let lookedAt = 0;
        !isOver() && found.length < MaxRecords && lookedAt < mostLookedAt;
        lookedAt += readAtOnce
      ) {
        const from = ascending ? position : Math.max(first, position - readAtOnce);
        const most = ascending ? readAtOnce : position - from;
        const entries = [...(await context.journals.read(journal, from, most))];
        if (entries.length === 0) break;
        if (!ascending) entries.reverse();
        for (const entry of entries) {
          if (found.length === MaxRecords) break;
          position = ascending ? entry.position + 1 : entry.position;
          const item = JSON.parse(entry.data) as HistoryItem;
          if (isWanted(entry, item)) found.push({ entry, item });
        }
      }
      return {
        AlarmHistoryItems: found.map(({ entry, item }) => ({
          AlarmName: item.alarm,
          AlarmType: item.alarmType,
          Timestamp: new Date(entry.time),
          HistoryItemType: item.item,
          HistorySummary: item.summary,
          HistoryData: item.data,
        })),
        NextToken: isOver() ? undefined : String(position),
      };
    },
  },
);

function positionOf(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  if (!/^\d{1,15}$/.test(token)) throw invalidValue("The parameter NextToken is invalid.");
  return Number(token);
}
