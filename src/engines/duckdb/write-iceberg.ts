import type { DuckDBConnection } from "@duckdb/node-api";
import { valueBytes } from "../../iceberg/iceberg-value.ts";
import type { IcebergStruct } from "../../iceberg/table-metadata.ts";
import { hexOf, valueOfText } from "../../iceberg/value-text.ts";
import { EngineFault, type IcebergWrite, type IcebergWritten, type IcebergWrittenFile } from "../port.ts";
import { type CopiedFile, copyFiles, filePathId, partitionNumber } from "./iceberg-files.ts";
import { bucketFunction, type PartitionColumn, partitionColumn } from "./iceberg-partition.ts";
import { writtenColumn } from "./iceberg-value.ts";
import { deletedRows, fileNames } from "./iceberg-view.ts";
import { addFunctions } from "./own-functions.ts";
import { identifier, literal } from "./quote.ts";

/** A file of positions of deleted rows has these columns, in every table. */
const positions: IcebergStruct = {
  type: "struct",
  fields: [
    { id: filePathId, name: "file_path", required: true, type: "string" },
    { id: 2147483545, name: "pos", required: true, type: "long" },
  ],
};

/** Runs a query and writes what it makes of the rows of a table. What the query says is read once. */
export async function writeIceberg(
  connection: DuckDBConnection,
  sql: string,
  write: IcebergWrite,
  output: string,
): Promise<IcebergWritten> {
  const { partition, rows, schema } = write;
  const before = rows === "changes" ? ["file", "pos", "written"] : [];
  const names = [...before, ...schema.fields.map((_, at) => `v${at}`)];
  const source = `SELECT * FROM (${sql}) AS asked(${names.join(", ")})`;
  if (rows === "rows" && partition.length === 0) {
    const files = await copyFiles(connection, columnsOf(schema, `(${source})`), `${output}/rows`, write);
    return written(
      output,
      files.map((file) => ({ ...file, values: [] })),
      [],
      [],
    );
  }
  await connection.run(`CREATE TEMP TABLE asked AS ${source}`);
  const deleted = rows === "changes" ? await writeDeletes(connection, write, output) : noDeletes;
  const from = rows === "changes" ? "(SELECT * FROM asked WHERE written)" : "asked";
  const files =
    partition.length === 0
      ? (await copyFiles(connection, columnsOf(schema, from), `${output}/rows`, write)).map((file) => ({
          ...file,
          values: [],
        }))
      : await writePartitions(connection, from, write, output);
  const counted = await connection.runAndReadAll("SELECT count(*) FROM asked");
  const of = written(output, files, deleted.files, deleted.emptied);
  return { ...of, rows: Number(counted.getRows()[0]![0]), deletedRows: deleted.rows };
}

const columnsOf = (schema: IcebergStruct, from: string, more: readonly string[] = []): string => {
  const columns = schema.fields.map(({ name, type }, at) => `${writtenColumn(type, `v${at}`)} AS ${identifier(name)}`);
  return `SELECT ${[...columns, ...more].join(", ")} FROM ${from} AS asked_rows`;
};

type Partitioned = CopiedFile & { readonly values: readonly (string | null)[] };

