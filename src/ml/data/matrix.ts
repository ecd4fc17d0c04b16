import type { DataPlace } from "./data-error.ts";

/** A table of numbers: value of row r and column c at `values[r * columns + c]`. NaN is a missing value. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** Rows with their labels and weights. `labels` and `weights` have one number per row; no weights means all 1. */
export interface LabelledData {
  readonly features: Matrix;
  readonly labels: Float32Array;
  readonly weights?: Float32Array;
  /** Where a row was read, for messages. */
  readonly placeOf: (row: number) => DataPlace;
  /** For CSV data: the separator, and the number of fields before the features. */
  readonly csv?: { readonly separator: string; readonly leadingFields: number };
}
