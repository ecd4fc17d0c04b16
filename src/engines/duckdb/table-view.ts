import type { DuckDBConnection } from "@duckdb/node-api";
import { type EngineColumn, EngineFault, type EngineTable, type FileFormat } from "../port.ts";
import { columnTypeOf } from "./column-type.ts";
import { dividedCsv } from "./csv-line.ts";
import { bytesOf } from "./file-bytes.ts";
import { columnIn, fileColumn, withFile } from "./file-column.ts";
import { withHidden } from "./hidden-columns.ts";
import { icebergSelect } from "./iceberg-view.ts";
import { jsonSource } from "./json-source.ts";
import { hasLongRecords } from "./long-records.ts";
import { parquetColumns } from "./parquet-columns.ts";
import { parquetValue } from "./parquet-value.ts";
import { identifier, literal } from "./quote.ts";
import { lineName, partsOfLine, textValues } from "./text-line.ts";
import { csvValue, textValue } from "./text-value.ts";

/** In bytes, of delimited rows: texts of people are in them. The buffer is what the engine takes by itself for shorter ones. */
const [longestLine, csvBuffer] = [16 * 1024 ** 2, 32_000_000];

/** So many values more than the table has columns may be in a line; they are left out. */
const moreValues = 64;

/** Returns the statement that makes a view of a table, with the hidden columns that a statement names in these words. */
export async function viewOf(
  connection: DuckDBConnection,
  table: EngineTable,
  folder: string,
  words: string,
): Promise<string> {
  const files = withBytes(table).map(({ path }) => literal(`${folder}/${path}`));
  const select =
    files.length === 0 && table.format.kind !== "iceberg"
      ? empty(table)
      : await sources[table.format.kind](table as never, files, connection, folder);
  const whole = await withHidden(connection, table, folder, select, words);
  return `CREATE TEMP VIEW ${identifier(table.name)} AS ${whole}`;
}

const withBytes = ({ files }: EngineTable) => files.filter(({ sizeBytes }) => sizeBytes > 0);
const typeOf = ({ type }: EngineColumn): string => columnTypeOf(type)!;

const empty = ({ columns, partitionKeys }: EngineTable): string =>
  `SELECT ${[...columns, ...partitionKeys].map((column) => `NULL::${typeOf(column)} AS ${identifier(column.name)}`).join(", ")}, NULL::VARCHAR AS "$file" WHERE false`;

/** What every reader is told of the folders of the files. */
const partitionOptions = ({ partitionKeys }: EngineTable): string =>
  partitionKeys.length === 0
    ? "hive_partitioning = false"
    : `hive_partitioning = true, hive_types = {${partitionKeys.map((key) => `${literal(key.name)}: ${typeOf(key)}`).join(", ")}}`;

const selected = (table: EngineTable, values: readonly string[], from: string): string => {
  const columns = values.map((value, index) => `${value} AS ${identifier(table.columns[index]!.name)}`);
  const keys = table.partitionKeys.map((key) => keyValue(table, key));
  return `SELECT ${[...columns, ...keys, `${fileColumn} AS "$file"`].join(", ")} FROM ${from}`;
};

/** The value of a partition key. DuckDB takes the text "null" in a folder's name for no value. */
function keyValue({ files }: EngineTable, key: EngineColumn): string {
  const name = identifier(key.name);
  const folder = `/${key.name}=null/`.toLowerCase();
  if (typeOf(key) !== "VARCHAR" || !files.some(({ path }) => `/${path}`.toLowerCase().includes(folder))) return name;
  const found = `regexp_extract(${fileColumn}, ${literal(`(?i)/\\Q${key.name}\\E=(null)/`)}, 1)`;
  return `coalesce(${name}, nullif(${found}, '')) AS ${name}`;
}

type Source<Kind extends FileFormat["kind"]> = (
  table: EngineTable & { readonly format: Extract<FileFormat, { readonly kind: Kind }> },
  files: readonly string[],
  connection: DuckDBConnection,
  folder: string,
) => string | Promise<string>;

