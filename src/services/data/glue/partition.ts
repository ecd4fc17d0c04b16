import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { RecordConflict } from "../../../stores/records/port.ts";
import { checkCatalog, linkedTable, type TableDocument } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { alreadyExists, errorDetail, notFound } from "./glue-faults.ts";
import { partitionKey } from "./partition-keys.ts";
import {
  findPartition,
  findPartitions,
  type PartitionInput,
  partitionChanges,
  shownPartitions,
} from "./partition-record.ts";
import { spaceOf } from "./table-records.ts";

const permissions = {
  CreatePartition: onTable("CreatePartition"),
  BatchCreatePartition: onTable("BatchCreatePartition"),
  GetPartition: onTable("GetPartition"),
  BatchGetPartition: onTable("BatchGetPartition"),
  UpdatePartition: onTable("UpdatePartition"),
  BatchUpdatePartition: onTable("BatchUpdatePartition"),
  DeletePartition: onTable("DeletePartition"),
  BatchDeletePartition: onTable("BatchDeletePartition"),
};

export const partition = defineOperations("glue", permissions, {
  async CreatePartition({ CatalogId, PartitionInput, ...named }, context) {
    checkCatalog(context, CatalogId);
    await create(context, await linkedTable(context, named), PartitionInput);
    return {};
  },

  async BatchCreatePartition({ CatalogId, PartitionInputList, ...named }, context) {
    checkCatalog(context, CatalogId);
    const table = await linkedTable(context, named);
    const Errors = await failures(
      PartitionInputList,
      (input) => create(context, table, input),
      ({ Values = [] }) => ({
        PartitionValues: Values,
      }),
    );
    return { Errors };
  },

  async GetPartition({ CatalogId, PartitionValues, ...named }, context) {
    checkCatalog(context, CatalogId);
    const table = await linkedTable(context, named);
    const [Partition] = await shownPartitions(context, table, [await findPartition(context, table, PartitionValues)]);
    return { Partition };
  },

  async BatchGetPartition({ CatalogId, PartitionsToGet, ...named }, context) {
    checkCatalog(context, CatalogId);
    const table = await linkedTable(context, named);
    const keys = PartitionsToGet.map(({ Values }) => partitionKey(table.wanted.PartitionKeys, Values));
    const found = await findPartitions(context, table, keys);
    const there = found.filter((one) => one !== undefined);
    return { Partitions: await shownPartitions(context, table, there), UnprocessedKeys: [] };
  },

  async UpdatePartition({ CatalogId, PartitionValueList, PartitionInput, ...named }, context) {
    checkCatalog(context, CatalogId);
    await update(context, await linkedTable(context, named), PartitionValueList, PartitionInput);
    return {};
  },

  async BatchUpdatePartition({ CatalogId, Entries, ...named }, context) {
    checkCatalog(context, CatalogId);
    const table = await linkedTable(context, named);
    const Errors = await failures(
      Entries,
      ({ PartitionValueList, PartitionInput }) => update(context, table, PartitionValueList, PartitionInput),
      ({ PartitionValueList }) => ({ PartitionValueList }),
    );
    return { Errors };
  },

  async DeletePartition({ CatalogId, PartitionValues, ...named }, context) {
    checkCatalog(context, CatalogId);
    await remove(context, await linkedTable(context, named), PartitionValues);
    return {};
  },

  async BatchDeletePartition({ CatalogId, PartitionsToDelete, ...named }, context) {
    checkCatalog(context, CatalogId);
    const table = await linkedTable(context, named);
    const Errors = await failures(
      PartitionsToDelete,
      ({ Values }) => remove(context, table, Values),
      ({ Values }) => ({
        PartitionValues: Values,
      }),
    );
    return { Errors };
  },
});

/** Does work for each of many; their writes share a sync. Returns what it came to for those that it was refused for. */
async function failures<Item, Named extends object>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  name: (item: Item) => Named,
): Promise<(Named & { readonly ErrorDetail: ReturnType<typeof errorDetail> })[]> {
  const failed = await Promise.all(
    items.map((item) =>
      work(item).then(
        () => [],
        (error) => [{ ...name(item), ErrorDetail: errorDetail(error) }],
      ),
    ),
  );
  return failed.flat();
}

async function create(context: Context, table: TableDocument, input: PartitionInput): Promise<void> {
  const { changes } = await partitionChanges(context, table, input, { expected: "absent" });
  await write(context, changes);
}

/** Writes a partition anew, and moves it where its values become others. */
async function update(
  context: Context,
  table: TableDocument,
  values: readonly string[],
  input: PartitionInput,
): Promise<void> {
  const { key, kept } = await findPartition(context, table, values);
  const named = { ...input, Values: input.Values ?? [...values] };
  const { key: newKey, changes } = await partitionChanges(context, table, named, {
    created: kept.created,
    expected: "present",
  });
  if (newKey === key) return write(context, changes);
  const moved = changes.map((change) => (change.key === newKey ? { ...change, expected: "absent" as const } : change));
  await write(context, [{ space: spaceOf("partition", table), key, expected: "present" }, ...moved]);
}

async function remove(context: Context, table: TableDocument, values: readonly string[]): Promise<void> {
  const key = partitionKey(table.wanted.PartitionKeys, values);
  await write(context, [{ space: spaceOf("partition", table), key, expected: "present" }]);
}

async function write({ records }: Context, changes: Parameters<Context["records"]["write"]>[0]): Promise<void> {
  try {
    await records.write(changes);
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
    throw error.found === "present" ? alreadyExists("Partition already exists.") : notFound("Cannot find partition.");
  }
}
