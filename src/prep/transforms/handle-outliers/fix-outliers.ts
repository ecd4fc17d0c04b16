import { choice } from "../../../base/params.ts";
import { double } from "../../column-type.ts";
import type { Json, Row } from "../../define-transform.ts";
import { trainedMember } from "../../flows/trained-model.ts";
import { as, call, choose, type Expression, literal } from "../../sql/expression.ts";
import { isPresent } from "../../sql/is-present.ts";

/** The bounds of the values that are no outliers. */
export type Bounds = { readonly lower_threshold: number; readonly upper_threshold: number };

export type FixMethod = "Clip" | "Remove" | "Invalidate";

export const fixMethod = choice(["Clip", "Remove", "Invalidate"], { default: "Clip" });

/** The numbers of a column that can be counted with: neither "not a number" nor an infinity. */
export const countable = (column: Expression): Expression =>
  column.type.kind === "double"
    ? choose([[call("less", call("absolute", column), literal(Number.POSITIVE_INFINITY, double)), column]])
    : column;

/** A column with its outliers clipped (then it is one of doubles) or made missing. */
export function fixed(
  column: Expression,
  method: FixMethod,
  { lower_threshold: lower, upper_threshold: upper }: Bounds,
) {
  const [low, high] = [literal(lower, double), literal(upper, double)];
  if (method === "Remove") return column;
  if (method === "Invalidate") return choose([[inside(column, low, high), column]]);
  const value = as(column, double);
  const clipped = choose(
    [
      [call("less", value, low), low],
      [call("greater", value, high), high],
    ],
    value,
  );
  return choose([[isPresent(value), clipped]], value);
}

/** Which rows stay: all, unless outliers are removed; then what is missing goes as well. */
export const staying = (column: Expression, method: FixMethod, bounds: Bounds): Expression | undefined =>
  method === "Remove"
    ? inside(column, literal(bounds.lower_threshold, double), literal(bounds.upper_threshold, double))
    : undefined;

const inside = (value: Expression, low: Expression, high: Expression): Expression =>
  call("and", call("greaterOrEqual", value, low), call("lessOrEqual", value, high));

/** So many deviations around the mean; of a column without a number, 0. */
export const aroundMean = (row: Row | undefined, deviations: number): Bounds => {
  const mean = (row?.mean as number | null | undefined) ?? 0;
  const spread = deviations * ((row?.deviation as number | null | undefined) ?? 0);
  return { lower_threshold: mean - spread, upper_threshold: mean + spread };
};

export function readBounds(trained: Json): Bounds | undefined {
  const [lower, upper] = [trainedMember(trained, "lower_threshold"), trainedMember(trained, "upper_threshold")];
  return typeof lower === "number" && typeof upper === "number"
    ? { lower_threshold: lower, upper_threshold: upper }
    : undefined;
}
