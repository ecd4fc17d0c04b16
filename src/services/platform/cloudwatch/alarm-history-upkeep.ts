import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { historyPrefix } from "./alarm-history-journal.ts";
import { journalsNamed } from "./metric-tiers.ts";

const hour = 3_600_000;
/** AWS shows the last 30 days. */
const keptMilliseconds = 30 * 24 * hour;
const readAtOnce = 1000;

export const alarmHistoryUpkeep = defineUpkeep({
  name: "alarm-history",
  everyMilliseconds: 6 * hour,
  async run({ journals, clock }, signal) {
    const oldest = clock.now() - keptMilliseconds;
    for await (const page of journalsNamed(journals, historyPrefix))
      for (const journal of page) {
        if (signal.aborted) return;
        const summary = await journals.summary(journal);
        if (!summary || (summary.firstTime ?? oldest) >= oldest) continue;
        let position = summary.first;
        for (;;) {
          const entries = await journals.read(journal, position, readAtOnce);
          const kept = entries.find(({ time }) => time >= oldest);
          position = kept?.position ?? (entries.at(-1)?.position ?? position - 1) + 1;
          if (kept || entries.length === 0) break;
        }
        await journals.trim(journal, position, { dropEmpty: true });
      }
  },
});
