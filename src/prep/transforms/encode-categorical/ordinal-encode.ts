import { choice } from "../../../base/params.ts";
import { double, long } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { trainedLabels } from "../../flows/trained-model.ts";
import { as, call, choose, literal } from "../../sql/expression.ts";
import { written } from "../../sql/text-of.ts";
import { failing, labelCounts, orderedLabels, placeAmong } from "./labels.ts";

const seen = ["b", "a", "b", "é", "a", "b"];

/** What is missing, and what was not there at the fit, is invalid. */
export const ordinalEncode = defineColumnTransform({
  operator: "encode_categorical",
  variant: [{ name: "operator", is: "Ordinal encode" }],
  group: "Encode categorical",
  title: "Ordinal encode",
  summary: "Makes a number of each category: 0 of the most frequent one.",
  params: { invalid_handling_strategy: choice(["Error", "Skip", "Keep", "Replace with NaN"], { default: "Error" }) },
  accepts: written,
  fit: {
    asks: (column, input) => ({ labels: labelCounts(input, column) }),
    learn: ({ labels }) => ({ labels: orderedLabels(labels) }),
    read(trained) {
      const labels = trainedLabels(trained);
      return labels && { labels };
    },
  },
  keeps: (column, { invalid_handling_strategy: invalid }, { labels }) =>
    invalid === "Skip" ? call("isNotNull", placeAmong(column, labels)) : undefined,
  expression(column, { invalid_handling_strategy: invalid }, { labels }) {
    const place = placeAmong(column, labels);
    if (invalid === "Skip") return as(place, double);
    if (invalid === "Keep") return as(call("coalesce", place, literal(labels.length, long)), double);
    const other = invalid === "Error" ? as(failing(column), double) : literal(Number.NaN, double);
    return choose([[call("isNotNull", place), as(place, double)]], other);
  },
  examples: [
    {
      inputs: [{ kind: texts(...seen) }],
      with: { input_column: "kind" },
      gives: { kind: doubles(0, 1, 0, 2, 1, 0) },
    },
    {
      summary: "Labels that are as frequent come in the order of their texts.",
      inputs: [{ kind: texts("b", "a", null, "") }],
      with: { input_column: "kind", invalid_handling_strategy: "Replace with NaN", output_column: "code" },
      gives: { kind: texts("b", "a", null, ""), code: doubles(2, 1, Number.NaN, 0) },
    },
    {
      inputs: [{ kind: texts("b", null, "b", "a") }],
      with: { input_column: "kind", invalid_handling_strategy: "Keep" },
      gives: { kind: doubles(0, 2, 0, 1) },
    },
    {
      inputs: [{ kind: texts("b", null, "b", "a"), n: longs(1, 2, 3, 3) }],
      with: { input_column: ["kind", "n"], invalid_handling_strategy: "Skip" },
      gives: { kind: doubles(0, 0, 1), n: doubles(1, 0, 0) },
    },
    {
      inputs: [{ kind: texts(null) }],
      with: { input_column: "kind", invalid_handling_strategy: "Keep" },
      gives: { kind: doubles(0) },
    },
  ],
});
