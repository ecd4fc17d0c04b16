import { call, type Expression } from "../../sql/expression.ts";

/** The place that Spark's HashingTF gives a term in a vector of so many numbers, the first of which is 0. */
export function termPlace(term: Expression, count: number): Expression {
  const rest = call("remainder", call("murmur3", term), count);
  return call("remainder", call("add", rest, count), count);
}
