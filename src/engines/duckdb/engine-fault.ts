import type { DuckDBConnection } from "@duckdb/node-api";
import { EngineFault, type EngineFaultKind, type EngineFile, type EngineTable } from "../port.ts";
import { columnTypeOf } from "./column-type.ts";
import { identifier, literal } from "./quote.ts";

/** What the first words of DuckDB's errors mean. */
const kinds: readonly (readonly [RegExp, EngineFaultKind])[] = [
  [/^INTERRUPT Error/, "cancelled"],
  [/^Out of Memory Error|max_temp_directory_size|No space left on device/, "resources"],
  [/^IO Error: (?:No files found|Cannot open file)/, "missing"],
  [/^Invalid Input Error: (?:HIVE|ICEBERG)_|^(?:HIVE|ICEBERG)_/, "data"],
  [
    /^Invalid Input Error: (?:Malformed JSON|JSON transform error|No magic bytes|File .* too small to be a Parquet file|CSV Error|Error when|Failed to read)/,
    "data",
  ],
  [/^(?:IO|Serialization) Error|^Invalid Input Error: .*(?:[Pp]arquet|CSV)/, "data"],
  [/^(?:INTERNAL|FATAL) Error/, "internal"],
];

const partitionValue = /Unable to cast '(.*)' \(from hive partition column '(.*)'\) to: '(.*)'/s;

/** Makes the fault of an error that DuckDB threw. */
export function faultOf(error: unknown): EngineFault {
  if (error instanceof EngineFault) return error;
  const text = error instanceof Error ? error.message : String(error);
  const [, value, key, type] = partitionValue.exec(text) ?? [];
  if (value !== undefined)
    return new EngineFault(
      "data",
      `HIVE_INVALID_PARTITION_VALUE: Invalid partition value '${value}' for ${type} partition key: ${key!.toLowerCase()}`,
    );
  const kind = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "statement";
  return new EngineFault(kind, messageOf(text));
}

/** DuckDB repeats the statement, of which its author knows another form, and gives advice on settings that are locked. */
const messageOf = (text: string): string =>
  text
    .split(/\n\n(?:LINE \d+:|Possible solutions:|See also )/)[0]!
    .replace(/^Invalid Input Error: (?=HIVE_|JSON transform error)/, "")
    .replace(/\nTry setting 'auto_detect'.*$/s, "")
    .trim();

/** Returns the fault with the names of the files as their owner knows them, and with the line that is wrong. */
export async function inWordsOf(
  fault: EngineFault,
  tables: readonly EngineTable[],
  folder: string,
  connection: DuckDBConnection,
): Promise<EngineFault> {
  const place = (path: string) => `${folder}/${path}`;
  const all = tables.flatMap((table) => filesOf(table).map((file) => ({ ...file, table })));
  const file = all.find(({ path }) => isNamed(fault.message, place(path)));
  if (!file) return new EngineFault(fault.kind, withoutAdvice(fault.message));
  const { path, table, uri } = file;
  const { kind } = table.format;
  const malformed = kind === "json" && /Malformed JSON/.test(fault.message);
  const wrong = badValue.exec(fault.message);
  const index = wrong ? table.columns.findIndex(({ name }) => name === wrong[1]) : -1;
  const condition = malformed
    ? "NOT json_valid(line)"
    : index >= 0 && (kind === "csv" || kind === "json")
      ? `trim(line) LIKE ${literal(`%${wrong![2]}%`)}`
      : undefined;
  const line = condition === undefined ? undefined : await firstLine(connection, place(path), condition);
  if (malformed)
    return new EngineFault("data", `HIVE_BAD_DATA: Row is not a valid JSON object in ${uri}${lineWords(line)}`);
  const cast = jsonValue.exec(fault.message);
  if (cast) {
    const number = Number(cast[1]);
    const column = await wrongColumn(connection, place(path), number, table);
    const what = column === undefined ? "a value" : `column ${column.name} as ${column.type}`;
    return new EngineFault("data", `HIVE_BAD_DATA: Error parsing ${what} in ${uri}, line ${number}: ${cast[2]}`);
  }
  if (kind === "parquet" && /No magic bytes|too small to be a Parquet/.test(fault.message))
    return new EngineFault("data", `HIVE_BAD_DATA: Not valid Parquet file: ${uri} has no magic number PAR1 at its end`);
  const message = withoutAdvice(fault.message)
    .replaceAll(place(path), uri)
    .replace(/^(?:IO|Invalid Input) Error: /, "");
  const named = message.includes(uri) ? message : `${message} In ${uri}`;
  return new EngineFault(fault.kind, `${named}${lineWords(line)}`);
}

/** Without the settings of the reader of CSV, which nobody who asks can change. */
const withoutAdvice = (message: string): string =>
  message.replace(/\n\s*(?:Possible Solution: |file = ).*$/s, "").trim();

const filesOf = ({ files, format }: EngineTable): readonly EngineFile[] =>
  format.kind === "iceberg"
    ? [...files, ...format.positionDeletes, ...format.equalityDeletes.map(({ file }) => file)]
    : files;

const badValue = /^HIVE_BAD_DATA: Error parsing column (.+) as .+: the value is "(.*)" in /s;

const jsonValue = /JSON transform error in file .*, in line (\d+): ([^\n]*)/;

/** Finds the column whose value in a line of JSON does not become its type. */
async function wrongColumn(
  connection: DuckDBConnection,
  file: string,
  line: number,
  { columns, format }: EngineTable,
): Promise<EngineTable["columns"][number] | undefined> {
  const paths: Readonly<Record<string, string>> = format.kind === "json" ? format.paths : {};
  const tests = columns.map(({ name, type }) => {
    const value = `json_extract(line, ${literal(`$."${paths[name] ?? name}"`)})`;
    return `CASE WHEN coalesce(json_type(${value}), 'NULL') <> 'NULL' THEN TRY_CAST(${value} AS ${columnTypeOf(type)}) IS NULL END`;
  });
  const from = `(SELECT row_number() OVER () AS number, line FROM ${linesOf(file)})`;
  try {
    const found = await connection.runAndReadAll(`SELECT ${tests.join(", ")} FROM ${from} WHERE number = ${line}`);
    return columns[found.getRows()[0]?.indexOf(true) ?? -1];
  } catch {
    return undefined;
  }
}

const lineWords = (line: number | undefined): string => (line === undefined ? "" : `, line ${line}`);

/** Whether a path stands in a text, and is not the beginning of another one. */
const isNamed = (text: string, path: string): boolean => {
  const at = text.indexOf(path);
  return at >= 0 && !/^[\w./=%-]/.test(text.slice(at + path.length).replace(/^\.(?:\s|$)/, ""));
};

const linesOf = (file: string): string => {
  const options = "delim = '\\x00', quote = '', escape = '', header = false, auto_detect = false, strict_mode = false";
  return `read_csv(${literal(file)}, ${options}, columns = {${identifier("line")}: 'VARCHAR'})`;
};

/** Returns the number of the first line for which a condition holds. */
async function firstLine(connection: DuckDBConnection, file: string, condition: string): Promise<number | undefined> {
  const from = linesOf(file);
  try {
    const found = await connection.runAndReadAll(
      `SELECT min(number) FROM (SELECT row_number() OVER () AS number, line FROM ${from}) WHERE ${condition}`,
    );
    const [number] = found.getRows()[0] ?? [];
    return typeof number === "bigint" ? Number(number) : undefined;
  } catch {
    return undefined;
  }
}
