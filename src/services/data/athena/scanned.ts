import type { EngineTable } from "../../../engines/port.ts";
import { errorTypes, QueryFailure } from "./athena-faults.ts";
import type { QueryStatistics } from "./athena-kinds.ts";
import type { QueryRun } from "./query-run.ts";

/** How many bytes of a table an engine reads. */
const bytesOf = ({ files, format }: EngineTable): number => {
  const deletes =
    format.kind === "iceberg" ? [...format.positionDeletes, ...format.equalityDeletes.map(({ file }) => file)] : [];
  return [...files, ...deletes].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
};

/** How many rows an engine reads of a table of Iceberg; of others nobody has counted them before. */
const rowsOf = ({ files, format }: EngineTable): number =>
  format.kind === "iceberg" ? files.reduce((sum, { iceberg }) => sum + (iceberg?.recordCount ?? 0), 0) : Number.NaN;

/**
 * Says what a query reads of its tables.
 * @throws QueryFailure where its work group allows less
 */
export function scannedOf(
  { query }: Pick<QueryRun, "query">,
  tables: readonly EngineTable[],
): Pick<QueryStatistics, "inputRows"> & { readonly scannedBytes: number } {
  const scannedBytes = tables.reduce((sum, table) => sum + bytesOf(table), 0);
  const { bytesCutoff } = query.wanted;
  if (bytesCutoff !== undefined && scannedBytes > bytesCutoff)
    throw new QueryFailure(
      `Query cancelled! : Bytes scanned limit was exceeded: the query reads ${scannedBytes} bytes, and its work group allows ${bytesCutoff}.`,
      { type: errorTypes.resources, state: "CANCELLED" },
    );
  const inputRows = tables.reduce((sum, table) => sum + rowsOf(table), 0);
  return { scannedBytes, ...(!Number.isNaN(inputRows) && { inputRows }) };
}
