import { defineColumnTransform } from "../../define-column-transform.ts";
import type { TransformExample } from "../../define-transform.ts";
import { texts } from "../../example-columns.ts";
import { call, choose, type Expression, each, literal } from "../../sql/expression.ts";
import { textOf, written } from "../../sql/text-of.ts";

interface LetterCase {
  readonly is: string;
  readonly summary: string;
  of(value: Expression): Expression;
  readonly gives: readonly (string | null)[];
}

const given = ["hELLO wORLD", "they're bill's", "éCOLE 2a", "", null];

const first = (value: Expression): Expression => call("substring", value, 1, 1);
const rest = (value: Expression): Expression => call("substring", value, 2, call("length", value));
const capital = (value: Expression): Expression =>
  call("concat", call("upper", first(value)), call("lower", rest(value)));

/** The runs of letters, and what is between them. */
const runs = "\\p{L}+|\\P{L}+";

const cases: readonly LetterCase[] = [
  {
    is: "Lower case",
    summary: "Makes all letters small.",
    of: (value) => call("lower", value),
    gives: ["hello world", "they're bill's", "école 2a", "", null],
  },
  {
    is: "Upper case",
    summary: "Makes all letters capital.",
    of: (value) => call("upper", value),
    gives: ["HELLO WORLD", "THEY'RE BILL'S", "ÉCOLE 2A", "", null],
  },
  {
    is: "Title case",
    summary: "Makes the first letter of each word capital and the others small; whatever is no letter ends a word.",
    of: (value) => call("join", each(call("extractAll", value, runs, literal(0)), capital), ""),
    gives: ["Hello World", "They'Re Bill'S", "École 2A", "", null],
  },
  {
    is: "Capitalize",
    summary: "Makes the first letter of a text capital and the others small.",
    of: capital,
    gives: ["Hello world", "They're bill's", "École 2a", "", null],
  },
  {
    is: "Swap case",
    summary: "Makes small letters capital and capital ones small.",
    of: (value) =>
      call(
        "join",
        each(call("characters", value), (one) =>
          choose([[call("equals", one, call("upper", one)), call("lower", one)]], call("upper", one)),
        ),
        "",
      ),
    gives: ["Hello World", "THEY'RE BILL'S", "École 2A", "", null],
  },
];

const examplesOf = ({ gives }: LetterCase): readonly TransformExample[] => [
  { inputs: [{ name: texts(...given) }], with: { input_column: "name" }, gives: { name: texts(...gives) } },
  {
    inputs: [{ name: texts(given[0]) }],
    with: { input_column: ["name"], output_column: "made" },
    gives: { name: texts(given[0]), made: texts(gives[0]) },
  },
];

/** As Python's `str` does it. */
export const letterCases = cases.map((one) =>
  defineColumnTransform({
    operator: "format_string",
    variant: [{ name: "operator", is: one.is }],
    group: "Format string",
    title: one.is,
    summary: one.summary,
    params: {},
    accepts: written,
    expression: (column) => one.of(textOf(column)),
    examples: examplesOf(one),
  }),
);
