import type { DataPlace } from "./data-error.ts";

/** Remembers where rows came from, in a few numbers: one entry per stretch of lines without a gap. */
export interface RowPlaces {
  /** Rows are added in order, 0, 1, 2, ... */
  add(row: number, place: DataPlace): void;
  find(row: number): DataPlace;
}

export function rowPlaces(): RowPlaces {
  const stretches: { row: number; place: DataPlace }[] = [];
  return {
    add(row, place) {
      const last = stretches.at(-1);
      if (last && last.place.file === place.file && place.line - row === last.place.line - last.row) return;
      stretches.push({ row, place });
    },
    find(row) {
      const stretch = stretches.findLast((candidate) => candidate.row <= row);
      if (!stretch) throw new RangeError(`There is no row ${row}.`);
      return { ...stretch.place, line: stretch.place.line + row - stretch.row };
    },
  };
}
