import type { DuckDBConnection, DuckDBInstance, DuckDBResult } from "@duckdb/node-api";
import { parseHiveType } from "../hive-type.ts";
import {
  type Batch,
  EngineFault,
  type EngineOptions,
  type EngineStatement,
  type EngineTable,
  type OpenEngine,
  type RowsOut,
  type SqlEngine,
} from "../port.ts";
import { checkWhole } from "./check-whole.ts";
import { columnTypeOf } from "./column-type.ts";
import { csvValues } from "./csv-line.ts";
import { describeFiles } from "./describe-files.ts";
import { faultOf, inWordsOf } from "./engine-fault.ts";
import { queriedType } from "./iceberg-value.ts";
import { addFunctions } from "./own-functions.ts";
import { identifier, literal } from "./quote.ts";
import { viewOf } from "./table-view.ts";
import { hasTextForm } from "./text-value.ts";
import { conversionOf } from "./values.ts";
import { copyStatement } from "./write-files.ts";
import { writeIceberg } from "./write-iceberg.ts";

/** DuckDB, in this process and in memory. */
export const duckdb: SqlEngine = {
  name: "duckdb",

  lacks({ columns, format }) {
    if (format.kind === "orc") return "files of ORC";
    if (format.kind === "iceberg") {
      const unknown = format.schema.fields.find(({ type }) => queriedType(type) === undefined);
      return unknown && `the type ${JSON.stringify(unknown.type)} of the column ${unknown.name}`;
    }
    for (const { name, type } of columns) {
      if (columnTypeOf(type) === undefined) return `the type ${type} of the column ${name}`;
      const parsed = parseHiveType(type);
      if (format.kind === "text" && !hasTextForm(parsed))
        return `the type ${type} of the column ${name} in text files, where values are nested twice`;
      if (format.kind === "csv" && parsed.kind !== "primitive")
        return `the type ${type} of the column ${name} in files of OpenCSVSerDe`;
    }
    return undefined;
  },

  async open(options) {
    const api = await import("@duckdb/node-api");
    const instance = await api.DuckDBInstance.create(":memory:", settingsOf(options));
    const connection = await instance.connect();
    try {
      addFunctions(connection, [csvValues], api);
      const settings = [
        // A file's footer is read once for a statement, which looks at it when views are made, planned and run.
        "SET GLOBAL parquet_metadata_cache = true",
        // The kernel keeps bytes of files as well, and statements name files by paths of their own.
        "SET GLOBAL enable_external_file_cache = false",
        ...options.prelude,
        ...locks(options),
      ];
      await connection.run(settings.join(";\n"));
    } catch (error) {
      connection.closeSync();
      instance.closeSync();
      throw faultOf(error);
    }
    return openEngine({ instance, added: new Set(), files: 0 }, connection, options);
  },
};

/** A database that engines use one after the other: to open one takes longer than most small queries. */
interface Opened {
  readonly instance: DuckDBInstance;
  /** The names of the functions that it was given. */
  readonly added: Set<string>;
  /** How many files its statements have named. It remembers their footers, and their paths do not come again. */
  files: number;
}

const mostFiles = 1_000;

const settingsOf = ({ memoryBytes, spill, spillBytes, threads }: EngineOptions): Record<string, string> => ({
  threads: String(threads),
  memory_limit: `${Math.floor(memoryBytes / 1024 ** 2)}MiB`,
  temp_directory: spill,
  max_temp_directory_size: `${Math.floor(spillBytes / 1024 ** 2)}MiB`,
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
});

/** Rows that keep their order wait for those before them: it takes memory. */
const order = "preserve_insertion_order";

/** From then on nothing but the two folders is reached, and no setting but `order` is changed. */
function locks({ tables, output }: EngineOptions): string[] {
  const folders = [tables, output].map((folder) => literal(`${folder}/`));
  return [
    `SET allowed_directories = [${folders.join(", ")}]`,
    "SET enable_external_access = false",
    `SET allowed_configs = [${literal(order)}]`,
    "SET lock_configuration = true",
  ];
}

