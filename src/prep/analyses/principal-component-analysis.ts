import { symmetricEigen } from "../../ml/kernels/symmetric-eigen.ts";
import { defineAnalysis, type Findings, type Picture } from "../define-analysis.ts";
import { doubles } from "../example-columns.ts";
import { correlationsOf, standardColumns } from "../standard-columns.ts";
import { evenRows, rowsOfPairs } from "./even-rows.ts";
import { numericFeatures } from "./numeric-features.ts";

interface Data {
  readonly features: readonly string[];
  /** From the greatest. */
  readonly components: readonly {
    /** The standardised rows' variance in its direction, of the population; their sum is the number of columns. */
    readonly variance: number;
    /** Its share of all variance. */
    readonly ratio: number;
    /** Of the standardised rows as a matrix: the root of rows times variance. */
    readonly singular_value: number;
  }[];
}

export const principalComponentAnalysis = defineAnalysis({
  operator: "multicolinearity",
  variant: [{ name: "analysis", is: "Principal component analysis" }],
  title: "Multicollinearity",
  summary:
    "How much the rows vary in each of their principal directions, the columns of numbers being standardised first: about alike where columns are independent; few great ones where columns say the same.",
  params: {},
  takes: (input) => input.columns.map(({ name }) => name),

  compute({ sample }): Findings<Data> {
    const { numeric, notes } = numericFeatures(sample);
    const rows = evenRows(sample.rows, rowsOfPairs(numeric.length, sample.rows), notes);
    const all = correlationsOf(standardColumns(numeric, rows));
    const varying = [...all.keys()].filter((at) => !Number.isNaN(all[at]![at]!));
    for (const [at, { name }] of numeric.entries())
      if (!varying.includes(at)) notes.push(`The column ${JSON.stringify(name)} has one value; it is left out.`);
    if (varying.length < 2) notes.push("Fewer than two columns are numbers that vary: there is one direction at most.");
    const pairs = symmetricEigen(varying.map((at) => varying.map((other) => all[at]![other]!)));
    const variances = pairs.map(({ value }) => Math.max(0, value));
    return {
      data: {
        features: varying.map((at) => numeric[at]!.name),
        components: variances.map((variance) => ({
          variance,
          ratio: variance / varying.length,
          singular_value: Math.sqrt(variance * rows.length),
        })),
      },
      notes,
    };
  },

  picture: ({ components }): Picture => ({
    $schema: "https://vega.github.io/schema/vega-lite/v5.json",
    title: "Variance by principal component",
    data: { values: components.map(({ variance }, at) => ({ component: at + 1, variance })) },
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: { field: "component", type: "ordinal", title: "Component" },
      y: { field: "variance", type: "quantitative", title: "Variance" },
    },
  }),

  examples: [
    {
      summary: "Two columns that correlate by 0.6.",
      table: { a: doubles(1, 2, 3, 4), b: doubles(2, 1, 4, 3), c: doubles(5, 5, 5, 5) },
      with: {},
      gives: {
        features: ["a", "b"],
        components: [
          { variance: 1.6, ratio: 0.8, singular_value: Math.sqrt(6.4) },
          { variance: 0.4, ratio: 0.2, singular_value: Math.sqrt(1.6) },
        ],
      },
      notes: ['The column "c" has one value; it is left out.'],
    },
  ],
});
