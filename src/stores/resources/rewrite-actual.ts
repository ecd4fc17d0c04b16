import { openDatabase } from "../database.ts";
import { storageFault } from "../storage-fault.ts";
import type { ResourceKey } from "./port.ts";
import { noActual } from "./sqlite-documents.ts";

export interface RewrittenDocument {
  readonly key: ResourceKey;
  readonly id: string;
  readonly actual: unknown;
}

/**
 * Writes the actual states of a kind's documents anew, in one transaction, for a new format of the home. Versions and
 * the change feed stay: nothing has changed. `idOf` returns the id of any document. No other process has the file open.
 *
 * @throws DamagedStore when it is no sound database, a Fault when the disk is full or refuses.
 */
export function rewriteActual(
  path: string,
  kind: string,
  actualOf: (document: RewrittenDocument, idOf: (key: ResourceKey) => string | undefined) => unknown,
): void {
  const database = openDatabase(path, "");
  try {
    const find = database
      .prepare<unknown[], string>(
        `select id from resource join space using (space)
         where kind = ? and account = ? and region = ? and label = '' and name = ?`,
      )
      .pluck();
    const idOf = ({ kind, account, region, name }: ResourceKey) => find.get(kind, account, region, name);
    const rows = database.prepare<[string], ResourceKey & { row: number; id: string; json: string }>(
      `select row, account, region, kind, name, id, coalesce(json, '${noActual}') as json
       from resource join space using (space) left join actual using (row)
       where kind = ? and label = ''`,
    );
    const write = database.prepare("insert or replace into actual values (?, ?)");
    database.transaction(() => {
      for (const { row, id, json, account, region, name } of rows.all(kind)) {
        const document = { key: { account, region, kind, name }, id, actual: JSON.parse(json) };
        write.run(row, JSON.stringify(actualOf(document, idOf)));
      }
    })();
  } catch (error) {
    throw storageFault(error, path);
  } finally {
    database.close();
  }
}
