import { commitIceberg } from "../../../frame/iceberg-table.ts";
import { SchemaRefusal, withChangedColumn, withColumns, withoutColumn } from "../../../iceberg/evolve-schema.ts";
import { schemaOfColumns } from "../../../iceberg/hive-type.ts";
import {
  type IcebergStruct,
  schemaOf,
  type TableMetadata,
  withProperties,
  withSchema,
} from "../../../iceberg/table-metadata.ts";
import { QueryFailure } from "./athena-faults.ts";
import { schemaOfDefinition } from "./iceberg-create.ts";
import { icebergNames, icebergProperties } from "./iceberg-properties.ts";
import { catalogColumn, isAgain, placeOf } from "./named-table.ts";
import type { QueryRun } from "./query-run.ts";
import type { StatementOf } from "./statement-of.ts";

type Alter = StatementOf<"alter-table">;

/** Changes the schema or the properties of a table, by one commit. */
export async function alterIceberg(statement: Alter, run: QueryRun): Promise<void> {
  const { context } = run;
  await commitIceberg(context, placeOf(run, statement.table), ({ metadata }) => {
    const now = context.clock.now();
    try {
      return { metadata: altered(statement, metadata, now, isAgain(run), context.settings.version) };
    } catch (error) {
      if (!(error instanceof SchemaRefusal)) throw error;
      throw new QueryFailure(`FAILED: SemanticException: ${error.message}`);
    }
  });
}

function altered(
  statement: Alter,
  metadata: TableMetadata,
  now: number,
  // What an earlier attempt of this query has done is not refused.
  again: boolean,
  version: string,
): TableMetadata {
  const has = (name: string) => schemaOf(metadata).fields.some((field) => field.name.toLowerCase() === name);
  const evolve = (schema: IcebergStruct) => withSchema(metadata, schema, now);
  switch (statement.action) {
    case "add-columns": {
      if (statement.partition) break;
      if (again && statement.columns.every(({ name }) => has(name))) return metadata;
      schemaOfDefinition(statement.columns.map(catalogColumn));
      return evolve(
        withColumns(metadata, schemaOfColumns(statement.columns.map(catalogColumn), metadata["last-column-id"]).fields),
      );
    }
    case "drop-column":
      return again && !has(statement.column) ? metadata : evolve(withoutColumn(metadata, statement.column));
    case "change-column": {
      const { column, position, to } = statement;
      if (again && !has(column) && has(to.name)) return metadata;
      const [field] = schemaOfDefinition([catalogColumn(to)]).fields;
      const doc = to.comment;
      const changed = { name: to.name, type: field!.type, ...(doc !== undefined && { doc }) };
      return evolve(withChangedColumn(metadata, column, changed, position));
    }
    case "set-properties": {
      const { table_type: _, ...properties } = statement.properties;
      return withProperties(metadata, icebergProperties(properties), now);
    }
    case "unset-properties":
      return withProperties(
        metadata,
        Object.fromEntries(icebergNames(statement.keys).map((key) => [key, undefined])),
        now,
      );
    default:
  }
  throw new QueryFailure(
    `NOT_SUPPORTED: ALTER TABLE ${statement.action} of a table of Iceberg is not built in version ${version}`,
  );
}
