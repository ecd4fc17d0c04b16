import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenEngine } from "../../../src/engines/port.ts";
import type { SparkLaunch } from "../../../src/engines/spark/launch.ts";
import { createSparkEngine } from "../../../src/engines/spark/spark.ts";
import { systemJava } from "../../../src/environments/java-folders.ts";
import { exampleColumns } from "../../../src/prep/define-transform.ts";
import { type ExampleEngine, plainValue, rowsSql } from "../../../src/prep/example-engine.fixture.ts";
import { spark as dialect } from "../../../src/prep/sql/dialects/spark.ts";
import { table } from "../../../src/prep/sql/relation.ts";
import { createFlowEngine } from "../../../src/runtimes/prep/flow-engine.ts";
import { root } from "../../server.ts";
import { isInstalled, systemFolder } from "../installation.ts";
import { spark } from "./spark.ts";

/** Spark runs on Java 17, which need not be the machine's own. */
const machines = "/usr/lib/jvm";
const names = existsSync(machines) ? readdirSync(machines) : [];
export const java = names
  .filter((name) => /\b17\b/.test(name))
  .map((name) => join(machines, name))
  .find((home) => existsSync(join(home, "bin", "java")));

/** The folder of Spark within the installed Python. */
export const sparkHome = (folder: string): string => {
  const packages = join(folder, "python", "lib");
  return join(packages, readdirSync(packages)[0]!, "site-packages", "pyspark");
};

const never = new AbortController().signal;

/** Queries of few rows take longer to compile than to run. */
export const fewRows = ["SET spark.sql.codegen.wholeStage = false", "SET spark.sql.adaptive.enabled = false"];

export interface OpenSpark {
  readonly engine: OpenEngine;
  /** The folder of the tables' files, and the one that is written to. */
  readonly folder: string;
  close(): void;
}

/** How the installed Spark is started. */
export function launchOf(master = "local[2]"): SparkLaunch {
  const folder = systemFolder("spark");
  return {
    home: sparkHome(folder),
    python: join(folder, "python", "bin", "python"),
    java: java ?? systemJava() ?? "",
    master,
    program: join(root, "src/runtimes/prep/python/spark_application.py"),
  };
}

/** Opens one Spark on this machine, as the product does. */
export async function openSpark(prelude: readonly string[] = [], master?: string): Promise<OpenSpark> {
  const folder = mkdtempSync(join(tmpdir(), "spark-engine-"));
  const spill = join(folder, "spill");
  mkdirSync(spill);
  const limits = { memoryBytes: 1024 ** 3, spillBytes: 2 ** 40, threads: 2 };
  const engine = await createSparkEngine(launchOf(master)).open({
    ...{ tables: folder, output: folder, spill, prelude, ...limits },
  });
  return {
    engine,
    folder,
    close() {
      engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether there is a Spark here; where CI asks for it and there is none, its tests fail. */
export const canRun = (await isInstalled(spark)) || Boolean(process.env.CI);

/** Spark with the tables of examples, which are views. */
export function sparkExamples(engine: OpenEngine): ExampleEngine {
  const flowEngine = createFlowEngine(engine, dialect, never);
  const run = async (sql: string) => {
    for await (const _ of (await engine.rows({ sql, tables: [] }, never)).batches);
  };
  return {
    name: "spark",
    async tableOf(name, given) {
      const columns = exampleColumns(given);
      const rows = rowsSql(given, dialect);
      const made = columns.map((one) => `${dialect.literal(null, one.type)} AS ${dialect.quote(one.name)}`);
      const values =
        rows.length === 0
          ? `SELECT ${made.join(", ")} WHERE false`
          : `SELECT * FROM VALUES ${rows.map((row) => `(${row})`).join(", ")} AS t(${columns.map((one) => dialect.quote(one.name)).join(", ")})`;
      await run(`CREATE OR REPLACE TEMP VIEW ${dialect.quote(name)} AS ${values}`);
      return table(name, columns);
    },
    async ask(query) {
      const rows = await flowEngine.ask(query, table("none", []));
      return rows.map((row) =>
        Object.fromEntries(
          query.columns.map((one) => [one.name, short(plainValue(row[one.name], one), one.type.kind)]),
        ),
      );
    },
    close: () => {},
  };
}

/** Fractions of seconds without their last zeros, as examples have them. */
const short = (value: unknown, kind: string): unknown =>
  kind === "timestamp" && typeof value === "string" ? value.replace(/(\.\d*?)0+$/, "$1") : value;
