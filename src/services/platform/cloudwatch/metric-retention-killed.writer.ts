// For metric-retention-killed.test.ts beside it, which kills this program: puts points, some of them late, and rolls up all
// the time, while hours pass with each point. Prints a line for each point that was acknowledged.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createRandom } from "../../../base/random.ts";
import { createFileJournalStore } from "../../../stores/journals/files.ts";
import { readPoints } from "./metric-history.ts";
import { journalOf, pointOf } from "./metric-points.ts";
import { rollUpMetrics } from "./metric-retention.ts";

flushCompileCache();
const hour = 3_600_000;
let now = Date.UTC(2026, 0, 1);
const clock = { now: () => now };
const journals = createFileJournalStore({ folder: process.argv[2]!, clock });
const place = { account: "123456789012", region: "us-west-2" };
const metric = { Namespace: "Killed", MetricName: "Points" };
const journal = journalOf(place, metric);
const random = createRandom(5);

const points = await readPoints(journals, journal, { begin: 0, end: Number.MAX_SAFE_INTEGER });
now += points.reduce((sum, { summary }) => sum + summary.count, 0) * hour;

async function putPoints(): Promise<never> {
  for (;;) {
    const Timestamp = new Date(now - random.below(random.below(2) === 0 ? hour : 72 * hour));
    const StorageResolution = random.below(2) === 0 ? 1 : 60;
    const datum = { ...metric, Value: 1, Timestamp, StorageResolution };
    await journals.append(journal, [pointOf(datum, "MetricData.member.1", now)]);
    writeSync(1, "put\n");
    now += hour;
  }
}

async function rollUpAlways(): Promise<never> {
  for (;;) {
    await rollUpMetrics({ journals, clock }, new AbortController().signal);
    await nextTurn();
  }
}

await Promise.all([putPoints(), rollUpAlways()]);
