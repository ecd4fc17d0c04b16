import { keptStatus, runKindName } from "../runs/run-key.ts";
import { allDocuments, Conflict, type ResourceDocument } from "../stores/resources/port.ts";
import { defineUpkeep } from "./define-upkeep.ts";

const hourMilliseconds = 3_600_000;
/** How long what a run left is kept after it ended by the platform's fault. */
const keptMilliseconds = 24 * hourMilliseconds;
/** A fault that ends one run may end many: the newest are enough to find it by. */
const mostKept = 20;

/** Ends the keeping of runs; with their documents, what their executors have of them goes. */
export const keptRuns = defineUpkeep({
  name: "kept-runs",
  everyMilliseconds: hourMilliseconds,
  async run({ resources, clock }, signal) {
    const kept: Pick<ResourceDocument, "key" | "version" | "modified">[] = [];
    for await (const { key, version, modified } of allDocuments(resources, runKindName, { status: keptStatus }))
      kept.push({ key, version, modified });
    kept.sort((a, b) => b.modified - a.modified);
    for (const [index, { key, version, modified }] of kept.entries()) {
      signal.throwIfAborted();
      if (index < mostKept && modified > clock.now() - keptMilliseconds) continue;
      await resources.write([{ delete: key, expected: version }]).catch((error) => {
        if (!(error instanceof Conflict)) throw error;
      });
    }
  },
});
