import type { Database } from "../database.ts";
import type { FolderPlace } from "./folder-page.ts";
import { type FolderSummary, folderMark } from "./port.ts";

/**
 * What the streams of a folder come to, written in the transactions that change them. Streams outside folders, such as
 * metrics, have no entry in the index and pay for neither.
 */
export const folderSchema = `
create table if not exists folder (
  id integer primary key, name text not null unique,
  streams integer not null default 0, size_bytes integer not null default 0
) strict;
create index if not exists stream_by_time on stream (folder, last_time, name) where folder is not null;
`;

/** The folders in the index of the journals. The methods that change them are called within a transaction. */
export function createJournalFolders(database: Database) {
  const enter = database
    .prepare<[string], number>(
      `insert into folder (name, streams) values (?, 1)
       on conflict (name) do update set streams = streams + 1 returning id`,
    )
    .pluck();
  const leave = database.prepare("update folder set streams = streams - 1 where id = ?");
  const dropEmpty = database.prepare("delete from folder where id = ? and streams = 0");
  const grow = database.prepare("update folder set size_bytes = size_bytes + ? where id = ?");
  const find = database.prepare<[string], FolderSummary & { readonly id: number }>(
    "select id, streams, size_bytes as sizeBytes from folder where name = ?",
  );
  const page = (beyond: "<" | ">", order: "asc" | "desc") =>
    database.prepare<[number, number, string, number], FolderPlace>(
      `select name, last_time as lastTime from stream where folder = ? and (last_time, name) ${beyond} (?, ?)
       order by last_time ${order}, name ${order} limit ?`,
    );
  const [ascending, descending] = [page(">", "asc"), page("<", "desc")];

  return {
    /** Counts a new stream; null when its name says no folder. */
    enter(stream: string): number | null {
      const end = stream.indexOf(folderMark);
      return end < 0 ? null : enter.get(stream.slice(0, end))!;
    },

    /** A folder without streams is dropped. */
    leave(folder: number): void {
      leave.run(folder);
      dropEmpty.run(folder);
    },

    grow: (folder: number, sizeBytes: number): void => void grow.run(sizeBytes, folder),

    summary(name: string): FolderSummary {
      const { streams, sizeBytes } = find.get(name) ?? { streams: 0, sizeBytes: 0 };
      return { streams, sizeBytes };
    },

    byTime(name: string, { lastTime, name: stream }: FolderPlace, isDescending: boolean, limit: number) {
      const found = find.get(name);
      return found ? (isDescending ? descending : ascending).all(found.id, lastTime, stream, limit) : [];
    },
  };
}
