import { double } from "../../column-type.ts";
import { as, call, choose, type Expression, each, literal, type Order, over } from "../../sql/expression.ts";
import type { Named } from "../../sql/relation.ts";
import { presentOf } from "./series-list.ts";

/** The names of the minimal subset, in tsfresh's order. Deviation and variance are of all values, not of a sample. */
export const minimalFeatures = [
  "sum_values",
  "median",
  "mean",
  "length",
  "standard_deviation",
  "variance",
  "maximum",
  "minimum",
] as const;

type Feature = (typeof minimalFeatures)[number];
const inOrder = (made: Readonly<Record<Feature, Expression>>): readonly Named[] =>
  minimalFeatures.map((name) => ({ name, value: as(made[name], double) }));

/** The features of a list of numbers; null of an empty one. */
export function featuresOfList(series: Expression): readonly Named[] {
  const values = presentOf(series);
  const length = call("listLength", values);
  const isEmpty = call("equals", length, 0);
  const some = (value: Expression): Expression => choose([[isEmpty, literal(null, double)]], value);
  const sum = call("listSum", values);
  const mean = call("divide", sum, length);
  const sorted = call("listSort", values);
  // Of an odd count, both are the one in the middle.
  const middle = (shift: number) =>
    call("elementAt", sorted, call("floor", call("divide", call("add", length, shift), 2)));
  const median = call("divide", call("add", middle(1), middle(2)), 2);
  const squares = each(values, (one) => {
    const away = call("subtract", one, mean);
    return call("multiply", away, away);
  });
  const variance = some(call("divide", call("listSum", squares), length));
  return inOrder({
    sum_values: some(sum),
    median: some(median),
    mean: some(mean),
    length: some(as(length, double)),
    standard_deviation: call("squareRoot", variance),
    variance,
    maximum: call("listMaximum", values),
    minimum: call("listMinimum", values),
  });
}

/** The features of the values in a window before each row, without the row itself; null where there are none. */
export function featuresOfWindow(
  value: Expression,
  partition: readonly Expression[],
  order: readonly Order[],
  size: number,
): readonly Named[] {
  const within = (made: Expression) => over(made, { partition, order, rows: [size, -1] });
  const count = within(call("count", value));
  const variance = within(call("populationVariance", value));
  return inOrder({
    sum_values: within(call("sum", value)),
    median: within(call("interpolatedQuantile", value, 0.5)),
    mean: within(call("mean", value)),
    length: choose([[call("greater", count, 0), count]]),
    standard_deviation: call("squareRoot", variance),
    variance,
    maximum: within(call("maximum", value)),
    minimum: within(call("minimum", value)),
  });
}
