import type { Picture } from "../define-analysis.ts";

/** A number with a name; null where there is none. */
export interface NamedNumber {
  readonly name: string;
  readonly value: number | null;
  /** What the bar's colour stands for. */
  readonly group?: string;
}

/** Lying bars, in the order given, with the name of each before it. */
export const barPicture = (
  bars: readonly NamedNumber[],
  { title, axis, group }: { readonly title: string; readonly axis: string; readonly group?: string },
): Picture => ({
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  title,
  data: { values: bars.map((bar) => ({ ...bar })) },
  mark: { type: "bar", tooltip: true },
  encoding: {
    y: { field: "name", type: "nominal", sort: null, title: null },
    x: { field: "value", type: "quantitative", title: axis },
    ...(group !== undefined && { color: { field: "group", type: "nominal", title: group } }),
  },
});

/** A number in a title: 0.913, 1.25e-7. */
export const shortNumber = (value: number | null): string =>
  value === null ? "none" : `${Number(value.toPrecision(4))}`;
