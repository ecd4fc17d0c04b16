import { double, listOf } from "../../column-type.ts";
import { as, call, choose, type Expression, each, literal, those } from "../../sql/expression.ts";

/** Series that stand in one cell, as lists of doubles; what is missing is "not a number" in them, or null. */
export const seriesOf = (value: Expression): Expression =>
  value.type.kind === "vector" ? as(value, listOf(double)) : each(value, (one) => as(one, double));

const nan = literal(Number.NaN, double);

/** The values that are there. */
export const presentOf = (series: Expression): Expression =>
  those(series, (one) => call("and", call("isNotNull", one), call("not", call("isNaN", one))));

/** The series with so many values: too long ones are cut, too short ones filled with "not a number". */
export function ofLength(series: Expression, length: number): Expression {
  const missing = call("subtract", length, call("listLength", series));
  const fill = each(call("numbers", 1, call("greatest", missing, 1)), () => nan);
  const filled = choose([[call("greater", missing, 0), call("listConcat", series, fill)]], series);
  return call("slice", filled, 1, length);
}
