import { defineTransform } from "../../define-transform.ts";
import { dates, doubles, longs, texts } from "../../example-columns.ts";
import { withColumns } from "../../sql/relation.ts";
import { parseFormula } from "../../sql/spark-formula/parse-formula.ts";
import { translateFormula } from "../../sql/spark-formula/translate-formula.ts";
import { filledText } from "../../text-param.ts";

export const customFormula = defineTransform({
  operator: "custom_formula",
  group: "Custom formula",
  title: "Custom formula",
  summary: "Makes a column of an expression of Spark's SQL over the others.",
  params: { output_column: filledText, formula: filledText },
  relation({ input, values }) {
    return withColumns(input, [
      { name: values.output_column, value: translateFormula(parseFormula(values.formula), input) },
    ]);
  },
  examples: [
    {
      inputs: [{ valence: doubles(0.5, null), liveness: doubles(1, 1), energy: doubles(2, 2) }],
      with: { output_column: "danceability", formula: "0.3*valence + 0.1*liveness + 0.1*energy" },
      gives: {
        valence: doubles(0.5, null),
        liveness: doubles(1, 1),
        energy: doubles(2, 2),
        danceability: doubles(0.45, null),
      },
    },
    {
      summary: "Double quotes are texts too; the column's own name puts the values in its place.",
      inputs: [{ day: dates("2024-01-31", null), n: longs(1, 2) }],
      with: { output_column: "n", formula: 'concat(day, "T00:00:00Z")' },
      gives: { day: dates("2024-01-31", null), n: texts("2024-01-31T00:00:00Z", null) },
    },
    {
      inputs: [{ "star rating": doubles(3.7, -0.5) }],
      with: { output_column: "floored", formula: "floor(`star rating`)" },
      gives: { "star rating": doubles(3.7, -0.5), floored: longs(3, -1) },
    },
  ],
});
