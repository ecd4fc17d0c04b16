import type { Database } from "../database.ts";
import type { ChunkRange, NewChunk } from "./chunk-text.ts";
import type { FolderPlace } from "./folder-page.ts";
import { createJournalFolders, folderSchema } from "./journal-folders.ts";
import type { JournalSummary } from "./port.ts";
import type { Piece } from "./segment-files.ts";

/**
 * A chunk is a row of entries that follow each other: its text is either here (`text`) or a piece of a segment file. A
 * stream's newest chunks are here, its tail; `tail_chunks` and `tail_characters` say how much that is. `latest` is the
 * latest time ever appended, `ordered` whether times never went back. `last_time` is the latest time of the stored
 * entries, -Infinity when there is none. `applied` says how far the log of written appends is in here.
 */
export const journalSchema = `
create table if not exists stream (
  id integer primary key autoincrement, name text not null unique,
  next integer not null default 0, size_bytes integer not null default 0, last_appended integer,
  latest real, ordered integer not null default 1,
  tail_chunks integer not null default 0, tail_characters integer not null default 0,
  folder integer, last_time real not null default -9e999
) strict;
create table if not exists chunk (
  stream integer not null, first integer not null, count integer not null, size_bytes integer not null,
  earliest real not null, latest real not null,
  text text, file text, "offset" integer, length integer, crc integer
) strict;
create unique index if not exists chunk_first on chunk (stream, first);
create index if not exists chunk_earliest on chunk (stream, earliest);
create index if not exists chunk_latest on chunk (stream, latest);
create index if not exists chunk_file on chunk (file) where file is not null;
create table if not exists written (one integer primary key check (one = 1), applied integer not null) strict;
insert or ignore into written values (1, 0);
${folderSchema}`;

export type Chunk = ChunkRange & ({ readonly text: string; readonly file: null } | ({ readonly text: null } & Piece));
type TailChunk = Extract<Chunk, { readonly file: null }>;

interface Stream {
  readonly id: number;
  readonly next: number;
  readonly tailChunks: number;
  readonly tailCharacters: number;
  readonly folder: number | null;
}

const chunkColumns = `first, count, size_bytes as sizeBytes, earliest, latest, text, file, "offset", length, crc`;

export type JournalIndex = ReturnType<typeof createJournalIndex>;

