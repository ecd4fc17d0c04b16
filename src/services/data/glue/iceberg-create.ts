import type { Context } from "../../../frame/context.ts";
import { createIceberg } from "../../../frame/iceberg-table.ts";
import { hiveColumns, schemaOfColumns } from "../../../iceberg/hive-type.ts";
import {
  type IcebergField,
  type IcebergType,
  newTableMetadata,
  schemaOf,
  type TableMetadata,
} from "../../../iceberg/table-metadata.ts";
import { transformNamed } from "../../../iceberg/transform.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { WantedTable } from "./catalog-kinds.ts";
import { invalidInput, notBuilt } from "./glue-faults.ts";

type CreateTable = InputOf<typeof import("@aws-sdk/client-glue"), "CreateTable">;
export type IcebergInput = NonNullable<NonNullable<CreateTable["OpenTableFormatInput"]>["IcebergInput"]>;
type Described = NonNullable<IcebergInput["CreateIcebergTableInput"]>;

/**
 * Writes the first metadata of a table of Iceberg, as the caller, and returns the table that points to it.
 * @param asked what is asked of the table; its columns are the schema where the input has none
 */
export async function withIceberg(
  context: Context,
  asked: WantedTable,
  { MetadataOperation, Version = "2", CreateIcebergTableInput: described }: IcebergInput,
): Promise<WantedTable> {
  if (MetadataOperation !== "CREATE") throw notBuilt(context, `MetadataOperation ${MetadataOperation}`);
  if (Version !== "2") throw notBuilt(context, `Iceberg's format version ${Version}`, "use version 2");
  const metadata = firstMetadata(context, asked, described);
  const Parameters = {
    ...asked.Parameters,
    table_type: "ICEBERG",
    metadata_location: await createIceberg(context, { metadata }),
  };
  return {
    ...{ ...asked, TableType: asked.TableType ?? "EXTERNAL_TABLE", Parameters },
    StorageDescriptor: {
      ...asked.StorageDescriptor,
      ...{ Columns: hiveColumns(schemaOf(metadata)), Location: metadata.location },
    },
  };
}

function firstMetadata(context: Context, asked: WantedTable, described: Described | undefined): TableMetadata {
  const location = described?.Location ?? asked.StorageDescriptor?.Location;
  if (!location) throw invalidInput("A table of Iceberg needs a location: give one in StorageDescriptor.Location.");
  const of = { uuid: context.ids.uuid(), location, now: context.clock.now() };
  try {
    if (!described) return newTableMetadata({ ...of, schema: schemaOfColumns(asked.StorageDescriptor?.Columns ?? []) });
    const { Schema, PartitionSpec, WriteOrder, Properties } = described;
    const partitionFields = (PartitionSpec?.Fields ?? []).map(({ SourceId, Transform, Name }) => {
      transformNamed(Transform);
      return { "source-id": SourceId, transform: Transform, name: Name };
    });
    return newTableMetadata({
      ...of,
      schema: {
        ...{ type: "struct", fields: Schema.Fields.map(fieldOfInput) },
        "identifier-field-ids": Schema.IdentifierFieldIds ?? [],
      },
      partitionFields,
      ...(Properties && { properties: Properties as Record<string, string> }),
      ...(WriteOrder && {
        sortOrder: {
          "order-id": WriteOrder.OrderId,
          fields: WriteOrder.Fields.map(({ SourceId, Transform, Direction, NullOrder }) => ({
            ...{ "source-id": SourceId, transform: Transform, direction: Direction, "null-order": NullOrder },
          })),
        },
      }),
    });
  } catch (error) {
    throw error instanceof RangeError ? invalidInput(error.message) : error;
  }
}

const fieldOfInput = ({ Id, Name, Type, Required, Doc }: Described["Schema"]["Fields"][number]): IcebergField => ({
  ...{ id: Id, name: Name, type: Type as IcebergType, required: Required, ...(Doc !== undefined && { doc: Doc }) },
});
