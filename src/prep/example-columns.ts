import { boolean, date, double, listOf, long, text, timestamp, vector } from "./column-type.ts";
import type { ExampleColumn } from "./define-transform.ts";

/** Columns of examples. Dates and times are texts: "2024-01-31", "2024-01-31 10:00:00". */
const of =
  (type: ExampleColumn["type"]) =>
  (...values: readonly unknown[]): ExampleColumn => ({ type, values });

export const texts = of(text);
export const longs = of(long);
export const doubles = of(double);
export const booleans = of(boolean);
export const dates = of(date);
export const timestamps = of(timestamp);
export const vectors = of(vector);
export const textLists = of(listOf(text));
export const doubleLists = of(listOf(double));
export const longLists = of(listOf(long));
