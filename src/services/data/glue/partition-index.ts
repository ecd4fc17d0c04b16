import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { checkCatalog, linkedTable, type PartitionIndex, type TableDocument, tableKind } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { alreadyExists, notFound } from "./glue-faults.ts";
import { checkIndexes } from "./partition-index-keys.ts";

const isNamed =
  (name: string) =>
  ({ IndexName }: PartitionIndex): boolean =>
    IndexName.toLowerCase() === name.toLowerCase();

/** Partition indexes are kept and shown. The order in which partitions are kept does their work. */
export const partitionIndex = defineOperations(
  "glue",
  {
    CreatePartitionIndex: onTable("CreatePartitionIndex"),
    DeletePartitionIndex: onTable("DeletePartitionIndex"),
    GetPartitionIndexes: onTable("GetPartitionIndexes"),
  },
  {
    async CreatePartitionIndex({ CatalogId, PartitionIndex, ...named }, context) {
      checkCatalog(context, CatalogId);
      await change(context, named, ({ wanted, actual: { indexes } }) => {
        if (indexes.some(isNamed(PartitionIndex.IndexName)))
          throw alreadyExists(`Partition index ${PartitionIndex.IndexName} already exists.`);
        checkIndexes(wanted.PartitionKeys, [...indexes, PartitionIndex]);
        return [...indexes, PartitionIndex];
      });
      return {};
    },

    async DeletePartitionIndex({ CatalogId, IndexName, ...named }, context) {
      checkCatalog(context, CatalogId);
      await change(context, named, ({ actual: { indexes } }) => {
        const left = indexes.filter((index) => !isNamed(IndexName)(index));
        if (left.length === indexes.length) throw notFound(`Partition index ${IndexName} not found.`);
        return left;
      });
      return {};
    },

    async GetPartitionIndexes({ CatalogId, ...named }, context) {
      checkCatalog(context, CatalogId);
      const { wanted, actual } = await linkedTable(context, named);
      const typeOf = (key: string) => wanted.PartitionKeys?.find(({ Name }) => Name === key)?.Type;
      return {
        PartitionIndexDescriptorList: actual.indexes.map(({ IndexName, Keys }) => ({
          IndexName,
          Keys: Keys.map((Name) => ({ Name, Type: typeOf(Name) ?? "string" })),
          IndexStatus: "ACTIVE" as const,
        })),
      };
    },
  },
);

const change = (
  context: Context,
  named: Parameters<typeof linkedTable>[1],
  make: (table: TableDocument) => readonly PartitionIndex[],
): Promise<void> =>
  againOnConflict(context, async () => {
    const table = await linkedTable(context, named);
    const actual = { ...table.actual, indexes: make(table) };
    await context.resources.write([await tableKind.put(context, { ...table, actual })]);
  });
