import { join } from "node:path";
import { parseHiveType } from "../hive-type.ts";
import {
  type EngineColumn,
  EngineFault,
  type EngineOptions,
  type EngineStatement,
  type EngineTable,
  type OpenEngine,
  type SqlEngine,
  type ValueType,
  type WrittenFiles,
} from "../port.ts";
import { type SparkApplication, submitApplication } from "./application.ts";
import { isLocal, type SparkLaunch } from "./launch.ts";
import { readValue } from "./values.ts";

/**
 * Spark, as an application that is submitted when the engine is opened and ends when it is closed. The folders of its options are
 * seen by every worker at the same paths. What is written is written by Spark and named anew by the application's own machine.
 */
export const createSparkEngine = (launch: SparkLaunch): SqlEngine => ({
  name: "spark",

  lacks({ columns, format }) {
    if (!["parquet", "orc", "json", "delimited"].includes(format.kind)) return `files of the format ${format.kind}`;
    for (const { name, type } of columns) if (hasUnknown(type)) return `the type ${type} of the column ${name}`;
    return undefined;
  },

  async open(options) {
    const application = await submitApplication({ ...launch, configuration: configurationOf(options, launch.master) });
    try {
      for (const statement of options.prelude)
        for await (const _ of application.ask({ do: "rows", prelude: [], tables: [], sql: statement }));
    } catch (error) {
      application.close();
      throw error;
    }
    return openEngine(application, options);
  },
});

const hasUnknown = (type: string): boolean => {
  const parsed = parseHiveType(type);
  return parsed.kind === "primitive" && parsed.name === "uniontype";
};

/** The settings on which the meaning of statements depends are Spark's own of version 4; memory is half the heap's, half beside it. */
const configurationOf = ({ memoryBytes, spill, threads }: EngineOptions, master: string): Record<string, string> => ({
  "spark.sql.session.timeZone": "UTC",
  "spark.sql.ansi.enabled": "true",
  "spark.sql.caseSensitive": "false",
  "spark.sql.legacy.timeParserPolicy": "CORRECTED",
  "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
  "spark.sql.optimizer.dynamicPartitionPruning.enabled": "false",
  "spark.sql.shuffle.partitions": String(Math.max(2, threads)),
  "spark.driver.memory": `${Math.max(512, Math.floor(memoryBytes / 1024 ** 2))}m`,
  "spark.local.dir": spill,
  "spark.ui.enabled": "false",
  "spark.log.level": "ERROR",
  ...(isLocal(master) && { "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1" }),
});

function openEngine(application: SparkApplication, options: EngineOptions): OpenEngine {
  const pathOf = (path: string) => join(options.tables, path);
  const tableOf = ({ columns, files, format, name }: EngineTable) => ({
    ...{ name, format, columns, paths: files.map(({ path }) => pathOf(path)) },
  });
  const asked = ({ prelude = [], sql, tables }: EngineStatement) => {
    const own = (options.functions ?? []).find(({ name }) => sql.includes(name));
    if (own)
      throw new EngineFault(
        "statement",
        `The step needs the function ${own.name} of the product, which the engine spark does not have; run the flow on the engine duckdb.`,
      );
    return { prelude, sql, tables: tables.map(tableOf) };
  };

  return {
    async rows(statement, signal) {
      const lines = application.ask({ do: "rows", ...asked(statement) }, signal);
      const first = (await lines.next()).value!;
      const columns = first.columns as readonly { readonly name: string; readonly type: ValueType }[];
      async function* batches() {
        for await (const { rows } of lines) {
          const all = rows as readonly (readonly unknown[])[];
          const values = columns.map(({ type }, index) => all.map((row) => readValue(row[index], type)));
          yield { rowCount: all.length, columns: values };
        }
      }
      return { columns, batches: batches() };
    },
    async write(statement, files, signal) {
      const target = join(options.output, files.name);
      const request = { do: "write", ...asked(statement), files, target, ending: endingOf(files) };
      let count = 0;
      for await (const line of application.ask(request, signal)) count = Number(line.count ?? count);
      return count;
    },
    async describe(format, files, layout) {
      const paths = files.map(({ path }) => pathOf(path));
      let columns: readonly EngineColumn[] = [];
      for await (const line of application.ask({ do: "describe", format, paths, layout }))
        columns = line.columns as readonly EngineColumn[];
      return columns;
    },
    async keep(name, statement, signal) {
      for await (const _ of application.ask({ do: "keep", name, ...asked(statement) }, signal));
    },
    writeIceberg() {
      throw new EngineFault(
        "statement",
        "Tables of Iceberg are not written by the engine spark; the engine duckdb does.",
      );
    },
    close: application.close,
  };
}

const endings = { none: "", gzip: ".gz", zstd: ".zst", snappy: "" } as const;

/** By the end of its name a file says how it is compressed; Parquet says it inside. */
const endingOf = ({ compression, format }: WrittenFiles): string =>
  `${format}${format === "parquet" ? "" : endings[compression]}`;
