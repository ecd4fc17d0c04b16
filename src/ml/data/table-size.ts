import { counted } from "../../base/counted.ts";
import { DataError, type DataSource } from "./data-error.ts";

/**
 * What a table takes at the peak of a training, measured with xgboost: 6.2 bytes a value on 10,000 rows of 10,000
 * columns (the value itself, and its bin), 32 a column on 2 rows of 20 million columns.
 */
const bytesOfValue = 7;
const bytesOfColumn = 40;

/** The limit of a reader that is given none. */
const usualBytes = 4 * 1024 ** 3;

export const tableBytes = (rows: number, columns: number): number =>
  rows * columns * bytesOfValue + columns * bytesOfColumn;

/**
 * Refuses a table that does not fit, before any of it is allocated.
 * @throws DataError that names rows and columns
 */
export function checkTableSize(
  table: { readonly rows: number; readonly columns: number; readonly why?: string },
  mostBytes = usualBytes,
  source?: DataSource,
): void {
  const { rows, columns, why = "" } = table;
  const bytes = tableBytes(rows, columns);
  if (bytes <= mostBytes) return;
  throw new DataError(
    source,
    `${source ? "it" : "The data"} has ${counted(rows, "row")} and ${counted(columns, "column")}${why}: as a table that takes about ` +
      `${gibibytes(bytes)} GiB, and there are ${gibibytes(mostBytes)} GiB. Nothing was read into it. Give less data, or an ` +
      "instance type with more memory.",
  );
}

/** Two digits, so that a small size does not become 0. */
function gibibytes(bytes: number): string {
  const size = bytes / 1024 ** 3;
  return size < 10 ? size.toPrecision(2) : String(Math.round(size));
}
