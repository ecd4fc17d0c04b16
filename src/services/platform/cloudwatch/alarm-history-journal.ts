import type { Place } from "../../../frame/kind-naming.ts";
import type { JournalStore } from "../../../stores/journals/port.ts";
import type { AlarmType } from "./alarm-kind.ts";

/** The journals of what happened to alarms: one of all alarms of a place, one of each alarm. Both outlive the alarms. */
export const historyPrefix = "alarm-history/";

export const historyOf = ({ account, region }: Place, alarmName?: string): string =>
  `${historyPrefix}${account}/${region}${alarmName === undefined ? "" : `/${encodeURIComponent(alarmName.toWellFormed())}`}`;

export interface HistoryItem {
  readonly alarm: string;
  readonly alarmType: AlarmType;
  readonly item: "ConfigurationUpdate" | "StateUpdate" | "Action";
  readonly summary: string;
  /** JSON, as AWS words it. */
  readonly data: string;
  /** The entry of the change feed that it tells of. */
  readonly sequence: number;
}

/** Appends the items of one entry of the feed to a journal, unless they are there: an entry may come twice. */
export async function appendItems(
  journals: JournalStore,
  journal: string,
  time: number,
  items: readonly HistoryItem[],
): Promise<void> {
  const next = (await journals.summary(journal))?.next ?? 0;
  const [last] = next === 0 ? [] : await journals.read(journal, next - 1, 1);
  const known = last ? (JSON.parse(last.data) as HistoryItem).sequence : -1;
  if (items.length === 0 || known >= items[0]!.sequence) return;
  await journals.append(
    journal,
    items.map((item) => ({ time, data: JSON.stringify(item) })),
  );
}
