import { counted } from "../../base/counted.ts";
import { boolean, choice } from "../../base/params.ts";
import { type FacetCounts, preTrainingBias } from "../../ml/explain/pre-training-bias.ts";
import { columnParam, optionalColumnParam } from "../column-param.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import { longs, texts } from "../example-columns.ts";
import { columnOf } from "../step-fault.ts";
import { type SampleColumn, sampleColumn } from "../table-sample.ts";
import { filledText, optionalFilledText } from "../text-param.ts";
import { barPicture } from "./bar-picture.ts";
import { groupValues } from "./grouped-values.ts";
import { nameOfValues, rowsOfEachValue, rowsWith } from "./rows-with-values.ts";

type MetricName = (typeof preTrainingBias)[number]["name"];
const names: readonly MetricName[] = preTrainingBias.map(({ name }) => name);
/** Those that Data Wrangler has on at first. */
const usual: readonly MetricName[] = ["CI", "DPL", "JS"];

/** The switches of all metrics below a member of the node: newer flows have all in `metrics`. */
const switches = <const Member extends string>(member: Member) =>
  Object.fromEntries(names.map((name) => [`${member}.${name}`, boolean()])) as {
    readonly [N in MetricName as `${Member}.${N}`]: ReturnType<typeof boolean>;
  };
const valueOrThreshold = choice(["value", "threshold"], { default: "value" });

/** As `analysis.json` of SageMaker Clarify has it. */
interface Data {
  readonly label: string;
  readonly label_value_or_threshold: string;
  readonly facet: string;
  readonly facets: readonly {
    readonly value_or_threshold: string;
    readonly metrics: readonly {
      readonly name: MetricName;
      readonly description: string;
      readonly value: number | null;
      /** Why there is no value. */
      readonly error?: string;
    }[];
  }[];
}

export const biasReport = defineAnalysis({
  operator: "bias_report",
  title: "Bias report",
  summary:
    "Whether the data treats a facet of people as it treats others: SageMaker Clarify's metrics before training, of a column's values or of those above a threshold.",
  params: {
    label_name: columnParam(),
    /** Several are separated by semicolons; or the threshold, above which a label is positive. */
    label_values: filledText,
    is_label_value_or_threshold: valueOrThreshold,
    facet_name: columnParam(),
    /** Absent: each value of the column by itself. */
    facet_values: optionalFilledText,
    is_facet_value_or_threshold: valueOrThreshold,
    group_name: optionalColumnParam(),
    show_additional_metrics: choice(["yes", "no"], { default: "yes" }),
    ...switches("metrics"),
    ...switches("default_metrics"),
    ...switches("additional_metrics"),
  },
  takes: (input, { label_name, facet_name, group_name }) =>
    [label_name, facet_name, group_name].flatMap((name) => (name === undefined ? [] : [columnOf(input, name).name])),

  compute({ sample, values }): Findings<Data> {
    const { label_name, facet_name, group_name } = values;
    const notes: string[] = [];
    const labels = sampleColumn(sample, label_name);
    const facets = sampleColumn(sample, facet_name);
    const positive = rowsWith(labels, values.label_values, values.is_label_value_or_threshold === "threshold", notes);
    const groups = group_name === undefined ? undefined : groupValues(sampleColumn(sample, group_name), sample.rows);
    for (const column of new Set([labels, facets])) noteMissing(column, notes);
    const chosen = preTrainingBias.filter(({ name }) => isChosen(name, values));
    const sides =
      values.facet_values === undefined
        ? rowsOfEachValue(facets, values.is_facet_value_or_threshold === "threshold", notes)
        : [
            {
              name: nameOfValues(values.facet_values, values.is_facet_value_or_threshold === "threshold"),
              inside: rowsWith(facets, values.facet_values, values.is_facet_value_or_threshold === "threshold", notes),
            },
          ];
    return {
      data: {
        label: label_name,
        label_value_or_threshold: nameOfValues(values.label_values, values.is_label_value_or_threshold === "threshold"),
        facet: facet_name,
        facets: sides.map(({ name, inside }) => {
          const [whole, ofGroups] = count(inside, positive, groups);
          const metrics = chosen.map((metric) => {
            const value = metric.of(whole, ofGroups);
            const described = { name: metric.name, description: `${metric.title} (${metric.name})` };
            return typeof value === "number" ? { ...described, value } : { ...described, value: null, error: value };
          });
          return { value_or_threshold: name, metrics };
        }),
      },
      notes,
    };
  },

  picture: ({ facets, facet }) =>
    barPicture(
      facets
        .slice(0, 20)
        .flatMap(({ value_or_threshold, metrics }) =>
          metrics.map(({ name, value }) => ({ name: `${value_or_threshold}: ${name}`, value, group: name })),
        ),
      { title: `Bias by ${facet}`, axis: "Value", group: "Metric" },
    ),

  examples: [
    {
      summary: "Of one facet, with the labels 4 and 5 as positive ones.",
      table: { who: texts("f", "f", "m", "m", "m", "m"), stars: longs(5, 1, 4, 5, 5, 2) },
      with: {
        label_name: "stars",
        label_values: "5;4",
        is_label_value_or_threshold: "value",
        facet_name: "who",
        facet_values: "f",
        is_facet_value_or_threshold: "value",
        metrics: { CI: true, DPL: true, CDDL: true },
      },
      gives: {
        label: "stars",
        label_value_or_threshold: "5,4",
        facet: "who",
        facets: [
          {
            value_or_threshold: "f",
            metrics: [
              { name: "CI", description: "Class imbalance (CI)", value: 1 / 3 },
              { name: "DPL", description: "Difference in proportions of labels (DPL)", value: 0.25 },
              {
                name: "CDDL",
                description: "Conditional demographic disparity in labels (CDDL)",
                value: null,
                error: "It needs the column of a group: set group_name.",
              },
            ],
          },
        ],
      },
    },
    {
      summary: "Of each value by itself, with labels above a threshold, in groups.",
      table: {
        who: texts("f", "f", "m", "m"),
        score: longs(10, 60, 70, 80),
        town: texts("x", "y", "x", "y"),
      },
      with: {
        label_name: "score",
        label_values: "50",
        is_label_value_or_threshold: "threshold",
        facet_name: "who",
        group_name: "town",
        metrics: { CDDL: true },
      },
      gives: {
        label: "score",
        label_value_or_threshold: "above 50",
        facet: "who",
        facets: [
          {
            value_or_threshold: "f",
            metrics: [{ name: "CDDL", description: "Conditional demographic disparity in labels (CDDL)", value: 0.25 }],
          },
          {
            value_or_threshold: "m",
            metrics: [
              { name: "CDDL", description: "Conditional demographic disparity in labels (CDDL)", value: -0.75 },
            ],
          },
        ],
      },
    },
  ],
});

