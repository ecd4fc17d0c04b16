import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { allDocuments, Conflict } from "../../../stores/resources/port.ts";
import { queryKind } from "./athena-kinds.ts";

/** Athena keeps the history of queries for so long. */
const keptMilliseconds = 45 * 24 * 3_600_000;

const deletedAtOnce = 200;

/** Removes queries that have ended long ago. Their results stay. */
export const queryRetention = defineUpkeep({
  name: "query-retention",
  everyMilliseconds: 3_600_000,
  async run({ resources, clock }, signal) {
    const modified = { before: clock.now() - keptMilliseconds };
    let some: { delete: Parameters<typeof resources.get>[0]; expected: number }[] = [];
    const flush = async () => {
      const changes = some;
      some = [];
      await resources.write(changes).catch((error) => {
        // They are found again the next time.
        if (!(error instanceof Conflict)) throw error;
      });
    };
    const status = ["SUCCEEDED", "FAILED", "CANCELLED"];
    for await (const { key, version } of allDocuments(resources, queryKind.name, { modified, status })) {
      signal.throwIfAborted();
      some.push({ delete: key, expected: version });
      if (some.length === deletedAtOnce) await flush();
    }
    if (some.length > 0) await flush();
  },
});
