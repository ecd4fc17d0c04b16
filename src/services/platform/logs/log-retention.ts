import { setImmediate as nextTurn } from "node:timers/promises";
import type { ServiceHost } from "../../../frame/context.ts";
import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { folderMark, type JournalStore } from "../../../stores/journals/port.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { expiryOf, folderOf, logGroupKind } from "./log-documents.ts";

const hour = 3_600_000;
const journalsAtOnce = 100;
const entriesAtOnce = 1_000;

/** Removes the events of log groups with a retention that have expired. Their streams stay. */
export const logRetention = defineUpkeep({
  name: "log-retention",
  everyMilliseconds: hour,
  async run({ resources, journals, clock }: Pick<ServiceHost, "resources" | "journals" | "clock">, signal) {
    const retained = { labels: { retention: { from: 0 } } };
    for await (const document of allDocuments(resources, logGroupKind.name, retained)) {
      const group = logGroupKind.read(document);
      const expiry = expiryOf(group, clock.now());
      if (expiry === undefined) continue;
      const prefix = folderOf(group.key, group.id) + folderMark;
      let names: readonly string[] = [];
      do {
        names = await journals.streams(prefix, names.at(-1), journalsAtOnce);
        for (const name of names) {
          // Journals often answer within one turn of the event loop, which would keep requests waiting.
          await nextTurn();
          signal.throwIfAborted();
          await removeExpired(journals, name, expiry);
        }
      } while (names.length === journalsAtOnce);
    }
  },
});

/**
 * An event that came in behind a younger one stays until that has expired too, and the events of a chunk are removed
 * together. No answer shows expired events meanwhile.
 */
async function removeExpired(journals: JournalStore, name: string, expiry: number): Promise<void> {
  const summary = await journals.summary(name);
  if (summary?.firstTime === undefined || summary.firstTime >= expiry) return;
  const { first, next, lastTime } = summary;
  let kept = lastTime! < expiry ? next : first;
  while (kept < next) {
    const entries = await journals.read(name, kept, Math.min(entriesAtOnce, next - kept));
    const young = entries.find(({ time }) => time >= expiry);
    kept = young?.position ?? (entries.at(-1)?.position ?? next - 1) + 1;
    if (young) break;
  }
  if (kept > first) await journals.trim(name, kept);
}
