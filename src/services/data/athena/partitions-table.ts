import type { Context } from "../../../frame/context.ts";
import type { SessionTable } from "../../../prep/sql/trino/scope.ts";
import type { CatalogTable } from "./file-format.ts";
import { text } from "./iceberg-rows.ts";
import { hiveNull } from "./partition-folder.ts";
import { rowsTable } from "./rows-table.ts";
import { partitionsOf } from "./table-partitions.ts";

/** The table behind a table with partitions of Hive's: "orders$partitions", a row for the values of each. */
export const partitionsPart = "partitions";

export async function partitionsTable(context: Context, table: CatalogTable): Promise<SessionTable> {
  const keys = (table.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
  const partitions = await partitionsOf(context, table, keys);
  const rows = partitions.map(({ folder }) =>
    folder.split("/").map((part) => {
      const value = decodeURIComponent(part.slice(part.indexOf("=") + 1));
      return text(value === "" || value === hiveNull ? undefined : value);
    }),
  );
  return rowsTable({ columns: keys.map(({ name, type }) => [name.toLowerCase(), type] as const), rows });
}
