// For files.long.test.ts, which kills it: appends to eight streams without end, half of them without a sync, large enough
// that tails are moved to segment files all the time, and prints "STREAM NEXT" for each append that has returned.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { systemClock } from "../../base/clock.ts";
import { createFileJournalStore } from "./files.ts";

flushCompileCache();
const store = createFileJournalStore({ folder: process.argv[2]!, clock: systemClock });

async function write(stream: string, sync: boolean): Promise<void> {
  for (let next = (await store.summary(stream))?.next ?? 0; ; next += 50) {
    const entries = Array.from({ length: 50 }, (_, i) => ({ time: next + i, data: `${next + i} `.padEnd(2_000, "x") }));
    await store.append(stream, entries, { sync });
    writeSync(1, `${stream} ${next + 50}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, (_, writer) => write(`writers\u001f${writer}`, writer % 2 === 0)));
