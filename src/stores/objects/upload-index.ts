import type { Database } from "../database.ts";
import type { Segment } from "./body-files.ts";
import type { MultipartUpload, UploadedPart, UploadPage, UploadQuery } from "./port.ts";
import { firstPosition, prefixEnd } from "./positions.ts";

/** A part with the id of its body. */
export interface IndexedPart extends UploadedPart {
  readonly body: string;
}

export const uploadSchema = `
  create table if not exists upload (
    bucket text not null, key blob not null, id text not null, initiated integer not null, attributes text not null,
    checksum text, primary key (bucket, key, id)
  ) without rowid;
  create table if not exists part (
    upload text not null, number integer not null, size integer not null, etag text not null, modified integer not null,
    checksum text, body text not null, primary key (upload, number)
  ) without rowid;
`;

/** The rows of multipart uploads. Every method is synchronous; those that write are called in a transaction. */
export interface UploadIndex {
  create(upload: MultipartUpload): void;
  get(bucket: string, key: string, uploadId: string): MultipartUpload | undefined;
  list(bucket: string, query: UploadQuery): UploadPage;
  /** Removes the upload and its parts, and returns the bodies of the parts. */
  delete(upload: MultipartUpload): readonly Segment[];
  /** The same for all uploads of a bucket. */
  deleteAll(bucket: string): readonly Segment[];
  /** Returns the body of the part that it replaces. */
  putPart(uploadId: string, part: IndexedPart): readonly Segment[];
  getPart(uploadId: string, number: number): IndexedPart | undefined;
  parts(uploadId: string, after: number, limit: number): readonly IndexedPart[];
  clear(): void;
}

interface UploadRow {
  readonly bucket: string;
  readonly key: Buffer;
  readonly id: string;
  readonly initiated: number;
  readonly attributes: string;
  readonly checksum: string | null;
}

interface PartRow {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly checksum: string | null;
  readonly body: string;
}

export function createUploadIndex(database: Database): UploadIndex {
  const create = database.prepare("insert into upload values (?, ?, ?, ?, ?, ?)");
  const get = database.prepare("select * from upload where bucket = ? and key = ? and id = ?");
  const scan = database.prepare(
    "select * from upload where bucket = ? and (key, id) > (?, ?) and key < ? order by key, id",
  );
  const remove = database.prepare("delete from upload where bucket = ? and key = ? and id = ?");
  const removeAll = database.prepare("delete from upload where bucket = ? returning id").pluck();
  const putPart = database.prepare("insert or replace into part values (?, ?, ?, ?, ?, ?, ?)");
  const getPart = database.prepare("select * from part where upload = ? and number = ?");
  const parts = database.prepare("select * from part where upload = ? and number > ? order by number limit ?");
  const removeParts = database.prepare("delete from part where upload = ? returning body, size");

  const removedParts = (uploadId: string): Segment[] =>
    (removeParts.all(uploadId) as { body: string; size: number }[]).map(({ body, size }) => ({
      id: body,
      sizeBytes: size,
    }));

  const index: UploadIndex = {
    create({ bucket, key, uploadId, initiated, attributes, checksum }) {
      const kept = checksum ? JSON.stringify(checksum) : null;
      create.run(bucket, Buffer.from(key), uploadId, initiated, JSON.stringify(attributes), kept);
    },

    get(bucket, key, uploadId) {
      const row = get.get(bucket, Buffer.from(key), uploadId) as UploadRow | undefined;
      return row && uploadOf(row);
    },

    list(bucket, { prefix = "", delimiter, after, limit }) {
      const uploads: MultipartUpload[] = [];
      const prefixes: string[] = [];
      const end = prefixEnd(prefix);
      // The empty id sorts before all ids, so this start includes every upload of its key.
      let from: readonly [Buffer, string] | undefined = [firstPosition(prefix, delimiter, after?.key), ""];
      if (after?.uploadId !== undefined && after.key >= prefix) from = [Buffer.from(after.key), after.uploadId];
      let last: UploadPage["next"];
      while (from) {
        const start: readonly [Buffer, string] = from;
        from = undefined;
        for (const row of scan.iterate(bucket, ...start, end) as IterableIterator<UploadRow>) {
          if (uploads.length + prefixes.length === limit) return { uploads, prefixes, ...(last && { next: last }) };
          const key = row.key.toString();
          const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
          if (cut >= 0) {
            last = { key: key.slice(0, cut + delimiter!.length) };
            prefixes.push(last.key);
            from = [prefixEnd(last.key), ""];
            break;
          }
          last = { key, uploadId: row.id };
          uploads.push(uploadOf(row));
        }
      }
      return { uploads, prefixes };
    },

    delete({ bucket, key, uploadId }) {
      remove.run(bucket, Buffer.from(key), uploadId);
      return removedParts(uploadId);
    },

    deleteAll: (bucket) => (removeAll.all(bucket) as string[]).flatMap(removedParts),

    putPart(uploadId, part) {
      const before = index.getPart(uploadId, part.number);
      const checksum = part.checksum ? JSON.stringify(part.checksum) : null;
      putPart.run(uploadId, part.number, part.sizeBytes, part.etag, part.modified, checksum, part.body);
      return before ? [{ id: before.body, sizeBytes: before.sizeBytes }] : [];
    },

    getPart(uploadId, number) {
      const row = getPart.get(uploadId, number) as PartRow | undefined;
      return row && partOf(row);
    },

    parts: (uploadId, after, limit) => (parts.all(uploadId, after, limit) as PartRow[]).map(partOf),

    clear() {
      database.exec("delete from upload; delete from part");
    },
  };
  return index;
}

function uploadOf(row: UploadRow): MultipartUpload {
  return {
    bucket: row.bucket,
    key: row.key.toString(),
    uploadId: row.id,
    initiated: row.initiated,
    attributes: JSON.parse(row.attributes),
    ...(row.checksum !== null && { checksum: JSON.parse(row.checksum) }),
  };
}

function partOf(row: PartRow): IndexedPart {
  return {
    number: row.number,
    sizeBytes: row.size,
    etag: row.etag,
    modified: row.modified,
    ...(row.checksum !== null && { checksum: JSON.parse(row.checksum) }),
    body: row.body,
  };
}
