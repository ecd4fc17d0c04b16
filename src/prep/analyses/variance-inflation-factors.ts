import { varianceInflation } from "../../ml/statistics/variance-inflation.ts";
import { defineAnalysis, type Findings } from "../define-analysis.ts";
import { doubles } from "../example-columns.ts";
import { correlationsOf, standardColumns } from "../standard-columns.ts";
import { barPicture } from "./bar-picture.ts";
import { evenRows, rowsOfPairs } from "./even-rows.ts";
import { numericFeatures } from "./numeric-features.ts";

/** Data Wrangler's figures: greater factors are not told apart, and columns above the second are highly correlated. */
const mostFactor = 50;
const highFactor = 5;

interface Data {
  readonly features: readonly {
    readonly name: string;
    /** At most 50; null of a column of one value. */
    readonly vif: number | null;
    readonly correlated: "none" | "moderate" | "high" | "unknown";
  }[];
}

export const varianceInflationFactors = defineAnalysis({
  operator: "multicolinearity",
  variant: [{ name: "analysis", is: "Variance inflation factors" }],
  title: "Multicollinearity",
  summary:
    "How well all other columns of numbers tell each: 1 / (1 - R²), 1 where they tell nothing, at most 50. Above 5 a column is highly correlated with others.",
  params: {},
  takes: (input) => input.columns.map(({ name }) => name),

  compute({ sample }): Findings<Data> {
    const { numeric, notes } = numericFeatures(sample);
    const rows = evenRows(sample.rows, rowsOfPairs(numeric.length, sample.rows), notes);
    const factors = varianceInflation(correlationsOf(standardColumns(numeric, rows)));
    const features = numeric.map(({ name }, at) => {
      const factor = Math.min(factors[at]!, mostFactor);
      return { name, vif: Number.isNaN(factor) ? null : factor, correlated: wordOf(factor) };
    });
    for (const { name, vif } of features)
      if (vif === null) notes.push(`The column ${JSON.stringify(name)} has one value, so it has no factor.`);
    if (numeric.length < 2) notes.push("Fewer than two columns are numbers: there is nothing to tell one from.");
    return { data: { features }, notes };
  },

  picture: ({ features }) =>
    barPicture(
      features.map(({ name, vif, correlated }) => ({ name, value: vif, group: correlated })),
      { title: "Variance inflation factors", axis: "Factor", group: "Correlated with others" },
    ),

  examples: [
    {
      summary: "Two columns that correlate by 0.8, and one that is three times another.",
      table: { a: doubles(1, 2, 3, 4), b: doubles(2, 1, 4, 3), c: doubles(1, 0, 0, 1), d: doubles(3, 0, 0, 3) },
      with: {},
      gives: {
        features: [
          { name: "a", vif: 1 / 0.64, correlated: "moderate" },
          { name: "b", vif: 1 / 0.64, correlated: "moderate" },
          { name: "c", vif: 50, correlated: "high" },
          { name: "d", vif: 50, correlated: "high" },
        ],
      },
    },
    {
      summary: "A column of one value has no factor.",
      table: { a: doubles(1, 2, 3), b: doubles(7, 7, 7) },
      with: {},
      gives: {
        features: [
          { name: "a", vif: 1, correlated: "none" },
          { name: "b", vif: null, correlated: "unknown" },
        ],
      },
      notes: ['The column "b" has one value, so it has no factor.'],
    },
  ],
});

function wordOf(factor: number): Data["features"][number]["correlated"] {
  if (Number.isNaN(factor)) return "unknown";
  if (factor > highFactor) return "high";
  return factor > 1 + 1e-9 ? "moderate" : "none";
}
