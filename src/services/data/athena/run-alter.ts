import { parseS3Location } from "../../../aws/s3-location.ts";
import { isIceberg } from "../../../frame/iceberg-table.ts";
import type { ObjectName, Statement } from "../../../prep/sql/trino/statement.ts";
import { alteredColumns, type ColumnChange, type Columns } from "./alter-columns.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import type { CatalogTable } from "./file-format.ts";
import { alterIceberg } from "./iceberg-alter.ts";
import { renameIceberg } from "./iceberg-rename.ts";
import { changeTable, defining, isAgain, placeOf, tableOf } from "./named-table.ts";
import { folderOf, partitionName } from "./partition-folder.ts";
import { partitionsNamed, valuesOf } from "./partitions-named.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { isViewTable } from "./view-text.ts";

type Alter = Extract<Statement, { readonly kind: "alter-table" }>;

/** So many partitions are made or removed in one call of Glue. */
const [madeAtOnce, removedAtOnce] = [100, 25];

export async function alterTable(statement: Alter, run: QueryRun): Promise<Outcome> {
  if (statement.action === "rename") await defining(() => renameIceberg(statement, run));
  else {
    const table = await tableOf(run, statement.table);
    const { DatabaseName: database, Name: name } = table.TargetTable ?? {};
    // What is changed of a resource link is what it leads to.
    if (database !== undefined && name !== undefined)
      return alterTable({ ...statement, table: { ...statement.table, database, name } }, run);
    if (isViewTable(table))
      throw new QueryFailure(
        `FAILED: SemanticException: Cannot alter a view with ALTER TABLE: ${table.DatabaseName}.${table.Name} is a view, use CREATE OR REPLACE VIEW`,
      );
    await defining(() => (isIceberg(table) ? alterIceberg(statement, run) : act(statement, table, run)));
  }
  await putLines(run, [], []);
  return {};
}

async function act(statement: Alter, table: CatalogTable, run: QueryRun): Promise<unknown> {
  const { context } = run;
  const { DatabaseName, Name } = placeOf(run, statement.table);
  const named = { DatabaseName, TableName: Name };
  const update = (change: (table: CatalogTable) => object) => changeTable(run, statement.table, change);
  switch (statement.action) {
    case "add-partitions":
      return addPartitions(
        run,
        statement.table,
        table,
        statement.partitions.map((one) => ({ values: valuesOf(table, one), location: one.location })),
        statement.ifNotExists || isAgain(run),
      );
    case "drop-partitions": {
      const gone = await partitionsNamed(statement.partitions, table, run);
      const mayMiss = statement.ifExists || isAgain(run);
      if (gone.length === 0 && !mayMiss)
        throw new QueryFailure(
          "FAILED: SemanticException [Error 10006]: Partition not found: none is as it was named",
          {
            type: errorTypes.missing,
          },
        );
      for (let at = 0; at < gone.length; at += removedAtOnce) {
        const PartitionsToDelete = gone.slice(at, at + removedAtOnce);
        const { Errors = [] } = await context.call("glue", "BatchDeletePartition", { ...named, PartitionsToDelete });
        const [first] = Errors;
        if (first && !mayMiss)
          throw new QueryFailure(
            `FAILED: SemanticException [Error 10006]: Partition not found ${first.PartitionValues?.join("/")}`,
            { type: errorTypes.missing },
          );
      }
      return undefined;
    }
    case "rename-partition": {
      const PartitionValueList = valuesOf(table, statement.from);
      const find = (PartitionValues: string[]) => context.call("glue", "GetPartition", { ...named, PartitionValues });
      const { Partition } = await find(PartitionValueList).catch(async (error) => {
        if (!isAgain(run)) throw error;
        await find(valuesOf(table, statement.to));
        return { Partition: undefined };
      });
      if (!Partition) return undefined;
      const PartitionInput = {
        Values: valuesOf(table, statement.to),
        StorageDescriptor: Partition.StorageDescriptor,
      } as never;
      return context.call("glue", "UpdatePartition", { ...named, PartitionValueList, PartitionInput });
    }
    case "add-columns":
    case "replace-columns":
    case "change-column":
      return changeColumns(statement, table, run);
    case "set-location": {
      if (!statement.partition)
        return update(({ StorageDescriptor }) => ({
          StorageDescriptor: { ...StorageDescriptor, Location: statement.location },
        }));
      const Values = valuesOf(table, statement.partition);
      const { Partition } = await context.call("glue", "GetPartition", { ...named, PartitionValues: Values });
      const StorageDescriptor = { ...Partition!.StorageDescriptor, Location: statement.location };
      return context.call("glue", "UpdatePartition", {
        ...named,
        PartitionValueList: Values,
        PartitionInput: { Values, StorageDescriptor } as never,
      });
    }
    case "set-properties":
      return update(({ Parameters }) => ({ Parameters: { ...Parameters, ...statement.properties } }));
    case "unset-properties":
      return update(({ Parameters = {} }) => ({
        Parameters: Object.fromEntries(Object.entries(Parameters).filter(([key]) => !statement.keys.includes(key))),
      }));
    case "drop-column":
      throw new QueryFailure(
        `NOT_SUPPORTED: ALTER TABLE DROP COLUMN is for tables of Iceberg. Use REPLACE COLUMNS with the columns of ${DatabaseName}.${Name} that stay.`,
      );
    default:
      throw new QueryFailure(
        `NOT_SUPPORTED: ALTER TABLE ${statement.action} is not built in version ${context.settings.version}`,
      );
  }
}

