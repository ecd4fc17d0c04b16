import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { activitiesPrefix } from "./activity-journal.ts";

const day = 86_400_000;
/** AWS shows the last six weeks. */
const keptMilliseconds = 42 * day;
const readAtOnce = 1000;

export const scalingActivityUpkeep = defineUpkeep({
  name: "scaling-activities",
  everyMilliseconds: day / 4,
  async run({ journals, clock }, signal) {
    const oldest = clock.now() - keptMilliseconds;
    for (const journal of await journals.streams(activitiesPrefix, undefined, readAtOnce)) {
      if (signal.aborted) return;
      const summary = await journals.summary(journal);
      if (!summary || (summary.firstTime ?? oldest) >= oldest) continue;
      const entries = await journals.read(journal, summary.first, readAtOnce);
      const kept = entries.find(({ time }) => time >= oldest)?.position ?? entries.at(-1)!.position + 1;
      await journals.trim(journal, kept, { dropEmpty: true });
    }
  },
});