/** Writes the rows of each partition to files of their own. */
async function writePartitions(
  connection: DuckDBConnection,
  from: string,
  write: IcebergWrite,
  output: string,
): Promise<Partitioned[]> {
  addFunctions(connection, [bucketFunction], await import("@duckdb/node-api"));
  const { schema } = write;
  const valueIn = (name: string) => {
    const at = schema.fields.findIndex((field) => field.name === name);
    return writtenColumn(schema.fields[at]!.type, `v${at}`);
  };
  const fields = write.partition.map((field) => partitionColumn(schema, field, valueIn));
  const texts = fields.map(({ text }, at) => `${text} AS p${at}`);
  const keys = fields.map((_, at) => `p${at}`);
  await connection.run(`CREATE TEMP TABLE placed AS SELECT *, ${texts.join(", ")} FROM ${from} AS of_rows`);
  await connection.run(
    `CREATE TEMP TABLE places AS SELECT *, row_number() OVER () - 1 AS number FROM (SELECT DISTINCT ${keys.join(", ")} FROM placed)`,
  );
  const same = keys.map((key) => `placed.${key} IS NOT DISTINCT FROM places.${key}`);
  const joined = `(SELECT placed.*, places.number FROM placed JOIN places ON ${same.join(" AND ")})`;
  const select = columnsOf(schema, joined, [`number AS ${partitionNumber}`]);
  const files = await copyFiles(connection, select, `${output}/rows`, { ...write, partitioned: true });
  const found = await connection.runAndReadAll(`SELECT number, ${keys.join(", ")} FROM places`);
  const values = new Map(
    found
      .getRows()
      .map(([number, ...row]) => [
        Number(number),
        row.map((text, at) => (text === null ? null : hexOfText(fields[at]!, String(text)))),
      ]),
  );
  return files.map((file) => ({ ...file, values: values.get(file.partition!)! }));
}

function hexOfText({ type }: PartitionColumn, text: string): string {
  if (type === "binary" || type.startsWith("fixed")) return text.toLowerCase();
  const value = valueOfText(type, text);
  if (value === undefined) throw new EngineFault("internal", `${text} is no value of ${type}`);
  return hexOf(valueBytes(type, value));
}

interface Deletes {
  readonly files: readonly (CopiedFile & { readonly of: string })[];
  readonly emptied: readonly string[];
  readonly rows: number;
}

const noDeletes: Deletes = { files: [], emptied: [], rows: 0 };

/** Writes the positions of the rows that are deleted, file by file; a file of which no row is left has none. */
async function writeDeletes(
  connection: DuckDBConnection,
  { compression, table = "" }: IcebergWrite,
  output: string,
): Promise<Deletes> {
  const touched = await connection.runAndReadAll(
    `SELECT f.path, f.uri, f.rows, (SELECT count(*) FROM ${deletedRows(table)} d WHERE d.file = f.path) AS before, a.deleted
     FROM (SELECT file, count(DISTINCT pos) AS deleted FROM asked WHERE file IS NOT NULL GROUP BY file) a JOIN ${fileNames(table)} f ON f.path = a.file ORDER BY f.uri`,
  );
  const files: (CopiedFile & { of: string })[] = [];
  const emptied: string[] = [];
  let rows = 0;
  for (const [at, [path, uri, all, before, deleted]] of touched.getRows().entries()) {
    rows += Number(deleted);
    if (Number(before) + Number(deleted) === Number(all)) {
      emptied.push(String(uri));
      continue;
    }
    const select = `SELECT ${literal(String(uri))} AS file_path, pos FROM (SELECT DISTINCT pos FROM asked WHERE file = ${literal(String(path))}) ORDER BY pos`;
    const target = `${output}/deletes_${at}.parquet`;
    const [file] = await copyFiles(connection, select, target, { schema: positions, compression });
    files.push({ ...file!, of: String(uri) });
  }
  return { files, emptied, rows };
}

function written(
  output: string,
  rows: readonly Partitioned[],
  deletes: Deletes["files"],
  emptied: readonly string[],
): IcebergWritten {
  const fact = ({ columns, path, recordCount, sizeBytes }: CopiedFile): IcebergWrittenFile => ({
    ...{ path: path.slice(output.length + 1), sizeBytes, recordCount, columns },
  });
  return {
    files: [
      ...rows.map((file) => ({ ...fact(file), partition: file.values })),
      ...deletes.map((file) => ({ ...fact(file), deletesOf: file.of })),
    ],
    ...{ emptied, rows: rows.reduce((sum, { recordCount }) => sum + recordCount, 0), deletedRows: 0 },
  };
}