/** How the rows of each format are read. */
const sources: { readonly [Kind in FileFormat["kind"]]: Source<Kind> } = {
  orc() {
    throw new EngineFault("statement", "Files of ORC are not read by the engine duckdb; the engine spark reads them.");
  },

  iceberg: (table, _files, connection, folder) => icebergSelect(connection, table, folder),

  files(table, files) {
    const [path, content] = table.columns;
    return `SELECT filename AS ${identifier(path!.name)}, content AS ${identifier(content!.name)}, filename AS "$file" FROM read_blob([${files.join(", ")}])`;
  },

  async parquet(table, files, connection, folder) {
    const mismatches: EngineColumn[] = [];
    const options = `union_by_name = true, ${withFile}, ${partitionOptions(table)}`;
    const from = `read_parquet([${files.join(", ")}], ${options})`;
    const paths = withBytes(table).map(({ path }) => `${folder}/${path}`);
    const found = await parquetColumns(connection, paths, from, options);
    const values = table.columns.map((column) => {
      const [name, type] = found.get(column.name.toLowerCase()) ?? [];
      if (name === undefined || type === undefined) return `NULL::${typeOf(column)}`;
      const value = parquetValue(columnIn(name), type, typeOf(column));
      if (value === undefined) mismatches.push(column);
      return value ?? `NULL::${typeOf(column)}`;
    });
    for (const column of mismatches)
      values[table.columns.indexOf(column)] = await mismatch(connection, table, column, folder);
    return selected(table, values, from);
  },

  async text(table, files, _connection, folder) {
    const texts = textValues(table.format, table.columns.length);
    const values = table.columns.map(({ type }, index) => textValue(type, texts.values[index]!, table.format));
    const keys = table.partitionKeys.map(({ name }) => identifier(name));
    const whole = await wholeLines(table, files, folder, [`skip = ${table.format.skippedLines}`]);
    const read = [`${texts.split} AS ${partsOfLine}`, ...keys, fileColumn].join(", ");
    return selected(table, values, `(SELECT ${read} FROM ${whole})`);
  },

  async csv(table, files, _connection, folder) {
    const keys = table.partitionKeys.map(({ name }) => identifier(name));
    const whole = await wholeLines(table, files, folder, [`skip = ${table.format.skippedLines}`]);
    const read = [`${dividedCsv(table.format, table.columns.length)} AS ${partsOfLine}`, ...keys, fileColumn].join(
      ", ",
    );
    return selected(
      table,
      table.columns.map((column, index) => csvValue(column, `${partsOfLine}[${index + 1}]`)),
      `(SELECT ${read} FROM ${whole})`,
    );
  },

  async delimited(table, files, _connection, folder) {
    const { delimiter, encoding, skippedLines } = table.format;
    const from = lines(table, files, [
      `delim = ${literal(delimiter)}, quote = '"', escape = '"', encoding = ${literal(encoding)}`,
      `nullstr = '', allow_quoted_nulls = false, skip = ${skippedLines}, max_line_size = ${longestLine}, buffer_size = ${csvBuffer}`,
      // Several threads cannot pad lines of which they do not know where they begin.
      ...((await hasLongRecords(withBytes(table).map(({ path }) => `${folder}/${path}`))) ? ["parallel = false"] : []),
    ]);
    return selected(
      table,
      table.columns.map((_, index) => `v${index}`),
      from,
    );
  },

  async json(table, files, _connection, folder) {
    const paths = withBytes(table).map(({ path }) => `${folder}/${path}`);
    const lines = () =>
      wholeLines(table, files, folder, [`max_line_size = ${longestLine}, buffer_size = ${csvBuffer}`]);
    const { from, values } = await jsonSource(table, files, paths, partitionOptions(table), lines);
    return selected(table, values, from);
  },
};

/** A value that says, when it is asked for, which file has a column of another type. */
async function mismatch(
  connection: DuckDBConnection,
  { files }: EngineTable,
  column: EngineColumn,
  folder: string,
): Promise<string> {
  const target = typeOf(column);
  let wrong: { uri: string; type: string } | undefined;
  for (const { path, sizeBytes, uri } of files) {
    if (sizeBytes === 0) continue;
    const described = await connection.runAndReadAll(
      `DESCRIBE SELECT * FROM read_parquet(${literal(`${folder}/${path}`)}, hive_partitioning = false)`,
    );
    const found = described.getRows().find(([name]) => String(name).toLowerCase() === column.name);
    const type = String(found?.[1]);
    if (found === undefined || parquetValue("", type, target) !== undefined) continue;
    wrong = { uri, type };
    break;
  }
  const { type, uri } = wrong ?? { uri: files[0]!.uri, type: "that differs between files" };
  const words = `HIVE_BAD_DATA: Field ${column.name}'s type ${type} in parquet file ${uri} is incompatible with type ${column.type} defined in table schema`;
  return `CAST(error(${literal(words)}) AS ${target})`;
}

async function startOf(table: EngineTable, folder: string): Promise<Buffer> {
  for (const { path } of withBytes(table)) for await (const piece of bytesOf(`${folder}/${path}`)) return piece;
  return Buffer.alloc(0);
}

/** What no line holds, so that a line is one value. */
const noDelimiter = "\u0001\u0003\u0001\u0002";

/** Lines as they are, also empty ones, which the reader of several columns would leave out. */
async function wholeLines(
  table: EngineTable,
  files: readonly string[],
  folder: string,
  options: readonly string[],
): Promise<string> {
  const all = [
    // By a first line that ends otherwise, each end of two characters would count as two.
    ...((await startOf(table, folder)).includes("\r\n") ? ["new_line = '\\r\\n'"] : []),
    `header = false, auto_detect = false, strict_mode = false, quote = '', escape = '', ${withFile}`,
    `delim = ${literal(noDelimiter)}`,
    ...options,
    ...[partitionOptions(table), `columns = {${literal(lineName)}: 'VARCHAR'}`],
  ];
  return `read_csv([${files.join(", ")}], ${all.join(", ")})`;
}

function lines(table: EngineTable, files: readonly string[], options: readonly string[]): string {
  const texts = Array.from({ length: table.columns.length + moreValues }, (_, index) => `'v${index}': 'VARCHAR'`);
  const all = [
    `header = false, auto_detect = false, strict_mode = false, null_padding = true, ${withFile}`,
    ...options,
    partitionOptions(table),
    `columns = {${texts.join(", ")}}`,
  ];
  return `read_csv([${files.join(", ")}], ${all.join(", ")})`;
}
