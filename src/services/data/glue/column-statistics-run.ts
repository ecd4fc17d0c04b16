import { Fault } from "../../../aws/faults.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage } from "../../../frame/list-page.ts";
import { type Claim, ClaimLost } from "../../../stores/resources/port.ts";
import { checkCatalog, linkedTable, tableKind } from "./catalog-kinds.ts";
import { onTable } from "./catalog-permissions.ts";
import { type StatisticsRunDocument, statisticsRunKind, tableLabel } from "./column-statistics-run-kind.ts";
import { hasStatistics } from "./computed-statistics.ts";
import { gluePage, invalidInput, notBuilt, notFound, refuseMembers } from "./glue-faults.ts";

/** A table can have no other permission than that of all runs. */
const onRuns = (operation: string) => () => [{ action: `glue:${operation}`, resource: "*" }];

/** Runs that work out statistics of a table's columns, and keep them in the catalog. */
export const columnStatisticsRun = defineOperations(
  "glue",
  {
    StartColumnStatisticsTaskRun: onTable("StartColumnStatisticsTaskRun"),
    StopColumnStatisticsTaskRun: onTable("StopColumnStatisticsTaskRun"),
    GetColumnStatisticsTaskRun: onRuns("GetColumnStatisticsTaskRun"),
    GetColumnStatisticsTaskRuns: onRuns("GetColumnStatisticsTaskRuns"),
    ListColumnStatisticsTaskRuns: onRuns("ListColumnStatisticsTaskRuns"),
  },
  {
    async StartColumnStatisticsTaskRun(input, context) {
      const { CatalogID, ColumnNameList, Role, SampleSize = 100 } = input;
      checkCatalog(context, CatalogID);
      refuseMembers(context, input, "", ["SecurityConfiguration"]);
      if (SampleSize !== 100) throw notBuilt(context, `SampleSize ${SampleSize}`, "leave it out: all rows are read");
      const table = await linkedTable(context, input);
      const { DatabaseName = "", TableName = "" } = tableKind.variables(table.key);
      const location = table.wanted.StorageDescriptor?.Location ?? "";
      if (!/^s3[an]?:\/\//.test(location))
        throw invalidInput(`${DatabaseName}.${TableName} has no location in S3, so there are no rows to read.`);
      const ColumnStatisticsTaskRunId = context.ids.uuid();
      const key = statisticsRunKind.key(context, { ColumnStatisticsTaskRunId });
      const now = context.clock.now();
      const columns = chosenColumns(table.wanted, ColumnNameList);
      const wanted = { DatabaseName, TableName, Role: roleArn(context, Role), columns, location };
      const put = await statisticsRunKind.put(context, {
        ...{ key, id: context.ids.ulid(), origin: context.origin, created: now, modified: now },
        ...{ status: "STARTING", wanted, actual: {} },
      });
      await alone(context, { DatabaseName, TableName }, (claim) => context.resources.write([put], { claim }));
      return { ColumnStatisticsTaskRunId };
    },

    async StopColumnStatisticsTaskRun({ DatabaseName, TableName }, context) {
      const table = await linkedTable(context, { DatabaseName, TableName });
      const names = tableKind.variables(table.key) as { DatabaseName: string; TableName: string };
      await againOnConflict(context, async () => {
        const running = await runningOf(context, names);
        if (!running)
          throw new Fault(
            "ColumnStatisticsTaskNotRunningException",
            `No run works out the statistics of ${DatabaseName}.${TableName}.`,
          );
        const now = context.clock.now();
        const { query } = running.actual;
        // What is not stopped ends by itself, and nobody asks for what it found.
        if (query !== undefined)
          await context
            .as(running.wanted.Role)
            .call("athena", "StopQueryExecution", { QueryExecutionId: query })
            .catch(() => {});
        await context.resources.write([
          await statisticsRunKind.put(context, {
            ...{ ...running, modified: now, status: "STOPPED", actual: { ...running.actual, ended: now } },
          }),
        ]);
      });
      return {};
    },

    async GetColumnStatisticsTaskRun({ ColumnStatisticsTaskRunId }, context) {
      const found = await statisticsRunKind.find(
        context,
        statisticsRunKind.key(context, { ColumnStatisticsTaskRunId }),
      );
      if (!found) throw notFound(`There is no column statistics run ${ColumnStatisticsTaskRunId}.`);
      return { ColumnStatisticsTaskRun: shown(found) };
    },

    async GetColumnStatisticsTaskRuns(input, context) {
      const table = await linkedTable(context, input);
      const names = tableKind.variables(table.key) as { DatabaseName: string; TableName: string };
      const { documents, next } = await listed(context, input, { table: tableLabel(names) });
      return { ColumnStatisticsTaskRuns: documents.map(shown), NextToken: next };
    },

    async ListColumnStatisticsTaskRuns(input, context) {
      const { documents, next } = await listed(context, input);
      return { ColumnStatisticsTaskRunIds: documents.map(({ key }) => key.name), NextToken: next };
    },
  },
);

async function listed(
  context: Context,
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  labels: Readonly<Record<string, string>> = {},
) {
  const { account, region } = context;
  const { documents, next } = await listPage(gluePage, input, (asked) =>
    context.resources.list(statisticsRunKind.name, {
      ...{ account, region, labels, sort: { by: "created", descending: true } },
      ...asked,
    }),
  );
  return { documents: documents.map(statisticsRunKind.read), next };
}

const claimSeconds = 60;

/**
 * Begins a run of a table that has none. Of two that begin at the same time the later one claims the table last, and the
 * other looks again.
 */
async function alone(
  context: Context,
  names: Parameters<typeof tableLabel>[0],
  begin: (claim: Claim) => Promise<unknown>,
): Promise<void> {
  const key = statisticsRunKind.key(context, { ColumnStatisticsTaskRunId: tableLabel(names) });
  for (;;) {
    const claim = await context.resources.claim(key, "StartColumnStatisticsTaskRun", claimSeconds);
    const running = await runningOf(context, names);
    if (running)
      throw new Fault(
        "ColumnStatisticsTaskRunningException",
        `The run ${running.key.name} works out the statistics of ${tableLabel(names).replace("/", ".")} already.`,
      );
    try {
      await begin(claim!);
      return;
    } catch (error) {
      if (!(error instanceof ClaimLost)) throw error;
    }
  }
}

/** The run of a table that has not ended: it is the newest one. */
async function runningOf(context: Context, names: Parameters<typeof tableLabel>[0]) {
  const { documents } = await listed(context, { MaxResults: 1 }, { table: tableLabel(names) });
  return documents.find((document) => !statisticsRunKind.status(document).final);
}

/** A role may be named by its ARN, or by its name alone. */
const roleArn = (context: Context, role: string): string => {
  const arn = role.startsWith("arn:") ? role : `arn:aws:iam::${context.account}:role/${role}`;
  // Refuses the role of another account.
  context.as(arn);
  return arn;
};

interface Columns {
  readonly StorageDescriptor?: { readonly Columns?: readonly Named[] | undefined } | undefined;
  readonly PartitionKeys?: readonly Named[] | undefined;
}
interface Named {
  readonly Name: string;
  readonly Type?: string | undefined;
}

/** The columns that are asked for, else those that have statistics. */
function chosenColumns({ StorageDescriptor, PartitionKeys = [] }: Columns, names: readonly string[] | undefined) {
  const all = [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys].map(({ Name, Type = "string" }) => ({
    name: Name.toLowerCase(),
    type: Type,
  }));
  const chosen = names
    ? names.map((name) => {
        const found = all.find((column) => column.name === name.toLowerCase());
        if (!found) throw notFound(`Column ${name} not found.`);
        if (!hasStatistics(found.type))
          throw invalidInput(`Column ${name} is of the type ${found.type}, of which there are no statistics.`);
        return found;
      })
    : all.filter(({ type }) => hasStatistics(type));
  if (chosen.length === 0) throw invalidInput("The table has no column of which there are statistics.");
  return chosen;
}

function shown({ actual, created, key, modified, status, wanted }: StatisticsRunDocument) {
  const { columns, DatabaseName, Role, TableName } = wanted;
  return {
    ...{ CustomerId: key.account, CatalogID: key.account, ColumnStatisticsTaskRunId: key.name },
    ...{ DatabaseName, TableName, Role, ColumnNameList: columns.map(({ name }) => name), SampleSize: 100 },
    ...{ Status: status as "RUNNING", ComputationType: "FULL" as const },
    ...{ CreationTime: new Date(created), LastUpdated: new Date(modified) },
    ...(actual.started !== undefined && { StartTime: new Date(actual.started) }),
    ...(actual.ended !== undefined && { EndTime: new Date(actual.ended) }),
    ...(actual.error !== undefined && { ErrorMessage: actual.error }),
  };
}
