import { momentsOf } from "../../ml/kernels/moments.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import { doubles, texts } from "../example-columns.ts";
import { type SampleColumn, sampleTypeWords } from "../table-sample.ts";
import { type GroupedValues, groupValues, numberLabel } from "./grouped-values.ts";
import { numberOrNull } from "./number-or-null.ts";

interface ColumnSummary {
  readonly column: string;
  readonly type: string;
  /** Rows with a value. */
  readonly count: number;
  readonly missing: number;
  readonly mean: number | null;
  /** Of a sample. */
  readonly stddev: number | null;
  /** Of what is no number: the value of fewest rows. */
  readonly min: GroupedValues["labels"][number];
  /** Of what is no number: the value of most rows. */
  readonly max: GroupedValues["labels"][number];
}

export const tableSummary = defineAnalysis({
  operator: "describe",
  title: "Table summary",
  summary:
    "Of each column the count, mean, standard deviation, least and greatest number; of texts the rarest and the most frequent value.",
  params: {},
  takes: (input) => input.columns.map(({ name }) => name),

  compute: ({ sample }): Findings<{ readonly columns: readonly ColumnSummary[] }> => ({
    data: { columns: sample.columns.map((column) => summaryOf(column, sample.rows)) },
  }),

  examples: [
    {
      table: { age: doubles(1, 2, 6, null), who: texts("a", "b", "b", "b") },
      with: {},
      gives: {
        columns: [
          {
            column: "age",
            type: "double",
            count: 3,
            missing: 1,
            mean: 3,
            stddev: 2.6457513110645907,
            min: 1,
            max: 6,
          },
          { column: "who", type: "text", count: 4, missing: 0, mean: null, stddev: null, min: "a", max: "b" },
        ],
      },
    },
  ],
});

function summaryOf(column: SampleColumn, rows: number): ColumnSummary {
  const named = { column: column.name, type: sampleTypeWords(column) };
  if (column.kind === "numeric") {
    const { kind } = column.type;
    const { count, max, mean, min, variance } = momentsOf(column.values);
    const isMeasured = kind === "long" || kind === "double" || kind === "boolean";
    return {
      ...named,
      count,
      missing: rows - count,
      mean: isMeasured ? numberOrNull(mean) : null,
      stddev: isMeasured ? numberOrNull(Math.sqrt(variance)) : null,
      min: numberLabel(min, kind),
      max: numberLabel(max, kind),
    };
  }
  const { counts, labels } = groupValues(column, rows);
  const values = labels.filter((label) => label !== null);
  const missing = labels.includes(null) ? counts[labels.indexOf(null)]! : 0;
  const isText = column.kind === "categorical";
  return {
    ...named,
    count: rows - missing,
    missing,
    mean: null,
    stddev: null,
    min: isText ? (values.at(-1) ?? null) : null,
    max: isText ? (values[0] ?? null) : null,
  };
}
