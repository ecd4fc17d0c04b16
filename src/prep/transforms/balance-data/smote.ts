import { boolean, integer, number } from "../../../base/params.ts";
import { columnParam } from "../../column-param.ts";
import { double, isNumeric, long } from "../../column-type.ts";
import { defineTransform, type Json } from "../../define-transform.ts";
import { doubles, longs, texts } from "../../example-columns.ts";
import { as, call, choose, column as columnExpression, type Expression, literal, over } from "../../sql/expression.ts";
import { randomNumber } from "../../sql/random-number.ts";
import {
  aggregate,
  filter,
  type JoinValue,
  join,
  type Named,
  type Relation,
  select,
  sideOf,
  sort,
  union,
  withColumns,
} from "../../sql/relation.ts";
import { StepFault } from "../../step-fault.ts";
import { finite } from "../process-numeric/finite.ts";
import { copiesOf } from "./copies.ts";
import { askLabels, hasLabel, learnLabels } from "./two-labels.ts";

/** Neighbours are looked for among all pairs of rows. */
const maxRows = 20_000;

interface Learned {
  readonly [name: string]: Json;
  readonly minority: string;
  readonly majority: string;
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

const numericOf = ({ columns }: Relation, target: string) =>
  columns.filter((one) => isNumeric(one.type) && one.name !== target);

/**
 * SMOTE: each row that is added lies between a row of the rare label and one of its nearest neighbours. Numbers are on the
 * line between the two; every other value is that of one of them. A number that is missing counts as the mean for distances.
 */
export const smote = defineTransform({
  operator: "balance_data",
  variant: [{ name: "operator", is: "SMOTE" }],
  group: "Balance data",
  title: "SMOTE",
  summary: "Makes rows between neighbours of the rare label, until it is as frequent as is asked for.",
  params: {
    target_column: columnParam(),
    ratio: number({ default: 1, above: 0, max: 1 }),
    seed: integer({ default: 838257247 }),
    "smote_params.num_neighbors": integer({ default: 5, min: 1, max: 1_000 }),
    "smote_params.normalize": boolean({ default: true }),
  },
  fit: {
    asks: (input, values) => {
      const numbers = numericOf(input, values.target_column).map((one) => finite(as(columnExpression(one), double)));
      const moments = numbers.flatMap((one, index): readonly Named[] => [
        { name: `mean_${index}`, value: call("mean", one) },
        { name: `deviation_${index}`, value: call("standardDeviation", one) },
      ]);
      return {
        ...askLabels(input, values.target_column),
        moments: aggregate(input, [], [{ name: "rows", value: call("countRows") }, ...moments]),
      };
    },
    learn: (answers, values): Learned => {
      const labels = learnLabels(answers, values.target_column);
      const rows = Number(answers.labels?.[1]?.rows);
      if (rows < 2)
        throw new StepFault(
          `The label ${JSON.stringify(labels.minority)} has one row, and SMOTE needs two; take random oversampling.`,
        );
      if (rows > maxRows)
        throw new StepFault(
          `The label ${JSON.stringify(labels.minority)} has ${rows} rows, and SMOTE takes at most ${maxRows}; take random oversampling.`,
        );
      const row = answers.moments?.[0] ?? {};
      const count = Object.keys(row).filter((name) => name.startsWith("mean_")).length;
      if (count === 0)
        throw new StepFault("SMOTE needs a column of numbers beside the target; take random oversampling.");
      const all = (name: string, otherwise: number) =>
        Array.from({ length: count }, (_, index) => Number(row[`${name}_${index}`] ?? otherwise));
      return { ...labels, means: all("mean", 0), deviations: all("deviation", 0) };
    },
  },
  relation({ input, values, learned }) {
    const isMinority = hasLabel(input, values.target_column, learned.minority);
    const isMajority = hasLabel(input, values.target_column, learned.majority);
    const rare = withColumns(filter(input, isMinority), [{ name: "__ordinal", value: call("rowPosition") }]);
    const neighbours = neighboursOf(
      rare,
      numericOf(input, values.target_column).map(columnExpression),
      learned,
      values,
    );
    const draws = drawsOf(input, isMinority, isMajority, values);
    const pairs = join(
      "inner",
      draws,
      neighbours,
      [
        ["base", "from"],
        ["nth", "rank"],
      ],
      [
        ...["copy", "alpha", "share"].map((name): JoinValue => ({ name, side: "left", from: name })),
        ...["from", "to"].map((name): JoinValue => ({ name, side: "right", from: name })),
      ],
    );
    const side = (prefix: string): readonly JoinValue[] =>
      input.columns.map(({ name }, index) => ({ name: `${prefix}${index}`, side: "right", from: name }));
    const first = join("inner", pairs, rare, [["from", "__ordinal"]], [...sideOf("left", pairs), ...side("a")]);
    const both = join("inner", first, rare, [["to", "__ordinal"]], [...sideOf("left", first), ...side("b")]);
    const ordered = sort(both, [{ by: columnExpression({ name: "copy", type: long }) }]);
    const of = (name: string) => columnExpression(ordered.columns.find((one) => one.name === name)!);
    const made = input.columns.map((one, index): Named => {
      const [a, b] = [of(`a${index}`), of(`b${index}`)];
      if (one.name === values.target_column) return { name: one.name, value: a };
      if (isNumeric(one.type)) {
        const between = call(
          "add",
          as(a, double),
          call("multiply", call("subtract", as(b, double), as(a, double)), of("alpha")),
        );
        return { name: one.name, value: one.type.kind === "long" ? as(call("round", between, 0), long) : between };
      }
      const drawn = randomNumber(values.seed, call("concat", `value ${index} `, as(of("copy"), { kind: "text" })));
      return { name: one.name, value: choose([[call("less", drawn, of("share")), b]], a) };
    });
    return union([input, select(ordered, made)]);
  },
  examples: [
    {
      inputs: [
        { y: texts("no", "no", "no", "yes", "yes"), x: doubles(1, 2, 3, 10, 20), t: texts("a", "b", "c", "d", "d") },
      ],
      with: { target_column: "y", ratio: 1, smote_params: { num_neighbors: 5, normalize: true } },
      gives: {
        y: texts("no", "no", "no", "yes", "yes", "yes"),
        x: doubles(1, 2, 3, 10, 20, 12.845626318267193),
        t: texts("a", "b", "c", "d", "d", "d"),
      },
    },
    {
      summary: "Labels that are balanced enough stay as they are.",
      inputs: [{ y: longs(1, 1, 0, 0), x: longs(1, 2, 3, 4) }],
      with: { target_column: "y", ratio: 0.5 },
      gives: { y: longs(1, 1, 0, 0), x: longs(1, 2, 3, 4) },
    },
  ],
});

/** The nearest rows of each row: `from`, `to`, and their rank. */
function neighboursOf(
  rare: Relation,
  numbers: readonly Expression[],
  { means, deviations }: Learned,
  values: { readonly "smote_params.normalize": boolean; readonly "smote_params.num_neighbors": number },
): Relation {
  const places = numbers.map((one, index): Named => {
    const known = call("coalesce", finite(as(one, double)), literal(means[index]!, double));
    const scale = values["smote_params.normalize"] && deviations[index]! > 0 ? deviations[index]! : 1;
    return { name: `n${index}`, value: call("divide", known, literal(scale, double)) };
  });
  const narrow = select(rare, [
    { name: "ordinal", value: columnExpression({ name: "__ordinal", type: long }) },
    ...places,
  ]);
  const named = (side: "left" | "right", prefix: string): readonly JoinValue[] =>
    narrow.columns.map(({ name }) => ({ name: `${prefix}_${name}`, side, from: name }));
  const pairs = join("cross", narrow, narrow, [], [...named("left", "a"), ...named("right", "b")]);
  const of = (name: string) => columnExpression(pairs.columns.find((one) => one.name === name)!);
  const squares = places.map(({ name }) => {
    const away = call("subtract", of(`a_${name}`), of(`b_${name}`));
    return call("multiply", away, away);
  });
  const distance = squares.reduce((left, right) => call("add", left, right));
  const apart = select(filter(pairs, call("differs", of("a_ordinal"), of("b_ordinal"))), [
    { name: "from", value: of("a_ordinal") },
    { name: "to", value: of("b_ordinal") },
    { name: "distance", value: distance },
  ]);
  const [from, to, far] = apart.columns.map((one) => columnExpression(one));
  const rank = over(call("rowNumber"), { partition: [from!], order: [{ by: far! }, { by: to! }] });
  const ranked = withColumns(apart, [{ name: "rank", value: rank }]);
  return filter(
    ranked,
    call("lessOrEqual", columnExpression(ranked.columns.at(-1)!), values["smote_params.num_neighbors"]),
  );
}

/** A row for each row that is added: which one it is made of, by which neighbour, and how far between them. */
function drawsOf(
  input: Relation,
  isMinority: Expression,
  isMajority: Expression,
  values: { readonly ratio: number; readonly seed: number; readonly "smote_params.num_neighbors": number },
): Relation {
  const { relation: copies, copy, minority } = copiesOf(input, isMinority, isMajority, values.ratio);
  const drawn = (what: string) => randomNumber(values.seed, call("concat", `${what} `, as(copy, { kind: "text" })));
  const oneOf = (what: string, count: Expression) =>
    call("add", call("floor", call("multiply", drawn(what), count)), 1);
  const known = call("least", literal(values["smote_params.num_neighbors"]), call("subtract", minority, 1));
  return select(copies, [
    { name: "copy", value: copy },
    { name: "base", value: oneOf("row", minority) },
    { name: "nth", value: oneOf("neighbour", known) },
    { name: "alpha", value: drawn("alpha") },
    { name: "share", value: drawn("share") },
  ]);
}
