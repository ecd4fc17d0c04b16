import { openDatabase } from "../database.ts";
import { storageFault } from "../storage-fault.ts";
import { createJournalFolders } from "./journal-folders.ts";
import { createJournalIndex, journalSchema } from "./journal-index.ts";

/**
 * Brings the index of a home of format 2, whose streams lay in no folder, to today's, in one transaction. Each stream
 * gets its new name. A stream that did not exist, because nothing was appended to it, is made. A step that was done
 * before does nothing. No other process has the file open.
 *
 * @throws DamagedStore when it is no sound database, a Fault when the disk is full or refuses.
 */
export function upgradeJournalIndex(
  path: string,
  names: Iterable<{ readonly from: string; readonly to: string }>,
): void {
  const database = openDatabase(path, "");
  try {
    database.transaction(() => {
      const columns = database.prepare("select name from pragma_table_info('stream')").pluck().all();
      const isOfToday = columns.includes("folder");
      if (!isOfToday && columns.length > 0)
        database.exec(`
          alter table stream add column folder integer;
          alter table stream add column last_time real not null default -9e999;
          update stream set last_time = coalesce((select max(latest) from chunk where stream = id), -9e999)`);
      database.exec(journalSchema);
      const index = createJournalIndex(database);
      const folders = createJournalFolders(database);
      const rename = database
        .prepare<unknown[], number>("update stream set name = ?, folder = ? where name = ? returning size_bytes")
        .pluck();
      for (const { from, to } of names) {
        if (!index.find(from)) {
          index.make(to);
          continue;
        }
        const folder = folders.enter(to);
        const sizeBytes = rename.get(to, folder, from)!;
        if (folder !== null) folders.grow(folder, sizeBytes);
      }
    })();
  } catch (error) {
    throw storageFault(error, path);
  } finally {
    database.close();
  }
}
