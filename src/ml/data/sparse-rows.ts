import { growingArray } from "./growing-array.ts";
import type { Matrix } from "./matrix.ts";

/** Rows that name the columns they have a value in, gathered one after another. Other values are missing. */
export interface SparseRows {
  /** Adds a value to the row that `endRow` ends. */
  add(column: number, value: number): void;
  endRow(): void;
  rows(): number;
  /** The largest column that was named, plus 1. */
  columns(): number;
  /** The rows as a table, at least as wide as the columns that they name. */
  table(columns: number): Matrix;
}

export function createSparseRows(): SparseRows {
  const indexes = growingArray((length) => new Int32Array(length));
  const values = growingArray((length) => new Float32Array(length));
  /** Where each row ends in `indexes` and `values`. */
  const ends = growingArray((length) => new Int32Array(length));
  let columns = 0;

  return {
    add(column, value) {
      indexes.push(column);
      values.push(value);
      if (column >= columns) columns = column + 1;
    },
    endRow: () => ends.push(indexes.length),
    rows: () => ends.length,
    columns: () => columns,
    table(width) {
      const rows = ends.length;
      const table = new Float32Array(rows * width).fill(Number.NaN);
      const [rowEnds, at, value] = [ends.take(), indexes.take(), values.take()];
      for (let row = 0, entry = 0; row < rows; row++)
        for (const end = rowEnds[row]!; entry < end; entry++) table[row * width + at[entry]!] = value[entry]!;
      return { rows, columns: width, values: table };
    },
  };
}
