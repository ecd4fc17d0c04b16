import { text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { texts } from "../../example-columns.ts";
import { call } from "../../sql/expression.ts";
import { textOf, whitespace, written } from "../../sql/text-of.ts";

interface Side {
  readonly is: string;
  readonly words: string;
  readonly by: "trimLeft" | "trimRight" | "trimBoth";
  readonly blanks: readonly (string | null)[];
  readonly signs: readonly (string | null)[];
}

const sides: readonly Side[] = [
  {
    is: "Strip characters from left",
    words: "at the beginning",
    by: "trimLeft",
    blanks: ["a b \t", "x", "", null],
    signs: ["a-b-*", "", "é*"],
  },
  {
    is: "Strip characters from right",
    words: "at the end",
    by: "trimRight",
    blanks: [" \ta b", "\u00a0\nx", "", null],
    signs: ["*-a-b", "", "-é"],
  },
  {
    is: "Strip left and right",
    words: "at both ends",
    by: "trimBoth",
    blanks: ["a b", "x", "", null],
    signs: ["a-b", "", "é"],
  },
];

/** Without characters to remove, whatever Python takes for a blank goes. */
export const strips = sides.map(({ is, words, by, blanks, signs }) =>
  defineColumnTransform({
    operator: "format_string",
    variant: [{ name: "operator", is }],
    group: "Format string",
    title: is,
    summary: `Takes characters away ${words} of a text: those that are named, else blanks.`,
    params: { characters_to_remove: text() },
    accepts: written,
    expression: (column, { characters_to_remove: characters }) => call(by, textOf(column), characters || whitespace),
    examples: [
      {
        inputs: [{ name: texts(" \ta b \t", "\u00a0\nx", "  ", null) }],
        with: { input_column: "name" },
        gives: { name: texts(...blanks) },
      },
      {
        inputs: [{ name: texts("*-a-b-*", "*-*", "-é*") }],
        with: { input_column: "name", characters_to_remove: "*-" },
        gives: { name: texts(...signs) },
      },
    ],
  }),
);
