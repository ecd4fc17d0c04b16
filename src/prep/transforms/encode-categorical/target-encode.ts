import { counted } from "../../../base/counted.ts";
import { choice, number } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { double, isNumeric } from "../../column-type.ts";
import { defineColumnTransform } from "../../define-column-transform.ts";
import type { Row } from "../../define-transform.ts";
import { booleans, doubles, longs, texts } from "../../example-columns.ts";
import { as, call, choose, column as columnExpression, type Expression, literal } from "../../sql/expression.ts";
import { aggregate, filter, type Named, type Relation } from "../../sql/relation.ts";
import { textOf, written } from "../../sql/text-of.ts";
import { columnOf, needType, StepFault } from "../../step-fault.ts";
import { placeAmong } from "./labels.ts";

/** More classes than these would each be a column. */
const maxClasses = 100;

/** Of each class, or of the one number, what a category stands for; categories that were not there stand for `other`. */
type Encoding = { readonly class: string | null; readonly values: readonly number[]; readonly other: number };
type Learned = {
  readonly labels: readonly string[];
  readonly hasMissing: boolean;
  readonly encodings: readonly Encoding[];
};

/**
 * The mean of the target among the rows of a category, drawn to the mean of all rows where the category is rare: scikit-learn's
 * TargetEncoder (without its cross-fitting). `auto` draws by the empirical Bayes rule: as much as the variance within the
 * category is great beside that of the target. What is missing is a category of its own.
 */
export const targetEncode = defineColumnTransform({
  operator: "encode_categorical",
  variant: [{ name: "operator", is: "Target encode" }],
  group: "Encode categorical",
  title: "Target encode",
  summary:
    "Makes the mean of a target of each category: of a number its mean, of two classes the share of the second one, of more a column with the share of each.",
  params: {
    target_column: columnParam("long", "double", "text", "boolean"),
    target_type: choice(["Regression", "Classification"]),
    smoothing: choice(["Auto", "Manual"], { default: "Auto" }),
    smoothing_rows: number({ default: 1, min: 0 }),
  },
  accepts: written,
  fit: {
    asks(column, input, values): Readonly<Record<string, Relation>> {
      const found = columnOf(input, values.target_column);
      needType(found, ["long", "double", "text", "boolean"]);
      const target = columnExpression(found);
      const isClass = isClassification(target, values.target_type);
      if (!isClass && !isNumeric(found.type))
        throw new StepFault(
          `The target ${JSON.stringify(found.name)} is of type ${found.type.kind}, which is no number; choose the target_type Classification.`,
        );
      const number = as(target, double);
      const isThere = call("isNotNull", target);
      const rows = filter(
        input,
        found.type.kind === "double" ? call("and", isThere, call("not", call("isNaN", number))) : isThere,
      );
      const label = { name: "label", value: textOf(column) };
      const count = { name: "count", value: call("countRows") };
      if (isClass) {
        const own = { name: "class", value: textOf(target) };
        return { classes: aggregate(rows, [own], [count]), groups: aggregate(rows, [label, own], [count]) };
      }
      const moments = [
        count,
        { name: "mean", value: call("mean", number) },
        { name: "variance", value: call("populationVariance", number) },
      ];
      return { all: aggregate(rows, [], moments), groups: aggregate(rows, [label], moments) };
    },
    learn({ all, classes, groups = [] }, values): Learned {
      const keys = [...new Set(groups.map(({ label }) => label as string | null))];
      const labels = keys.filter((one) => one !== null).sort((one, other) => (one < other ? -1 : 1));
      const hasMissing = keys.includes(null);
      const ordered = [...labels, ...(hasMissing ? [null] : [])];
      const smoothing = values.smoothing === "Auto" ? undefined : values.smoothing_rows;
      if (all) {
        const whole = momentsOf(all[0]);
        if (whole.count === 0) throw new StepFault("The target has no value in any row; there is nothing to learn.");
        const byLabel = new Map(groups.map((row) => [row.label as string | null, momentsOf(row)]));
        const encoding = ordered.map((label) => drawn(byLabel.get(label)!, whole, smoothing));
        return { labels, hasMissing, encodings: [{ class: null, values: encoding, other: whole.mean }] };
      }
      return { labels, hasMissing, encodings: classEncodings(classes ?? [], groups, ordered, smoothing) };
    },
  },
  expression(column, _, { labels, hasMissing, encodings }) {
    const encoded = ({ other, values }: Encoding): Expression => {
      const place = call("add", placeAmong(column, labels), 1);
      const listed = call("listOf", ...values.map((one) => literal(one, double)));
      const known = call("coalesce", call("elementAt", listed, place), literal(other, double));
      return hasMissing ? choose([[call("isNull", column), literal(values.at(-1)!, double)]], known) : known;
    };
    if (encodings.length === 1) return encoded(encodings[0]!);
    return { parts: encodings.map((one): Named => ({ name: one.class!, value: encoded(one) })) };
  },
  examples: [
    {
      summary: "Rare categories are drawn to the mean of all.",
      inputs: [{ kind: texts("a", "a", "b", null, "é", "a"), y: doubles(1, 3, 6, 2, Number.NaN, null) }],
      with: { input_column: "kind", target_column: "y", output_column: "mean" },
      gives: {
        kind: texts("a", "a", "b", null, "é", "a"),
        y: doubles(1, 3, 6, 2, Number.NaN, null),
        mean: doubles(2.125, 2.125, 6, 2, 3, 2.125),
      },
    },
    {
      summary: "Two classes: the share of the second, with as many rows of the whole's mean as are said.",
      inputs: [{ kind: texts("x", "x", "y"), n: longs(1, 1, 2), is: booleans(true, false, true) }],
      with: {
        input_column: ["kind", "n"],
        target_column: "is",
        smoothing: "Manual",
        smoothing_rows: 1,
        output_column: "o",
      },
      gives: {
        kind: texts("x", "x", "y"),
        n: longs(1, 1, 2),
        is: booleans(true, false, true),
        o_kind: doubles((1 + 2 / 3) / 3, (1 + 2 / 3) / 3, (1 + 2 / 3) / 2),
        o_n: doubles((1 + 2 / 3) / 3, (1 + 2 / 3) / 3, (1 + 2 / 3) / 2),
      },
    },
    {
      summary: "More classes: a column for each.",
      inputs: [{ kind: texts("x", "x", "y"), label: texts("p", "q", "r") }],
      with: { input_column: "kind", target_column: "label", smoothing: "Manual", smoothing_rows: 0 },
      gives: {
        label: texts("p", "q", "r"),
        kind_p: doubles(0.5, 0.5, 0),
        kind_q: doubles(0.5, 0.5, 0),
        kind_r: doubles(0, 0, 1),
      },
    },
  ],
});

