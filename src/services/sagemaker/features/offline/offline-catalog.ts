import type { Grant } from "../../../../aws/caller.ts";
import { Fault } from "../../../../aws/faults.ts";
import type { Context } from "../../../../frame/context.ts";
import { commitIceberg, createIceberg } from "../../../../frame/iceberg-table.ts";
import { hiveColumns, schemaOfColumns } from "../../../../iceberg/hive-type.ts";
import { newTableMetadata, schemaOf, withSchema } from "../../../../iceberg/table-metadata.ts";
import type { FeatureDefinition } from "../feature-definition.ts";
import type { FeatureGroupDocument } from "../feature-group-state.ts";
import { offlineColumns, partitionKeys } from "./offline-columns.ts";

/** What the service itself does in the Data Catalog; the files are written as the group's role. */
export const catalogGrants: readonly Grant[] = [
  {
    actions: ["Database", "Table", "Partition"]
      .flatMap((noun) => [`glue:Create${noun}`, `glue:Get${noun}`])
      .concat([...["glue:UpdateTable", "glue:BatchCreatePartition", "glue:GetPartitions"]]),
    resources: ["catalog", "database/*", "table/*"].map((name) => `arn:aws:glue:*:*:${name}`),
  },
];

const parquet = {
  InputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
  SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
};

export const definitionsOf = ({ wanted }: FeatureGroupDocument) =>
  wanted.FeatureDefinitions as readonly FeatureDefinition[];

export const isIcebergGroup = ({ actual }: FeatureGroupDocument): boolean => actual.offline?.TableFormat === "Iceberg";

/** The folder of the group's files, without a slash at its end. */
export const dataFolder = ({ actual }: FeatureGroupDocument): string =>
  actual.offline!.S3StorageConfig!.ResolvedOutputS3Uri!.replace(/\/+$/, "");

/** The group's table; undefined where the group asked for none. */
export function tableName({ actual }: FeatureGroupDocument) {
  const { DataCatalogConfig: catalog, DisableGlueTableCreation: disabled } = actual.offline!;
  if (disabled || !catalog) return undefined;
  return { DatabaseName: catalog.Database!.toLowerCase(), Name: catalog.TableName!.toLowerCase() };
}

const columnsOf = (group: FeatureGroupDocument) =>
  offlineColumns(definitionsOf(group)).map(({ name, type }) => ({ Name: name, Type: type }));

/** Makes the group's table, and its database, where they are not there. */
export async function makeTable(group: FeatureGroupDocument, context: Context): Promise<void> {
  const name = tableName(group);
  if (!name) return;
  const { DatabaseName, Name } = name;
  await unlessThere(context.call("glue", "CreateDatabase", { DatabaseInput: { Name: DatabaseName } }));
  const there = await context.call("glue", "GetTable", { DatabaseName, Name }).catch(missing);
  if (there) return;
  const own = { EXTERNAL: "TRUE", "sagemaker.feature-group": group.wanted.FeatureGroupName! };
  const TableInput = isIcebergGroup(group)
    ? await icebergTable(group, context, own)
    : {
        Parameters: { ...own, classification: "parquet" },
        StorageDescriptor: { Columns: columnsOf(group), Location: dataFolder(group), ...parquet },
        PartitionKeys: partitionKeys.map(({ name, type }) => ({ Name: name, Type: type })),
      };
  await unlessThere(
    context.call("glue", "CreateTable", {
      DatabaseName,
      TableInput: { Name, TableType: "EXTERNAL_TABLE", ...TableInput } as never,
    }),
  );
}

/** Iceberg's files and metadata are beside each other, and days are the partitions: the first ten characters of the time. */
async function icebergTable(group: FeatureGroupDocument, context: Context, own: Readonly<Record<string, string>>) {
  const schema = schemaOfColumns(columnsOf(group));
  const time = group.wanted.EventTimeFeatureName!.toLowerCase();
  const source = schema.fields.find(({ name }) => name === time)!;
  const metadata = newTableMetadata({
    ...{
      uuid: context.ids.uuid(),
      location: dataFolder(group).replace(/\/data$/, ""),
      now: context.clock.now(),
      schema,
    },
    partitionFields: [{ "source-id": source.id, transform: "truncate[10]", name: `${time}_trunc` }],
    properties: { "write.parquet.compression-codec": "snappy" },
  });
  const metadata_location = await createIceberg(context.as(group.wanted.RoleArn!), { metadata });
  return {
    PartitionKeys: [],
    Parameters: { ...own, table_type: "ICEBERG", metadata_location },
    StorageDescriptor: { Columns: hiveColumns(schemaOf(metadata)), Location: metadata.location },
  };
}

/** Adds columns for definitions that came after the table was made. */
export async function addColumns(group: FeatureGroupDocument, context: Context): Promise<void> {
  const name = tableName(group);
  if (!name) return;
  const wanted = columnsOf(group);
  if (isIcebergGroup(group)) {
    await commitIceberg(context.as(group.wanted.RoleArn!), name, ({ metadata }) => {
      const before = schemaOf(metadata);
      const news = wanted.filter(({ Name }) => !before.fields.some((field) => field.name === Name));
      if (news.length === 0) return { metadata };
      const fields = [...before.fields, ...schemaOfColumns(news, metadata["last-column-id"]).fields];
      return { metadata: withSchema(metadata, { type: "struct", fields }, context.clock.now()) };
    });
    return;
  }
  const { Table } = await context.call("glue", "GetTable", name);
  const { Description, Name, Owner, Parameters, PartitionKeys, StorageDescriptor, TableType, VersionId } = Table!;
  const Columns = wanted;
  if (StorageDescriptor!.Columns!.length === Columns.length) return;
  await context.call("glue", "UpdateTable", {
    DatabaseName: name.DatabaseName,
    TableInput: {
      ...{ Name, Description, Owner, Parameters, PartitionKeys, TableType },
      StorageDescriptor: { ...StorageDescriptor, Columns },
    } as never,
    VersionId,
  });
}

const partitionsAtOnce = 100;

/** Adds partitions to the group's table where they are not there. */
export async function addPartitions(
  group: FeatureGroupDocument,
  partitions: readonly string[],
  context: Context,
): Promise<void> {
  const name = tableName(group);
  if (!name) return;
  for (let at = 0; at < partitions.length; at += partitionsAtOnce) {
    const PartitionInputList = partitions.slice(at, at + partitionsAtOnce).map((partition) => ({
      Values: partition.split("/").map((part) => part.split("=")[1]!),
      StorageDescriptor: { Columns: columnsOf(group), Location: `${dataFolder(group)}/${partition}`, ...parquet },
    }));
    const { DatabaseName, Name: TableName } = name;
    const { Errors = [] } = await context.call("glue", "BatchCreatePartition", {
      ...{ DatabaseName, TableName, PartitionInputList: PartitionInputList as never },
    });
    const wrong = Errors.find(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException");
    if (wrong) throw new Fault(wrong.ErrorDetail!.ErrorCode!, wrong.ErrorDetail!.ErrorMessage!);
  }
}

const unlessThere = (call: Promise<unknown>) =>
  call.catch((error) => {
    if (!(error instanceof Fault) || error.code !== "AlreadyExistsException") throw error;
  });

const missing = (error: unknown): undefined => {
  if (!(error instanceof Fault) || error.code !== "EntityNotFoundException") throw error;
};
