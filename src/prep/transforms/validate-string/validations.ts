import { integer, type Params, text } from "../../../base/params.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import type { TransformExample } from "../../define-transform.ts";
import { longs, texts } from "../../example-columns.ts";
import { call, choose, type Expression } from "../../sql/expression.ts";
import { textOf, whitespace, written } from "../../sql/text-of.ts";

const capital = "\\p{Lu}\\p{Lt}";
const uncased = `[^${capital}\\p{Ll}]`;
const word = `[${capital}]\\p{Ll}*`;
/** Digits that are no decimal ones: raised, lowered and circled. */
const otherDigits = "²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒";

interface Pattern {
  readonly is: string;
  readonly summary: string;
  /** Of the whole text, as Python's method of the same name reads it. */
  readonly pattern: string;
  readonly holds: readonly string[];
  readonly fails: readonly string[];
}

const patterns: readonly Pattern[] = [
  {
    is: "Is alphanumeric",
    summary: "Says whether a text has letters and numbers alone.",
    pattern: "[\\p{L}\\p{N}]+",
    holds: ["ab1", "é½"],
    fails: ["a b", "a_b"],
  },
  {
    is: "Is alpha (letters)",
    summary: "Says whether a text has letters alone.",
    pattern: "\\p{L}+",
    holds: ["ab", "éß"],
    fails: ["a1", "a b"],
  },
  {
    is: "Is digit",
    summary: "Says whether a text has digits alone; raised and circled ones count.",
    pattern: `[\\p{Nd}${otherDigits}]+`,
    holds: ["12", "٣²"],
    fails: ["1.5", "½", "-1"],
  },
  {
    is: "Is space",
    summary: "Says whether a text has blanks alone.",
    pattern: `[${whitespace}]+`,
    holds: [" \t", "\u00a0\n"],
    fails: ["a ", "_"],
  },
  {
    is: "Is title",
    summary: "Says whether each word of a text begins with a capital letter and goes on with small ones.",
    pattern: `${uncased}*${word}(?:${uncased}+${word})*${uncased}*`,
    holds: ["Hello World", "École 2A"],
    fails: ["Hello world", "HELLO", "12"],
  },
  {
    is: "Is lowercase",
    summary: "Says whether all letters of a text are small, and there is one.",
    pattern: `[^${capital}]*\\p{Ll}[^${capital}]*`,
    holds: ["ab 1", "é"],
    fails: ["Ab", "12"],
  },
  {
    is: "Is uppercase",
    summary: "Says whether all letters of a text are capital, and there is one.",
    pattern: "[^\\p{Ll}\\p{Lt}]*\\p{Lu}[^\\p{Ll}\\p{Lt}]*",
    holds: ["AB 1", "É"],
    fails: ["Ab", "12"],
  },
  {
    is: "Is numeric",
    summary: "Says whether a text has numbers alone; fractions and Roman ones count.",
    pattern: "\\p{N}+",
    holds: ["12", "½Ⅷ"],
    fails: ["1.5", "-1"],
  },
  {
    is: "Is decimal",
    summary: "Says whether a text has decimal digits alone.",
    pattern: "\\p{Nd}+",
    holds: ["12", "٣"],
    fails: ["1.5", "²"],
  },
];

/** 1 where a condition holds, 0 where it does not. */
const flag = (condition: Expression): Expression =>
  choose([
    [condition, 1],
    [call("not", condition), 0],
  ]);

const group = "Validate string";

const examplesOf = ({ holds, fails }: Pattern): readonly TransformExample[] => {
  const given = texts(...holds, ...fails, "", null);
  const flags = longs(...holds.map(() => 1), ...fails.map(() => 0), 0, null);
  return [
    { inputs: [{ name: given }], with: { input_column: "name" }, gives: { name: flags } },
    {
      inputs: [{ name: texts(holds[0]) }],
      with: { input_column: ["name"], output_column: "is" },
      gives: { name: texts(holds[0]), is: longs(1) },
    },
  ];
};

/** What Python's `str` says of all characters of a text. */
export const patternValidations = patterns.map((one) =>
  defineColumnTransform({
    operator: "validate_string",
    variant: [
      { name: "operator", is: one.is, ...(one.is.startsWith("Is alpha (") && { also: ["Is alpha", "Is letters"] }) },
    ],
    group,
    title: one.is,
    summary: one.summary,
    params: {},
    accepts: written,
    expression: (column) => flag(call("matchesWhole", textOf(column), one.pattern)),
    examples: examplesOf(one),
  }),
);

const affix = (
  is: string,
  name: "prefix" | "suffix",
  by: "startsWith" | "endsWith",
  words: string,
  example: TransformExample,
) =>
  defineColumnTransform({
    operator: "validate_string",
    variant: [{ name: "operator", is }],
    group,
    title: is,
    summary: `Says whether a text ${words} another.`,
    params: { [name]: text({ required: true }) } as Params,
    accepts: written,
    expression: (column, values) => flag(call(by, textOf(column), values[name] as string)),
    examples: [example],
  });

export const affixValidations = [
  affix("Starts with", "prefix", "startsWith", "begins with", {
    inputs: [{ name: texts("éab", "Éab", "", null) }],
    with: { input_column: "name", prefix: "éa" },
    gives: { name: longs(1, 0, 0, null) },
  }),
  affix("Ends with", "suffix", "endsWith", "ends with", {
    inputs: [{ name: texts("a.b%", "ab", "", null) }],
    with: { input_column: "name", suffix: "%" },
    gives: { name: longs(1, 0, 0, null) },
  }),
];

export const stringLength = defineColumnTransform({
  operator: "validate_string",
  variant: [{ name: "operator", is: "String length", also: ["Is string length"] }],
  group,
  title: "String length",
  summary: "Says whether a text has so many characters.",
  params: { length: integer({ required: true, min: 0 }) },
  accepts: written,
  expression: (column, { length }) => flag(call("equals", call("length", textOf(column)), length)),
  examples: [
    {
      inputs: [{ zip: texts("94103", "é4103", "9410", "", null) }],
      with: { input_column: "zip", length: 5, output_column: "valid" },
      gives: { zip: texts("94103", "é4103", "9410", "", null), valid: longs(1, 1, 0, 0, null) },
    },
    { inputs: [{ n: longs(12, 3) }], with: { input_column: "n", length: "2" }, gives: { n: longs(1, 0) } },
  ],
});
