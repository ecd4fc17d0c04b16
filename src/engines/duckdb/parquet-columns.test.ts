import { linkSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { parquetColumns } from "./parquet-columns.ts";

test("columns are those of the files that are there, also where another file has taken a name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "parquet-columns-"));
  try {
    const connection = await (await DuckDBInstance.create(":memory:")).connect();
    const path = join(folder, "a.parquet");
    const asked = async (file: string, options: string) => [
      ...(await parquetColumns(connection, [file], `read_parquet(['${file}'], ${options})`, options)).values(),
    ];
    const plain = "hive_partitioning = false";
    await connection.run(`COPY (SELECT 1 AS "Id") TO '${path}' (FORMAT parquet)`);
    expect(await asked(path, plain)).toEqual([["Id", "INTEGER"]]);
    expect(await asked(path, plain)).toEqual([["Id", "INTEGER"]]);
    rmSync(path);
    await connection.run(`COPY (SELECT 'x' AS name, 1.5::DOUBLE AS price) TO '${path}' (FORMAT parquet)`);
    const second = [
      ["name", "VARCHAR"],
      ["price", "DOUBLE"],
    ];
    expect(await asked(path, plain)).toEqual(second);
    // The same body under another key is the same file.
    for (const day of ["day=1", "day=x"]) {
      mkdirSync(join(folder, day));
      linkSync(path, join(folder, day, "a.parquet"));
    }
    const inFolders = "hive_partitioning = true";
    expect(await asked(join(folder, "day=1", "a.parquet"), inFolders)).toEqual([...second, ["day", "BIGINT"]]);
    expect(await asked(join(folder, "day=x", "a.parquet"), inFolders)).toEqual([...second, ["day", "VARCHAR"]]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
