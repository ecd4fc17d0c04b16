import { ulidTime } from "../../../base/ids.ts";
import type { ServiceHost } from "../../../frame/context.ts";
import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { folderMark, type JournalStore } from "../../../stores/journals/port.ts";
import { allDocuments, type ResourceKey } from "../../../stores/resources/port.ts";
import { dropFolder, folderOf, logGroupKind, nameOfGroup, namesOf, streamKey } from "./log-documents.ts";

const sweepMilliseconds = 3_600_000;
const journalsAtOnce = 100;

/**
 * Removes the journals that a killed server, or a write at the last moment, has left without a document: those of a
 * group that is gone, and those of a stream that was never made, because a journal is made before its document. The
 * former are found by their folder. The latter are empty, and empty journals come first in the order of time.
 */
export const journalSweep = defineUpkeep({
  name: "log-journal-sweep",
  everyMilliseconds: sweepMilliseconds,
  async run(host, signal) {
    const { journals, resources } = host;
    // A group's document is written before its folder, so a folder without a listed group belongs to one that is gone.
    const dead = await foldersOf(journals, signal);
    for await (const { key, id } of allDocuments(resources, logGroupKind.name, {})) {
      signal.throwIfAborted();
      const folder = folderOf(key, id);
      if (dead.delete(folder)) await sweepUnmade(host, folder, key, signal);
    }
    for (const folder of dead) await dropFolder(journals, folder, signal);
  },
});

/** Returns the folders of all groups, by one look into each. */
async function foldersOf(journals: JournalStore, signal: AbortSignal): Promise<Set<string>> {
  const folders = new Set<string>();
  let after: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const [journal] = await journals.streams("logs/", after, 1);
    if (journal === undefined) return folders;
    const [folder = "", inFolder] = journal.split(folderMark, 2);
    if (inFolder !== undefined) folders.add(folder);
    after = inFolder === undefined ? journal : `${folder}${afterMark}`;
  }
}

/** Sorts after the mark, and before whatever may follow the end of a folder's name. */
const afterMark = " ";

async function sweepUnmade(host: ServiceHost, folder: string, group: ResourceKey, signal: AbortSignal) {
  const { clock, journals, resources } = host;
  const youngest = clock.now() - sweepMilliseconds;
  let after: string | undefined;
  do {
    const page = await journals.byTime(folder, { after, limit: journalsAtOnce });
    for (const journal of page.streams) {
      signal.throwIfAborted();
      if ((await journals.summary(journal))?.lastTime !== undefined) return;
      const { logStreamName, id } = namesOf(journal);
      if (ulidTime(id) > youngest) continue;
      const stream = await resources.get(streamKey(group, nameOfGroup(group), logStreamName));
      if (stream?.id !== id) await journals.trim(journal, Number.POSITIVE_INFINITY);
    }
    after = page.next;
  } while (after !== undefined);
}
