import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { checkCatalog, linkedTable, type TableDocument } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { errorDetail, invalidInput, notFound } from "./glue-faults.ts";
import { findPartition } from "./partition-record.ts";
import { orderedText } from "./partition-value.ts";
import { readStatistics, writeStatistics } from "./statistics-text.ts";
import { spaceOf } from "./table-records.ts";

type Client = typeof import("@aws-sdk/client-glue");
type Statistics = InputOf<Client, "UpdateColumnStatisticsForTable">["ColumnStatisticsList"][number];

const operations = ["Update", "Get", "Delete"].flatMap((verb) =>
  ["Table", "Partition"].map((of) => `${verb}ColumnStatisticsFor${of}`),
);

/** Statistics of columns, as clients give them, of a table and of its partitions. */
export const columnStatistics = defineOperations(
  "glue",
  Object.fromEntries(operations.map((operation) => [operation, onTable(operation)])),
  {
    async UpdateColumnStatisticsForTable({ CatalogId, ColumnStatisticsList, ...named }, context) {
      checkCatalog(context, CatalogId);
      const table = await linkedTable(context, named);
      return { Errors: await keep(context, table, "", ColumnStatisticsList) };
    },
    async GetColumnStatisticsForTable({ CatalogId, ColumnNames, ...named }, context) {
      checkCatalog(context, CatalogId);
      return find(context, await linkedTable(context, named), "", ColumnNames);
    },
    async DeleteColumnStatisticsForTable({ CatalogId, ColumnName, ...named }, context) {
      checkCatalog(context, CatalogId);
      await remove(context, await linkedTable(context, named), "", ColumnName);
      return {};
    },

    async UpdateColumnStatisticsForPartition({ CatalogId, PartitionValues, ColumnStatisticsList, ...named }, context) {
      checkCatalog(context, CatalogId);
      const table = await linkedTable(context, named);
      const { key } = await findPartition(context, table, PartitionValues);
      return { Errors: await keep(context, table, key, ColumnStatisticsList) };
    },
    async GetColumnStatisticsForPartition({ CatalogId, PartitionValues, ColumnNames, ...named }, context) {
      checkCatalog(context, CatalogId);
      const table = await linkedTable(context, named);
      const { key } = await findPartition(context, table, PartitionValues);
      return find(context, table, key, ColumnNames);
    },
    async DeleteColumnStatisticsForPartition({ CatalogId, PartitionValues, ColumnName, ...named }, context) {
      checkCatalog(context, CatalogId);
      const table = await linkedTable(context, named);
      const { key } = await findPartition(context, table, PartitionValues);
      await remove(context, table, key, ColumnName);
      return {};
    },
  },
);

/** Begins with the key of the partition, which ends by itself; with nothing for the table's own. */
const keyOf = (partition: string, column: string) => `${partition}\0${orderedText(column.toLowerCase())}`;

async function keep(context: Context, table: TableDocument, partition: string, list: readonly Statistics[]) {
  const columns = new Set(
    [...(table.wanted.StorageDescriptor?.Columns ?? []), ...(table.wanted.PartitionKeys ?? [])].map(({ Name }) =>
      Name.toLowerCase(),
    ),
  );
  const space = spaceOf("column-statistics", table);
  const failed = await Promise.all(
    list.map(async (ColumnStatistics) => {
      const { ColumnName, StatisticsData } = ColumnStatistics;
      try {
        if (!columns.has(ColumnName.toLowerCase())) throw notFound(`Column ${ColumnName} not found.`);
        const { Type, ...data } = StatisticsData;
        const own = `${Type[0]}${Type.slice(1).toLowerCase()}ColumnStatisticsData`;
        if (Object.keys(data).join() !== own)
          throw invalidInput(`Statistics of the type ${Type} have ${own}, and no other data.`);
        const value = writeStatistics(ColumnStatistics);
        await context.records.write([{ space, key: keyOf(partition, ColumnName), value }]);
        return [];
      } catch (error) {
        return [{ ColumnStatistics, Error: errorDetail(error) }];
      }
    }),
  );
  return failed.flat();
}

async function find({ records }: Context, table: TableDocument, partition: string, names: readonly string[]) {
  const keys = names.map((name) => keyOf(partition, name));
  const values = await records.get(spaceOf("column-statistics", table), keys);
  return {
    ColumnStatisticsList: values
      .filter((value) => value !== undefined)
      .map((value) => readStatistics<Statistics>(value)),
    Errors: names
      .filter((_, place) => values[place] === undefined)
      .map((ColumnName) => ({
        ColumnName,
        Error: errorDetail(notFound(`Statistics of column ${ColumnName} not found.`)),
      })),
  };
}

async function remove(context: Context, table: TableDocument, partition: string, name: string): Promise<void> {
  const { ColumnStatisticsList } = await find(context, table, partition, [name]);
  if (ColumnStatisticsList.length === 0) throw notFound(`Statistics of column ${name} not found.`);
  await context.records.write([{ space: spaceOf("column-statistics", table), key: keyOf(partition, name) }]);
}
