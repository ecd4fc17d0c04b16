import { call, choose, type Expression } from "../../sql/expression.ts";
import { isPresent } from "../../sql/is-present.ts";
import { aggregate, filter, limit, type Relation, sort } from "../../sql/relation.ts";
import { whitespace } from "../../sql/text-of.ts";
import { StepFault } from "../../step-fault.ts";

/** Trimming a set of signs takes ten times as long. */
const blank = `[${whitespace}]*`;

/** Whether a value is missing: null, of a text blank, of a number none. It is never null itself. */
export const isMissing = (value: Expression): Expression =>
  value.type.kind === "text" ? call("matchesWhole", call("coalesce", value, ""), blank) : call("not", isPresent(value));

/** The value, another where it is missing. */
export const filled = (value: Expression, by: Expression): Expression => choose([[isMissing(value), by]], value);

/** The most frequent values of a column, first those that are less where several are as frequent. */
export function mostFrequent(input: Relation, value: Expression, count: number): Relation {
  const groups = aggregate(
    filter(input, call("not", isMissing(value))),
    [{ name: "value", value }],
    [{ name: "count", value: call("countRows") }],
  );
  const [one, times] = groups.columns.map((each): Expression => ({ kind: "column", ...each }));
  return limit(sort(groups, [{ by: times!, descending: true }, { by: one! }]), count);
}

export function nothingToLearn(): never {
  throw new StepFault("It has no value to learn from; fill it with a value that you choose, or drop it.");
}
