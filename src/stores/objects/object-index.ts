import type { Database } from "../database.ts";
import type { Segment } from "./body-files.ts";
import type { ObjectAttributes, ObjectKey, ObjectPage, ObjectQuery, ObjectSummary, StoredObject } from "./port.ts";
import { firstPosition, prefixEnd } from "./positions.ts";

/** An object with the files of its body. */
export interface IndexedObject {
  readonly object: StoredObject;
  readonly segments: readonly Segment[];
}

interface Row {
  readonly bucket: string;
  readonly key: Buffer;
  readonly version: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly checksum: string | null;
}

interface FullRow extends Row {
  readonly attributes: string;
  readonly parts: string | null;
  readonly upload: string | null;
  readonly segments: string;
}

/**
 * `bucket` is the bucket's id. Keys are blobs, which sort by their UTF-8 bytes. `uses` counts the objects and parts
 * that use a body; a body with no use is to be removed. Every file whose id is lower than `swept.until` has a row.
 */
export const objectSchema = `
  create table if not exists object (
    bucket text not null, key blob not null, version text not null, size integer not null, etag text not null,
    modified integer not null, checksum text, attributes text not null, parts text, upload text, segments text not null,
    primary key (bucket, key, version)
  ) without rowid;
  create table if not exists body (id text primary key, uses integer not null) without rowid;
  create index if not exists body_unused on body (id) where uses = 0;
  create table if not exists swept (until text not null);
`;

/** The rows of objects and bodies. Every method is synchronous; those that write are called in a transaction. */
export interface ObjectIndex {
  get(key: ObjectKey): IndexedObject | undefined;
  /** The body of an object that has only one, without reading the rest: it is asked for many objects at once. */
  onlyBody(key: ObjectKey): string | undefined;
  /** Replaces the object under the key. Returns the bodies that lost their last use. */
  put(entry: IndexedObject): readonly string[];
  setAttributes(key: ObjectKey, attributes: ObjectAttributes): void;
  delete(key: ObjectKey): readonly string[];
  list(bucket: string, query: ObjectQuery): ObjectPage;
  isEmpty(bucket: string): boolean;
  use(segments: readonly Segment[]): void;
  /** Returns the bodies that lost their last use. */
  drop(segments: readonly Segment[]): readonly string[];
  knows(body: string): boolean;
  unused(): readonly string[];
  forget(body: string): void;
  /** Every file with a lower id has a row. undefined in a new index. */
  sweptUntil(): string | undefined;
  markSwept(id: string): void;
  /** Removes all objects, and returns their bodies, which have no use any more. */
  clear(): readonly string[];
}