const isClassification = ({ type }: Expression, wanted: "Regression" | "Classification" | undefined): boolean =>
  wanted === undefined ? !isNumeric(type) : wanted === "Classification";

/** How many rows there are, their mean, and how far they are from it: variance of all of them, not of a sample. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

const momentsOf = (row: Row | undefined): Moments => ({
  count: Number(row?.count ?? 0),
  mean: Number(row?.mean ?? Number.NaN),
  variance: Number(row?.variance ?? 0),
});

/** The mean of a category between its own and that of all rows. */
function drawn(own: Moments, all: Moments, smoothing: number | undefined): number {
  if (smoothing !== undefined) return (own.count * own.mean + smoothing * all.mean) / (own.count + smoothing);
  const weight = (all.variance * own.count) / (all.variance * own.count + own.variance);
  return Number.isNaN(weight) ? all.mean : weight * own.mean + (1 - weight) * all.mean;
}

function classEncodings(
  classes: readonly Row[],
  groups: readonly Row[],
  labels: readonly (string | null)[],
  smoothing: number | undefined,
): readonly Encoding[] {
  const names = classes.map((row) => String(row.class)).sort((one, other) => (one < other ? -1 : 1));
  if (names.length < 2 || names.length > maxClasses)
    throw new StepFault(
      `The target has ${counted(names.length, "class", "classes")}; a target to classify has 2 to ${maxClasses}. Choose another column, or the target_type Regression.`,
    );
  const all = classes.reduce((sum, { count }) => sum + Number(count), 0);
  const share = (count: number, of: number): Moments => {
    const mean = count / of;
    return { count: of, mean, variance: mean * (1 - mean) };
  };
  const countOf = (of: string | null, name?: string): number =>
    groups.reduce(
      (sum, row) => (row.label === of && (name === undefined || row.class === name) ? sum + Number(row.count) : sum),
      0,
    );
  const sizes = labels.map((label) => countOf(label));
  return (names.length === 2 ? names.slice(1) : names).map((name) => {
    const whole = share(Number(classes.find((row) => row.class === name)!.count), all);
    const values = labels.map((label, at) => drawn(share(countOf(label, name), sizes[at]!), whole, smoothing));
    return { class: name, values, other: whole.mean };
  });
}
