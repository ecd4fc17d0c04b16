import type { Context } from "../../../frame/context.ts";
import type { CatalogTable } from "./file-format.ts";
import type { PartitionChoice } from "./partition-choice.ts";
import { folderOf, type PartitionKey, type TablePartition } from "./partition-folder.ts";
import { isProjected, projectedPartitions } from "./partition-projection.ts";

/** Returns the partitions of a table, or those of them that a query needs. */
export async function partitionsOf(
  context: Context,
  table: CatalogTable,
  keys: readonly PartitionKey[],
  choice?: PartitionChoice,
): Promise<readonly TablePartition[]> {
  if (isProjected(table)) return projectedPartitions(table, keys, context.clock.now(), choice);
  const found: TablePartition[] = [];
  let NextToken: string | undefined;
  do {
    const page = await context.call("glue", "GetPartitions", {
      ...{ DatabaseName: table.DatabaseName!, TableName: table.Name!, ExcludeColumnSchema: true, MaxResults: 1000 },
      ...(choice?.expression !== undefined && { Expression: choice.expression }),
      ...(NextToken !== undefined && { NextToken }),
    });
    for (const { StorageDescriptor, Values = [] } of page.Partitions ?? [])
      if (choice === undefined || choice.holds(Values))
        found.push({ location: StorageDescriptor?.Location ?? "", folder: folderOf(keys, Values) });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
