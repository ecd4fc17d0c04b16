import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { tableKind } from "./catalog-kinds.ts";
import { tableSpaces } from "./table-records.ts";

/**
 * Removes what a killed server, or a write at the last moment, has left of tables that are gone, and what a deleted
 * database has left of its tables.
 */
export const tableRecordSweep = defineUpkeep({
  name: "glue-table-record-sweep",
  everyMilliseconds: 600_000,
  async run({ records, resources }, signal) {
    for await (const { space, id, table } of tableSpaces({ records })) {
      signal.throwIfAborted();
      const document = await resources.get({ ...table, kind: tableKind.name });
      if (document?.id !== id) await records.drop(space);
    }
  },
});