/** The index of the journals. The methods that change it are called within a transaction. */
export function createJournalIndex(database: Database) {
  const streamColumns = "id, next, tail_chunks as tailChunks, tail_characters as tailCharacters, folder";
  const folders = createJournalFolders(database);
  const find = database.prepare<[string], Stream>(`select ${streamColumns} from stream where name = ?`);
  const insert = database.prepare<[string, number | null], Stream>(
    `insert into stream (name, folder) values (?, ?) returning ${streamColumns}`,
  );
  const grow = database.prepare(
    `update stream set next = next + ?, size_bytes = size_bytes + ?, last_appended = ?,
       ordered = ordered and ? and (latest is null or latest <= ?), latest = max(coalesce(latest, ?), ?),
       last_time = max(last_time, ?), tail_chunks = tail_chunks + 1, tail_characters = tail_characters + ? where id = ?`,
  );
  const anyIn = database.prepare<[number], number>("select 1 from chunk where stream = ? limit 1").pluck();
  const dropStream = database.prepare("delete from stream where id = ?");
  const addText = database.prepare(
    "insert into chunk (stream, first, count, size_bytes, earliest, latest, text) values (?, ?, ?, ?, ?, ?, ?)",
  );
  const addPiece = database.prepare(
    `insert into chunk (stream, first, count, size_bytes, earliest, latest, file, "offset", length, crc)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const chunksFrom = database.prepare<[number, number, number, number], Chunk>(
    `select ${chunkColumns} from chunk
     where stream = ? and first >= (select coalesce(max(first), 0) from chunk where stream = ? and first <= ?)
     order by first limit ?`,
  );
  const tail = database.prepare<[number], TailChunk>(
    `select ${chunkColumns} from chunk where stream = ? and file is null order by first`,
  );
  const countTail = database
    .prepare<[number, number, number], number>(
      "select count(*) from chunk where stream = ? and first between ? and ? and file is null",
    )
    .pluck();
  const dropTail = database.prepare("delete from chunk where stream = ? and first between ? and ? and file is null");
  const setTail = database.prepare(
    `update stream set tail_chunks = tail.chunks, tail_characters = tail.characters
     from (select count(*) as chunks, coalesce(sum(length(text)), 0) as characters
           from chunk where stream = :id and file is null) as tail where id = :id`,
  );
  const dropBefore = database.prepare<[number, number], { sizeBytes: number; file: string | null }>(
    "delete from chunk where stream = ? and first + count <= ? returning size_bytes as sizeBytes, file",
  );
  const shrink = database.prepare(
    `update stream set size_bytes = size_bytes - ?,
       last_time = coalesce((select max(latest) from chunk where stream = id), -9e999) where id = ?`,
  );
  const anyOf = database.prepare<[string], number>("select 1 from chunk where file = ? limit 1").pluck();
  const files = database.prepare<[], string>("select distinct file from chunk where file is not null").pluck();
  const summary = database.prepare<[string], Record<keyof JournalSummary, number | null>>(
    `select coalesce((select min(first) from chunk where stream = id), next) as first, next,
       (select min(earliest) from chunk where stream = id) as firstTime,
       nullif(last_time, -9e999) as lastTime,
       last_appended as lastAppended, size_bytes as sizeBytes, ordered
     from stream where name = ?`,
  );
  const applied = database.prepare<[], number>("select applied from written").pluck();
  const setApplied = database.prepare("update written set applied = ?");
  // Every text comes before a blob.
  const names = database
    .prepare<[string, string, string | undefined, number], string>(
      "select name from stream where name >= ? and name > ? and name < coalesce(?, x'') order by name limit ?",
    )
    .pluck();

  const isUsed = (file: string) => anyOf.get(file) !== undefined;
  /** Returns the files of dropped chunks that hold no other chunk. */
  const unused = (dropped: Iterable<string | null>) =>
    [...new Set(dropped)].filter((file): file is string => file !== null && !isUsed(file));

  const make = (name: string): Stream => insert.get(name, folders.enter(name))!;

  return {
    find: (name: string) => find.get(name),

    applied: () => applied.get()!,
    setApplied: (place: number) => void setApplied.run(place),

    make(name: string): void {
      if (!find.get(name)) make(name);
    },

    folder: folders.summary,

    byTime: (folder: string, beyond: FolderPlace, descending: boolean | undefined, limit: number) =>
      folders.byTime(folder, beyond, descending ?? false, limit),

    /** Returns the position of the first entry. */
    append(name: string, chunk: NewChunk): number {
      const { id, next, folder } = find.get(name) ?? make(name);
      const { count, sizeBytes, appended, ordered, earliest, latest, text } = chunk;
      addText.run(id, next, count, sizeBytes, earliest, latest, text);
      grow.run(count, sizeBytes, appended, Number(ordered), earliest, latest, latest, latest, text.length, id);
      if (folder !== null) folders.grow(folder, sizeBytes);
      return next;
    },

    /** The chunk that holds a position and those after it. */
    chunks: (stream: number, from: number, limit: number) => chunksFrom.all(stream, stream, from, limit),

    tail: (stream: number) => tail.all(stream),

    /** Puts pieces of a file in the place of the tail chunks they were made of; false when some have been trimmed. */
    seal(stream: number, chunks: readonly TailChunk[], pieces: readonly (ChunkRange & Piece)[]): boolean {
      const range = [stream, chunks[0]!.first, chunks.at(-1)!.first] as const;
      // Of a tail that was trimmed meanwhile, what is left stays where it is, to be moved another time.
      if (countTail.get(...range) !== chunks.length) return false;
      dropTail.run(...range);
      for (const { first, count, sizeBytes, earliest, latest, file, offset, length, crc } of pieces)
        addPiece.run(stream, first, count, sizeBytes, earliest, latest, file, offset, length, crc);
      setTail.run({ id: stream });
      return true;
    },

    /**
     * Drops the chunks that lie wholly before a position, and with `dropEmpty` the stream when it has none left.
     * Returns whether the stream is dropped, and the files that hold nothing any more.
     */
    trim(name: string, before: number, dropEmpty: boolean): { dropped: boolean; files: string[] } {
      const stream = find.get(name);
      if (!stream) return { dropped: false, files: [] };
      const chunks = dropBefore.all(stream.id, before);
      const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0);
      if (stream.folder !== null) folders.grow(stream.folder, -sizeBytes);
      const dropped = dropEmpty && anyIn.get(stream.id) === undefined;
      if (dropped) {
        dropStream.run(stream.id);
        if (stream.folder !== null) folders.leave(stream.folder);
      } else {
        shrink.run(sizeBytes, stream.id);
        setTail.run({ id: stream.id });
      }
      return { dropped, files: unused(chunks.map(({ file }) => file)) };
    },

    /** Returns the files that hold nothing any more. */
    clear(): string[] {
      const all = files.all();
      database.exec("delete from chunk; delete from stream; delete from folder");
      return all;
    },

    isUsed,
    files: () => new Set(files.all()),

    summary(name: string): JournalSummary | undefined {
      const row = summary.get(name);
      if (!row) return undefined;
      return {
        first: row.first!,
        next: row.next!,
        firstTime: row.firstTime ?? undefined,
        lastTime: row.lastTime ?? undefined,
        lastAppended: row.lastAppended ?? undefined,
        sizeBytes: row.sizeBytes!,
        ordered: row.ordered === 1,
      };
    },

    names(prefix: string, after: string, limit: number): string[] {
      return names.all(prefix, after, endOf(prefix), limit);
    },
  };
}

const lastCodePoint = 0x10ffff;

/**
 * Returns the least text after all with this prefix, by UTF-8 bytes, which is by code points. undefined: there is none.
 */
function endOf(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0)!);
  while (points.at(-1) === lastCodePoint) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