/** Changes the columns of a table, or of one of its partitions. */
async function changeColumns(change: ColumnChange, table: CatalogTable, run: QueryRun): Promise<unknown> {
  const { DatabaseName, Name: TableName } = placeOf(run, change.table);
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name.toLowerCase());
  const { context } = run;
  if (!("partition" in change) || !change.partition)
    return changeTable(run, change.table, ({ StorageDescriptor: storage = {} }) => ({
      StorageDescriptor: { ...storage, Columns: alteredOnce(change, storage.Columns ?? [], keys, run) },
    }));
  const Values = valuesOf(table, change.partition);
  const { Partition } = await context.call("glue", "GetPartition", {
    DatabaseName,
    TableName,
    PartitionValues: Values,
  });
  const storage = Partition!.StorageDescriptor ?? {};
  const StorageDescriptor = { ...storage, Columns: alteredOnce(change, storage.Columns ?? [], keys, run) };
  return context.call("glue", "UpdatePartition", {
    ...{ DatabaseName, TableName, PartitionValueList: Values },
    PartitionInput: { Values, StorageDescriptor } as never,
  });
}

/** Returns the columns after a change; as they are when an earlier attempt of the query has made it. */
function alteredOnce(change: ColumnChange, columns: Columns, keys: readonly string[], run: QueryRun): Columns {
  const has = (name: string) => columns.some(({ Name }) => Name?.toLowerCase() === name.toLowerCase());
  const isDone =
    change.action === "add-columns"
      ? change.columns.every(({ name }) => has(name))
      : change.action === "change-column" && !has(change.column) && has(change.to.name);
  return isDone && isAgain(run) ? columns : alteredColumns(change, columns, keys);
}

export interface NewPartition {
  readonly values: readonly string[];
  readonly location?: string | undefined;
}

/** Adds partitions to a table; returns those that were not there. */
export async function addPartitions(
  run: QueryRun,
  name: ObjectName,
  table: CatalogTable,
  partitions: readonly NewPartition[],
  mayExist: boolean,
): Promise<NewPartition[]> {
  const { DatabaseName, Name: TableName } = placeOf(run, name);
  const storage = table.StorageDescriptor ?? {};
  const base = (storage.Location ?? "").replace(/\/?$/, "/");
  const keys = (table.PartitionKeys ?? []).map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
  const added: NewPartition[] = [];
  for (let at = 0; at < partitions.length; at += madeAtOnce) {
    const some = partitions.slice(at, at + madeAtOnce);
    const PartitionInputList = some.map(({ location, values }) => ({
      Values: [...values],
      StorageDescriptor: {
        ...storage,
        Location: location ?? `${base}${partitionName(folderOf(keys, values))}/`,
      },
    }));
    const asked = { DatabaseName, TableName, PartitionInputList: PartitionInputList as never };
    const { Errors = [] } = await run.context.call("glue", "BatchCreatePartition", asked);
    const refused = Errors.filter(
      ({ ErrorDetail }) => !(mayExist && ErrorDetail?.ErrorCode === "AlreadyExistsException"),
    );
    const [first] = refused;
    if (first)
      throw new QueryFailure(
        `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${first.ErrorDetail?.ErrorCode}(message:${first.ErrorDetail?.ErrorMessage})`,
      );
    const there = new Set(Errors.map(({ PartitionValues }) => JSON.stringify(PartitionValues)));
    added.push(...some.filter(({ values }) => !there.has(JSON.stringify(values))));
  }
  return added;
}

/** Finds the folders of partitions below a table's location that the catalog does not know. */
export async function repairTable(
  { table: name }: Extract<Statement, { readonly kind: "msck-repair" }>,
  run: QueryRun,
): Promise<Outcome> {
  const table = await tableOf(run, name);
  const keys = (table.PartitionKeys ?? []).map(({ Name = "" }) => Name);
  const place = parseS3Location((table.StorageDescriptor?.Location ?? "").replace(/\/?$/, "/"));
  if (keys.length === 0 || !place)
    throw new QueryFailure(`FAILED: SemanticException: ${table.DatabaseName}.${table.Name} is not partitioned`);
  let found = [{ prefix: place.key, values: [] as string[] }];
  for (const key of keys) {
    const deeper = await Promise.all(
      found.map(({ prefix, values }) => foldersBelow(run, place.bucket, prefix, key, values)),
    );
    found = deeper.flat();
  }
  const partitions = found.map(({ prefix, values }) => ({ values, location: `s3://${place.bucket}/${prefix}` }));
  const added = await defining(() => addPartitions(run, name, table, partitions, true));
  const words = added.map(
    ({ values }) => `${table.Name}:${keys.map((key, index) => `${key}=${values[index]}`).join("/")}`,
  );
  const lines =
    words.length === 0
      ? []
      : [
          `Partitions not in metastore:\t${words.join("\t")}`,
          ...words.map((one) => `Repair: Added partition to metastore ${one}`),
        ];
  await putLines(run, [{ name: "result", type: "string" }], lines);
  return {};
}

async function foldersBelow(
  { context }: QueryRun,
  Bucket: string,
  Prefix: string,
  key: string,
  values: readonly string[],
) {
  const folders: { prefix: string; values: string[] }[] = [];
  let ContinuationToken: string | undefined;
  do {
    const asked = { Bucket, Prefix, Delimiter: "/", ...(ContinuationToken !== undefined && { ContinuationToken }) };
    const page = await context.call("s3", "ListObjectsV2", asked);
    for (const { Prefix: prefix = "" } of page.CommonPrefixes ?? []) {
      const [name, value] = prefix.slice(Prefix.length, -1).split(/=(.*)/s);
      if (name?.toLowerCase() === key && value !== undefined)
        folders.push({ prefix, values: [...values, decoded(value)] });
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return folders;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
