import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type EngineColumn, EngineFault, type EngineTable, type FileFormat } from "../port.ts";
import { columnTypeOf } from "./column-type.ts";
import { icebergSelect } from "./iceberg-view.ts";
import { parquetValue } from "./parquet-value.ts";
import { identifier, literal } from "./quote.ts";
import { csvValue, textValue } from "./text-value.ts";

/** So many values more than the table has columns may be in a line; they are left out. */
const moreValues = 64;

/** Makes a view of a table. */
export async function makeView(connection: DuckDBConnection, table: EngineTable, folder: string): Promise<void> {
  const files = table.files.filter(({ sizeBytes }) => sizeBytes > 0).map(({ path }) => literal(`${folder}/${path}`));
  const select =
    files.length === 0 && table.format.kind !== "iceberg"
      ? empty(table)
      : await sources[table.format.kind](table as never, files, connection, folder);
  await connection.run(`CREATE TEMP VIEW ${identifier(table.name)} AS ${select}`);
}

const typeOf = ({ type }: EngineColumn): string => columnTypeOf(type)!;
const declared = (columns: readonly EngineColumn[]) =>
  columns.map((column) => `${literal(column.name)}: ${literal(typeOf(column))}`).join(", ");

const empty = ({ columns, partitionKeys }: EngineTable): string =>
  `SELECT ${[...columns, ...partitionKeys].map((column) => `NULL::${typeOf(column)} AS ${identifier(column.name)}`).join(", ")} WHERE false`;

/** What every reader is told of the folders of the files. */
const partitionOptions = ({ partitionKeys }: EngineTable): string =>
  partitionKeys.length === 0
    ? "hive_partitioning = false"
    : `hive_partitioning = true, hive_types = {${partitionKeys.map((key) => `${literal(key.name)}: ${typeOf(key)}`).join(", ")}}`;

const selected = (table: EngineTable, values: readonly string[], from: string): string => {
  const columns = values.map((value, index) => `${value} AS ${identifier(table.columns[index]!.name)}`);
  const keys = table.partitionKeys.map(({ name }) => identifier(name));
  const path = `filename AS "$path"`;
  return `SELECT ${[...columns, ...keys, path].join(", ")} FROM ${from}`;
};

type Source<Kind extends FileFormat["kind"]> = (
  table: EngineTable & { readonly format: Extract<FileFormat, { readonly kind: Kind }> },
  files: readonly string[],
  connection: DuckDBConnection,
  folder: string,
) => string | Promise<string>;

/** How the rows of each format are read. */
const sources: { readonly [Kind in FileFormat["kind"]]: Source<Kind> } = {
  iceberg: (table, _files, connection, folder) => icebergSelect(connection, table, folder),

  async parquet(table, files, connection) {
    const options = `union_by_name = true, filename = true, ${partitionOptions(table)}`;
    const from = `read_parquet([${files.join(", ")}], ${options})`;
    const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${from}`);
    const found = new Map(described.getRows().map(([name, type]) => [String(name).toLowerCase(), [name, type]]));
    const values = table.columns.map((column) => {
      const [name, type] = (found.get(column.name.toLowerCase()) ?? []) as string[];
      if (name === undefined) return `NULL::${typeOf(column)}`;
      const value = parquetValue(identifier(name), type!, typeOf(column));
      if (value === undefined)
        throw new EngineFault(
          "data",
          `HIVE_BAD_DATA: Field ${column.name}'s type ${type} in parquet file ${table.files[0]!.uri} is incompatible with type ${column.type} defined in table schema`,
        );
      return value;
    });
    return selected(table, values, from);
  },

  text(table, files) {
    const { delimiter, escape: escaping = "", nullText, skippedLines } = table.format;
    const from = lines(table, files, [
      `delim = ${literal(delimiter)}, quote = '', escape = ${literal(escaping)}, nullstr = ${literal(nullText)}`,
      `skip = ${skippedLines}`,
    ]);
    return selected(
      table,
      table.columns.map(({ type }, index) => textValue(type, `v${index}`, table.format)),
      from,
    );
  },

  csv(table, files, _connection, folder) {
    const { separator, quote, skippedLines } = table.format;
    const escaping = escapes(table, folder) ? table.format.escape : quote;
    const from = lines(table, files, [
      `delim = ${literal(separator)}, quote = ${literal(quote)}, escape = ${literal(escaping)}`,
      // No text stands for null.
      `nullstr = ${literal("\u0001\u0001null")}, skip = ${skippedLines}`,
    ]);
    return selected(
      table,
      table.columns.map((column, index) => csvValue(column, `v${index}`)),
      from,
    );
  },

  delimited(table, files) {
    const { delimiter, encoding, skippedLines } = table.format;
    const from = lines(table, files, [
      `delim = ${literal(delimiter)}, quote = '"', escape = '"', encoding = ${literal(encoding)}`,
      `nullstr = '', allow_quoted_nulls = false, skip = ${skippedLines}`,
    ]);
    return selected(
      table,
      table.columns.map((_, index) => `v${index}`),
      from,
    );
  },

  json(table, files) {
    const { ignoresMalformed, layout, paths } = table.format;
    const columns = table.columns.map((column) => ({ ...column, name: paths[column.name] ?? column.name }));
    const from = `read_json([${files.join(", ")}], format = '${layout === undefined ? "newline_delimited" : "auto"}', filename = true, columns = {${declared(columns)}}, ignore_errors = ${ignoresMalformed}, ${partitionOptions(table)})`;
    return selected(
      table,
      columns.map(({ name }) => identifier(name)),
      from,
    );
  },
};

/** So much of a file is looked at. */
const lookedBytes = 256 * 1024;

/** Whether quotes in quoted values are escaped, and not doubled: files are written in both ways, and OpenCSV reads both. */
function escapes({ files, format }: Parameters<Source<"csv">>[0], folder: string): boolean {
  const [first] = files.filter(({ sizeBytes }) => sizeBytes > 0);
  const start = Buffer.alloc(Math.min(lookedBytes, first!.sizeBytes));
  const file = openSync(`${folder}/${first!.path}`, "r");
  try {
    readSync(file, start);
  } finally {
    closeSync(file);
  }
  const text = first!.path.endsWith(".gz") ? gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }) : start;
  return text.includes(format.escape + format.quote);
}

function lines(table: EngineTable, files: readonly string[], options: readonly string[]): string {
  const texts = Array.from({ length: table.columns.length + moreValues }, (_, index) => `'v${index}': 'VARCHAR'`);
  const all = [
    "header = false, auto_detect = false, strict_mode = false, null_padding = true, filename = true",
    ...options,
    partitionOptions(table),
    `columns = {${texts.join(", ")}}`,
  ];
  return `read_csv([${files.join(", ")}], ${all.join(", ")})`;
}
