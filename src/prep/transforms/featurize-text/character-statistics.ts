import { columnsParam } from "../../column-param.ts";
import { double } from "../../column-type.ts";
import { defineTransform } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { call, choose, column as columnExpression, type Expression, literal } from "../../sql/expression.ts";
import { type Named, withColumns } from "../../sql/relation.ts";
import { columnOf, needType } from "../../step-fault.ts";
import { optionalFilledText } from "../../text-param.ts";

const without = (text: Expression, pattern: string): Expression => call("replacePattern", text, pattern, "");

/** The share of the characters that are left when those of a pattern are taken away; 0 of an empty text. */
function share(text: Expression, others: string): Expression {
  const length = call("length", text);
  const found = call("divide", call("length", without(text, others)), length);
  return choose([[call("equals", length, 0), literal(0, double)]], found);
}

const statisticsOf = (text: Expression): readonly Named[] => [
  { name: "word_count", value: call("listLength", call("extractAll", text, "\\S+", 0)) },
  { name: "char_count", value: call("length", text) },
  { name: "special_ratio", value: share(text, "[A-Za-z0-9\\s]") },
  { name: "digit_ratio", value: share(text, "[^0-9]") },
  { name: "lower_ratio", value: share(text, "[^a-z]") },
  { name: "capital_ratio", value: share(text, "[^A-Z]") },
];

export const characterStatistics = defineTransform({
  operator: "featurize_text",
  variant: [{ name: "operator", is: "Character statistics" }],
  group: "Featurize text",
  title: "Character statistics",
  summary: "Counts the words and characters of a text, and the shares of its kinds of characters.",
  params: { input_column: columnsParam("text"), output_column_prefix: optionalFilledText },
  relation({ input, values: { input_column: names, output_column_prefix: given } }) {
    const made = names.flatMap((name) => {
      const found = columnOf(input, name);
      needType(found, ["text"]);
      const prefix = given === undefined ? name : names.length > 1 ? `${given}_${name}` : given;
      return statisticsOf(columnExpression(found)).map((one) => ({ ...one, name: `${prefix}-stats_${one.name}` }));
    });
    return withColumns(input, made);
  },
  examples: [
    {
      inputs: [{ t: texts("Ab1 #cd", "", null, "ÄÖ x") }],
      with: { input_column: "t" },
      gives: {
        t: texts("Ab1 #cd", "", null, "ÄÖ x"),
        "t-stats_word_count": longs(2, 0, null, 2),
        "t-stats_char_count": longs(7, 0, null, 4),
        "t-stats_special_ratio": doubles(1 / 7, 0, null, 0.5),
        "t-stats_digit_ratio": doubles(1 / 7, 0, null, 0),
        "t-stats_lower_ratio": doubles(3 / 7, 0, null, 0.25),
        "t-stats_capital_ratio": doubles(1 / 7, 0, null, 0),
      },
    },
  ],
});
