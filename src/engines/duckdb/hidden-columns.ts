import type { DuckDBConnection } from "@duckdb/node-api";
import { type EngineFile, type EngineTable, type HiddenColumn, hiddenColumns } from "../port.ts";
import { identifier, literal } from "./quote.ts";

/** The value of each hidden column, of a file: a moment is as the prelude has it, with its zone. */
const values: Readonly<Record<HiddenColumn, (file: EngineFile) => string>> = {
  $path: ({ uri }) => literal(uri),
  $file_size: ({ sizeBytes }) => `CAST(${sizeBytes} AS BIGINT)`,
  $file_modified_time: ({ modified }) =>
    modified === undefined
      ? "CAST(NULL AS STRUCT(i TIMESTAMP, z VARCHAR))"
      : `{i: make_timestamp(CAST(${Math.floor(modified) * 1000} AS BIGINT)), z: 'UTC'}`,
  $partition: ({ partition }) => (partition === undefined ? "CAST(NULL AS VARCHAR)" : literal(partition)),
};

/** Adds to the rows of a table the hidden columns that a statement names. `select` has the path of each row's file as "$file". */
export async function withHidden(
  connection: DuckDBConnection,
  { columns, files, format, name, partitionKeys }: EngineTable,
  folder: string,
  select: string,
  words: string,
): Promise<string> {
  const fields = format.kind === "iceberg" ? format.schema.fields : [...columns, ...partitionKeys];
  const own = new Set(fields.map((field) => field.name.toLowerCase()));
  const named = hiddenColumns.filter((column) => words.includes(identifier(column)) && !own.has(column));
  if (named.length === 0) return select;
  const facts = identifier(`${name}$hidden`);
  const nothing: EngineFile = { path: "", uri: "", sizeBytes: 0 };
  const rowOf = (path: string, file: EngineFile) => [path, ...named.map((column) => values[column](file))].join(", ");
  const names = ["file", ...named.map((_, index) => `h${index}`)].join(", ");
  // The types are those of a row that is left out.
  const head = `SELECT ${rowOf("''", { ...nothing, modified: 0, partition: "" })} WHERE false`;
  await connection.run(`CREATE TEMP TABLE ${facts} AS SELECT * FROM (${head}) AS t(${names})`);
  const rows = files.map((file) => `(${rowOf(literal(`${folder}/${file.path}`), file)})`);
  if (rows.length > 0) await connection.run(`INSERT INTO ${facts} VALUES ${rows.join(", ")}`);
  const hidden = named.map((column, index) => `h.h${index} AS ${identifier(column)}`).join(", ");
  return `SELECT s.*, ${hidden} FROM (${select}) s LEFT JOIN ${facts} h ON h.file = s."$file"`;
}
