import { Fault } from "../../../aws/faults.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";
import { madeBy, placeOf, tableInputOf } from "./named-table.ts";
import type { QueryRun } from "./query-run.ts";
import { findTable } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";

type Rename = Extract<StatementOf<"alter-table">, { readonly action: "rename" }>;
type Place = ReturnType<typeof placeOf>;

/**
 * A table that is being renamed says with this parameter where it goes. It is no table of Iceberg meanwhile, so no commit is
 * made to it that the new name would not have.
 */
const movedTo = "sagebrush.moved_to";
const mostTries = 20;

const textOf = ({ DatabaseName, Name }: Place) => `${DatabaseName}.${Name}`;

/** Gives a table of Iceberg another name in the catalog. Its files stay where they are. */
export async function renameIceberg(statement: Rename, run: QueryRun): Promise<void> {
  const { context } = run;
  const [from, to] = [placeOf(run, statement.table), placeOf(run, statement.to)];
  const own = run.query.key.name;
  const isOwn = (table: CatalogTable | undefined) => table?.Parameters?.[madeBy] === own;
  const target = await findTable(context, to.DatabaseName, to.Name);
  const before = await findTable(context, from.DatabaseName, from.Name);
  if (!before && isOwn(target)) return;
  if (target && !isOwn(target))
    throw new QueryFailure(`TABLE_ALREADY_EXISTS: line 1:1: Target table '${textOf(to)}' already exists`);
  if (!before)
    throw new QueryFailure(`FAILED: SemanticException [Error 10001]: Table not found ${textOf(from)}`, {
      type: errorTypes.missing,
    });
  if (before.TargetTable)
    throw new QueryFailure(
      `NOT_SUPPORTED: ${textOf(from)} is a resource link: rename ${before.TargetTable.DatabaseName}.${before.TargetTable.Name}, or make another link`,
    );
  await context.call("glue", "GetDatabase", { Name: to.DatabaseName });
  const table = before.Parameters?.[movedTo] === textOf(to) ? before : await claim(run, from, to);
  const { [movedTo]: _, ...parameters } = table.Parameters ?? {};
  const Parameters = { ...parameters, table_type: "ICEBERG" };
  const update = (input: object) =>
    context.call("glue", "UpdateTable", { DatabaseName: from.DatabaseName, TableInput: input as never });
  try {
    if (!target) {
      const TableInput = { ...tableInputOf(table), Name: to.Name, Parameters: { ...Parameters, [madeBy]: own } };
      await context.call("glue", "CreateTable", { DatabaseName: to.DatabaseName, TableInput: TableInput as never });
    }
  } catch (error) {
    await update({ ...tableInputOf(table), Parameters });
    throw error;
  }
  await context.call("glue", "DeleteTable", from);
}

/** Takes a table out of the hands of others. Returns it as it is since. */
async function claim(run: QueryRun, from: Place, to: Place): Promise<CatalogTable> {
  const { context } = run;
  for (let tries = 1; ; tries++) {
    const { Table } = await context.call("glue", "GetTable", from);
    const table = Table as CatalogTable;
    if (!isIceberg(table))
      throw new QueryFailure(
        `NOT_SUPPORTED: ALTER TABLE RENAME is for tables of Iceberg, and ${textOf(from)} is none. Create a table of the new name at the same location, and drop this one.`,
      );
    const { table_type: _, ...parameters } = table.Parameters ?? {};
    const TableInput = { ...tableInputOf(table), Parameters: { ...parameters, [movedTo]: textOf(to) } };
    try {
      const { DatabaseName } = from;
      const VersionId = table.VersionId;
      await context.call("glue", "UpdateTable", {
        ...{ DatabaseName, TableInput: TableInput as never, VersionId, SkipArchive: true },
      });
      return { ...table, ...TableInput } as CatalogTable;
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== "ConcurrentModificationException" || tries === mostTries)
        throw error;
    }
  }
}
