import type { DataPlace } from "./data-error.ts";

/** Remembers where rows came from, in a few numbers: one entry per stretch of lines without a gap. */
export interface RowPlaces {
  /** Rows are added in order, 0, 1, 2, ... */
  add(row: number, place: DataPlace): void;
  find(row: number): DataPlace;
}

export function rowPlaces(): RowPlaces {
  const stretches: { row: number; file: string; line: number }[] = [];
  return {
    add(row, { file, line }) {
      const last = stretches.at(-1);
      if (!last || last.file !== file || line - row !== last.line - last.row) stretches.push({ row, file, line });
    },
    find(row) {
      const stretch = stretches.findLast((candidate) => candidate.row <= row);
      if (!stretch) throw new RangeError(`There is no row ${row}.`);
      return { file: stretch.file, line: stretch.line + row - stretch.row };
    },
  };
}
