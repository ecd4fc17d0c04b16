import { bucketGone } from "../../aws/object-faults.ts";
import type { Database } from "../database.ts";

/** A row for every bucket that was to be closed; `refused` is the highest attempt that was refused. */
export const bucketSchema = `
  create table if not exists bucket (
    id text primary key, closed integer not null default 0, refused integer not null default 0
  ) without rowid;
`;

/** The rows of buckets. Every method is synchronous; those that write are called in a transaction. */
export interface BucketIndex {
  /** @throws Fault `bucketGone` */
  mustBeOpen(id: string): void;
  isClosed(id: string): boolean;
  close(id: string): void;
  /** Whether this attempt to close it, or a later one, was refused. */
  wasRefused(id: string, attempt: number): boolean;
  refuse(id: string, attempt: number): void;
}

export function createBucketIndex(database: Database): BucketIndex {
  const isClosed = database.prepare("select 1 from bucket where id = ? and closed = 1").pluck();
  const close = database.prepare(
    "insert into bucket (id, closed) values (?, 1) on conflict (id) do update set closed = 1",
  );
  const wasRefused = database.prepare("select 1 from bucket where id = ? and refused >= ?").pluck();
  const refuse = database.prepare(
    "insert into bucket (id, refused) values (?, ?) on conflict (id) do update set refused = max(refused, excluded.refused)",
  );
  const index: BucketIndex = {
    mustBeOpen(id) {
      if (index.isClosed(id)) throw bucketGone();
    },
    isClosed: (id) => isClosed.get(id) !== undefined,
    close: (id) => void close.run(id),
    wasRefused: (id, attempt) => wasRefused.get(id, attempt) !== undefined,
    refuse: (id, attempt) => void refuse.run(id, attempt),
  };
  return index;
}