function openEngine(opened: Opened, connection: DuckDBConnection, options: EngineOptions): OpenEngine {
  /** The tables of statements before, which later ones still name. */
  const known: EngineTable[] = [];

  /** Looks beside the work whether the files are whole, and fails where one is not. */
  let whole: Promise<unknown> = Promise.resolve();
  const closing = new AbortController();

  /** Interrupts the connection while `work` goes on. */
  async function heeding<Result>(
    statement: EngineStatement,
    signal: AbortSignal,
    work: () => Promise<Result>,
  ): Promise<Result> {
    let again: NodeJS.Timeout | undefined;
    const interrupt = () => {
      connection.interrupt();
      // Between two statements nothing is there to be interrupted, and the next one begins as if nothing had been.
      again = setInterval(() => connection.interrupt(), interruptMilliseconds);
    };
    signal.addEventListener("abort", interrupt);
    try {
      if (signal.aborted) throw cancelled();
      const result = await work();
      await whole;
      return result;
    } catch (error) {
      hasFailed = true;
      if (signal.aborted) throw cancelled();
      throw await inWordsOf(faultOf(error), [...known, ...statement.tables], options.tables, connection);
    } finally {
      clearInterval(again);
      signal.removeEventListener("abort", interrupt);
    }
  }

  const { added } = opened;
  let hasFailed = false;
  const makeViews = async ({ prelude = [], sql, tables }: EngineStatement) => {
    const words = [sql, ...prelude].join("\n");
    const called = (options.functions ?? []).filter(({ name }) => !added.has(name) && words.includes(name));
    for (const { name } of called) added.add(name);
    opened.files += tables.reduce((sum, { files }) => sum + files.length, 0);
    if (called.length > 0) addFunctions(connection, called, await import("@duckdb/node-api"));
    if (prelude.length > 0) await connection.run(prelude.join(";\n"));
    whole = checkWhole(tables, options.tables, closing.signal);
    whole.catch(() => {});
    const views: string[] = [];
    for (const table of tables) views.push(await viewOf(connection, table, options.tables, sql));
    if (views.length > 0) await connection.run(views.join(";\n"));
    known.push(...tables);
  };

  /** Does `work` without the order of rows, where a statement needs none. */
  async function ordering<Result>({ anyOrder }: EngineStatement, work: () => Promise<Result>): Promise<Result> {
    if (!anyOrder) return work();
    await connection.run(`SET ${order} = false`);
    try {
      return await work();
    } finally {
      await connection.run(`SET ${order} = true`);
    }
  }

  let answers = 0;
  /** Works out the rows of a query whole, and returns the query of them. */
  async function answered(sql: string): Promise<string> {
    const name = identifier(`$answer ${++answers}`);
    if (answers > 1) await connection.run(`DROP TABLE IF EXISTS ${identifier(`$answer ${answers - 1}`)}`);
    await connection.run(`CREATE TEMP TABLE ${name} AS ${sql}`);
    return `SELECT * FROM ${name}`;
  }

  return {
    rows: (statement, signal) =>
      heeding(statement, signal, async () => {
        await makeViews(statement);
        const { DuckDBTypeId } = await import("@duckdb/node-api");
        const sql = losesFaults(options, statement.sql) ? await answered(statement.sql) : statement.sql;
        return rowsOut(await connection.stream(sql), DuckDBTypeId, (work) => heeding(statement, signal, work));
      }),
    write: (statement, files, signal) =>
      heeding(statement, signal, async () => {
        await makeViews(statement);
        const sql = copyStatement(statement.sql, files, options.output);
        const result = await ordering(statement, () => connection.runAndReadAll(sql));
        return Number(result.getRows()[0]?.[0] ?? 0);
      }),
    async describe(format, files) {
      if (format === "orc") throw noOrc();
      return describeFiles(connection, format, files, options.tables);
    },
    keep: (name, statement, signal) =>
      heeding(statement, signal, async () => {
        await makeViews(statement);
        const sql = `CREATE TEMP TABLE ${identifier(name)} AS ${statement.sql}`;
        await ordering(statement, () => connection.run(sql));
      }),
    writeIceberg: (statement, files, signal) =>
      heeding(statement, signal, async () => {
        await makeViews(statement);
        return writeIceberg(connection, statement.sql, files, options.output);
      }),
    async next() {
      // What a statement that failed has left of itself in the database, nobody knows.
      if (hasFailed || opened.files > mostFiles) return undefined;
      const another = await opened.instance.connect();
      closing.abort();
      connection.closeSync();
      return openEngine(opened, another, options);
    },
    close() {
      closing.abort();
      connection.closeSync();
      opened.instance.closeSync();
    },
  };
}

/**
 * Whether a stream of rows may end early without a word: what one of several threads finds wrong with a row, be it a line of a
 * file or a value of an expression, is lost there (DuckDB 1.5). A query that is worked out whole fails of it.
 */
const losesFaults = ({ threads }: EngineOptions, sql: string): boolean => threads > 1 && !/^\s*EXPLAIN\b/i.test(sql);

const interruptMilliseconds = 50;

const noOrc = () =>
  new EngineFault("statement", "Files of ORC are not read by the engine duckdb; the engine spark reads them.");

const cancelled = () => new EngineFault("cancelled", "The query was cancelled.");

type Heed = <Result>(work: () => Promise<Result>) => Promise<Result>;

function rowsOut(result: DuckDBResult, ids: Parameters<typeof conversionOf>[1], heed: Heed): RowsOut {
  const conversions = result.columnTypes().map((type) => conversionOf(type, ids));
  const names = result.columnNames();
  async function* batches(): AsyncGenerator<Batch> {
    for (;;) {
      const chunk = await heed(() => result.fetchChunk());
      if (!chunk || chunk.rowCount === 0) return;
      const columns = conversions.map(({ convert }, index) => {
        const vector = chunk.getColumnVector(index);
        const values = new Array<unknown>(chunk.rowCount);
        for (let row = 0; row < values.length; row++) {
          const value = vector.getItem(row);
          values[row] = value === null || convert === undefined ? value : convert(value as never);
        }
        return values;
      });
      yield { rowCount: chunk.rowCount, columns };
    }
  }
  return {
    columns: conversions.map(({ type }, index) => ({ name: names[index]!, type })),
    batches: batches(),
  };
}
