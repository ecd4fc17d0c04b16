import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { listPage } from "../../../frame/list-page.ts";
import { checkCatalog, linkedTable, type TableDocument, tableKind } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { alreadyExists, errorDetail, gluePage, invalidInput, notFound } from "./glue-faults.ts";
import { checkOptimizer } from "./table-optimizer-check.ts";
import {
  type OptimizerDocument,
  type OptimizerInput,
  type OptimizerRun,
  type OptimizerType,
  optimizerKey,
  optimizerKind,
  statusOf,
} from "./table-optimizer-kind.ts";

type Named = Pick<OptimizerInput, "CatalogId" | "DatabaseName" | "TableName" | "Type">;

const operations = ["Create", "Get", "Update", "Delete"].map((verb) => `${verb}TableOptimizer`);

/** A request that names several tables needs each of them. */
const onEntries = (
  { Entries = [] }: { readonly Entries?: readonly { readonly databaseName?: string; readonly tableName?: string }[] },
  place: Place,
) =>
  Entries.flatMap(({ databaseName, tableName }) =>
    onTable("BatchGetTableOptimizer")({ DatabaseName: databaseName, TableName: tableName }, place),
  );

export const tableOptimizer = defineOperations(
  "glue",
  {
    ...Object.fromEntries([...operations, "ListTableOptimizerRuns"].map((name) => [name, onTable(name)])),
    BatchGetTableOptimizer: onEntries as never,
  },
  {
    async CreateTableOptimizer({ TableOptimizerConfiguration: configuration, ...named }, context) {
      checkCatalog(context, named.CatalogId);
      const table = await icebergTable(context, named);
      checkOptimizer(context, named.Type, configuration, table.wanted.StorageDescriptor?.Location);
      await againOnConflict(context, async () => {
        const key = keyOf(context, table, named.Type);
        const found = await optimizerKind.find(context, key);
        if (found?.actual.tableId === table.id)
          throw alreadyExists(`The table has a ${named.Type} optimizer already: update it.`);
        const now = context.clock.now();
        const { version } = found ?? {};
        await context.resources.write([
          await optimizerKind.put(context, {
            ...{ key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now },
            ...{ status: statusOf(configuration), wanted: { configuration } },
            actual: { tableId: table.id, next: now, runs: [] },
            ...(version !== undefined && { version }),
          }),
        ]);
      });
      return {};
    },

    async GetTableOptimizer(named, context) {
      checkCatalog(context, named.CatalogId);
      const { CatalogId, DatabaseName, TableName } = named;
      return { CatalogId, DatabaseName, TableName, TableOptimizer: shown(named.Type, await find(context, named)) };
    },

    async BatchGetTableOptimizer({ Entries }, context) {
      const found = await Promise.all(
        Entries.map(async ({ catalogId, databaseName = "", tableName = "", type = "compaction" }) => {
          const of = { catalogId, databaseName, tableName };
          try {
            checkCatalog(context, catalogId);
            const named = { CatalogId: "", DatabaseName: databaseName, TableName: tableName, Type: type };
            return { ...of, tableOptimizer: shown(type, await find(context, named)) };
          } catch (error) {
            return { ...of, type, error: errorDetail(error) };
          }
        }),
      );
      return {
        TableOptimizers: found.filter((one) => "tableOptimizer" in one),
        Failures: found.filter((one) => "error" in one),
      };
    },

    async UpdateTableOptimizer({ TableOptimizerConfiguration, ...named }, context) {
      checkCatalog(context, named.CatalogId);
      const table = await icebergTable(context, named);
      await againOnConflict(context, async () => {
        const found = await find(context, named);
        const configuration = { ...found.wanted.configuration, ...TableOptimizerConfiguration };
        checkOptimizer(context, named.Type, configuration, table.wanted.StorageDescriptor?.Location);
        const now = context.clock.now();
        await context.resources.write([
          await optimizerKind.put(context, {
            ...{ ...found, modified: now, status: statusOf(configuration), wanted: { configuration } },
            // It runs as it is configured now.
            actual: { ...found.actual, next: Math.min(found.actual.next, now) },
          }),
        ]);
      });
      return {};
    },

    async DeleteTableOptimizer(named, context) {
      checkCatalog(context, named.CatalogId);
      await againOnConflict(context, async () => {
        const { key, version } = await find(context, named);
        await context.resources.write([{ delete: key, expected: version }]);
      });
      return {};
    },

    async ListTableOptimizerRuns(input, context) {
      checkCatalog(context, input.CatalogId);
      const { CatalogId, DatabaseName, TableName, Type } = input;
      const { actual } = await find(context, input);
      return listPage(gluePage, input, ({ after = "0", limit }) => {
        if (!/^\d{1,4}$/.test(after)) throw new RangeError("No place in the runs");
        const next = Number(after) + limit;
        return {
          ...{ CatalogId, DatabaseName, TableName },
          TableOptimizerRuns: actual.runs.slice(Number(after), next).map((run) => shownRun(Type, run)),
          NextToken: next < actual.runs.length ? String(next) : undefined,
        };
      });
    },
  },
);

const keyOf = (context: Context, table: TableDocument, Type: OptimizerType) => {
  const { DatabaseName = "", TableName = "" } = tableKind.variables(table.key);
  return optimizerKey(context, { DatabaseName, TableName, Type });
};

async function icebergTable(context: Context, named: Named): Promise<TableDocument> {
  const table = await linkedTable(context, named);
  if (!isIceberg({ Parameters: table.wanted.Parameters }))
    throw invalidInput(`${named.DatabaseName}.${named.TableName} is no table of Iceberg: only those are optimized.`);
  return table;
}

async function find(context: Context, named: Named): Promise<OptimizerDocument> {
  const table = await linkedTable(context, named);
  const found = await optimizerKind.find(context, keyOf(context, table, named.Type));
  if (!found || found.actual.tableId !== table.id)
    throw notFound(`${named.DatabaseName}.${named.TableName} has no ${named.Type} optimizer.`);
  return found;
}

const shown = (type: OptimizerType, { actual, wanted }: OptimizerDocument) => ({
  ...{ type, configuration: wanted.configuration, configurationSource: "table" as const },
  ...(actual.runs[0] && { lastRun: shownRun(type, actual.runs[0]) }),
});

const hourMilliseconds = 3_600_000;

/** Metrics of a run are what it did; there are no DPUs here. */
function shownRun(type: OptimizerType, { compacted, ended, error, event, expired, orphans, started }: OptimizerRun) {
  const hours = ended === undefined ? {} : { JobDurationInHour: (ended - started) / hourMilliseconds };
  return {
    ...{ eventType: event, startTimestamp: new Date(started) },
    ...(ended !== undefined && { endTimestamp: new Date(ended) }),
    ...(error !== undefined && { error }),
    ...(type === "compaction" && { compactionStrategy: "binpack" as const }),
    ...(compacted && {
      compactionMetrics: {
        IcebergMetrics: { NumberOfBytesCompacted: compacted.bytes, NumberOfFilesCompacted: compacted.files, ...hours },
      },
    }),
    ...(expired && {
      retentionMetrics: {
        IcebergMetrics: {
          NumberOfDataFilesDeleted: expired.data,
          NumberOfManifestFilesDeleted: expired.manifests,
          NumberOfManifestListsDeleted: expired.manifestLists,
          ...hours,
        },
      },
    }),
    ...(orphans !== undefined && {
      orphanFileDeletionMetrics: { IcebergMetrics: { NumberOfOrphanFilesDeleted: orphans, ...hours } },
    }),
  };
}
