import { createHash } from "node:crypto";
import type { Context } from "../../../frame/context.ts";
import type { RecordChange } from "../../../stores/records/port.ts";
import type { InputOf, OutputOf } from "../../../wire/operations.ts";
import type { Kept, TableDocument } from "./catalog-kinds.ts";
import { notFound } from "./glue-faults.ts";
import { partitionKey } from "./partition-keys.ts";
import { spaceOf } from "./table-records.ts";
import { keptTime, shownStorage, shownTime } from "./table-shown.ts";

type Client = typeof import("@aws-sdk/client-glue");
export type PartitionInput = InputOf<Client, "CreatePartition">["PartitionInput"];
export type ShownPartition = NonNullable<OutputOf<Client, "GetPartition">["Partition"]>;

/** A partition as it is kept. Its columns are kept once for all partitions that have the same. */
interface KeptPartition {
  readonly input: Kept<PartitionInput>;
  readonly created: number;
  readonly columns?: string;
}

/** A partition's record, and how it is shown. */
export interface FoundPartition {
  readonly key: string;
  readonly kept: KeptPartition;
}

/** The changes that write a partition of a table. */
export async function partitionChanges(
  { records, clock }: Pick<Context, "records" | "clock">,
  table: TableDocument,
  input: PartitionInput,
  change: Pick<RecordChange, "expected"> & { readonly created?: number } = {},
): Promise<{ readonly key: string; readonly changes: readonly RecordChange[] }> {
  const key = partitionKey(table.wanted.PartitionKeys, input.Values);
  const { Columns, ...storage } = input.StorageDescriptor ?? {};
  const columns = Columns && JSON.stringify(Columns);
  const hash = columns && createHash("sha256").update(columns).digest("base64url").slice(0, 22);
  const kept: KeptPartition = {
    created: change.created ?? clock.now(),
    columns: hash,
    input: {
      ...input,
      StorageDescriptor: input.StorageDescriptor && storage,
      LastAccessTime: keptTime(input.LastAccessTime),
      LastAnalyzedTime: keptTime(input.LastAnalyzedTime),
    },
  };
  const space = spaceOf("partition", table);
  const changes: RecordChange[] = [{ space, key, value: JSON.stringify(kept), expected: change.expected }];
  if (hash !== undefined) {
    const columnSpace = spaceOf("partition-columns", table);
    const [known] = await records.get(columnSpace, [hash]);
    if (known === undefined) changes.push({ space: columnSpace, key: hash, value: columns });
  }
  return { key, changes };
}

/** Returns the partitions with these keys; undefined for those that are not there. */
export async function findPartitions(
  { records }: Pick<Context, "records">,
  table: TableDocument,
  keys: readonly string[],
): Promise<(FoundPartition | undefined)[]> {
  const values = await records.get(spaceOf("partition", table), keys);
  return values.map((value, place) =>
    value === undefined ? undefined : { key: keys[place]!, kept: JSON.parse(value) as KeptPartition },
  );
}

/** Returns the partition with these values. */
export async function findPartition(
  context: Pick<Context, "records">,
  table: TableDocument,
  values: readonly string[],
): Promise<FoundPartition> {
  const [found] = await findPartitions(context, table, [partitionKey(table.wanted.PartitionKeys, values)]);
  if (!found) throw notFound("Cannot find partition.");
  return found;
}

/** Returns partitions as they are shown; `withoutColumns`: as GetPartitions shows them with ExcludeColumnSchema. */
export async function shownPartitions(
  { records }: Pick<Context, "records">,
  table: TableDocument,
  partitions: readonly FoundPartition[],
  withoutColumns = false,
): Promise<ShownPartition[]> {
  const hashes = withoutColumns ? [] : [...new Set(partitions.flatMap(({ kept }) => kept.columns ?? []))];
  const lists = await records.get(spaceOf("partition-columns", table), hashes);
  const columnsOf = new Map(hashes.map((hash, place) => [hash, JSON.parse(lists[place] ?? "[]") as []]));
  const [DatabaseName, TableName] = table.key.name.split("\u001F");
  return partitions.map(({ kept: { input, created, columns } }) => ({
    ...input,
    DatabaseName,
    TableName,
    CreationTime: new Date(created),
    LastAccessTime: shownTime(input.LastAccessTime),
    LastAnalyzedTime: shownTime(input.LastAnalyzedTime),
    StorageDescriptor: withoutColumns
      ? withoutColumnsOf(shownStorage(input.StorageDescriptor))
      : shownStorage(
          input.StorageDescriptor && { Columns: columnsOf.get(columns ?? "") ?? [], ...input.StorageDescriptor },
        ),
    CatalogId: table.key.account,
  }));
}

const withoutColumnsOf = <T extends object>(storage: T | undefined) =>
  storage && ({ ...storage, Columns: undefined } as T);
