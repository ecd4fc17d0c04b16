import { text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";

const usual = "!@#$%^&*()_+=-/\\`~{}|<>?";

export const removeSymbols = defineColumnTransform({
  operator: "format_string",
  variant: [{ name: "operator", is: "Remove symbols" }],
  group: "Format string",
  title: "Remove symbols",
  summary: "Leaves out characters wherever they stand: those that are named, else the usual signs.",
  params: { symbols: text({ default: usual }) },
  accepts: written,
  expression: (column, { symbols }) => call("without", textOf(column), symbols || usual),
  examples: [
    {
      inputs: [{ kind: texts("n/a", "front-collision", "a.b, c", "", null) }],
      with: { input_column: "kind" },
      gives: { kind: texts("na", "frontcollision", "a.b, c", "", null) },
    },
    {
      inputs: [{ kind: texts("[é]^'\\", "a]") }],
      with: { input_column: "kind", symbols: "]['\\^" },
      gives: { kind: texts("é", "a") },
    },
  ],
});
