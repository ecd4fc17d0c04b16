import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createFileJournalStore } from "../../../stores/journals/files.ts";
import { killWriter } from "../../../stores/killed-writer.ts";
import { readPoints } from "./metric-history.ts";

it("killed 10 times while it writes and rolls up, a store has each point once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sagebrush-metrics-"));
  try {
    let acknowledged = 0;
    for (let round = 0; round < 10; round++)
      acknowledged += (
        await killWriter(new URL("metric-retention-killed.writer.ts", import.meta.url), folder, 20 + 8 * round)
      ).length;
    const journals = createFileJournalStore({ folder, clock: { now: () => 0 } });
    const [journal] = await journals.streams("metrics/", undefined, 1);
    const points = await readPoints(journals, journal!, { begin: 0, end: Number.MAX_SAFE_INTEGER });
    const count = points.reduce((sum, { summary }) => sum + summary.count, 0);
    // A killed writer may have written one point per kill that it had not acknowledged.
    expect(count).toBeGreaterThanOrEqual(acknowledged);
    expect(count).toBeLessThanOrEqual(acknowledged + 10);
    await journals.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);
