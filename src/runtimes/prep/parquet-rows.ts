import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OpenEngine } from "../../engines/port.ts";
import type { ReadParquet } from "./spark-model.ts";

/** Reads small Parquet files with the engine, each by a file of its own in a folder below the one that the engine reads. */
export function parquetReader(engine: OpenEngine, root: string, folder: string, signal: AbortSignal): ReadParquet {
  let count = 0;
  return async (bytes) => {
    const name = `model ${++count}`;
    const path = join(folder, `${name}.parquet`);
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, path), bytes);
    try {
      const files = [{ path, uri: path, sizeBytes: bytes.length }];
      const columns = await engine.describe("parquet", files);
      const table = { name, columns, partitionKeys: [], format: { kind: "parquet" as const }, files };
      const sql = `SELECT CAST(to_json(m) AS VARCHAR) AS row FROM (SELECT * EXCLUDE ("$file") FROM "${name}") AS m`;
      const { batches } = await engine.rows({ sql, tables: [table] }, signal);
      const rows = [];
      for await (const batch of batches)
        for (let row = 0; row < batch.rowCount; row++) rows.push(JSON.parse(String(batch.columns[0]![row])));
      return rows;
    } finally {
      rmSync(join(root, path), { force: true });
    }
  };
}