/** Whether a node has a metric on: in `metrics`, or in the older two members; with none of them the usual ones are. */
function isChosen(
  name: MetricName,
  values: { readonly show_additional_metrics: "yes" | "no" } & Readonly<Record<string, unknown>>,
): boolean {
  const members = [
    "metrics",
    "default_metrics",
    ...(values.show_additional_metrics === "yes" ? ["additional_metrics"] : []),
  ];
  const has = (member: string) => names.some((one) => values[`${member}.${one}`] !== undefined);
  if (has("metrics")) return values[`metrics.${name}`] === true;
  if (!members.some(has)) return usual.includes(name) || (name === "CDDL" && values.group_name !== undefined);
  return members.some((member) => values[`${member}.${name}`] === true);
}

type Counts = { -readonly [K in keyof FacetCounts]: FacetCounts[K] };

/** The rows by facet and label: of the table, and of each group; those without a group are in none. */
function count(
  inside: Uint8Array,
  positive: Uint8Array,
  groups: { readonly codes: Int32Array; readonly labels: readonly unknown[] } | undefined,
) {
  const none = (): Counts => ({ othersPositive: 0, othersNegative: 0, facetPositive: 0, facetNegative: 0 });
  const whole = none();
  const ofGroups = groups?.labels.map(none);
  for (let row = 0; row < inside.length; row++) {
    const name = inside[row]
      ? positive[row]
        ? "facetPositive"
        : "facetNegative"
      : positive[row]
        ? "othersPositive"
        : "othersNegative";
    whole[name]++;
    if (groups) ofGroups![groups.codes[row]!]![name]++;
  }
  return [whole, ofGroups?.filter((_, at) => groups!.labels[at] !== null)] as const;
}

function noteMissing(column: SampleColumn, notes: string[]): void {
  const missing =
    column.kind === "numeric"
      ? column.values.filter(Number.isNaN).length
      : column.kind === "categorical"
        ? column.codes.filter((code) => code < 0).length
        : 0;
  if (missing > 0)
    notes.push(
      `${counted(missing, "row has", "rows have")} no value in the column ${JSON.stringify(column.name)}, and ${missing === 1 ? "counts" : "count"} with the rows outside, as in SageMaker Clarify.`,
    );
}
