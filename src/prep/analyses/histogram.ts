import { integer } from "../../base/params.ts";
import { columnParam, optionalColumnParam } from "../column-param.ts";
import { defineAnalysis, type Findings, type Picture } from "../define-analysis.ts";
import { doubles, texts } from "../example-columns.ts";
import { columnOf } from "../step-fault.ts";
import { type SampleColumn, sampleColumn, type TableSample } from "../table-sample.ts";
import { type GroupedValues, groupValues, numberLabel } from "./grouped-values.ts";

/** As many colours and facets are told apart; the rows of further values are one group. */
const mostGroups = 20;
/** As many texts have a bar each. */
const mostBars = 50;

type Label = GroupedValues["labels"][number];

/** Where the bars are: equal parts of a range of numbers, or a value each. */
type Axis =
  | { readonly kind: "numbers" | "times"; readonly edges: readonly Label[] }
  | { readonly kind: "values"; readonly labels: readonly Label[] };

interface Data {
  readonly x: Axis;
  /** Rows without a value; of numbers also those that are not finite. */
  readonly missing: number;
  /** The rows of each bar, for each colour and facet that there is. */
  readonly groups: readonly { readonly color?: Label; readonly facet?: Label; readonly counts: readonly number[] }[];
}

/** The bars of a histogram: each row's place among them, -1 for none. */
interface Bars {
  readonly axis: Axis;
  readonly count: number;
  readonly places: Int32Array;
}

export const histogram = defineAnalysis({
  operator: "histogram",
  title: "Histogram",
  summary: "How many rows have which values of a column, by colour and facet of two others.",
  params: {
    x_axis: columnParam(),
    color_by: optionalColumnParam(),
    facet_by: optionalColumnParam(),
    bins: integer({ default: 20, min: 1, max: 1000 }),
  },
  takes: (input, { x_axis, color_by, facet_by }) =>
    [x_axis, color_by, facet_by].flatMap((name) => (name === undefined ? [] : [columnOf(input, name).name])),

  compute({ sample, values: { x_axis, color_by, facet_by, bins } }): Findings<Data> {
    const notes: string[] = [];
    const bars = barsOf(sampleColumn(sample, x_axis), bins, notes);
    const color = groupsOf(sample, color_by, notes);
    const facet = groupsOf(sample, facet_by, notes);
    const facets = facet?.labels.length ?? 1;
    const cells = (color?.labels.length ?? 1) * facets;
    const counts = Array.from({ length: cells }, () => new Array<number>(bars.count).fill(0));
    const has = new Uint8Array(cells);
    let missing = 0;
    for (let row = 0; row < sample.rows; row++) {
      const cell = (color?.codes[row] ?? 0) * facets + (facet?.codes[row] ?? 0);
      has[cell] = 1;
      const place = bars.places[row]!;
      if (place < 0) missing++;
      else counts[cell]![place]!++;
    }
    const groups = counts.flatMap((own, cell) => {
      if (has[cell] === 0) return [];
      const c = Math.floor(cell / facets);
      return [
        {
          ...(color && { color: color.labels[c]! }),
          ...(facet && { facet: facet.labels[cell % facets]! }),
          counts: own,
        },
      ];
    });
    return { data: { x: bars.axis, missing, groups }, notes };
  },

  picture: pictureOf,

  examples: [
    {
      summary: "Numbers are counted in equal parts of their range.",
      table: { age: doubles(1, 2, 3, 4, 5, null), who: texts("a", "a", "b", "b", "b", "a") },
      with: { x_axis: "age", color_by: "who", bins: 2 },
      gives: {
        x: { kind: "numbers", edges: [1, 3, 5] },
        missing: 1,
        groups: [
          { color: "a", counts: [2, 0] },
          { color: "b", counts: [0, 3] },
        ],
      },
    },
    {
      summary: "Texts have a bar each, those of most rows first.",
      table: { who: texts("a", "b", "b", null) },
      with: { x_axis: "who" },
      gives: { x: { kind: "values", labels: ["b", "a"] }, missing: 1, groups: [{ counts: [2, 1] }] },
    },
  ],
});

