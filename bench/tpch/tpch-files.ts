import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createPythonEnvironment } from "../../tools/python-environments.ts";

const root = join(import.meta.dirname, "..", "..");

/** The tables and queries of TPC-H. Types are DuckDB's, which Trino has too. */
export interface Tpch {
  /** The folder of the tables' files, TABLE.parquet. */
  readonly folder: string;
  readonly tables: readonly {
    readonly name: string;
    readonly columns: readonly { readonly name: string; readonly type: string }[];
  }[];
  /** In Trino's dialect. */
  readonly queries: readonly string[];
}

/** Makes the files of a scale once, in .cache/tpch. */
export async function tpchFiles(scale: string): Promise<Tpch> {
  const folder = join(root, ".cache", "tpch", scale);
  const listed = join(folder, "tpch.json");
  if (!existsSync(listed)) {
    const problem = await createPythonEnvironment("tpch");
    if (problem !== undefined) throw new Error(problem);
    const python = join(root, ".venv-tpch", "bin", "python");
    await promisify(execFile)(python, [join(import.meta.dirname, "generate.py"), scale, folder]);
  }
  const { queries, tables } = JSON.parse(await readFile(listed, "utf8")) as {
    queries: string[];
    tables: Record<string, [name: string, type: string][]>;
  };
  return {
    folder,
    tables: Object.entries(tables).map(([name, columns]) => ({
      name,
      columns: columns.map(([name, type]) => ({ name, type: type.toLowerCase() })),
    })),
    // Trino does not know the names of columns where rows are grouped.
    queries: queries.map((query) =>
      query
        .trim()
        .replace(/;$/, "")
        .replace(/GROUP BY\s+supplier_no/, "GROUP BY l_suppkey"),
    ),
  };
}
