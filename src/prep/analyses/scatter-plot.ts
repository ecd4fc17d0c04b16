import { integer } from "../../base/params.ts";
import { createRandom } from "../../base/random.ts";
import { columnParam, optionalColumnParam } from "../column-param.ts";
import { defineAnalysis, type Findings, type Picture } from "../define-analysis.ts";
import { doubles, longs, texts } from "../example-columns.ts";
import { columnOf, needType } from "../step-fault.ts";
import { type NumericColumn, sampleColumn } from "../table-sample.ts";
import { type GroupedValues, groupValues, numberLabel } from "./grouped-values.ts";

type Label = GroupedValues["labels"][number];

interface Data {
  /** Rows with both numbers; of more than `points`, as many were chosen with the seed. */
  readonly rows: number;
  /** Rows without one of the numbers. */
  readonly missing: number;
  readonly x: readonly Label[];
  readonly y: readonly Label[];
  readonly color?: readonly Label[];
  readonly facet?: readonly Label[];
}

const axisTypes = ["long", "double", "date", "timestamp"] as const;
/** As many colours and facets are told apart. */
const mostGroups = 20;

export const scatterPlot = defineAnalysis({
  operator: "scatterplot",
  title: "Scatter plot",
  summary: "A point for each row, where its numbers of two columns say, by colour and facet of two others.",
  params: {
    x_axis: columnParam(...axisTypes),
    y_axis: columnParam(...axisTypes),
    color_by: optionalColumnParam(),
    facet_by: optionalColumnParam(),
    points: integer({ default: 5_000, min: 1, max: 100_000 }),
  },
  takes(input, { x_axis, y_axis, color_by, facet_by }) {
    for (const name of [x_axis, y_axis]) needType(columnOf(input, name), axisTypes);
    return [x_axis, y_axis, color_by, facet_by].flatMap((name) => (name === undefined ? [] : [name]));
  },

  compute({ sample, seed, values: { x_axis, y_axis, color_by, facet_by, points } }): Findings<Data> {
    const x = sampleColumn(sample, x_axis) as NumericColumn;
    const y = sampleColumn(sample, y_axis) as NumericColumn;
    const whole: number[] = [];
    for (let row = 0; row < sample.rows; row++)
      if (Number.isFinite(x.values[row]!) && Number.isFinite(y.values[row]!)) whole.push(row);
    const chosen = choose(whole, points, seed);
    const notes: string[] = [];
    if (whole.length === 0)
      notes.push(
        `No row has a number in both columns, ${JSON.stringify(x_axis)} and ${JSON.stringify(y_axis)}: there is no point.`,
      );
    if (chosen.length < whole.length)
      notes.push(
        `Of ${whole.length} points ${chosen.length} ${chosen.length === 1 ? "is" : "are"} shown, chosen with the seed ${seed}.`,
      );
    const group = (name: string | undefined): readonly Label[] | undefined => {
      if (name === undefined) return undefined;
      const { codes, labels, others } = groupValues(sampleColumn(sample, name), mostGroups);
      if (others > 0)
        notes.push(
          `The column ${JSON.stringify(name)} has ${labels.length - 1 + others} values; the ${mostGroups} that most rows have are told apart.`,
        );
      return chosen.map((row) => labels[codes[row]!]!);
    };
    const color = group(color_by);
    const facet = group(facet_by);
    return {
      data: {
        rows: whole.length,
        missing: sample.rows - whole.length,
        x: chosen.map((row) => numberLabel(x.values[row]!, x.type.kind)),
        y: chosen.map((row) => numberLabel(y.values[row]!, y.type.kind)),
        ...(color && { color }),
        ...(facet && { facet }),
      },
      notes,
    };
  },

  picture: ({ x, y, color, facet }, values): Picture => ({
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: `A scatter plot of ${values.y_axis} over ${values.x_axis}.`,
    data: {
      values: x.map((value, at) => ({
        x: value,
        y: y[at]!,
        ...(color && { color: String(color[at]) }),
        ...(facet && { facet: String(facet[at]) }),
      })),
    },
    mark: { type: "point", tooltip: true },
    encoding: {
      x: { field: "x", type: axisOf(x), title: values.x_axis, scale: { zero: false } },
      y: { field: "y", type: axisOf(y), title: values.y_axis, scale: { zero: false } },
      ...(color && { color: { field: "color", type: "nominal", title: values.color_by! } }),
      ...(facet && { facet: { field: "facet", type: "nominal", columns: 3, title: values.facet_by! } }),
    },
  }),

  examples: [
    {
      table: { a: doubles(1, 2, null), b: longs(3, 4, 5), who: texts("u", null, "u") },
      with: { x_axis: "a", y_axis: "b", color_by: "who" },
      gives: { rows: 2, missing: 1, x: [1, 2], y: [3, 4], color: ["u", null] },
    },
    {
      summary: "Of many points some are chosen.",
      table: { a: doubles(1, 2, 3, 4), b: doubles(1, 4, 9, 16) },
      with: { x_axis: "a", y_axis: "b", points: 2, seed: 5 },
      gives: { rows: 4, missing: 0, x: [1, 4], y: [1, 16] },
      notes: ["Of 4 points 2 are shown, chosen with the seed 5."],
    },
  ],
});

const axisOf = (values: readonly Label[]): string => (typeof values[0] === "string" ? "temporal" : "quantitative");

/** So many of the rows, in their order, each as likely as the others (selection sampling). */
function choose(rows: readonly number[], count: number, seed: number): readonly number[] {
  if (rows.length <= count) return rows;
  const random = createRandom(seed);
  const chosen: number[] = [];
  for (const [index, row] of rows.entries())
    if (random.next() * (rows.length - index) < count - chosen.length) chosen.push(row);
  return chosen;
}
