import { counted } from "../../../base/counted.ts";
import { boolean, choice } from "../../../base/params.ts";
import { double, long, vector } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import { doubles, longs, texts, vectors } from "../../example-columns.ts";
import { trainedLabels, trainedNumbers } from "../../flows/trained-model.ts";
import { as, call, cast, choose, type Expression, each, literal } from "../../sql/expression.ts";
import { aggregate, type Named, type Relation } from "../../sql/relation.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { StepFault } from "../../step-fault.ts";
import { failing, labelCounts, orderedLabels, placeAmong } from "./labels.ts";

/** The labels, or of numbers that are codes already, how many there are. */
type Learned = { readonly labels?: readonly string[]; readonly size: number };

/** Signs that no name of a column in a file may have. */
const illegal = /[ ,;{}()\n\t=]/g;

/**
 * As Spark ML's encoder. What is missing (a text without characters too), and what was not there at the fit, is invalid:
 * where it is kept it has a place of its own at the end of a vector, and no column.
 */
export const oneHotEncode = defineColumnTransform({
  operator: "encode_categorical",
  variant: [{ name: "operator", is: "One-hot encode" }],
  group: "Encode categorical",
  title: "One-hot encode",
  summary: "Makes a vector of each category, or a column for each, with a 1 at its place and 0 elsewhere.",
  params: {
    invalid_handling_strategy: choice(["Error", "Skip", "Keep"], { default: "Error" }),
    input_already_ordinal_encoded: boolean({ default: false }),
    drop_last: boolean({ default: true }),
    output_style: choice(["Vector", "Columns"], { default: "Vector" }),
  },
  accepts: written,
  fit: {
    asks: (column, input, { input_already_ordinal_encoded: isCode }): Readonly<Record<string, Relation>> =>
      isCode
        ? { codes: aggregate(input, [], [{ name: "greatest", value: call("maximum", codeOf(column)) }]) }
        : { labels: labelCounts(input, column) },
    learn({ codes, labels }): Learned {
      if (codes) return { size: Number(codes[0]?.greatest ?? -1) + 1 };
      const ordered = orderedLabels(labels, "");
      return { labels: ordered, size: ordered.length };
    },
    mark: ({ drop_last, invalid_handling_strategy }) => ({ drop_last, invalid_handling_strategy }),
    read(trained, { input_already_ordinal_encoded: isCode }): Learned | undefined {
      const labels = trainedLabels(trained);
      if (isCode) {
        const size = trainedNumbers(trained, "one_hot_encoder_model", "categorySizes")?.[0];
        return size === undefined ? undefined : { size };
      }
      return labels && { labels, size: labels.length };
    },
  },
  keeps: (column, { invalid_handling_strategy: invalid }, learned) =>
    invalid === "Skip" ? call("isNotNull", placeOf(column, learned)) : undefined,
  expression(column, values, learned) {
    const { invalid_handling_strategy: invalid, drop_last: dropLast, output_style: style } = values;
    const { labels, size } = learned;
    const place = placeOf(column, learned);
    const checked = invalid === "Error" ? call("coalesce", place, as(failing(column), long)) : place;
    const kept = call("coalesce", place, literal(size));
    if (style === "Vector") {
      const length = size + (invalid === "Keep" ? 1 : 0) - (dropLast ? 1 : 0);
      if (length < 1) throw new StepFault(tooFew(column, size));
      const own = invalid === "Keep" ? kept : checked;
      return as(
        each(call("numbers", 0, length - 1), (at) => oneWhere(call("equals", at, own))),
        vector,
      );
    }
    // A kept invalid value is the last category, and has no column.
    const count = dropLast && invalid !== "Keep" ? size - 1 : size;
    const names = labels ? columnNames(labels) : Array.from({ length: size }, (_, at) => String(at));
    if (count < 1) throw new StepFault(tooFew(column, size));
    const parts = names.slice(0, count).map((name, at): Named => {
      const isIt = labels ? call("equals", textOf(column), labels[at]!) : call("equals", place, at);
      const value = oneWhere(isIt);
      return { name, value: invalid === "Error" ? choose([[call("isNotNull", checked), value]]) : value };
    });
    return { parts };
  },
  examples: [
    {
      inputs: [{ kind: texts("b", "a", "b", "é", "a", "b"), n: longs(1, 2, 3, 4, 5, 6) }],
      with: { input_column: "kind", drop_last: false, output_style: "Columns" },
      gives: {
        n: longs(1, 2, 3, 4, 5, 6),
        kind_b: doubles(1, 0, 1, 0, 0, 1),
        kind_a: doubles(0, 1, 0, 0, 1, 0),
        kind_é: doubles(0, 0, 0, 1, 0, 0),
      },
    },
    {
      summary: "A value that is kept though it is missing has no column.",
      inputs: [{ kind: texts("b b", "a", null, "", "b b") }],
      with: {
        input_column: "kind",
        drop_last: false,
        output_style: "Columns",
        invalid_handling_strategy: "Keep",
        output_column: "is",
      },
      gives: {
        kind: texts("b b", "a", null, "", "b b"),
        is_bb: doubles(1, 0, 0, 0, 1),
        is_a: doubles(0, 1, 0, 0, 0),
      },
    },
    {
      inputs: [{ kind: texts("b", "a", null, "b") }],
      with: { input_column: "kind", drop_last: false, invalid_handling_strategy: "Keep" },
      gives: { kind: vectors([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]) },
    },
    {
      summary: "The last category of a vector may be left out.",
      inputs: [{ kind: texts("b", "a", "b", "c") }],
      with: { input_column: "kind", output_column: "v" },
      gives: { kind: texts("b", "a", "b", "c"), v: vectors([1, 0], [0, 1], [1, 0], [0, 0]) },
    },
    {
      inputs: [{ kind: texts("b", "a", null, "b"), n: longs(1, 2, 3, 4) }],
      with: { input_column: "kind", output_style: "Columns", invalid_handling_strategy: "Skip" },
      gives: { n: longs(1, 2, 4), kind_b: doubles(1, 0, 1) },
    },
    {
      summary: "Numbers that are codes already.",
      inputs: [{ code: doubles(0, 2, 1, null) }],
      with: {
        input_column: "code",
        input_already_ordinal_encoded: true,
        output_style: "Columns",
        drop_last: false,
        invalid_handling_strategy: "Keep",
      },
      gives: { code_0: doubles(1, 0, 0, 0), code_1: doubles(0, 0, 1, 0), code_2: doubles(0, 1, 0, 0) },
    },
    {
      inputs: [{ a: texts("x", "y", "x"), b: texts("u", "u", "v") }],
      with: { input_column: ["a", "b"], drop_last: false, output_style: "Columns", output_column: "o" },
      gives: {
        a: texts("x", "y", "x"),
        b: texts("u", "u", "v"),
        o_a_x: doubles(1, 0, 1),
        o_a_y: doubles(0, 1, 0),
        o_b_u: doubles(1, 1, 0),
        o_b_v: doubles(0, 0, 1),
      },
    },
  ],
});

const codeOf = (column: Expression): Expression => cast(column, long);

/** The place of a value among the categories, the first of which is 0; null for an invalid one. */
function placeOf(column: Expression, { labels, size }: Learned): Expression {
  if (labels) return placeAmong(column, labels);
  const code = codeOf(column);
  const isThere = call("and", call("greaterOrEqual", code, 0), call("less", code, size));
  return choose([[isThere, code]]);
}

const oneWhere = (condition: Expression): Expression => choose([[condition, literal(1, double)]], literal(0, double));

/** Names of the columns of labels: without illegal signs, unless two labels would then have the same. */
function columnNames(labels: readonly string[]): readonly string[] {
  const names = labels.map((label) => label.replaceAll(illegal, ""));
  return names.map((name, at) => (name === "" || names.indexOf(name) !== names.lastIndexOf(name) ? labels[at]! : name));
}

const tooFew = (column: Expression, size: number): string =>
  `The column ${JSON.stringify(column.kind === "column" ? column.name : "")} has ${counted(size, "category", "categories")}, of which none would be left; set drop_last to false, or drop the column.`;