export function createObjectIndex(database: Database): ObjectIndex {
  const get = database.prepare("select * from object where bucket = ? and key = ? and version = ?");
  const getSegments = database
    .prepare("select segments from object where bucket = ? and key = ? and version = ?")
    .pluck();
  const put = database.prepare(
    "insert or replace into object values (:bucket, :key, :version, :size, :etag, :modified, :checksum, :attributes, :parts, :upload, :segments)",
  );
  const setAttributes = database.prepare(
    "update object set attributes = ? where bucket = ? and key = ? and version = ?",
  );
  const remove = database.prepare("delete from object where bucket = ? and key = ? and version = ?");
  const scan = database.prepare(
    "select bucket, key, version, size, etag, modified, checksum from object where bucket = ? and key >= ? and key < ? order by key",
  );
  const first = database.prepare("select 1 from object where bucket = ? limit 1").pluck();
  const addUse = database.prepare("insert into body values (?, 1) on conflict (id) do update set uses = uses + 1");
  const dropUse = database.prepare("update body set uses = uses - 1 where id = ? returning uses").pluck();
  const knows = database.prepare("select 1 from body where id = ?").pluck();
  const unused = database.prepare("select id from body where uses = 0").pluck();
  const forget = database.prepare("delete from body where id = ? and uses = 0");
  const sweptUntil = database.prepare("select until from swept").pluck();
  const find = ({ bucket, key, version = "null" }: ObjectKey) =>
    get.get(bucket, Buffer.from(key), version) as FullRow | undefined;

  const index: ObjectIndex = {
    get(key) {
      const row = find(key);
      return row && { object: objectOf(row), segments: segmentsOf(row.segments) };
    },

    onlyBody({ bucket, key, version = "null" }) {
      const text = getSegments.get(bucket, Buffer.from(key), version) as string | undefined;
      return text === undefined ? undefined : /^\[\["([^"\\]+)",\d+\]\]$/.exec(text)?.[1];
    },

    put({ object, segments }) {
      const before = find(object);
      put.run({
        bucket: object.bucket,
        key: Buffer.from(object.key),
        version: object.version,
        size: object.sizeBytes,
        etag: object.etag,
        modified: object.modified,
        checksum: object.checksum ? JSON.stringify(object.checksum) : null,
        attributes: JSON.stringify(object.attributes),
        parts: object.parts ? JSON.stringify(object.parts) : null,
        upload: object.uploadId ?? null,
        segments: JSON.stringify(segments.map(({ id, sizeBytes }) => [id, sizeBytes])),
      });
      return before ? index.drop(segmentsOf(before.segments)) : [];
    },

    setAttributes({ bucket, key, version = "null" }, attributes) {
      setAttributes.run(JSON.stringify(attributes), bucket, Buffer.from(key), version);
    },

    delete(key) {
      const before = find(key);
      if (!before) return [];
      remove.run(before.bucket, before.key, before.version);
      return index.drop(segmentsOf(before.segments));
    },

    list(bucket, { prefix = "", delimiter, after, limit }) {
      const objects: ObjectSummary[] = [];
      const prefixes: string[] = [];
      const end = prefixEnd(prefix);
      let from: Buffer | undefined = firstPosition(prefix, delimiter, after);
      let last: string | undefined;
      while (from) {
        const start: Buffer = from;
        from = undefined;
        for (const row of scan.iterate(bucket, start, end) as IterableIterator<Row>) {
          if (objects.length + prefixes.length === limit)
            return { objects, prefixes, ...(last !== undefined && { next: last }) };
          const key = row.key.toString();
          const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
          if (cut >= 0) {
            last = key.slice(0, cut + delimiter!.length);
            prefixes.push(last);
            from = prefixEnd(last);
            break;
          }
          last = key;
          objects.push(summaryOf(row, key));
        }
      }
      return { objects, prefixes };
    },

    isEmpty: (bucket) => first.get(bucket) === undefined,

    use(segments) {
      for (const { id } of segments) addUse.run(id);
    },

    drop(segments) {
      return segments.filter(({ id }) => dropUse.get(id) === 0).map(({ id }) => id);
    },

    knows: (body) => knows.get(body) !== undefined,
    unused: () => unused.all() as string[],
    forget: (body) => void forget.run(body),

    sweptUntil: () => sweptUntil.get() as string | undefined,

    markSwept: database.transaction((id: string) => {
      database.prepare("delete from swept").run();
      database.prepare("insert into swept values (?)").run(id);
    }),

    clear() {
      database.exec("delete from object; update body set uses = 0");
      return index.unused();
    },
  };
  return index;
}

const segmentsOf = (text: string): Segment[] =>
  (JSON.parse(text) as [string, number][]).map(([id, sizeBytes]) => ({ id, sizeBytes }));

function summaryOf(row: Row, key: string): ObjectSummary {
  return {
    bucket: row.bucket,
    key,
    version: row.version,
    sizeBytes: row.size,
    etag: row.etag,
    modified: row.modified,
    ...(row.checksum !== null && { checksum: JSON.parse(row.checksum) }),
  };
}

function objectOf(row: FullRow): StoredObject {
  return {
    ...summaryOf(row, row.key.toString()),
    attributes: JSON.parse(row.attributes),
    ...(row.parts !== null && { parts: JSON.parse(row.parts) }),
    ...(row.upload !== null && { uploadId: row.upload }),
  };
}
