import { createTestContext } from "../../../server/request/test-context.ts";
import { catalog, catalogKind } from "./catalog.ts";
import { databaseKind, tableKind } from "./catalog-kinds.ts";
import { columnStatistics } from "./column-statistics.ts";
import { connection, connectionKind } from "./connection.ts";
import { database } from "./database.ts";
import { glueTags } from "./glue-tags.ts";
import { partition } from "./partition.ts";
import { partitionIndex } from "./partition-index.ts";
import { partitionList } from "./partition-list.ts";
import { resourcePolicy, resourcePolicyKind } from "./resource-policy.ts";
import { searchTables } from "./search-tables.ts";
import { table } from "./table.ts";
import { tableList } from "./table-list.ts";
import { tableVersion } from "./table-version.ts";
import { functionKind, userDefinedFunction } from "./user-defined-function.ts";

/** A context in which the Data Catalog is called. */
export const createGlueContext = () =>
  createTestContext({
    units: [
      database,
      table,
      tableList,
      tableVersion,
      partition,
      partitionList,
      ...[
        partitionIndex,
        columnStatistics,
        userDefinedFunction,
        connection,
        searchTables,
        glueTags,
        resourcePolicy,
        catalog,
      ],
      ...[databaseKind, tableKind, functionKind, connectionKind, resourcePolicyKind, catalogKind].map(
        (kind) => ({ ...kind, service: "glue" as const, operations: {}, permissions: {} }) as never,
      ),
    ],
  });

export type GlueContext = ReturnType<typeof createGlueContext>;

/** Makes a database and a table with these partition keys, given as "name type". */
export async function makeTable(context: GlueContext, keys: readonly string[] = [], Name = "t"): Promise<void> {
  await context.call("glue", "CreateDatabase", { DatabaseInput: { Name: "db" } }).catch(() => {});
  const PartitionKeys = keys.map((key) => {
    const [Name, Type] = key.split(" ");
    return { Name: Name!, Type };
  });
  await context.call("glue", "CreateTable", { DatabaseName: "db", TableInput: { Name, PartitionKeys } });
}
