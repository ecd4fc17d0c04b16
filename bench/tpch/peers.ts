import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { newestJava, startTrino } from "../../conformance/systems/trino/start-trino.ts";
import { askTrino } from "../../conformance/systems/trino/trino-server.ts";
import type { Tpch } from "./tpch-files.ts";

type Rows = readonly (readonly unknown[])[];

/** What answers the queries over the same files. */
export interface Peer {
  readonly name: string;
  /** Answers a query, and gives what reads its rows, which is not measured. */
  ask(query: string): Promise<() => Promise<Rows>>;
  /** The milliseconds that its processes have run on the cores. */
  onCores?(): number;
  close(): Promise<void>;
}

/** DuckDB in this process, over views of the files. */
export async function startDuckdb({ folder, tables }: Tpch): Promise<Peer> {
  const instance = await DuckDBInstance.create(":memory:", { memory_limit: "3GiB" });
  const connection = await instance.connect();
  for (const { name } of tables)
    await connection.run(`CREATE VIEW ${name} AS FROM read_parquet('${folder}/${name}.parquet')`);
  return {
    name: "DuckDB",
    async ask(query) {
      const answer = await connection.runAndReadAll(query);
      return async () => answer.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    },
    onCores() {
      const { system, user } = process.cpuUsage();
      return (system + user) / 1000;
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * Trino 476 over tables of Hive on the local file system; undefined without it. TRINO_FOLDER is where its archive is unpacked,
 * with the folder plugin beside it, in which plugin/hive is.
 */
export async function startTrinoPeer({ folder, tables }: Tpch): Promise<Peer | undefined> {
  const [java, home] = [await newestJava(), process.env.TRINO_FOLDER];
  if (java === undefined || home === undefined) return undefined;
  const files = await mkdtemp(join(tmpdir(), "trino-tpch-"));
  for (const { name } of tables) {
    await mkdir(join(files, name));
    await copyFile(join(folder, `${name}.parquet`), join(files, name, "a.parquet"));
  }
  const running = await startTrino(java, home, {
    memoryMebibytes: 5_000,
    catalogs: {
      hive: [
        "connector.name=hive",
        ...["hive.metastore=file", "hive.metastore.catalog.dir=local:///metastore", "fs.native-local.enabled=true"],
        ...[`local.location=${files}`, "hive.non-managed-table-writes-enabled=true"],
      ],
    },
  });
  const ask = async (query: string) => {
    const answer = await askTrino(running.origin, query, { catalog: "hive", schema: "tpch" });
    if ("error" in answer) throw new Error(`Trino: ${answer.error}`);
    return answer.rows;
  };
  const close = async () => {
    await running.stop();
    await rm(files, { recursive: true, force: true });
  };
  try {
    await ask("CREATE SCHEMA tpch");
    for (const { columns, name } of tables)
      await ask(
        `CREATE TABLE ${name} (${columns.map(({ name, type }) => `${name} ${type}`).join(", ")})
         WITH (format = 'PARQUET', external_location = 'local:///${name}')`,
      );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    name: "Trino",
    async ask(query) {
      const rows = await ask(query);
      return async () => rows;
    },
    close,
  };
}
