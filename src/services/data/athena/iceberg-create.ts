import { Fault } from "../../../aws/faults.ts";
import { createIceberg, type IcebergChange } from "../../../frame/iceberg-table.ts";
import { hiveColumns, schemaOfColumns } from "../../../iceberg/hive-type.ts";
import { type IcebergStruct, newTableMetadata, schemaOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import { transformNamed } from "../../../iceberg/transform.ts";
import type { PartitionTransform } from "../../../prep/sql/trino/statement.ts";
import { QueryFailure } from "./athena-faults.ts";
import { icebergProperties } from "./iceberg-properties.ts";
import { catalogColumn, defining, isAgain, madeBy, placeOf } from "./named-table.ts";
import { putLines } from "./put-result.ts";
import type { Outcome, QueryRun } from "./query-run.ts";
import { keysBelow } from "./s3-keys.ts";
import { findTable } from "./session-tables.ts";
import type { StatementOf } from "./statement-of.ts";

/** The names that Iceberg's own readers give to the fields of partitions. */
const endings: Readonly<Record<string, string>> = { identity: "", truncate: "_trunc" };

/** Returns the fields of a partition. @throws QueryFailure for a column or a transform that is not there */
export function partitionFields(schema: IcebergStruct, transforms: readonly PartitionTransform[]) {
  return transforms.map(({ argument, column, transform }) => {
    const field = schema.fields.find(({ name }) => name.toLowerCase() === column.toLowerCase());
    if (!field) throw new QueryFailure(`INVALID_TABLE_PROPERTY: Cannot find source column: ${column}`);
    const name = argument === undefined ? transform : `${transform}[${argument}]`;
    try {
      if (typeof field.type !== "string") throw new RangeError(`a column of ${field.type.type} makes no partitions`);
      transformNamed(name);
      checkSource(transform, field.type);
    } catch (error) {
      throw new QueryFailure(`INVALID_TABLE_PROPERTY: Unable to partition by ${column}: ${(error as Error).message}`);
    }
    return {
      ...{ "source-id": field.id, transform: name },
      name: `${field.name}${endings[transform] ?? `_${transform}`}`,
    };
  });
}

const sources: Readonly<Record<string, RegExp>> = {
  hour: /^timestamp/,
  ...Object.fromEntries(["year", "month", "day"].map((name) => [name, /^(date|timestamp)/])),
  bucket: /^(int|long|date|time|string|uuid|fixed|binary|decimal)/,
  truncate: /^(int|long|string|binary|decimal)/,
};

function checkSource(transform: string, type: string): void {
  if (sources[transform]?.test(type) === false) throw new RangeError(`${transform} is not of values of ${type}`);
}

export const locationOf = (text: string): string => {
  if (!/^s3[an]?:\/\/[^/]+/.test(text)) throw new QueryFailure(`INVALID_TABLE_PROPERTY: ${text} is no path in S3`);
  return text.replace(/^s3[an]:/, "s3:").replace(/\/+$/, "");
};

/** Refuses a location where something lies that this query has not written. */
export async function checkLocationEmpty(run: QueryRun, location: string): Promise<void> {
  const own = run.query.key.name;
  const other = (await keysBelow(run.context, `${location}/`)).find((key) => !key.split("/").at(-1)!.startsWith(own));
  if (other !== undefined && !isAgain(run))
    throw new QueryFailure(`ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location: ${location}`);
}

/** Makes a table of the Data Catalog that points to first metadata. */
export async function registerIceberg(
  run: QueryRun,
  name: ReturnType<typeof placeOf>,
  change: IcebergChange,
): Promise<void> {
  const { metadata } = change;
  const metadata_location = await createIceberg(run.context, change);
  const TableInput = {
    ...{ Name: name.Name, TableType: "EXTERNAL_TABLE", PartitionKeys: [] },
    Parameters: {
      ...{ EXTERNAL: "TRUE", table_type: "ICEBERG", metadata_location, [madeBy]: run.query.key.name },
      ...(metadata.properties?.comment !== undefined && { comment: metadata.properties.comment }),
    },
    StorageDescriptor: { Columns: hiveColumns(schemaOf(metadata)), Location: metadata.location },
  };
  const { DatabaseName } = name;
  await run.context.call("glue", "CreateTable", { DatabaseName, TableInput: TableInput as never });
}

/** Whether there is a table of that name; this query's own from before the server was killed does not count. */
export async function existing(run: QueryRun, { DatabaseName, Name }: ReturnType<typeof placeOf>) {
  const found = await findTable(run.context, DatabaseName, Name);
  if (!found) return undefined;
  return found.Parameters?.[madeBy] === run.query.key.name ? "own" : "other";
}

/** CREATE TABLE ... TBLPROPERTIES ('table_type' = 'ICEBERG'). */
export async function createIcebergTable(statement: StatementOf<"create-table">, run: QueryRun): Promise<Outcome> {
  const { columns, comment, external, ifNotExists, location, partitionKeys, partitionTransforms, properties, table } =
    statement;
  const { context } = run;
  if (external)
    throw new QueryFailure("FAILED: SemanticException: a table of Iceberg is made without the word EXTERNAL");
  if (partitionKeys.length > 0)
    throw new QueryFailure(
      "FAILED: SemanticException: a table of Iceberg is partitioned by its columns, which are named without a type",
    );
  if (location === undefined)
    throw new QueryFailure("FAILED: SemanticException: LOCATION is required for a table of Iceberg");
  const name = placeOf(run, table);
  const { table_type: _, ...more } = properties;
  const found = await existing(run, name);
  if (found === "other" && !ifNotExists)
    throw new QueryFailure(
      `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Table ${name.Name} already exists.)`,
    );
  if (!found) {
    const schema = schemaOfDefinition(columns.map(catalogColumn));
    const place = locationOf(location);
    await checkLocationEmpty(run, place);
    const metadata: TableMetadata = newTableMetadata({
      ...{ uuid: context.ids.uuid(), location: place, now: context.clock.now(), schema },
      ...{ partitionFields: partitionFields(schema, partitionTransforms) },
      properties: { ...icebergProperties(more), ...(comment !== undefined && { comment }) },
    });
    await defining(async () => {
      try {
        await registerIceberg(run, name, { metadata });
      } catch (error) {
        if (!(ifNotExists && error instanceof Fault && error.code === "AlreadyExistsException")) throw error;
      }
    });
  }
  await putLines(run, [], []);
  return {};
}

export function schemaOfDefinition(columns: Parameters<typeof schemaOfColumns>[0]): IcebergStruct {
  const names = columns.map(({ Name }) => Name.toLowerCase());
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined)
    throw new QueryFailure(`FAILED: SemanticException [Error 10036]: Duplicate column name: ${repeated}`);
  try {
    return schemaOfColumns(columns);
  } catch (error) {
    if (error instanceof RangeError) throw new QueryFailure(`FAILED: SemanticException: ${error.message}`);
    throw error;
  }
}
