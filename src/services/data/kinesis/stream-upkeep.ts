import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { folderMark } from "../../../stores/journals/port.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { expiryOf, folderOf, journalOf, streamKind } from "./stream-kind.ts";

const everyMilliseconds = 600_000;
const journalsAtOnce = 1_000;

/** Drops records that have expired, and the journals that a write at the last moment made for a stream that is gone. */
export const streamUpkeep = defineUpkeep({
  name: "kinesis-records",
  everyMilliseconds,
  async run({ clock, journals, resources }, signal) {
    const folders = new Set<string>();
    // Journals are looked at first: the document of a stream is written before they are made.
    const found: string[] = [];
    for (let after: string | undefined; ; ) {
      signal.throwIfAborted();
      const page = await journals.streams("kinesis/", after, journalsAtOnce);
      found.push(...page);
      after = page.at(-1);
      if (page.length < journalsAtOnce) break;
    }
    for await (const document of allDocuments(resources, streamKind.name, {})) {
      const stream = streamKind.read(document);
      folders.add(folderOf(stream.key, stream.id));
      for (let shard = 0; shard < stream.wanted.ShardCount; shard++) {
        signal.throwIfAborted();
        const journal = journalOf(stream, shard);
        const summary = await journals.summary(journal);
        const expiry = expiryOf(stream, clock.now());
        if (summary?.firstTime === undefined || summary.firstTime >= expiry) continue;
        await journals.trim(journal, await firstAfter(journals, journal, summary, expiry));
      }
    }
    for (const journal of found)
      if (!folders.has(journal.split(folderMark)[0]!)) await journals.trim(journal, Number.POSITIVE_INFINITY);
  },
});

type Journals = Parameters<typeof streamUpkeep.run>[0]["journals"];
type Summary = NonNullable<Awaited<ReturnType<Journals["summary"]>>>;

/** Returns the position of the first entry of that time or later, by bisection: a shard's times go forward. */
async function firstAfter(journals: Journals, journal: string, { first, next }: Summary, time: number) {
  let [low, high] = [first, next];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = await journals.read(journal, middle, 1);
    if (entry === undefined || entry.time >= time) high = middle;
    else low = middle + 1;
  }
  return low;
}