function groupsOf(sample: TableSample, name: string | undefined, notes: string[]): GroupedValues | undefined {
  if (name === undefined) return undefined;
  const groups = groupValues(sampleColumn(sample, name), mostGroups);
  if (groups.others > 0)
    notes.push(
      `The column ${JSON.stringify(name)} has ${groups.labels.length - 1 + groups.others} values; the ${mostGroups} that most rows have are told apart.`,
    );
  return groups;
}

function barsOf(column: SampleColumn, bins: number, notes: string[]): Bars {
  if (column.kind !== "numeric" || column.type.kind === "boolean") return valueBars(column, notes);
  let low = Infinity;
  let high = -Infinity;
  for (const value of column.values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const { kind } = column.type;
  const axis = kind === "date" || kind === "timestamp" ? "times" : "numbers";
  if (low > high) {
    notes.push(`The column ${JSON.stringify(column.name)} has no number, so there are no bars.`);
    return { axis: { kind: axis, edges: [] }, count: 0, places: new Int32Array(column.values.length).fill(-1) };
  }
  const count = low === high ? 1 : bins;
  const edges = Array.from({ length: count + 1 }, (_, at) => (at === count ? high : low + ((high - low) / count) * at));
  const places = Int32Array.from(column.values, (value) => {
    if (!Number.isFinite(value)) return -1;
    let place = Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count) || 0);
    // A value belongs to the bar whose edges are around it, whatever the division rounded to.
    while (place > 0 && value < edges[place]!) place--;
    while (place < count - 1 && value >= edges[place + 1]!) place++;
    return place;
  });
  return { axis: { kind: axis, edges: edges.map((edge) => numberLabel(edge, kind)) }, count, places };
}

function valueBars(column: SampleColumn, notes: string[]): Bars {
  const { codes, labels, others } = groupValues(column, mostBars);
  if (others > 0)
    notes.push(
      `The column ${JSON.stringify(column.name)} has ${labels.length - 1 + others} values; the ${mostBars} that most rows have are shown, and all others as one.`,
    );
  const absent = labels.indexOf(null);
  const shown = labels.filter((label) => label !== null);
  if (shown.length === 0) notes.push(`The column ${JSON.stringify(column.name)} has no value, so there are no bars.`);
  const places = codes.map((code) => (code === absent ? -1 : absent >= 0 && code > absent ? code - 1 : code));
  return { axis: { kind: "values", labels: shown }, count: shown.length, places };
}

function pictureOf(
  { x, groups }: Data,
  { x_axis, color_by, facet_by }: { x_axis: string; color_by: string | undefined; facet_by: string | undefined },
): Picture {
  const values = groups.flatMap(({ color, facet, counts }) =>
    counts.flatMap((count, at) =>
      count === 0
        ? []
        : [
            {
              ...(x.kind === "values" ? { x: x.labels[at]! } : { from: x.edges[at]!, to: x.edges[at + 1]! }),
              count,
              ...(color !== undefined && { color: String(color) }),
              ...(facet !== undefined && { facet: String(facet) }),
            },
          ],
    ),
  );
  const type = x.kind === "times" ? "temporal" : "quantitative";
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    description: `A histogram of ${x_axis}.`,
    data: { values },
    mark: { type: "bar", tooltip: true },
    encoding: {
      ...(x.kind === "values"
        ? { x: { field: "x", type: "nominal", sort: null, title: x_axis } }
        : { x: { field: "from", type, bin: { binned: true }, title: x_axis }, x2: { field: "to" } }),
      y: { field: "count", type: "quantitative", aggregate: "sum", title: "Rows" },
      ...(color_by !== undefined && { color: { field: "color", type: "nominal", title: color_by } }),
      ...(facet_by !== undefined && { facet: { field: "facet", type: "nominal", columns: 3, title: facet_by } }),
    },
  };
}
