import { readIcebergTable } from "../../../frame/iceberg-table.ts";
import { type PartitionField, schemaOf, specOf, type TableMetadata } from "../../../iceberg/table-metadata.ts";
import type { CatalogTable } from "./file-format.ts";
import { shownProperties } from "./iceberg-properties.ts";
import type { QueryRun } from "./query-run.ts";

const load = async ({ context }: QueryRun, table: CatalogTable): Promise<TableMetadata> =>
  (await readIcebergTable(context, table)).metadata;

export const icebergPropertiesOf = async (run: QueryRun, table: CatalogTable): Promise<Record<string, string>> =>
  shownProperties(await load(run, table));

const columnOf = (metadata: TableMetadata, field: PartitionField): string =>
  schemaOf(metadata).fields.find(({ id }) => id === field["source-id"])?.name ?? "";

/** The lines of DESCRIBE that say how a table is partitioned. */
export async function partitionLines(run: QueryRun, table: CatalogTable): Promise<string[]> {
  const metadata = await load(run, table);
  const fields = specOf(metadata).fields.filter(({ transform }) => transform !== "void");
  if (fields.length === 0) return [];
  return [
    ...["\t \t ", "# Partition spec:\t \t ", "# field_name\tfield_transform\tcolumn_name"],
    ...fields.map((field) => `${field.name}\t${field.transform}\t${columnOf(metadata, field)}`),
  ];
}

const quoted = (text: string) => `'${text.replaceAll("'", "\\'")}'`;

/** The statement that makes a table like this one. */
export async function icebergDefinition(run: QueryRun, table: CatalogTable): Promise<string> {
  const metadata = await load(run, table);
  const columns = (table.StorageDescriptor?.Columns ?? []).map(
    ({ Comment, Name, Type }) => `  ${Name} ${Type}${Comment ? ` COMMENT ${quoted(Comment)}` : ""}`,
  );
  const fields = specOf(metadata).fields.filter(({ transform }) => transform !== "void");
  const properties = Object.entries(shownProperties(metadata)).map(
    ([name, value]) => `  ${quoted(name)}=${quoted(value)}`,
  );
  return [
    `CREATE TABLE ${table.DatabaseName}.${table.Name} (`,
    `${columns.join(",\n")})`,
    ...(fields.length > 0
      ? [`PARTITIONED BY (${fields.map((field) => transformText(metadata, field)).join(", ")})`]
      : []),
    `LOCATION ${quoted(metadata.location)}`,
    ...["TBLPROPERTIES (", `${properties.join(",\n")}`, ")"],
  ].join("\n");
}

function transformText(metadata: TableMetadata, field: PartitionField): string {
  const column = `\`${columnOf(metadata, field)}\``;
  const [, name = field.transform, argument] = /^(\w+)\[(\d+)\]$/.exec(field.transform) ?? [];
  if (name === "identity") return column;
  return argument === undefined ? `${name}(${column})` : `${name}(${argument}, ${column})`;
}
