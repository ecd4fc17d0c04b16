import { IcebergUnreadable, placeOf, readIcebergTable } from "../../../frame/iceberg-table.ts";
import { reachableFiles } from "../../../frame/iceberg-upkeep.ts";
import type { CatalogTable } from "./file-format.ts";
import type { QueryRun } from "./query-run.ts";
import { keysBelow } from "./s3-keys.ts";

/**
 * The files of a table that is dropped: what it names, and what lies in its folders for data and metadata. Of a table whose
 * metadata cannot be read nothing is known.
 */
export async function dataOf(run: QueryRun, table: CatalogTable): Promise<Iterable<string>> {
  try {
    const loaded = await readIcebergTable(run.context, table);
    const paths = await reachableFiles(run.context, loaded);
    const { location } = loaded.metadata;
    for (const folder of ["data", "metadata"]) {
      const below = `${location.replace(/^s3[an]:/, "s3:").replace(/\/+$/, "")}/${folder}/`;
      for (const key of await keysBelow(run.context, below)) paths.add(`s3://${placeOf(`${below}x`).Bucket}/${key}`);
    }
    return paths;
  } catch (error) {
    if (error instanceof IcebergUnreadable) return [];
    throw error;
  }
}
