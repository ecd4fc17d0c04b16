import { type Database, openDatabase } from "../database.ts";
import { bucketSchema } from "./bucket-index.ts";
import { objectSchema } from "./object-index.ts";
import { uploadSchema } from "./upload-index.ts";

/**
 * Brings the index of a filesystem object store from its first layout, in which the column `bucket` held a bucket's
 * name, to ids, in one transaction. Files of bodies are not touched. What is in a bucket without an id is dropped; its
 * bodies are left without a use, and the next opening of the store removes them. An index that has ids is left as it
 * is.
 *
 * @throws DamagedStore, or a Fault when the disk is full or refuses
 */
export function renameBuckets(indexFile: string, idOf: (name: string) => string | undefined): void {
  const database = openDatabase(indexFile, "");
  try {
    database.transaction(() => {
      // The table of closed buckets came with the ids: it tells the two layouts apart.
      if (hasTable(database, "bucket")) return;
      database.exec(objectSchema + uploadSchema + bucketSchema);
      const names = database.prepare("select bucket from object union select bucket from upload").pluck().all();
      for (const name of names as string[]) {
        const id = idOf(name);
        if (id === undefined) drop(database, name);
        else rename(database, name, id);
      }
    })();
  } finally {
    database.close();
  }
}

const hasTable = (database: Database, name: string): boolean =>
  database.prepare("select 1 from sqlite_schema where type = 'table' and name = ?").get(name) !== undefined;

function rename(database: Database, name: string, id: string): void {
  database.prepare("update object set bucket = ? where bucket = ?").run(id, name);
  database.prepare("update upload set bucket = ? where bucket = ?").run(id, name);
}

function drop(database: Database, name: string): void {
  const run = (statement: string) => database.prepare(statement).run(name);
  run(`
    with used as (
      select segment.value ->> 0 as id, count(*) as times from object, json_each(object.segments) as segment
      where bucket = ? group by 1
    )
    update body set uses = uses - times from used where used.id = body.id`);
  run(`
    with used as (
      select body as id, count(*) as times from part join upload on upload.id = part.upload where bucket = ? group by 1
    )
    update body set uses = uses - times from used where used.id = body.id`);
  run("delete from part where upload in (select id from upload where bucket = ?)");
  run("delete from upload where bucket = ?");
  run("delete from object where bucket = ?");
}
