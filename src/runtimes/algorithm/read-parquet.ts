import type { DuckDBConnection } from "@duckdb/node-api";
import { DataError, type DataPlace, type DataSource, shown } from "../../ml/data/data-error.ts";
import type { LabelledData } from "../../ml/data/matrix.ts";
import { isHeld, valueProblem } from "../../ml/data/parse-float.ts";
import { rowPlaces } from "../../ml/data/row-places.ts";
import { checkTableSize } from "../../ml/data/table-size.ts";

/** A file of a channel, and its name in messages. */
export interface ParquetFile {
  readonly path: string;
  readonly source: DataSource;
}

/** What DuckDB itself may take beside the table; it reads row group by row group. */
const engineMegabytes = 512;
/** The types of columns that are numbers. */
const numbers = /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(.*\))$/;

/**
 * Reads Parquet files into one table, as AWS's images do: the first column is the label, a null is a missing value, and
 * columns are taken by their place, so all files have the names of the first one in its order.
 */
export async function readParquet(files: readonly ParquetFile[], mostBytes: number): Promise<LabelledData> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const settings = { threads: "2", memory_limit: `${engineMegabytes}MB`, autoinstall_known_extensions: "false" };
  const engine = await DuckDBInstance.create(":memory:", settings);
  const connection = await engine.connect();
  try {
    return await readTable(connection, files, mostBytes);
  } finally {
    connection.closeSync();
    engine.closeSync();
  }
}

async function readTable(
  connection: DuckDBConnection,
  files: readonly ParquetFile[],
  mostBytes: number,
): Promise<LabelledData> {
  const names = await numberColumns(connection, files[0]!);
  const sizes: number[] = [];
  for (const file of files) {
    if (file !== files[0]) checkNames(names, await numberColumns(connection, file), file.source);
    sizes.push(await rowsOf(connection, file));
  }
  const rows = sizes.reduce((sum, size) => sum + size, 0);
  const columns = names.length - 1;
  checkTableSize({ rows, columns }, mostBytes);
  const values = new Float32Array(rows * columns);
  const labels = new Float32Array(rows);
  const places = rowPlaces();
  let row = 0;
  for (const [index, { path, source }] of files.entries()) {
    if (sizes[index]! > 0) places.add(row, { ...source, line: 1, unit: "record" });
    const selected = names.map((_, place) => `coalesce(cast(#${place + 1} as double), 'nan'::double)`).join(", ");
    const start = row;
    const end = row + sizes[index]!;
    const stream = connection.stream(`select ${selected} from ${table(path)}`);
    const result = await ofFile(files[index]!, stream);
    const next = () => ofFile(files[index]!, result.fetchChunk());
    for (let chunk = await next(); chunk && chunk.rowCount > 0; chunk = await next()) {
      if (row + chunk.rowCount > end) throw otherCount(source, sizes[index]!, "more");
      for (let column = 0; column <= columns; column++) {
        const vector = chunk.getColumnVector(column);
        for (let at = 0; at < chunk.rowCount; at++) {
          const value = vector.getItem(at) as number;
          if (!isHeld(value) && !Number.isNaN(value)) {
            const place = { ...source, line: row + at - start + 1, unit: "record" } as const;
            throw new DataError(place, `${value} in column ${shown(names[column]!)} ${valueProblem(value)}.`);
          }
          if (column === 0) labels[row + at] = value;
          else values[(row + at) * columns + column - 1] = value;
        }
      }
      row += chunk.rowCount;
    }
    if (row < end) throw otherCount(source, sizes[index]!, String(sizes[index]! - end + row));
  }
  checkLabels(labels, places.find);
  return { features: { rows, columns, values }, labels, placeOf: places.find };
}

/** Awaits what the engine reads of a file. @throws DataError that names the file when it cannot be read */
async function ofFile<Read>({ path, source }: ParquetFile, reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (error) {
    const cause = (error as Error).message.split("\n")[0]!.replaceAll(path, source.file);
    throw new DataError(source, `the file cannot be read as Parquet: ${cause}`);
  }
}

const otherCount = (source: DataSource, counted: number, read: string): DataError =>
  new DataError(source, `the file is damaged: its footer counts ${counted} rows, and it has ${read}.`);

/** Returns the names of a file's columns. @throws DataError unless all of them are numbers */
async function numberColumns(connection: DuckDBConnection, { path, source }: ParquetFile): Promise<string[]> {
  const description = `select column_name, column_type from (describe select * from ${table(path)})`;
  const reader = await ofFile({ path, source }, connection.runAndReadAll(description));
  const columns = reader.getRows() as [string, string][];
  const other = columns.find(([, type]) => !numbers.test(type));
  if (other)
    throw new DataError(source, `column ${shown(other[0])} is ${other[1]}; all columns must be numbers or booleans.`);
  if (columns.length === 1)
    throw new DataError(source, "it has a label and no features; give at least one column after the label.");
  return columns.map(([name]) => name);
}

function checkNames(first: readonly string[], names: readonly string[], source: DataSource): void {
  const place = Array.from({ length: Math.max(first.length, names.length) }).findIndex(
    (_, index) => first[index] !== names[index],
  );
  if (place < 0) return;
  const nameAt = (list: readonly string[]) => (list[place] === undefined ? "absent" : shown(list[place]));
  throw new DataError(
    source,
    `column ${place + 1} is ${nameAt(names)}, in the channel's first file it is ${nameAt(first)}; all files must have the same columns in the same order.`,
  );
}

async function rowsOf(connection: DuckDBConnection, file: ParquetFile): Promise<number> {
  const metadata = `select num_rows from parquet_file_metadata(${fileName(file.path)})`;
  const reader = await ofFile(file, connection.runAndReadAll(metadata));
  return Number((reader.getRows() as [bigint][])[0]![0]);
}

function checkLabels(labels: Float32Array, placeOf: (row: number) => DataPlace): void {
  const row = labels.findIndex(Number.isNaN);
  if (row < 0) return;
  throw new DataError(placeOf(row), `the label is missing; the first column must hold a number in every row.`);
}

const table = (path: string): string => `read_parquet(${fileName(path)}, hive_partitioning = false)`;

/** A file's name as a SQL text in which DuckDB finds no pattern. */
const fileName = (path: string): string => `'${path.replaceAll("'", "''").replace(/[[*?]/g, "[$&]")}'`;
