import type { DuckDBConnection } from "@duckdb/node-api";
import { fieldOf } from "../../iceberg/table-metadata.ts";
import { EngineFault, type EngineFile, type EngineTable, type FileFormat } from "../port.ts";
import { columnIn, fileColumn, withFile } from "./file-column.ts";
import { constantColumn, type FindNode, OtherType, queriedType, readColumn, shownName } from "./iceberg-value.ts";
import { type ParquetGroup, type ParquetNode, readParquetGroups } from "./parquet-tree.ts";
import { identifier, literal } from "./quote.ts";

export type IcebergFormat = Extract<FileFormat, { readonly kind: "iceberg" }>;
type IcebergTable = EngineTable & { readonly format: IcebergFormat };

/** The table of the rows that files of positions delete, of a table. */
export const deletedRows = (table: string): string => identifier(`${table}$deleted`);

/** The table that has the URI of each file, of a table. */
export const fileNames = (table: string): string => identifier(`${table}$files`);

/** Returns the query that reads the rows of a table as its current schema has them, without those that are deleted. */
export async function icebergSelect(
  connection: DuckDBConnection,
  table: IcebergTable,
  folder: string,
): Promise<string> {
  const { format, files, name } = table;
  const pathOf = ({ path }: EngineFile) => `${folder}/${path}`;
  const rows = files.map(
    (file) => `(${literal(pathOf(file))}, ${literal(file.uri)}, ${file.iceberg?.recordCount ?? 0})`,
  );
  await connection.run(`CREATE TEMP TABLE ${fileNames(name)} (path VARCHAR, uri VARCHAR, rows BIGINT)`);
  if (rows.length > 0) await connection.run(`INSERT INTO ${fileNames(name)} VALUES ${rows.join(", ")}`);
  await readPositions(connection, table, folder);
  if (files.length === 0) return emptySelect(format);

  const byPath = new Map(files.map((file) => [pathOf(file), file]));
  const deletes: DeletesFrom = [];
  for (const { file, fieldIds } of format.equalityDeletes) {
    const [group] = await readParquetGroups(connection, [pathOf(file)]);
    deletes.push({ path: pathOf(file), fieldIds, columns: group!.columns });
  }
  const selects: string[] = [];
  for (const group of await readParquetGroups(connection, [...byPath.keys()])) {
    const alike = new Map<string, EngineFile[]>();
    for (const path of group.paths) {
      const file = byPath.get(path)!;
      const key = JSON.stringify([constantsOf(file, group, format), file.iceberg?.equalityDeletes]);
      alike.set(key, [...(alike.get(key) ?? []), file]);
    }
    for (const some of alike.values()) selects.push(selectOf(some, group, table, deletes, pathOf));
  }
  return selects.join(" UNION ALL ");
}

type DeletesFrom = { path: string; fieldIds: readonly number[]; columns: readonly ParquetNode[] }[];

const emptySelect = ({ schema }: IcebergFormat): string => {
  const columns = schema.fields.map(
    ({ name, type }) => `CAST(NULL AS ${queriedType(type)}) AS ${identifier(shownName(name))}`,
  );
  const more = [`CAST(NULL AS VARCHAR) AS "$file"`, `CAST(NULL AS BIGINT) AS "$pos"`];
  return `SELECT ${[...columns, ...more].join(", ")} WHERE false`;
};

/** Fields are found by their ids; in files without any, by their names. */
function finderOf({ columns }: Pick<ParquetGroup, "columns">, { names = {} }: IcebergFormat): FindNode {
  const hasIds = (nodes: readonly ParquetNode[]): boolean =>
    nodes.some((node) => node.fieldId !== undefined || hasIds(node.children));
  if (hasIds(columns)) return (nodes, id) => nodes.find((node) => node.fieldId === id);
  return (nodes, id, name) => {
    const known = names[id] ?? [name];
    return (
      nodes.find((node) => known.includes(node.name)) ??
      nodes.find((node) => known.some((one) => shownName(one) === shownName(node.name)))
    );
  };
}

/** What is known of columns that a file has not. */
function constantsOf(file: EngineFile, group: ParquetGroup, format: IcebergFormat): [number, string][] {
  const find = finderOf(group, format);
  return Object.entries(file.iceberg?.constants ?? {}).flatMap(([id, hex]): [number, string][] => {
    const field = fieldOf(format.schema, Number(id));
    return field && find(group.columns, field.id, field.name) === undefined ? [[field.id, hex]] : [];
  });
}

function selectOf(
  files: readonly EngineFile[],
  group: ParquetGroup,
  { name, format }: IcebergTable,
  deletes: DeletesFrom,
  pathOf: (file: EngineFile) => string,
): string {
  const [first] = files as [EngineFile];
  const find = finderOf(group, format);
  const constants = new Map(constantsOf(first, group, format));
  const columns = format.schema.fields.map((field) => {
    const node = find(group.columns, field.id, field.name);
    const constant = constants.get(field.id);
    const value = node
      ? inTable(() => readColumn(field.type, node, columnIn(node.name, "r."), find), first, field.name)
      : constant !== undefined && typeof field.type === "string"
        ? constantColumn(field.type, constant)
        : `CAST(NULL AS ${queriedType(field.type)})`;
    return `${value} AS ${identifier(shownName(field.name))}`;
  });
  const place = `r.${fileColumn} AS "$file", r.file_row_number AS "$pos"`;
  const options = `${withFile}, file_row_number = true, hive_partitioning = false`;
  const from = `read_parquet([${files.map((file) => literal(pathOf(file))).join(", ")}], ${options}) AS r`;
  const conditions =
    format.positionDeletes.length === 0
      ? []
      : [
          `NOT EXISTS (SELECT 1 FROM ${deletedRows(name)} d WHERE d.file = r.${fileColumn} AND d.pos = r.file_row_number)`,
        ];
  for (const at of first.iceberg?.equalityDeletes ?? []) {
    const { columns: own, fieldIds, path: from } = deletes[at]!;
    const equal = fieldIds.map((id) => {
      const there = own.find((node) => node.fieldId === id);
      const here = find(group.columns, id, there?.name ?? "");
      if (!there) throw new EngineFault("data", `ICEBERG_BAD_DATA: a file of equality deletes has no field ${id}`);
      return `d.${identifier(there.name)} IS NOT DISTINCT FROM ${here ? `r.${identifier(here.name)}` : "NULL"}`;
    });
    conditions.push(`NOT EXISTS (SELECT 1 FROM read_parquet(${literal(from)}) d WHERE ${equal.join(" AND ")})`);
  }
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(" AND ")}` : "";
  return `SELECT ${[...columns, place].join(", ")} FROM ${from}${where}`;
}

function inTable(read: () => string, file: EngineFile, name: string): string {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OtherType)) throw error;
    throw new EngineFault("data", `ICEBERG_BAD_DATA: ${error.message} in ${file.uri} does not become that of ${name}`);
  }
}

/** Reads which rows are deleted by their positions. */
async function readPositions(
  connection: DuckDBConnection,
  { format, name }: IcebergTable,
  folder: string,
): Promise<void> {
  const paths = format.positionDeletes.map(({ path }) => literal(`${folder}/${path}`));
  const from =
    paths.length === 0
      ? "SELECT NULL::VARCHAR AS file, NULL::BIGINT AS pos WHERE false"
      : `SELECT DISTINCT f.path AS file, d.pos FROM read_parquet([${paths.join(", ")}], union_by_name = true, hive_partitioning = false) d JOIN ${fileNames(name)} f ON f.uri = d.file_path`;
  await connection.run(`CREATE TEMP TABLE ${deletedRows(name)} AS ${from}`);
}
